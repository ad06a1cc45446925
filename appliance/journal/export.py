"""The journal as a text file: to keep, to hand over, to check anywhere.

The first line is a manifest that says from where to where the file goes. Then come batches as they
travel, uncompressed: a header line, then one entry a line, its bytes as they were made. Manifest
and headers are signed when the device's key is at hand.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from appliance.journal.batch import header
from appliance.journal.entry import Entry, Watermark
from appliance.journal.errors import JournalError
from appliance.journal.reader import JournalReader
from appliance.journal.signing import Signer

_RUN = 50
"""Entries in a batch: the fewer, the closer a signature tells where a change was made."""


class NothingToExportError(JournalError, LookupError):
    """No entry lies within the days asked for."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export says of itself.

    Attributes:
        device: Whose journal it is.
        first: Epoch and sequence of the first entry.
        until: The last entry's place and hash.
        entries: How many there are.
        signature: Base64 of the Ed25519 signature, empty if unsigned.
    """

    device: str
    first: tuple[int, int]
    until: Watermark
    entries: int
    signature: str = ""

    def signed_text(self) -> bytes:
        """Tell the bytes that the signature is made over."""
        numbers = (*self.first, *self.until.place, self.entries)
        lines = ("balie-export-1", self.device, *map(str, numbers), self.until.hash)
        return "\n".join(lines).encode()

    def to_json(self, signer: Signer | None) -> bytes:
        """Make the first line of an export, without its line end."""
        signature = signer.sign(self.signed_text()) if signer else b""
        return orjson.dumps(
            {
                "balie": "export 1",
                "device": self.device,
                "epoch": self.first[0],
                "first": self.first[1],
                "until": {
                    "epoch": self.until.epoch,
                    "sequence": self.until.sequence,
                    "hash": self.until.hash,
                },
                "entries": self.entries,
                "signature": base64.b64encode(signature).decode(),
            }
        )

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Manifest:
        """Read a manifest.

        Raises:
            ValueError: if something is missing or of another kind.
        """
        try:
            until = Watermark.from_json(orjson.dumps(value["until"]))
            first = (int(value["epoch"]), int(value["first"]))
            device, entries, signature = value["device"], int(value["entries"]), value["signature"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"a manifest names its {error}") from error
        return cls(str(device), first, until, entries, str(signature))


def export(
    journal: JournalReader,
    out: BinaryIO,
    *,
    signer: Signer | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Manifest:
    """Write a journal's entries as text.

    The days are those of the entries' own times. Everything between the first and the last entry
    that lies within them is written, so that the chain has no holes though a clock was wrong.

    Raises:
        NothingToExportError: if no entry lies within the days.
        JournalDamaged: if the journal cannot be read.
    """
    manifest = _survey(journal, first_day, last_day)
    out.write(manifest.to_json(signer) + b"\n")
    before = Watermark(manifest.first[0], manifest.first[1] - 1, "")
    for run in _runs(journal.entries(before, manifest.entries)):
        out.write(header(run, stream="journal", device=manifest.device, signer=signer) + b"\n")
        out.writelines(entry.raw + b"\n" for entry in run)
    return manifest


def export_file(journal: JournalReader, path: Path, **options: Any) -> Manifest:
    """Write an export to a file that must not exist yet; options as in `export`."""
    with path.open("xb") as out:
        try:
            return export(journal, out, **options)
        except BaseException:
            path.unlink()
            raise


def _survey(journal: JournalReader, first_day: date | None, last_day: date | None) -> Manifest:
    """Find the first and the last entry within the days, and how many lie between them."""
    first: Entry | None = None
    last: Entry | None = None
    count = until = 0
    for entry in journal.entries():
        day = entry.time[:10]
        within = (not first_day or day >= first_day.isoformat()) and (
            not last_day or day <= last_day.isoformat()
        )
        if within and first is None:
            first = entry
        if first:
            count += 1
        if within:
            last, until = entry, count
    if first is None or last is None:
        raise NothingToExportError(
            f"no entry of {journal.path} lies between {first_day or 'its beginning'} and "
            f"{last_day or 'its end'}"
        )
    device = first.source.removeprefix("/devices/")
    return Manifest(device, (first.epoch, first.sequence), last.watermark, until)


def _runs(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Cut entries into batches: of one epoch, of at most `_RUN`."""
    for _, same in groupby(entries, key=lambda entry: (entry.epoch, (entry.sequence - 1) // _RUN)):
        yield list(same)
