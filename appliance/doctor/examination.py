"""Runs every check beside the others, each within its time: what hangs is a finding too."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from appliance.doctor import addresses, clock, counter, display, office, power, records, storage
from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host
from appliance.doctor.peripherals import Named
from appliance.domain.counter import Taken
from appliance.services.ports import Sending
from appliance.services.words import sentence
from drivers import DeviceError

log = logging.getLogger(__name__)

DEADLINE_S = 12.0
"""All checks together; a card terminal that is off takes longest to say so."""
_SLOW = sentence("No answer came within {seconds} seconds.")
_UNCHECKED = sentence("This could not be looked at.")
_UNCHECKED_REMEDY = sentence(
    "Look again. If this stays, send a support file to whoever looks after it: balie doctor --bundle."
)


@dataclass(frozen=True, slots=True)
class Device:
    """What the checks of a device need.

    Attributes:
        id: Its name in the journal.
        data: Its folder.
        software: The program's name and version.
        slot: The slot it was started from, None without slots.
        update: What is known of the last update, in English.
        now: What the clock says.
        sending: How sending goes.
        broker: Host and port, None where it sends to nobody.
        certificate: Its file, None where it has none or may not look; see ``broker``.
        shown: What the open desk shows of itself, empty while none runs.
        taken: How it stands to what it was told of its counter, None where it was told nothing.
    """

    id: str
    data: Path
    software: str
    slot: str | None
    update: str
    now: datetime
    sending: Sending
    broker: tuple[str, int] | None
    certificate: Path | None
    shown: Mapping[str, Any]
    taken: Taken | None = None


def checks(
    host: Host,
    device: Device,
    *,
    usage: storage.Usage = storage.usage,
    reach: office.Reach | None = office.reach,
) -> Iterator[Named]:
    """Return every check of the device itself, in the order in which they are told."""
    journal = device.data / "journal.db"
    yield "storage", storage.TITLE, partial(storage.check, host, device.data, usage)
    yield "power", power.POWER, partial(power.check_power, host)
    yield "temperature", power.TEMPERATURE, partial(power.check_temperature, host)
    yield (
        "clock",
        clock.TITLE,
        lambda: clock.check(host, device.now, records.last_moment(journal)),
    )
    yield "screen", display.SCREEN, partial(display.check_screen, host, device.shown)
    yield "inputs", display.INPUTS, partial(display.check_inputs, host, device.shown)
    yield addresses.CHECK, addresses.ADDRESS, partial(addresses.check, host)
    if device.broker is not None:
        look = partial(office.check_certificate, device.certificate, device.data, device.now)
        yield "certificate", office.CERTIFICATE, look
    yield (
        "network",
        office.NETWORK,
        partial(office.check_network, device.sending, device.broker, reach),
    )
    yield "queue", office.QUEUE, partial(office.check_queue, device.sending, device.now)
    if device.taken is not None:
        yield counter.CHECK, counter.TITLE, partial(counter.check, device.taken)
    yield "journal", records.JOURNAL, partial(records.check_journal, journal, device.id)
    told = (host, device.software, device.slot, device.update)
    yield "version", records.VERSION, partial(records.check_version, *told)


def unchecked(check: str, title: str, error: Exception) -> Finding:
    """Return the finding that something could not be looked at: that is never a clean bill."""
    detail = type(error).__name__
    return Finding(check, Severity.LOOK, title, _UNCHECKED, _UNCHECKED_REMEDY, detail=detail)


def examine(wanted: Sequence[Named], *, deadline_s: float = DEADLINE_S) -> list[Finding]:
    """Run checks, each on a thread of its own, and return what they found, in their order.

    What does not come back in time is left to itself: its thread ends with the program.
    """
    runs = [_Run(*each) for each in wanted]
    until = time.monotonic() + deadline_s
    for run in runs:
        run.start()
    for run in runs:
        run.join(max(0.0, until - time.monotonic()))
    return [finding for run in runs for finding in run.found(deadline_s)]


class _Run(threading.Thread):
    """One check on its thread."""

    def __init__(self, check: str, title: str, look: Any) -> None:
        super().__init__(name=f"doctor {check}", daemon=True)
        self._check = check
        self._title = title
        self._look = look
        self._findings: list[Finding] | None = None

    def run(self) -> None:
        try:
            self._findings = self._look()
        except Exception as error:
            # A supervising loop: one check that fails must not silence the others.
            log.exception("The check of %s failed.", self._check)
            self._findings = [unchecked(self._check, self._title, error)]

    def found(self, deadline_s: float) -> list[Finding]:
        """Return what was found; that it did not come back, where it did not."""
        if self._findings is not None:
            return self._findings
        facts = {"seconds": f"{deadline_s:g}"}
        remedy = DeviceError.remedy
        return [Finding(self._check, Severity.BAD, self._title, _SLOW, remedy, facts)]
