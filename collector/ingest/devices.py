"""Devices: who they are, whether they are there, and what they want to know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson

from appliance.journal.entry import Watermark
from appliance.journal.errors import EntryError
from appliance.journal.topics import Leaf, topic
from appliance.journal.word import Word
from collector.ingest.advancing import read_marks
from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.answering import answer
from collector.ingest.checking import KnownDevice
from collector.ingest.models import Device
from collector.ingest.receiving import Message

log = logging.getLogger("collector.ingest")

_LARGEST_REPORT = 16 * 1024
Publish = Callable[[str, bytes], None]


class Follower(Protocol):
    """Whoever brings the directory to devices; ``collector.directory.sending.Dispatch`` is one."""

    def online(self, device: str, now: float) -> None:
        """A device is there."""

    def offline(self, device: str) -> None:
        """A device is gone."""

    def wants(self, device: str, watermark: Watermark, now: float, *, live: bool) -> None:
        """A device says up to where it has followed, or said so before (not ``live``)."""

    def tick(self, now: float) -> None:
        """Some time has passed."""


def find_devices(names: Iterable[str]) -> dict[str, KnownDevice]:
    """Look up devices by name; strangers are not in the answer."""
    found = Device.objects.filter(pk__in=set(names)).values_list("id", "public_key", "revoked")
    return {name: KnownDevice(name, key, revoked is not None) for name, key, revoked in found}


class Presence:
    """Hears what devices say beside their journals.

    Args:
        acknowledge: Publishes a device's acknowledgement, retained.
        follower: Brings the directory to devices.
    """

    def __init__(self, acknowledge: Publish, follower: Follower) -> None:
        self._acknowledge = acknowledge
        self._follower = follower

    def hear(self, name: str, leaf: Leaf, message: Message, now: float) -> None:
        """Take a message of a device's status or want."""
        device = find_devices([name]).get(name)
        if device is None or device.revoked:
            # Its journal raises the alarm; a word on the side moves nothing.
            return
        if leaf is Leaf.STATUS:
            self._hear_status(name, message.payload, now)
        elif leaf is Leaf.WANT:
            self._hear_want(name, message, now)

    def tick(self, now: float) -> None:
        """Let the directory be looked after."""
        self._follower.tick(now)

    def _hear_status(self, name: str, payload: bytes, now: float) -> None:
        report = _report(payload)
        if report is None:
            _complain(name, "Its status message is not a JSON object.", payload)
            return
        seen = datetime.now(UTC)
        if report.get("link") == "online":
            Device.objects.filter(pk=name).update(link="online", last_seen=seen, reported=report)
            self._acknowledge(topic(name, Leaf.ACK), held(name).to_json())
            self._follower.online(name, now)
        else:
            # The last will: the broker says it for the device, whose own report stays.
            Device.objects.filter(pk=name).update(link="offline")
            self._follower.offline(name)

    def _hear_want(self, name: str, message: Message, now: float) -> None:
        payload = message.payload
        try:
            watermark = Watermark.from_json(payload)
        except EntryError as error:
            _complain(name, f"What it wants of the directory cannot be read: {error}.", payload)
            return
        if watermark.epoch >= 2**31 or watermark.sequence >= 2**63:
            _complain(name, "It claims a place in the directory that cannot be.", payload)
            return
        self._follower.wants(name, watermark, now, live=not message.retained)


def held(device: str) -> Word:
    """Return up to where a device's journal is held and proven."""
    return answer(device, read_marks(device)[device])


def _report(payload: bytes) -> dict[str, Any] | None:
    if len(payload) > _LARGEST_REPORT or b"\\u0000" in payload:
        return None
    try:
        report = orjson.loads(payload)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _complain(device: str, sentence: str, payload: bytes) -> None:
    log.warning("%s: %s", device, sentence)
    raise_alarms([Complaint(device, "unreadable", sentence, payload)], datetime.now(UTC))
