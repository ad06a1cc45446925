"""Is this message a batch of that device's journal? Everything is doubted until shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.utils.translation import gettext_noop

from appliance.journal.batch import Batch, unpack, verify
from appliance.journal.entry import Entry, device_source
from appliance.journal.errors import BatchError, ForgedBatch, KeyUnreadable
from appliance.journal.signing import PublicKey, read_public
from collector.ingest.alarms import Complaint

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
    """

    batch: Batch
    times: tuple[datetime, ...]


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
    if device is None:
        raise _refused(
            name,
            "stranger",
            gettext_noop(
                "Expected a device that is enrolled, found %(device)s: enrol it with "
                "'balie-collector device add', or find out who uses the name."
            ),
            payload,
        )
    if device.revoked:
        raise _refused(
            name,
            "revoked",
            gettext_noop(
                "Device %(device)s was revoked and still sends: its entries are not taken."
            ),
            payload,
        )
    try:
        return _read(name, _public_key(device.public_key), payload)
    except ForgedBatch as forged:
        raise _refused(
            name,
            "forged",
            gettext_noop("A batch was not signed by the device's own key: %(why)s"),
            payload,
            forged,
        ) from forged
    except KeyUnreadable as unreadable:
        raise _refused(
            name,
            "unreadable",
            gettext_noop(
                "The public key kept of device %(device)s cannot be read (%(why)s): enrol it again."
            ),
            None,
            unreadable,
        ) from unreadable
    except BatchError as torn:
        raise _refused(
            name,
            "torn",
            gettext_noop("A batch arrived torn or changed: %(why)s. It is sent again."),
            payload,
            torn,
        ) from torn


def _refused(
    device: str, kind: str, words: str, payload: bytes | None, why: object = ""
) -> Refused:
    return Refused(Complaint(device, kind, words, payload, {"device": device, "why": why}))


def _read(name: str, key: PublicKey, payload: bytes) -> Checked:
    batch = unpack(payload)
    if (batch.stream, batch.device) != ("journal", name):
        raise ForgedBatch(
            f"the topic belongs to the journal of {name}, the batch says it is the "
            f"{batch.stream} of {batch.device[:63]}"
        )
    verify(batch, key)
    if batch.epoch > _LARGEST_EPOCH or batch.watermark.sequence > _LARGEST_SEQUENCE:
        raise BatchError(f"no device counts as far as {batch.watermark}")
    source = device_source(name)
    return Checked(batch, tuple(_check_entry(entry, source) for entry in batch.entries))


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
