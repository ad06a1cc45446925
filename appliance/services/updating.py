"""Updates as the counter sees them: what is going on, when a new version may start, what to show.

The desk never updates anything. It tells ``balie update`` when nobody is at the counter, and
``balie health`` what works here: both read small files (see `appliance.update.notes`). On a machine
without slots it does nothing of this.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from appliance import small_files
from appliance.domain.update import Report
from appliance.journal.entry import Entry
from appliance.journal.store import Event
from appliance.services.ports import Clock, Journal, Post
from appliance.services.worker import DeviceWorker
from appliance.update.notes import Notes
from appliance.update.system import Started

log = logging.getLogger(__name__)

SOFTWARE_STARTED = "balie.software.started.v1"


@dataclass(frozen=True, slots=True)
class UpdateView:
    """What is going on.

    Attributes:
        report: How far an update is; None where there was none.
        wanted: The version that waits for a quiet moment, or empty.
    """

    report: Report | None = None
    wanted: str = ""


class Updating:
    """Follows updates on a worker's thread, and says what the counter says.

    Args:
        notes: The small files.
        started: How this system was started.
        worker: Where files are read and written.
        post: Brings what is new to the screen's thread.
        software: The program's name and version.
        clock: The shop's time.
        changed: Called there when something is new.

    Attributes:
        view: What the screen knows.
    """

    def __init__(
        self,
        notes: Notes,
        *,
        started: Started,
        worker: DeviceWorker,
        post: Post,
        software: str,
        clock: Clock,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.changed = changed
        self.view = UpdateView()
        self._notes = notes
        self._started = started
        self._worker = worker
        self._post = post
        self._software = software
        self._clock = clock
        self._told: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}
        if self.is_followed:
            worker.do(notes.withdraw)
            worker.watch(self._look)

    @property
    def is_followed(self) -> bool:
        """Whether this machine has slots to be updated."""
        return self._started.slot is not None

    @property
    def is_trying(self) -> bool:
        """Whether this version still has to show that it can sell."""
        return self._started.trying

    def begin(self, journal: Journal) -> None:
        """Record which software sells from now on, where that is new or has to show what it can.

        The entry is also the proof that the journal takes one: the health check looks for it.
        """
        if not self.is_followed:
            return
        now = {"software": self._software, "slot": str(self._started.slot)}
        noted = self._notes.folder / "started.json"
        if not self.is_trying and small_files.read(noted) == now:
            return
        event = Event(SOFTWARE_STARTED, {**now, "trying": self.is_trying}, self._clock())

        def recorded(future: Future[tuple[Entry, ...]]) -> None:
            if future.cancelled() or future.exception() is not None:
                return  # the register says itself that its journal takes nothing
            mark = future.result()[-1].watermark
            canary = {"epoch": mark.epoch, "sequence": mark.sequence, "hash": mark.hash}
            self._worker.do(lambda: small_files.write(noted, now))
            self._post(lambda: self.show(canary=canary))

        journal.submit(event).add_done_callback(recorded)

    def show(self, **facts: Any) -> None:
        """Say what works here, for the health check; what was said before still holds."""
        self._told = {**self._told, **facts}
        if self.is_followed and self._told != self._shown:
            told = self._shown = self._told
            self._worker.do(lambda: self._write(told))

    def agree(self) -> None:
        """Say that the device may be started anew now."""
        self._worker.do(self._notes.agree)

    def withdraw(self) -> None:
        """Say that it may not, after all."""
        self._worker.do(self._notes.withdraw)

    def _look(self) -> None:
        seen = UpdateView(self._notes.at_counter(), self._notes.waits_for_quiet)
        if seen != self.view:
            self._post(lambda: self._show(seen))

    def _show(self, seen: UpdateView) -> None:
        self.view = seen
        self.changed()

    def _write(self, told: dict[str, Any]) -> None:
        """Write it whole; it lies in memory and need not outlive this start."""
        new = self._notes.desk.with_suffix(".new")
        try:
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(told), encoding="utf-8")
            new.replace(self._notes.desk)
        except OSError as error:
            log.warning("What works here could not be said: %s", error)
