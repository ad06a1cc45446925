"""The set-up: from a clone and a bare Python to everything Balie needs, in one go.

It installs what is missing and skips what is there, so it is run before every demonstration and
every test without anybody thinking of it.
"""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from provisioning.workstation import debian, environment
from provisioning.workstation.places import HOME
from provisioning.workstation.progress import Progress, SetupError

OLDEST = (3, 11)
"""The oldest Python that Balie runs on, the one of Debian 12."""

STEPS = 5


def prepare(purpose: str, *, virtual_screen: bool, more: Iterable[debian.Need] = ()) -> None:
    """Make this machine ready.

    Args:
        purpose: Which lock file to install: ``demo`` or ``tests``.
        virtual_screen: Whether there is no display and a virtual one is needed.
        more: What the machine must have beside.

    Raises:
        SetupError: Something is missing that the set-up may not or cannot bring.
    """
    if sys.version_info < OLDEST:
        raise SetupError(
            f"Balie needs Python {OLDEST[0]}.{OLDEST[1]} or newer and was started with "
            f"{sys.version_info[0]}.{sys.version_info[1]} ({sys.executable}). "
            "Start it again with a newer Python."
        )
    progress = Progress(STEPS)
    with _alone():
        with progress.step("Debian packages") as step:
            wanted = debian.needs(
                virtual_screen=virtual_screen, tests=purpose == "tests", more=more
            )
            debian.install(wanted, step)
        with progress.step("Python environment") as step:
            made = environment.make(step)
        with progress.step("Python packages") as step:
            filled = environment.fill(purpose, made, step)
        with progress.step("Balie itself") as step:
            environment.install_project(filled, step)
        with progress.step("Translations") as step:
            environment.compile_translations(step)


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for another set-up in the same folder to end, then keep others out."""
    HOME.mkdir(exist_ok=True)
    with (HOME / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stdout.write("Another set-up is at work here; waiting for it to end.\n")
            sys.stdout.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
