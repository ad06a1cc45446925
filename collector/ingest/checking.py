"""Is this message a batch of that device's journal? Everything is doubted until shown.

Checking a signature takes longer than all the rest. Where batches of one device follow each other,
each chained to the one before, that of the last covers them all, and is the only one checked and
kept. Where it is not genuine each of them is judged by its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from django.utils.translation import gettext_noop

from appliance.journal.batch import Batch, unpack, verify
from appliance.journal.entry import Entry, device_source
from appliance.journal.errors import BatchError, ForgedBatch, KeyUnreadable
from appliance.journal.signing import PublicKey, read_public
from collector.ingest.alarms import Complaint

COVERED = 100
"""One signature is kept for so many entries at least: archives and whoever looks for the place of a
forgery go from signature to signature."""
_LARGEST_EPOCH = 2**31 - 1
_LARGEST_SEQUENCE = 2**63 - 1
_LONGEST_TYPE = 100


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """What is needed to judge a message.

    Attributes:
        id: The device.
        public_key: PEM of the key that signs its journal.
        revoked: Whether it was sent away.
    """

    id: str
    public_key: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch that is what it says: signed by the device, whole, chained within itself.

    Attributes:
        batch: The batch.
        times: When each entry was made, in UTC.
        device: As whose it was judged.
        is_covered: Whether the signature of a later batch, chained to this one, was checked in
            place of its own.
    """

    batch: Batch
    times: tuple[datetime, ...]
    device: KnownDevice
    is_covered: bool = False

    @property
    def text_bytes(self) -> int:
        """How large it is when it is unpacked."""
        batch = self.batch
        return sum(len(entry.raw) for entry in batch.entries) + sum(map(len, batch.attachments))

    @property
    def is_signed(self) -> bool:
        """Whether its own signature is genuine; one that was not checked yet is checked now."""
        if not self.is_covered:
            return True
        try:
            verify(self.batch, _public_key(self.device.public_key))
        except ForgedBatch:
            return False
        return True

    def goes_on_from(self, before: Checked) -> bool:
        """Whether it begins in the same epoch where another ended, chained to it."""
        first, end = self.batch.entries[0], before.batch.watermark
        return first.epoch == end.epoch and first.follows(end)


class Refused(Exception):  # noqa: N818 (reads as what happened)
    """A message that is not stored; ``complaint`` says why."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.sentence)
        self.complaint = complaint


def check(name: str, device: KnownDevice | None, payload: bytes) -> Checked:
    """Check a message from a device's journal topic.

    Args:
        name: The device the topic names.
        device: What is known of it, None for a stranger.
        payload: The message.

    Raises:
        Refused: It is not a batch of that device's journal.
    """
    (found,) = check_all([(name, payload)], {name: device} if device else {})
    if isinstance(found, Refused):
        raise found
    return found


def check_all(
    came: Iterable[tuple[str, bytes]],
    known: Mapping[str, KnownDevice],
    *,
    most_bytes: int | None = None,
) -> list[Checked | Refused]:
    """Check messages that came together, each with the device its topic names.

    Args:
        came: Names of devices and messages, in the order in which they came.
        known: What is known of devices; strangers are not in it.
        most_bytes: When so many bytes are unpacked, the messages after that are left alone.

    Returns:
        In the same order what each message is, or why it is none of its device's journal.
    """
    messages, found, size = [], list[Checked | Refused](), 0
    for name, payload in came:
        each = _read(name, known.get(name), payload)
        messages.append((name, payload))
        found.append(each)
        if most_bytes is not None and isinstance(each, Checked):
            size += each.text_bytes
            if size >= most_bytes:
                break
    for chain in _chains(found):
        proven = _prove([(batch, messages[index][1]) for index, batch in chain])
        for (index, _), each in zip(chain, proven, strict=True):
            found[index] = each
    return found


def _chains(found: Sequence[Checked | Refused]) -> Iterator[list[tuple[int, Checked]]]:
    """Find batches that follow each other, chained, with their places; each is in one chain."""
    chains: dict[str, list[tuple[int, Checked]]] = {}
    counts: dict[str, int] = {}
    for index, each in enumerate(found):
        if isinstance(each, Refused):
            continue
        device, count = each.batch.device, each.batch.count
        chain = chains.get(device)
        if chain and counts[device] + count <= COVERED and each.goes_on_from(chain[-1][1]):
            chain.append((index, each))
            counts[device] += count
            continue
        if chain:
            yield chain
        chains[device], counts[device] = [(index, each)], count
    yield from chains.values()


def _prove(chain: Sequence[tuple[Checked, bytes]]) -> list[Checked | Refused]:
    """Check the last signature of batches that are chained; if it is forged, each one's own."""
    last = _by_itself(*chain[-1])
    if isinstance(last, Refused):
        return [*(_by_itself(*each) for each in chain[:-1]), last]
    return [*(replace(each, is_covered=True) for each, _ in chain[:-1]), last]


def _by_itself(checked: Checked, payload: bytes) -> Checked | Refused:
    """Return a batch if its own signature is genuine, otherwise why it is refused."""
    try:
        verify(checked.batch, _public_key(checked.device.public_key))
    except ForgedBatch as forged:
        return _forged(checked.device.id, forged, payload)
    return checked


def _read(name: str, device: KnownDevice | None, payload: bytes) -> Checked | Refused:
    """Read a message as a batch of a device's journal; its signature is not checked here."""
    if device is None:
        words = gettext_noop(
            "Expected a device that is enrolled, found %(device)s: enrol it with "
            "'balie-collector device add', or find out who uses the name."
        )
        return _refused(name, "stranger", words, payload)
    if device.revoked:
        words = gettext_noop(
            "Device %(device)s was revoked and still sends: its entries are not taken."
        )
        return _refused(name, "revoked", words, payload)
    try:
        _public_key(device.public_key)
        return _read_batch(device, payload)
    except ForgedBatch as forged:
        return _forged(name, forged, payload)
    except KeyUnreadable as unreadable:
        words = gettext_noop(
            "The public key kept of device %(device)s cannot be read (%(why)s): enrol it again."
        )
        return _refused(name, "unreadable", words, None, unreadable)
    except BatchError as torn:
        words = gettext_noop("A batch arrived torn or changed: %(why)s. It is sent again.")
        return _refused(name, "torn", words, payload, torn)


def _forged(name: str, why: ForgedBatch, payload: bytes) -> Refused:
    words = gettext_noop("A batch was not signed by the device's own key: %(why)s")
    return _refused(name, "forged", words, payload, why)


def _refused(
    device: str, kind: str, words: str, payload: bytes | None, why: object = ""
) -> Refused:
    return Refused(Complaint(device, kind, words, payload, {"device": device, "why": why}))


def _read_batch(device: KnownDevice, payload: bytes) -> Checked:
    batch = unpack(payload)
    if (batch.stream, batch.device) != ("journal", device.id):
        raise ForgedBatch(
            f"the topic belongs to the journal of {device.id}, the batch says it is the "
            f"{batch.stream} of {batch.device[:63]}"
        )
    if batch.epoch > _LARGEST_EPOCH or batch.watermark.sequence > _LARGEST_SEQUENCE:
        raise BatchError(f"no device counts as far as {batch.watermark}")
    source = device_source(device.id)
    return Checked(batch, tuple(_check_entry(entry, source) for entry in batch.entries), device)


def _check_entry(entry: Entry, source: str) -> datetime:
    """Refuse what no database could keep or what speaks for another; return the entry's time."""
    if entry.source != source:
        raise ForgedBatch(f"entry {entry.watermark} speaks for {entry.source[:80]!r}")
    if len(entry.type) > _LONGEST_TYPE or "\0" in entry.type:
        raise BatchError(f"the type of entry {entry.watermark} is no name of a type")
    try:
        return entry.moment.astimezone(UTC)
    except OverflowError:
        raise BatchError(f"the time of entry {entry.watermark} lies outside all years") from None


@lru_cache(maxsize=16384)
def _public_key(pem: str) -> PublicKey:
    return read_public(pem)
