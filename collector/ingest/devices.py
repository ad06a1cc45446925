"""Devices: who they are, whether they are there, and what they want to know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext_noop

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
from collector.ingest.sql import moment, without_sync

log = logging.getLogger("collector.ingest")

_LARGEST_REPORT = 16 * 1024
Publish = Callable[[str, bytes], None]
Said = tuple[str, Leaf, Message]
"""A device, the kind of its message, and the message."""


class Follower(Protocol):
    """Whoever brings the directory to devices; ``collector.directory.sending.Dispatch`` is one."""

    def remember(self, wanted: Mapping[str, Watermark]) -> None:
        """Keep, by device, how far it says it has followed; in the transaction that is open."""

    def online(self, device: str, now: float) -> None:
        """A device is there."""

    def offline(self, device: str) -> None:
        """A device is gone."""

    def wants(self, device: str, watermark: Watermark, now: float, *, live: bool) -> None:
        """A device says up to where it has followed, or said so before (not ``live``)."""

    def tick(self, now: float) -> None:
        """Some time has passed."""


@dataclass(frozen=True, slots=True)
class Want:
    """What a device wants of the directory.

    Attributes:
        watermark: What comes after this.
        live: Whether it said so just now, rather than the broker having kept it.
    """

    watermark: Watermark
    live: bool


def find_devices(names: Iterable[str]) -> dict[str, KnownDevice]:
    """Look up devices by name; strangers are not in the answer."""
    wanted = list(set(names))
    if not wanted:
        return {}
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        # Past Django's objects: every sale comes by here.
        cursor.execute(
            "SELECT id, public_key, revoked FROM ingest_device"  # noqa: S608 (only %s)
            f" WHERE id IN ({marks})",
            wanted,
        )
        return {
            name: KnownDevice(name, key, revoked is not None)
            for name, key, revoked in cursor.fetchall()
        }


class Acquaintances:
    """Remembers devices that were looked up, so that a sale need not wait for that.

    What is remembered may be out of date: whoever goes by it has it confirmed as the entries are
    stored (``collector.ingest.straight``), or looks again.
    """

    def __init__(self) -> None:
        self._known: dict[str, KnownDevice] = {}

    @property
    def are_remembered(self) -> bool:
        """Whether memory is gone by: asking SQLite takes no time, and nothing confirms it later."""
        return connection.vendor == "postgresql"

    def of(self, names: Collection[str]) -> dict[str, KnownDevice]:
        """Return what is known of devices, looking up those that were never met."""
        if not self.are_remembered:
            return self.anew(names)
        if strangers := [name for name in names if name not in self._known]:
            self._known |= find_devices(strangers)
        return {name: self._known[name] for name in names if name in self._known}

    def anew(self, names: Collection[str]) -> dict[str, KnownDevice]:
        """Look devices up, whatever is remembered."""
        found = find_devices(names)
        for name in names:
            self._known.pop(name, None)
        self._known |= found
        return found


def note_seen(names: Sequence[str], now: datetime) -> None:
    """Note that devices were heard of."""
    marks = ", ".join(["%s"] * len(names))
    with transaction.atomic(), connection.cursor() as cursor:
        without_sync(connection)
        cursor.execute(
            f"UPDATE ingest_device SET last_seen = %s WHERE id IN ({marks})",  # noqa: S608 (only %s)
            (moment(connection, now), *names),
        )


class Presence:
    """Hears what devices say beside their journals.

    Args:
        acknowledge: Publishes a device's acknowledgement, retained.
        follower: Brings the directory to devices.
    """

    def __init__(self, acknowledge: Publish, follower: Follower) -> None:
        self._acknowledge = acknowledge
        self._follower = follower

    def hear(self, said: Sequence[Said], now: float) -> None:
        """Take messages of devices' statuses and wants; of each device its last word counts.

        All of it is written in one transaction and answered after that. When a thousand devices
        come back at once, a commit for each would keep all their journals waiting.
        """
        known = find_devices(name for name, _, _ in said)
        reports: dict[str, dict[str, Any]] = {}
        wants: dict[str, Want] = {}
        for name, leaf, message in said:
            device = known.get(name)
            if device is None or device.revoked:
                continue  # its journal raises the alarm; a word on the side moves nothing
            if leaf is Leaf.STATUS:
                report = _report(message.payload)
                if report is None:
                    _complain(
                        name,
                        gettext_noop("Its status message is not a JSON object."),
                        message.payload,
                    )
                else:
                    reports[name] = report
                    _name_what_is_refused(name, report)
            elif leaf is Leaf.WANT and (mark := _read_want(name, message.payload)) is not None:
                wants[name] = Want(mark, live=not message.retained)
        online = {name: each for name, each in reports.items() if each.get("link") == "online"}
        offline = [name for name in reports if name not in online]
        self._write(online, offline, wants)
        self._answer(online, offline, wants, now)

    def tick(self, now: float) -> None:
        """Let the directory be looked after."""
        self._follower.tick(now)

    def _write(
        self,
        online: Mapping[str, dict[str, Any]],
        offline: Sequence[str],
        wants: Mapping[str, Want],
    ) -> None:
        seen = datetime.now(UTC)
        births = [
            Device(id=name, link="online", last_seen=seen, reported=report)
            for name, report in online.items()
        ]
        with transaction.atomic():
            if births:
                Device.objects.bulk_update(births, ["link", "last_seen", "reported"])
            if offline:
                # The last will: the broker says it for the device, whose own report stays.
                Device.objects.filter(pk__in=offline).update(link="offline")
            self._follower.remember({name: want.watermark for name, want in wants.items()})

    def _answer(
        self,
        online: Iterable[str],
        offline: Iterable[str],
        wants: Mapping[str, Want],
        now: float,
    ) -> None:
        for name, word in held(online).items():
            self._acknowledge(topic(name, Leaf.ACK), word.to_json())
            self._follower.online(name, now)
        for name in offline:
            self._follower.offline(name)
        for name, want in wants.items():
            self._follower.wants(name, want.watermark, now, live=want.live)


def held(devices: Iterable[str]) -> dict[str, Word]:
    """Return up to where devices' journals are held and proven."""
    names = list(devices)
    marks = read_marks(names)
    return {name: answer(name, marks[name]) for name in names}


def _name_what_is_refused(device: str, report: Mapping[str, Any]) -> None:
    """Raise an alarm where a device cannot use something of what the directory says."""
    refused = report.get("refused")
    why = refused.get("last") if isinstance(refused, dict) else None
    if isinstance(why, str) and why:
        _complain(
            device,
            gettext_noop(
                "Something the directory says cannot be used there (%(why)s); the rest is. Correct "
                "it, or bring that device's software up to date: then it takes it again."
            ),
            None,
            {"why": why},
        )


def _read_want(name: str, payload: bytes) -> Watermark | None:
    try:
        watermark = Watermark.from_json(payload)
    except EntryError as error:
        _complain(
            name,
            gettext_noop("What it wants of the directory cannot be read: %(why)s."),
            payload,
            {"why": error},
        )
        return None
    if watermark.epoch >= 2**31 or watermark.sequence >= 2**63:
        _complain(name, gettext_noop("It claims a place in the directory that cannot be."), payload)
        return None
    return watermark


def _report(payload: bytes) -> dict[str, Any] | None:
    if len(payload) > _LARGEST_REPORT or b"\\u0000" in payload:
        return None
    try:
        report = orjson.loads(payload)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _complain(
    device: str, words: str, payload: bytes | None, facts: Mapping[str, object] | None = None
) -> None:
    complaint = Complaint(device, "unreadable", words, payload, facts or {})
    log.warning("%s: %s", device, complaint.sentence)
    raise_alarms([complaint], datetime.now(UTC))
