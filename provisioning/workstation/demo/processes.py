"""Starting programs together and ending exactly those, whatever happens to this one.

Every program gets a session of its own, so that Ctrl-C reaches only this process, which then ends
the others in the right order. Should this process be killed outright, the kernel asks them to end
(``setpriv --pdeathsig``, part of every Debian).
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from provisioning.workstation.demo.fault import DemoError
from provisioning.workstation.places import ROOT, shown

PATIENCE_S = 10.0
"""How long a program may take to end by itself before it is killed."""


@dataclass(frozen=True)
class Program:
    """A program that was started here."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def ended(self) -> int | None:
        """Return its exit code when it has ended, else None."""
        return self.process.poll()

    def fault(self, sentence: str) -> DemoError:
        """Return an error that says what is wrong with it and shows the end of its log."""
        said = last(self.log) or "    (nothing)"
        return DemoError(f"{sentence}. What it said is in {shown(self.log)}; it ends with:\n{said}")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and to whatever it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """Ask it to end, wait, and kill it when it does not."""
        self.signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE_S)
        # What it started may outlive it; the group is its own, so nobody else is hit.
        self.signal(signal.SIGKILL)
        self.process.wait()


class Programs:
    """The programs of the demonstration, ended last first when the context is left."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[Program] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything that was started here; safe to call twice."""
        while self._running:
            self._running.pop().stop()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        *,
        pass_fds: Sequence[int] = (),
    ) -> Program:
        """Start a program in the background, with its output in a log of its own.

        Raises:
            DemoError: It could not be started at all.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        guarded = ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)]
        try:
            with log.open("wb") as out:
                process = subprocess.Popen(
                    guarded,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    cwd=ROOT,
                    env={**os.environ, **(environment or {})},
                    start_new_session=True,
                    pass_fds=pass_fds,
                )
        except OSError as error:
            raise DemoError(f"The {name} could not be started: {error}.") from error
        program = Program(name, process, log)
        self._running.append(program)
        return program

    def kill(self, program: Program) -> None:
        """End a program as a power cut would, with whatever it started, and forget it."""
        program.signal(signal.SIGKILL)
        program.process.wait()
        self._running.remove(program)

    def watch(self, besides: Program | None = None) -> None:
        """Look whether all are still running, ``besides`` one that may end.

        Raises:
            DemoError: One has ended by itself; the sentence names its log.
        """
        for program in self._running:
            code = program.ended()
            if code is not None and program is not besides:
                raise program.fault(f"The {program.name} ended by itself with code {code}")


def last(log: Path, lines: int = 12) -> str:
    """Return the end of a log, indented."""
    text = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join("    " + line for line in text)
