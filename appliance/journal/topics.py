"""Where messages go: ``balie/1/<shard>/<device>/<leaf>``.

The shard (two hexadecimal digits of the device's SHA-256) lets collectors share the work without
relying on shared subscriptions. There are no dots, because RabbitMQ reads them as separators.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

ROOT = "balie/1"
_DEVICE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_RUN = re.compile(r"([0-9a-f]{2})-([0-9a-f]{2})")
_LAST_SHARD = 0xFF

SESSION_S = 0xFFFF_FFFF
"""How long the broker keeps a session, and what comes for it, while its owner is away: it never ends.

There is one for each certificate, which bounds their number, and `max_queued_bytes` bounds each. Any
other figure would put a session that is away into mosquitto's list of those that end. Told to read
its files again, mosquitto 2.0 enters it there a second time, and crashes after its owner is back.
"""


class Leaf(StrEnum):
    """The last level of a topic: what the message is."""

    JOURNAL = "journal"
    """Device to collector: batches of the journal."""
    ACK = "ack"
    """Collector to device, retained: the journal's watermark it holds."""
    DIRECTORY = "directory"
    """Collector to device: batches of the directory."""
    WANT = "want"
    """Device to collector, retained: the directory's watermark it holds."""
    STATUS = "status"
    """Device to collector, retained: birth and last will."""


def check_device(device: str) -> str:
    """Return a device's name if it may stand in a topic and a certificate.

    Raises:
        ValueError: if it is not 1 to 63 lower-case letters, digits and inner hyphens.
    """
    if not _DEVICE.fullmatch(device):
        raise ValueError(
            f"a device's name is 1 to 63 lower-case letters, digits and inner hyphens, not {device!r}"
        )
    return device


def shard(device: str) -> str:
    """Tell a device's shard, ``00`` to ``ff``."""
    return hashlib.sha256(device.encode()).hexdigest()[:2]


@dataclass(frozen=True, slots=True)
class Shards:
    """A run of shards: the share of the devices that one collector takes.

    Attributes:
        first: The first shard, 0 to 255.
        last: The last one, which belongs to it too.
    """

    first: int = 0
    last: int = _LAST_SHARD

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= _LAST_SHARD:
            raise ValueError(f"shards run upwards from 00 to ff at most, not {self}")

    @classmethod
    def read(cls, text: str) -> Shards:
        """Read a run as it is written: ``00-7f``.

        Raises:
            ValueError: if it is not two shards, the lower first.
        """
        ends = _RUN.fullmatch(text)
        if not ends:
            raise ValueError(f"a run of shards reads as 00-7f does, not {text!r}")
        return cls(int(ends[1], 16), int(ends[2], 16))

    @property
    def are_all(self) -> bool:
        """Whether no device is left to anybody else."""
        return self == Shards()

    def filters(self, leaf: Leaf) -> list[str]:
        """Tell the filters for one kind of message of the devices of these shards."""
        if self.are_all:
            return [everywhere(leaf)]
        return [everywhere(leaf, f"{number:02x}") for number in range(self.first, self.last + 1)]

    def __contains__(self, device: str) -> bool:
        return self.first <= int(shard(device), 16) <= self.last

    def __str__(self) -> str:
        return f"{self.first:02x}-{self.last:02x}"


def topic(device: str, leaf: Leaf) -> str:
    """Tell the topic of one kind of message of one device."""
    return f"{ROOT}/{shard(device)}/{check_device(device)}/{leaf}"


def everywhere(leaf: Leaf, shards: str = "+") -> str:
    """Tell the filter for one kind of message of all devices, or of those of one shard."""
    return f"{ROOT}/{shards}/+/{leaf}"


def read(name: str) -> tuple[str, Leaf]:
    """Tell the device and the kind of message from a topic.

    Raises:
        ValueError: if the topic is none of ours.
    """
    parts = name.split("/")
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT:  # noqa: PLR2004 - the five levels above
        raise ValueError(f"a topic reads {ROOT}/<shard>/<device>/<leaf>, not {name!r}")
    device, leaf = check_device(parts[3]), Leaf(parts[4])
    if parts[2] != shard(device):
        raise ValueError(f"device {device} belongs to shard {shard(device)}, not {parts[2]!r}")
    return device, leaf
