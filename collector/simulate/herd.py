"""The processes that simulate devices, kept together by one that has the database."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from appliance.journal.entry import Watermark
from collector.simulate.process import REPORT_S, Report, Task, run
from collector.simulate.report import HEADER, line
from collector.simulate.tally import Tally, together

_SAY_GOODBYE_S = 60.0
_Condition = Callable[[Tally], bool]


class HerdError(RuntimeError):
    """A process of simulated devices has died."""


@dataclass(slots=True)
class _Part:
    """One process, and what it said last."""

    process: BaseProcess
    pipe: Pipe
    report: Report


class Herd:
    """Runs processes until enough was sold and all of it is acknowledged.

    Args:
        tasks: What each process is to do.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._parts = [_start(task) for task in tasks]

    def run(
        self, *, seconds: float, every_s: float, patience_s: float, enough: threading.Event
    ) -> tuple[Tally, dict[str, Watermark]]:
        """Let devices sell for a while, then wait for the last acknowledgements.

        Args:
            seconds: For how long they sell, from when all are connected.
            every_s: How often a line is printed.
            patience_s: How long the last acknowledgements are waited for.
            enough: Ends the selling early; a second time, the waiting too.

        Returns:
            What was counted, and the last entry of each device.

        Raises:
            HerdError: A process has died.
        """
        table = _Table(every_s)
        self._until(lambda tally: tally.connected == tally.devices, patience_s, table, enough)
        self._until(lambda _tally: False, seconds, table, enough)
        enough.clear()
        self._tell("enough")
        self._until(lambda tally: not tally.unacknowledged, patience_s, table, enough)
        return self._finish(table)

    def close(self) -> None:
        """End every process; safe to call twice."""
        for part in self._parts:
            part.pipe.close()
            part.process.join(_SAY_GOODBYE_S)
            if part.process.is_alive():
                part.process.kill()
                part.process.join()

    def _until(
        self, done: _Condition, seconds: float, table: _Table, enough: threading.Event
    ) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not enough.is_set():
            self._hear(REPORT_S)
            tally = together(part.report.tally for part in self._parts)
            table.look(tally)
            if done(tally):
                return

    def _finish(self, table: _Table) -> tuple[Tally, dict[str, Watermark]]:
        self._tell("stop")
        end = time.monotonic() + _SAY_GOODBYE_S
        while not all(part.report.heads for part in self._parts) and time.monotonic() < end:
            self._hear(REPORT_S)
        tally = together(part.report.tally for part in self._parts)
        table.say(tally)
        heads = {name: head for part in self._parts for name, head in part.report.heads.items()}
        return tally, heads

    def _tell(self, word: str) -> None:
        for part in self._parts:
            with suppress(OSError):  # that it has died is seen when it is heard
                part.pipe.send(word)

    def _hear(self, patience_s: float) -> None:
        """Take what processes say, and wait for it a moment."""
        open_pipes = {part.pipe: part for part in self._parts if not part.report.heads}
        for pipe in wait(list(open_pipes), patience_s):
            part = open_pipes[pipe]  # type: ignore[index]  # it was among them
            try:
                part.report = part.pipe.recv()
            except (EOFError, OSError) as dead:
                raise HerdError(
                    f"A process of simulated devices has died (exit code {part.process.exitcode}): "
                    "see what it said above, and begin again"
                ) from dead


class _Table:
    """Prints a line now and then.

    Args:
        every_s: How often.
    """

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._began = self._said_at = time.monotonic()
        self._before = Tally()
        print(HEADER, flush=True)  # noqa: T201 (a command speaks by printing)

    def look(self, tally: Tally) -> None:
        """Print a line if one is due."""
        if time.monotonic() >= self._said_at + self._every_s:
            self.say(tally)

    def say(self, tally: Tally) -> None:
        """Print a line."""
        now = time.monotonic()
        interval_s = max(now - self._said_at, 0.001)
        print(line(now - self._began, tally, self._before, interval_s), flush=True)  # noqa: T201 (a command speaks by printing)
        self._said_at, self._before = now, tally


def _start(task: Task) -> _Part:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=run, args=(task, theirs), daemon=True)
    process.start()
    theirs.close()
    return _Part(process, ours, Report(Tally(devices=len(task.members)), {}))
