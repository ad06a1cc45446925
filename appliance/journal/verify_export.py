"""Checks an export or an archive of a journal: its chain, its first line and its signatures."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from appliance.journal.archive import ArchiveError, Span
from appliance.journal.attachments import KEY, Held
from appliance.journal.batch import signed_text
from appliance.journal.checker import Checker
from appliance.journal.entry import ZERO_HASH, Entry, Watermark
from appliance.journal.export import Manifest
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.signing import PublicKey
from appliance.journal.text import TornText, is_compressed, read_lines
from appliance.journal.verify_attachments import AttachmentCheck
from appliance.journal.verify_signatures import is_signed


def verify_export(
    path: Path, *, key: PublicKey | None = None, heads: Iterable[Watermark] = ()
) -> Report:
    """Check an export or an archive; see `appliance.journal.verify.verify`."""
    with path.open("rb") as file:
        what = "an archive" if is_compressed(file.read(2)) else "an export"
    report = Report(f"{path.name}, {what}")
    reading = TextReading(report, [key] if key else [], list(heads))
    reading.read_file(path)
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
    naming: list[Entry] = field(default_factory=list)
    attached: dict[str, list[Held]] = field(default_factory=dict)

    @property
    def until(self) -> Watermark:
        return Watermark(self.epoch, self.first + self.count - 1, self.head)


class TextReading:
    """One reading of an export or archive, or of several archives that follow each other.

    Args:
        report: Where findings go.
        keys: Those the device may have signed with; none leaves signatures unchecked.
        heads: Places and hashes known from elsewhere.
        checker: Follows the chain; one of its own unless told.
        see: Called with each entry that can be read, by whoever looks at attachments himself.
    """

    def __init__(
        self,
        report: Report,
        keys: Sequence[PublicKey],
        heads: list[Watermark],
        checker: Checker | None = None,
        see: Callable[[Entry], object] | None = None,
    ) -> None:
        self._report = report
        self._keys = keys
        self._heads = heads
        self._shared = checker is not None
        self._see = see
        self._checker = checker or Checker(report, heads=heads)
        self._attachments = AttachmentCheck(report, None, complete=False)
        self._section: _Section | None = None
        self._entries = 0
        self._batches = 0
        self._unproved: list[_Section] = []
        self._said = 0

    def read_file(self, path: Path) -> None:
        """Read a file from its first line to its last, or as far as it can be read."""
        before = self._entries
        self._said = 0
        try:
            for number, line in enumerate(read_lines(path), 1):
                self._read(number, line)
        except TornText as torn:
            place = str(self._checker.top)
            self._find(
                Kind.UNREADABLE, place, f"{path.name} is damaged after entry {place}: {torn}"
            )
            self._section = None
        else:
            self._close_section()
            if self._said and self._entries - before != self._said and not self._report.findings:
                sentence = (
                    f"the first line promises {self._said} entries, {self._entries - before} came"
                )
                self._find(Kind.CHANGED, "line 1", sentence)

    def finish(self) -> Report:
        """Check what can only be checked at the end."""
        if not self._shared:
            self._checker.finish()
        self._attachments.finish()
        self._say_signatures()
        return self._report

    def _read(self, number: int, line: bytes) -> None:
        """Read the next line: the first, a batch's header, an entry or an attachment."""
        value = _as_object(line)
        if number == 1:
            if self._read_first_line(value, line):
                return
            self._find(Kind.REMOVED, "line 1", "the manifest in line 1 was changed or removed")
        if "specversion" not in value and "balie" in value:
            self._close_section()
            self._open_section(number, value)
            return
        section = self._section
        if "specversion" not in value and "salt" in value and section and section.came:
            place, held = _attachment(value)
            section.attached.setdefault(place, []).append(held)
            return
        entry = self._checker.read(line, f"line {number}")
        self._entries += 1
        if entry is not None and self._see:
            self._see(entry)
        if section:
            section.came += 1
            section.last = line
            if entry is not None and KEY in entry.data and not self._see:
                section.naming.append(entry)

    def _read_first_line(self, value: dict[str, Any], line: bytes) -> bool:
        """Learn where the file should begin and end."""
        if value.get("balie") == "archive 1":
            return self._read_span(line)
        try:
            manifest = Manifest.from_json(value)
        except ValueError:
            return False
        epoch, first = manifest.first
        after = Watermark(epoch, first - 1, "" if first > 1 else ZERO_HASH)
        self._expect(manifest.device, after, manifest.until)
        self._said = manifest.entries
        if self._keys and not is_signed(manifest.signature, manifest.signed_text(), self._keys):
            sentence = "the manifest in line 1 is not signed with the device's key"
            self._find(Kind.FORGED, "line 1", sentence)
        return True

    def _read_span(self, line: bytes) -> bool:
        try:
            span = Span.from_json(line)
        except ArchiveError:
            return False
        self._expect(span.device, span.after, span.until)
        self._said = span.entries
        return True

    def _expect(self, device: str, after: Watermark, until: Watermark) -> None:
        if self._shared:
            return
        self._report.device = device
        self._checker = Checker(self._report, heads=[*self._heads, until], after=after)

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
            place = f"{section.epoch}.{section.first}"
            self._find(
                Kind.REMOVED if section.came < section.count else Kind.INSERTED,
                place,
                f"the batch of line {section.line} promises {section.count} entries from {place}, "
                f"{section.came} came",
            )
        elif sha256(section.last).hexdigest() != section.head:
            place = str(section.until)
            sentence = f"entry {place} was changed: its batch promises another hash"
            self._find(Kind.CHANGED, place, sentence)
        self._compare_attachments(section)
        text = signed_text("journal", section.device, section.until)
        if self._keys and not is_signed(section.signature, text, self._keys):
            self._unproved.append(section)

    def _compare_attachments(self, section: _Section) -> None:
        for entry in section.naming:
            self._attachments.compare(entry, section.attached.pop(str(entry.watermark), ()))
        for place, strays in section.attached.items():
            for each in strays:
                self._attachments.find_stray(place, each.reference)

    def _say_signatures(self) -> None:
        """Name the first batch that the device did not sign: the change lies within it."""
        if not self._keys:
            self._report.signatures = "not checked: the device's public key was not given"
            self._report.limits.append("signatures: give the device's public key with --key")
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
        self._report.findings.add(kind, place, sentence)


def _as_object(line: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _attachment(value: dict[str, Any]) -> tuple[str, Held]:
    """Read an attachment's line: with which entry it lies, and what it is."""
    reference = str(value.get("reference"))
    place = f"{value.get('epoch')}.{value.get('sequence')}"
    try:
        salt, content = (base64.b64decode(value[key], validate=True) for key in ("salt", "content"))
    except (LookupError, TypeError, ValueError):
        return place, Held(reference, b"", b"")
    return place, Held(reference, salt, content)
