"""How the device itself is, for whoever looks after many: its card, power, heat, clock and paper.

The doctor's own rules say what is well (`appliance.doctor`). It is looked at once a minute, and a
figure is told again when it has moved by a step, because each word costs the back office a little.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance import small_files
from appliance.doctor import clock, power, records, storage
from appliance.doctor.findings import Finding, worst
from appliance.doctor.host import Host
from appliance.update.notes import Notes

LOOK_S = 60.0
STEPS = {"free_percent": 5, "degrees": 5}


class Condition:
    """What a device says of its own condition in its status.

    Args:
        data: Its data folder.
        host: The machine.
        usage: Tells the size and the free bytes of a folder's file system.
        now: The local time.
        monotonic: Seconds of a clock that never jumps.
    """

    def __init__(
        self,
        data: Path,
        *,
        host: Host | None = None,
        usage: storage.Usage = storage.usage,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._data = data
        self._desk = Notes(data).desk
        self._host = host or Host()
        self._usage = usage
        self._now = now
        self._monotonic = monotonic
        self._told: dict[str, Any] = {}
        self._look_at = 0.0

    def __call__(self) -> dict[str, Any]:
        """Return it; looked at anew once a minute."""
        now = self._monotonic()
        if not self._told or now >= self._look_at:
            self._look_at = now + LOOK_S
            self._told = {"condition": self._steady(dict(self._look()))}
        return self._told

    def _steady(self, found: dict[str, Any]) -> dict[str, Any]:
        """Keep a figure that was told while it has hardly moved."""
        told = self._told.get("condition", {})
        for name, step in STEPS.items():
            if name in found and name in told and abs(found[name] - told[name]) < step:
                found[name] = told[name]
        return found

    def _look(self) -> Iterator[tuple[str, Any]]:
        yield "checks", {each[0].check: worst(each).value for each in self._findings() if each}
        try:
            size, free = self._usage(self._data)
            yield "free_percent", 100 * free // max(size, 1)
        except OSError:
            pass  # the check of the storage card says so
        degrees = power.degrees(self._host)
        if degrees is not None:
            yield "degrees", degrees
        paper = small_files.read(self._desk).get("paper")
        if isinstance(paper, str) and paper:
            yield "paper", paper

    def _findings(self) -> Iterator[list[Finding]]:
        last = records.last_moment(self._data / "journal.db")
        yield storage.check(self._host, self._data, self._usage)
        yield power.check_power(self._host)
        yield power.check_temperature(self._host)
        yield clock.check(self._host, self._now(), last)
