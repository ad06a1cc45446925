"""The slip that a printer gets at the door: who this device is, and how it is let in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import drivers
from appliance.doctor import addresses, records, report
from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host
from appliance.doctor.plugging import Cable, Plugging
from appliance.door.box import FOLDER
from appliance.door.refusals import REFUSALS
from appliance.services.words import Words, sentence
from appliance.update.system import Started
from drivers import DeviceError
from drivers.printer import Element, Printer

log = logging.getLogger("balie.door")

NAME = "Balie"
"""What the device is called while nobody has named it."""
_OFFICE = sentence("Back office")
_NOT_YET = sentence("This device is not let in yet.")


class DoorSlip:
    """Prints it once for each printer, and again when that was pulled and plugged in.

    Args:
        folder: The device's own.
        found: Returns the printer that is plugged in, as a section of the settings.
        fingerprint: Returns the device's own; empty while nobody knows it.
        language: Returns which language is shown.
        software: The program's name and version.
        clock: The time.
        monotonic: Seconds of a clock that never jumps.
        host: The machine.
    """

    def __init__(
        self,
        folder: Path,
        *,
        found: Callable[[], Mapping[str, Any] | None],
        fingerprint: Callable[[], str],
        language: Callable[[], str],
        software: str,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        host: Host | None = None,
    ) -> None:
        self._notes, self._found = folder / FOLDER, found
        self._fingerprint, self._language = fingerprint, language
        self._software, self._clock, self._monotonic = software, clock, monotonic
        self._host = host or Host()
        self._told: Mapping[str, Any] | None = None
        self._printer: Printer | None = None
        self._plugging: Plugging | None = None

    def look(self) -> None:
        """Every second or so, on a thread of its own: it MAY take as long as a paper does."""
        fingerprint = self._fingerprint()
        if not fingerprint:
            return
        if (found := self._found()) is not None and found != self._told:
            self._open(found, fingerprint)
        if self._printer is None or self._plugging is None:
            return
        if self._plugging.look(self._printer.status()):
            try:
                self._printer.print(self._printer.encode(self.document(fingerprint)))
            except DeviceError as error:
                log.warning("the slip of this device did not come out: %s", error)

    def close(self) -> None:
        """Let go of the printer; again is allowed."""
        if self._printer is not None:
            self._printer.close()
        self._printer = self._told = None

    def document(self, fingerprint: str) -> list[Element]:
        """What goes on paper."""
        slot = Started.read(self._host.root / "proc/cmdline").slot
        findings = [
            *addresses.check(self._host),
            Finding("door", Severity.LOOK, _OFFICE, _NOT_YET, REFUSALS["other"].remedy),
            *records.check_version(self._host, self._software, slot, ""),
        ]
        words = Words(self._language())
        return report.status(findings, words, NAME, self._clock(), fingerprint=fingerprint)

    def _open(self, found: Mapping[str, Any], fingerprint: str) -> None:
        self.close()
        options = {key: told for key, told in found.items() if key != "driver"}
        driver = str(found["driver"])
        opened = drivers.load("printer", driver).open_device(
            drivers.configure("printer", driver, options)
        )
        # Another key is another device: what was printed tells of one that is no more.
        name = " ".join(map(str, (*found.values(), fingerprint)))
        cable = Cable(name, can_be_pulled=True, answers=True)
        self._told, self._printer = found, opened
        self._plugging = Plugging(
            cable, self._notes, monotonic=self._monotonic, is_news_at_start=True
        )
