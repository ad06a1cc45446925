"""When is a printer plugged in? Whoever does that gets one slip that says how the device is.

A slip belongs to the hand on the cable and to nothing else, so that no shop wonders in the morning
what its printer has printed. The rule:

* *Gone* is a printer of which nothing is there: no device file, no line, no connection. One without
  paper, with an open cover, or that stays silent, is not gone.
* A printer that this device never met before gets a slip when it comes while the device runs.
* One at a cable that was there gets a slip when it was pulled and comes back within the hour. Gone
  for longer, it was switched off for the night. The same again within ten minutes is a loose cable.
* One on the network is met once: it saves power, and its way comes and goes.
* What answers at the first look after a start was there before; on a device that waits to be let
  in it is met then, and gets its slip.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance import small_files
from appliance.doctor.findings import Finding
from drivers.printer import PrinterStatus

log = logging.getLogger(__name__)

GONE_S, NIGHT_S, AGAIN_S = 2.0, 3600.0, 600.0
"""Seconds: shorter is a hiccup of the line; longer is a night; a loose cable gets no second slip."""
PATIENCE_S = 120.0
"""So long a slip waits for a customer to be served; then nobody waits for it any more."""

_GONE = PrinterStatus(online=False)
_SILENT = PrinterStatus()
_MET = "printer.json"


@dataclass(frozen=True, slots=True)
class Cable:
    """How a printer hangs on the device.

    Attributes:
        name: Tells it from any other: its driver and where that finds it.
        can_be_pulled: Whether it hangs on a cable of the device's own, not on the network.
        answers: Whether it says how it is; one that cannot is there when its line is.
    """

    name: str
    can_be_pulled: bool
    answers: bool


class Plugging:
    """Tells when a printer was plugged in, from how it is every second.

    Args:
        cable: How it hangs on the device.
        data: The device's data, where it is kept which printer was met.
        monotonic: Seconds of a clock that never jumps.
        is_news_at_start: Whether one that was never met counts though it was there at the start:
            so it is on a device that waits to be let in, where all is plugged in before the power.
    """

    def __init__(
        self,
        cable: Cable,
        data: Path,
        *,
        monotonic: Callable[[], float],
        is_news_at_start: bool = False,
    ) -> None:
        self._cable, self._file, self._monotonic = cable, data / _MET, monotonic
        self._is_news_at_start = is_news_at_start
        self._met = small_files.read(self._file).get("printer") == cable.name
        self._was_here = False
        self._gone_at: float | None = None
        self._told_at: float | None = None

    def look(self, status: PrinterStatus) -> bool:
        """Hear how the printer is; tell whether it was plugged in just now."""
        now = self._monotonic()
        if status == _GONE:
            self._gone_at = now if self._gone_at is None else self._gone_at
            return False
        there = status.online is True or (status == _SILENT and not self._cable.answers)
        if not there:
            return False
        gone_s = 0.0 if self._gone_at is None else now - self._gone_at
        plugged = gone_s >= GONE_S and self._is_news(gone_s, now)
        plugged = plugged or (self._is_news_at_start and not self._met)
        self._gone_at, self._was_here = None, True
        if not self._met and not self._meet():
            return False
        if plugged:
            self._told_at = now
        return plugged

    def _is_news(self, gone_s: float, now: float) -> bool:
        if not self._met:
            return True
        if not (self._cable.can_be_pulled and self._was_here) or gone_s > NIGHT_S:
            return False
        return self._told_at is None or now - self._told_at > AGAIN_S

    def _meet(self) -> bool:
        """Keep that this printer was met; tell whether the card took it."""
        self._met = True
        try:
            small_files.write(self._file, {"printer": self._cable.name})
        except OSError as error:
            log.warning("the printer that was met could not be kept: %s", error)
            return False  # it would be new again at every start
        return True


class PrinterSlip:
    """Prints the slip, when nobody is served.

    Args:
        plugging: Tells when.
        status: Returns how the printer is; None while nobody knows.
        is_quiet: Tells whether no customer is served and no paper is under way or waits.
        examine: Has the device looked at, and tells what was found.
        submit: Prints what was found.
        monotonic: Seconds of a clock that never jumps.
    """

    def __init__(
        self,
        plugging: Plugging,
        *,
        status: Callable[[], PrinterStatus | None],
        is_quiet: Callable[[], bool],
        examine: Callable[[Callable[[Sequence[Finding]], object]], object],
        submit: Callable[[Sequence[Finding]], object],
        monotonic: Callable[[], float],
    ) -> None:
        self._plugging, self._status, self._is_quiet = plugging, status, is_quiet
        self._examine, self._submit, self._monotonic = examine, submit, monotonic
        self._until: float | None = None
        self._found: Sequence[Finding] | None = None

    def tick(self) -> None:
        """About once a second, on the screen's thread."""
        status = self._status()
        if status is not None and self._plugging.look(status):
            self._until, self._found = self._monotonic() + PATIENCE_S, None
            self._examine(self._keep)
        elif self._until is not None and self._monotonic() > self._until:
            self._until = None
        self._print()

    def _keep(self, found: Sequence[Finding]) -> None:
        self._found = found
        self._print()

    def _print(self) -> None:
        if self._until is None or self._found is None or not self._is_quiet():
            return
        found, self._found, self._until = self._found, None, None
        self._submit(found)
