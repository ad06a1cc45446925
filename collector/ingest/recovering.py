"""``balie-collector recover``: what a dead device had not sent, as ``balie recover`` read it.

The file holds batches as they travel, signed by the device. They go the very way of those that the
broker brings: checked, stored, set aside where they disagree with what is held. So the file may be
given again and again, and the device may come back to life and send the same: each entry is held
once. Unlike a message, a batch may be signed with a key the device had before it was replaced, and
may be of a device that was revoked: whoever gives the file stands here in person.
"""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from isal import isal_zlib

from appliance.journal.batch import LIMITS
from appliance.journal.text import TornText, read_lines
from collector.ingest.advancing import Place
from collector.ingest.checking import Checked, KnownDevice, Refused, check
from collector.ingest.keys import keys_of
from collector.ingest.models import Device, Entry, Fork
from collector.ingest.projecting import Projector

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)

_TOGETHER = 20
"""Batches stored in one transaction: ingest may be waiting for the database."""


class NotRecovered(ValueError):  # noqa: N818 (reads as what happened)
    """The file cannot be taken, or not beyond some place; the message says why."""


@dataclass(slots=True)
class Recovered:
    """What taking a file came to.

    Attributes:
        device: Whose it is.
        came: How many entries the file holds.
        new: How many of them were not held yet.
        aside: How many disagree with what is held, and were set aside as forks.
        moved: The epochs whose watermark moved.
    """

    device: str
    came: int = 0
    new: int = 0
    aside: int = 0
    moved: set[Place] = field(default_factory=set)


def add_command(subparsers: Subparsers) -> None:
    """Add ``recover`` to ``balie-collector``."""
    parser = subparsers.add_parser(
        "recover",
        help="take what 'balie recover' read off a dead device's card; again is allowed",
    )
    parser.add_argument("file", type=Path, help="as 'balie recover --output' wrote it")
    parser.set_defaults(run=_run)


def recover(file: Path, *, now: datetime) -> Recovered:
    """Store what a file holds and derive the figures of it.

    Args:
        file: As ``balie recover`` wrote it.
        now: When.

    Raises:
        NotRecovered: It is no such file, of a stranger, torn, or not signed by the device. What
            came before that place is stored.
    """
    texts = _texts(file)
    device = _device_of(next(texts, []), file)
    found = Recovered(device)
    known = [KnownDevice(device, key, revoked=False) for key in keys_of(device)]
    entries = Entry.objects.filter(device=device)
    forks = Fork.objects.filter(device=device)
    before, aside = entries.count(), forks.count()
    together: list[Checked] = []
    try:
        for lines in texts:
            together.append(_check(known, lines))
            if len(together) == _TOGETHER:
                _store(together, found, now)
                together = []
    finally:
        _store(together, found, now)
        found.new, found.aside = entries.count() - before, forks.count() - aside
        projector = Projector.from_settings()
        for place in sorted(found.moved):
            while projector.follow(place):
                pass
    return found


def _store(together: Sequence[Checked], found: Recovered, now: datetime) -> None:
    if not together:
        return
    from collector.ingest.storing import store  # noqa: PLC0415 (no other command of the area stores)

    stored = store(together, (), now=now)
    found.came += sum(each.batch.count for each in together)
    found.moved |= stored.advanced


def _check(known: Sequence[KnownDevice], lines: Sequence[bytes]) -> Checked:
    """Check a batch as one that travelled, by any key its device ever had."""
    payload = isal_zlib.compress(b"\n".join(lines), 1)
    why = ""
    for each in known:
        try:
            return check(each.id, each, payload)
        except Refused as refused:
            why = why or str(refused)
    raise NotRecovered(
        f"{why}. Nothing from this place on was taken; what came before it is held. Read the card "
        "again with 'balie recover', with the device's own key."
    )


def _device_of(lines: Sequence[bytes], file: Path) -> str:
    """Return whose file it is, from its first line."""
    value = _as_object(lines[0]) if lines else {}
    if value.get("balie") != "export 1":
        raise NotRecovered(f"{file}: expected a file that 'balie recover --output' wrote.")
    device = str(value.get("device"))
    if not Device.objects.filter(pk=device).exists():
        raise NotRecovered(
            f"{file} is of {device}, and no device of that name is enrolled here. Give it to the "
            "collector that the device belonged to."
        )
    return device


def _texts(file: Path) -> Iterator[list[bytes]]:
    """Cut a file into its first line and its batches, each from its header on."""
    lines: list[bytes] = []
    longest = LIMITS.entries + LIMITS.attachments
    try:
        for line in read_lines(file):
            if lines and (line.startswith(b'{"balie":') or len(lines) > longest):
                yield lines
                lines = []
            lines.append(line)
    except (TornText, OSError) as torn:
        raise NotRecovered(f"{file} cannot be read to its end: {torn}. Copy it anew.") from torn
    if lines:
        yield lines


def _as_object(line: bytes) -> dict[str, object]:
    try:
        value = orjson.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _run(arguments: argparse.Namespace) -> int:
    try:
        found = recover(arguments.file, now=datetime.now(UTC))
    except NotRecovered as refused:
        raise SystemExit(str(refused)) from refused
    held = found.came - found.new - found.aside
    print(
        f"{found.device}: {found.came} entries in the file, {found.new} of them new, {held} held "
        f"already, {found.aside} set aside."
    )
    if found.aside:
        print(
            "What was set aside disagrees with what is held: the card was copied, or put back and "
            "sold on. 'balie-collector status' names it; see to the alarm on the device's page."
        )
    return 0
