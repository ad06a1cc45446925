"""Checks an export of a journal: its chain, its manifest and its signatures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature

from appliance.journal.batch import signed_text
from appliance.journal.checker import Checker
from appliance.journal.entry import START, Watermark
from appliance.journal.export import Manifest
from appliance.journal.report import Finding, Kind, Report
from appliance.journal.signing import PublicKey


def verify_export(
    path: Path, *, key: PublicKey | None = None, heads: Iterable[Watermark] = ()
) -> Report:
    """Check an export; see `appliance.journal.verify.verify`."""
    reading = _Reading(Report(f"{path.name}, an export"), key, list(heads))
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            reading.read(number, line.rstrip(b"\n"))
    return reading.finish()


@dataclass(slots=True)
class _Section:
    """A batch within the file: what its header says, and what came."""

    line: int
    device: str
    epoch: int
    first: int
    count: int
    head: str
    signature: str
    came: int = 0
    last: bytes = b""

    @property
    def until(self) -> Watermark:
        return Watermark(self.epoch, self.first + self.count - 1, self.head)


class _Reading:
    """One reading of an export, line by line."""

    def __init__(self, report: Report, key: PublicKey | None, heads: list[Watermark]) -> None:
        self._report = report
        self._key = key
        self._heads = heads
        self._checker = Checker(report, heads=heads)
        self._section: _Section | None = None
        self._batches = 0
        self._unproved: list[_Section] = []

    def read(self, number: int, line: bytes) -> None:
        """Read the next line: the manifest, a batch's header or an entry."""
        value = _as_object(line)
        if number == 1:
            if self._read_manifest(value):
                return
            self._find(Kind.REMOVED, "line 1", "the manifest in line 1 was changed or removed")
        if "specversion" not in value and "balie" in value:
            self._close_section()
            self._open_section(number, value)
            return
        self._checker.read(line, f"line {number}")
        if self._section:
            self._section.came += 1
            self._section.last = line

    def finish(self) -> Report:
        """Check what can only be checked at the end."""
        self._close_section()
        self._checker.finish()
        self._say_signatures()
        return self._report

    def _read_manifest(self, value: dict[str, Any]) -> bool:
        """Learn where the file should begin and end."""
        try:
            manifest = Manifest.from_json(value)
        except ValueError:
            return False
        epoch, first = manifest.first
        after = Watermark(epoch, first - 1, "") if first > 1 else START
        self._checker = Checker(self._report, heads=[*self._heads, manifest.until], after=after)
        self._report.device = manifest.device
        if self._key and not _is_signed(manifest.signature, manifest.signed_text(), self._key):
            sentence = "the manifest in line 1 is not signed with the device's key"
            self._find(Kind.FORGED, "line 1", sentence)
        return True

    def _open_section(self, number: int, value: dict[str, Any]) -> None:
        kinds = {
            "device": str,
            "epoch": int,
            "first": int,
            "count": int,
            "head": str,
            "signature": str,
        }
        fields = [value.get(name) for name in kinds]
        if all(type(field) is kind for field, kind in zip(fields, kinds.values(), strict=True)):
            self._section = _Section(number, *fields)  # type: ignore[arg-type]  # checked above
        else:
            self._find(Kind.CHANGED, f"line {number}", f"line {number}: the header was changed")

    def _close_section(self) -> None:
        """Compare what a batch's header promised with what came."""
        section, self._section = self._section, None
        if section is None:
            return
        self._batches += 1
        if section.came != section.count:
            self._find(
                Kind.REMOVED if section.came < section.count else Kind.INSERTED,
                f"{section.epoch}.{section.first}",
                f"the batch of line {section.line} promises {section.count} entries from "
                f"{section.epoch}.{section.first}, {section.came} came",
            )
        elif sha256(section.last).hexdigest() != section.head:
            place = str(section.until)
            sentence = f"entry {place} was changed: its batch promises another hash"
            self._find(Kind.CHANGED, place, sentence)
        text = signed_text("journal", section.device, section.until)
        if self._key and not _is_signed(section.signature, text, self._key):
            self._unproved.append(section)

    def _say_signatures(self) -> None:
        """Name the first batch that the device did not sign: the change lies within it."""
        if self._key is None:
            self._report.signatures = "not checked: the device's public key was not given"
            return
        proved = self._batches - len(self._unproved)
        self._report.signatures = f"{proved} of {self._batches} batches are signed by the device"
        if not self._unproved:
            return
        first = self._unproved[0]
        how = "signed by a stranger" if first.signature else "not signed"
        others = len(self._unproved) - 1
        rest = f"; so are {others} later batches" if others else ""
        self._find(
            Kind.FORGED,
            f"{first.epoch}.{first.first}",
            f"entries {first.epoch}.{first.first} to {first.until} are {how}: something among "
            f"them is not what the device recorded{rest}",
        )

    def _find(self, kind: Kind, place: str, sentence: str) -> None:
        self._report.findings.append(Finding(kind, place, sentence))


def _as_object(line: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _is_signed(signature: str, text: bytes, key: PublicKey) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, binascii.Error):
        return False
    return True
