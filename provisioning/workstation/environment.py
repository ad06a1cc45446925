"""The virtual environment: made, filled from the lock file, with the project itself in it.

Each step leaves a stamp that holds the digest of all it was made from. A step whose stamp still
fits is skipped, so a second start takes seconds; the stamp is taken away before a step begins and
written after it ends, so a set-up that was cut off is simply done again from there.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from provisioning.workstation.places import (
    LOGS,
    PYTHON,
    REQUIREMENTS,
    ROOT,
    STAMPS,
    VENV,
    shown,
)
from provisioning.workstation.progress import SetupError, Step

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
IGNORING = re.compile(r"^Ignoring ([A-Za-z0-9._-]+): markers")
COMING_TO = re.compile(r"^(?:Collecting |Processing \S*/)([A-Za-z0-9._]+?)(?:==|-\d)")
INSTALLING = re.compile(r"^Installing collected packages: (.*)")


def digest(*parts: str | bytes) -> str:
    """Return one digest of all parts, in order, each with its length."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(b"%d:" % len(content) + content)
    return whole.hexdigest()


class Stamp:
    """The memory that a step was done, and from what."""

    def __init__(self, name: str, content: str, product: Path) -> None:
        self._path = STAMPS / name
        self._content = content
        self._product = product

    @property
    def fits(self) -> bool:
        """Whether the step was done to its end from this very content."""
        return (
            self._product.exists()
            and self._path.is_file()
            and self._path.read_text() == self._content
        )

    def lift(self) -> None:
        """Forget that the step was done; call it before doing the step anew."""
        self._path.unlink(missing_ok=True)

    def press(self) -> None:
        """Remember that the step was done."""
        STAMPS.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(self._content)
        draft.replace(self._path)


def make(step: Step) -> str:
    """Make the virtual environment with the Python this runs on; return its digest.

    Raises:
        SetupError: Python's venv module did not work.
    """
    base = getattr(sys, "_base_executable", sys.executable)
    content = digest(sys.version, str(base), str(VENV))
    stamp = Stamp("venv", content, PYTHON)
    if stamp.fits and _works():
        step.result(f"{shown(VENV)} is ready")
        return content
    stamp.lift()
    step.working(f"making {shown(VENV)}")
    shutil.rmtree(VENV, ignore_errors=True)
    _run([str(base), "-m", "venv", str(VENV)], "venv")
    stamp.press()
    step.result(f"made {shown(VENV)}")
    return content


def fill(purpose: str, environment: str, step: Step) -> str:
    """Install the locked packages of a purpose; return a digest of what is installed.

    Args:
        purpose: The name of a lock file in ``provisioning/requirements``, without ``.txt``.
        environment: The digest that :func:`make` returned.
        step: Where to show how far it is.

    Raises:
        SetupError: pip failed; its own configuration and network are the person's to mend.
    """
    lock = REQUIREMENTS / f"{purpose}.txt"
    names = PINNED.findall(lock.read_text())
    content = digest(environment, lock.read_bytes())
    stamp = Stamp(f"packages-{purpose}", content, PYTHON)
    if stamp.fits:
        step.result("as locked")
        return content
    stamp.lift()
    installed = _install_locked(lock, len(names), step)
    stamp.press()
    step.result(f"{installed} installed, each with its hash checked")
    return content


def install_project(packages: str, step: Step) -> None:
    """Install the project itself, so that it runs from its own folder.

    Nothing is fetched: what builds it, setuptools, is in the lock file too.

    Raises:
        SetupError: The installation failed.
    """
    content = digest(packages, (ROOT / "pyproject.toml").read_bytes())
    stamp = Stamp("project", content, VENV / "bin" / "balie")
    if stamp.fits:
        step.result("balie and balie-collector are ready")
        return
    stamp.lift()
    step.working("installing balie and balie-collector")
    options = ["--no-deps", "--no-index", "--no-build-isolation"]
    _run([*_pip("install"), *options, "--editable", str(ROOT)], "project")
    stamp.press()
    step.result("installed balie and balie-collector")


def compile_translations(step: Step) -> None:
    """Make the catalogues that gettext reads from those that people write.

    Raises:
        SetupError: A catalogue is not well formed; the message of babel names it.
    """
    catalogues = sorted(ROOT.glob("*/locale/*/LC_MESSAGES/*.po"))
    content = digest(*(path.read_bytes() for path in catalogues))
    stamp = Stamp("translations", content, PYTHON)
    if stamp.fits and all(path.with_suffix(".mo").exists() for path in catalogues):
        step.result(f"{len(catalogues)} catalogues ready")
        return
    stamp.lift()
    step.working(f"compiling {len(catalogues)} catalogues")
    command = [str(PYTHON), "-m", "provisioning.workstation.translations"]
    _run([*command, *map(str, catalogues)], "translations")
    stamp.press()
    step.result(f"{len(catalogues)} catalogues compiled")


def _works() -> bool:
    """Return whether the environment's Python starts and has pip."""
    tried = subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False)
    return tried.returncode == 0


def _pip(command: str) -> list[str]:
    """Return how pip is started; where it fetches from stays pip's own configuration."""
    quiet = ["--disable-pip-version-check", "--no-input", "--no-user"]
    return [str(PYTHON), "-m", "pip", command, *quiet]


def _install_locked(lock: Path, whole: int, step: Step) -> int:
    """Run pip, show how far it is, and return how many packages it installed."""
    command = [*_pip("install"), "--require-hashes", "--requirement", str(lock)]
    log = _log("packages")
    part = installed = 0
    step.working("asking for packages")
    with (
        log.open("w") as out,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
        ) as pip,
    ):
        for line in pip.stdout or ():
            out.write(line)
            if IGNORING.match(line):
                whole -= 1
            elif found := COMING_TO.match(line):
                part += 1
                step.part(part, whole, found[1])
            elif found := INSTALLING.match(line):
                installed = len(found[1].split(", "))
                step.working(f"installing {installed} packages")
    if pip.returncode:
        raise SetupError(_failure("pip could not install the locked packages", log))
    return installed


def _run(command: Sequence[str], name: str) -> None:
    """Run a command with its output in a log.

    Raises:
        SetupError: The command failed.
    """
    log = _log(name)
    with log.open("w") as out:
        ended = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT, check=False)
    if ended.returncode:
        raise SetupError(_failure(f"{Path(command[0]).name} failed at “{name}”", log))


def _log(name: str) -> Path:
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{name}.log"


def _failure(what: str, log: Path, lines: int = 12) -> str:
    """Return a sentence with the end of the log under it."""
    with log.open(errors="replace") as text:
        tail = "".join("    " + line for line in deque(text, maxlen=lines))
    return f"{what}. The whole of it is in {shown(log)}; it ends with:\n\n{tail}"
