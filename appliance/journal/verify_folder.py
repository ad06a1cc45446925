"""Checks a folder of archives and exports: each by itself, and that they join without a hole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from appliance.journal.archive import SUFFIX, ArchiveError, Span
from appliance.journal.checker import Checker
from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalAbsent
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.signing import PublicKey
from appliance.journal.text import TornText, read_lines
from appliance.journal.verify_export import TextReading


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    span: Span


def verify_folder(
    folder: Path,
    *,
    key: PublicKey | None = None,
    heads: Iterable[Watermark] = (),
    device: str | None = None,
) -> Report:
    """Check every archive of a folder; see `appliance.journal.verify.verify`.

    Raises:
        JournalAbsent: if there is none.
    """
    report = Report(f"{folder.name}, a folder of archives")
    by_device: dict[str, list[_File]] = defaultdict(list)
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    for path in paths:
        span = _span(path, report)
        if span is not None and device in (None, span.device):
            by_device[span.device].append(_File(path, span))
    if not paths:
        raise JournalAbsent(f"expected archives (*{SUFFIX}) in {folder}, found none")
    known = list(heads)
    for name, files in sorted(by_device.items()):
        report.parts.append(_verify_device(name, files, key, known))
    return report


def _verify_device(
    device: str, files: list[_File], key: PublicKey | None, heads: list[Watermark]
) -> Report:
    files.sort(key=lambda file: (file.span.until.epoch, file.span.after.sequence))
    first = files[0].span.after
    report = Report(f"{len(files)} archives", device=device)
    ends = [file.span.until for file in files]
    checker = Checker(
        report,
        heads=[*heads, *ends],
        after=first,
        branches=True,
    )
    if first.place != (1, 0):
        report.notes.append(f"the first archive begins after entry {first}")
    reading = TextReading(report, [key] if key else [], heads, checker)
    for before, file in zip((None, *files), files, strict=False):
        if before is not None and _overlaps(before, file, report):
            continue
        reading.read_file(file.path)
    checker.finish()
    return reading.finish()


def _overlaps(before: _File, file: _File, report: Report) -> bool:
    """Tell whether a file says again what one before it said."""
    if file.span.until.epoch != before.span.until.epoch:
        return False
    if file.span.after.sequence >= before.span.until.sequence:
        return False
    report.findings.add(
        Kind.ARCHIVE,
        file.path.name,
        f"{file.path.name} holds entries up to {file.span.until} from after {file.span.after} "
        f"again: {before.path.name} goes to {before.span.until}",
    )
    return True


def _span(path: Path, report: Report) -> Span | None:
    """Read what an archive says of itself, and hold it against its name."""
    try:
        line = next(read_lines(path), b"")
        span = Span.from_json(line)
    except (TornText, ArchiveError, OSError) as error:
        what = (
            "is an export; check it by itself" if _is_export(path) else f"cannot be read: {error}"
        )
        report.findings.add(Kind.UNREADABLE, path.name, f"{path.name} {what}")
        return None
    if path.name != span.file_name:
        report.findings.add(
            Kind.ARCHIVE,
            path.name,
            f"{path.name} holds what is called {span.file_name}: it was renamed or put in "
            "another's place",
        )
    return span


def _is_export(path: Path) -> bool:
    try:
        value: Any = orjson.loads(next(read_lines(path), b""))
    except (TornText, ValueError, OSError):
        return False
    return isinstance(value, dict) and value.get("balie") == "export 1"
