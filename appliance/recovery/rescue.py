"""Reads the journal of a dead device as far as it can be read, and writes it down to be handed on.

The file has the form of every export: a manifest, then batches as they travel, each with the
device's own signature, and here with what is attached to entries too. ``balie journal verify``
checks it, ``balie-collector recover`` takes it. Where a page of the journal is damaged, the entries
before and behind it are still written, so that only those on it are missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from appliance.journal.acknowledged import read_acknowledged
from appliance.journal.batch import header
from appliance.journal.entry import START, Entry, Line, Watermark, parse
from appliance.journal.errors import EntryError, JournalError
from appliance.journal.export import Manifest
from appliance.journal.reader import JournalReader
from appliance.journal.report import Report
from appliance.journal.signing import Signer
from appliance.journal.takings import COMPLETED, Takings
from appliance.journal.verify import verify
from appliance.recovery.card import Copy

_PAGE = 500
_RUN = 50
"""Entries in a batch, as in every export."""


@dataclass(slots=True)
class Rescue:
    """What a dead device's journal holds that the collector never acknowledged.

    Attributes:
        report: What checking the whole journal found.
        acknowledged: Up to where the collector held it, as the card knows; `START` for nothing.
        after: Behind which place entries are handed on.
        first: The first of them.
        last: The last of them.
        count: How many can be read.
        lost: How many are there or must have been, and cannot be read.
        since: When the first was made.
        takings: The sales among them.
        device: Whose they are.
        notes: What a technician should know.
    """

    report: Report
    acknowledged: Watermark
    after: Watermark
    first: Watermark = START
    last: Watermark = START
    count: int = 0
    lost: int = 0
    since: datetime | None = None
    takings: Takings = field(default_factory=Takings)
    device: str = ""
    notes: list[str] = field(default_factory=list)


def examine(copy: Copy, *, everything: bool = False) -> Rescue:
    """Check a copied journal and tell what of it the collector may not have.

    Args:
        copy: As it was copied off the card.
        everything: Whether all of it is to be handed on, not only what was not acknowledged.

    Raises:
        JournalError: It cannot be read at all.
    """
    acknowledged = (read_acknowledged(copy.cursor) or [START])[0]
    with closing(JournalReader.open(copy.journal)) as journal:
        found = Rescue(Report(""), acknowledged, START if everything else acknowledged)
        for entry in _entries(journal, found):
            _count(found, entry)
        head = journal.head
    found.report = verify(copy.journal, heads=[acknowledged] if acknowledged != START else ())
    if acknowledged.place > head.place:
        found.notes.append(
            f"The collector held this device up to {acknowledged}, the card ends at {head}: its "
            "write-ahead log is missing, or it is an older card of the device. What is missing "
            "here is in the collector up to that place; look for a newer card too."
        )
    if copy.lost_bytes:
        found.notes.append(
            f"The card could not give {copy.lost_bytes} bytes; zeros stand for them. Copying the "
            "card with ddrescue first, and giving the copy, may find more."
        )
    if found.lost:
        found.notes.append(
            f"{found.lost} of the entries cannot be read. The collector will name them as a gap."
        )
    return found


def write(copy: Copy, found: Rescue, target: Path, signer: Signer | None) -> None:
    """Write what `examine` found, to be handed on.

    Args:
        copy: The same copy.
        found: What was found in it.
        target: A new file; it may hold personal data, so only its owner may read it.
        signer: The device's key; without it the collector does not believe the file.

    Raises:
        OSError: It cannot be written; nothing is left of it then.
    """
    device = found.device
    manifest = Manifest(device, found.first.place, found.last, found.count)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as out,
            closing(JournalReader.open(copy.journal)) as journal,
        ):
            out.write(manifest.to_json(signer) + b"\n")
            for run in _runs(journal, found):
                beside = [each.to_line() for each in journal.attachments(run)]
                told = {"stream": "journal", "device": device, "signer": signer}
                out.write(header(run, **told, attachments=len(beside)) + b"\n")  # type: ignore[arg-type]
                out.writelines(entry.raw + b"\n" for entry in run)
                out.writelines(line + b"\n" for line in beside)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:  # Ctrl-C too: half a file must not pass for a whole one
        target.unlink()
        raise


def _count(found: Rescue, entry: Entry) -> None:
    if not found.count:
        found.first, found.since = entry.watermark, entry.moment
        found.device = entry.source.removeprefix("/devices/")
    found.last, found.count = entry.watermark, found.count + 1
    if entry.type == COMPLETED:
        found.takings.add(entry.data)


def _runs(journal: JournalReader, found: Rescue) -> Iterator[list[Line]]:
    """Cut entries into batches that are chained and may travel."""
    run: list[Line] = []
    before: Entry | None = None
    for entry in _entries(journal, Rescue(found.report, found.acknowledged, found.after)):
        goes_on = before is not None and entry.follows(before.watermark)
        if run and not (goes_on and entry.epoch == run[0].epoch and len(run) < _RUN):
            yield from _travelling(journal, run)
            run = []
        position = journal.position(Watermark(entry.epoch, entry.sequence, ""))
        run.append(Line(entry.epoch, entry.sequence, entry.raw, position))
        before = entry
    if run:
        yield from _travelling(journal, run)


def _travelling(journal: JournalReader, run: list[Line]) -> Iterator[list[Line]]:
    """Cut a batch where its attachments would be too many for one."""
    while run:
        together = journal.travelling(run)
        yield together
        run = run[len(together) :]


def _entries(journal: JournalReader, found: Rescue) -> Iterator[Entry]:
    """Read entries in order; those that cannot be read are counted as lost.

    An entry whose follower names another hash than its own was damaged too.
    """
    held: Entry | None = None
    reached = journal.position(found.after)
    for line in _lines(journal, reached):
        found.lost += line.position - reached - 1
        reached = line.position
        try:
            entry = parse(line.raw)
        except EntryError:
            found.lost += 1
            continue
        if held is not None and _is_disowned(held, entry):
            found.lost += 1
        elif held is not None:
            yield held
        held = entry
    if held is not None:
        yield held
    found.lost += max(0, journal.last_position - reached)


def _is_disowned(entry: Entry, follower: Entry) -> bool:
    is_next = (entry.epoch, entry.sequence + 1) == (follower.epoch, follower.sequence)
    return is_next and follower.previous != entry.hash


def _lines(journal: JournalReader, position: int) -> Iterator[Line]:
    """Read rows above a position, one by one where a page of them cannot be read."""
    last = journal.last_position
    while position < last:
        try:
            lines = journal.onwards(position, _PAGE)
        except JournalError:
            lines = list(_one_by_one(journal, position, min(position + _PAGE, last)))
            position = min(position + _PAGE, last)
        else:
            if not lines:
                return
            position = lines[-1].position
        yield from lines


def _one_by_one(journal: JournalReader, position: int, last: int) -> Iterator[Line]:
    for at in range(position, last):
        try:
            lines = journal.onwards(at, 1)
        except JournalError:
            continue
        if lines and lines[0].position == at + 1:
            yield lines[0]
