"""Bringing the directory to every device: one sender each, over one log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module

from django.conf import settings

from appliance.journal.batch import pack
from appliance.journal.entry import START, Sendable, Watermark
from appliance.journal.signing import Signer
from appliance.journal.stream import Sender
from appliance.journal.topics import Leaf, topic
from collector.directory.editing import open_epoch
from collector.directory.log import LogSource
from collector.directory.models import Cursor
from collector.ingest.models import Device

log = logging.getLogger("collector.directory")

_RENEW_PAUSE_S = 600.0
"""The least time between two renewals: a device that lies cannot keep everybody busy."""
_EPOCHS_AHEAD = 1000
"""A device further ahead than this cannot have got there with us."""

Publish = Callable[[str, bytes], None]


class Dispatch:
    """Decides what each device is sent, and when. Used from one thread.

    Args:
        publish: Sends bytes to a topic.
        signer: The collector's own key.
    """

    def __init__(self, publish: Publish, signer: Signer) -> None:
        self._publish = publish
        self._signer = signer
        self._log = LogSource()
        self._senders: dict[str, Sender] = {}
        self._renewed_at: float | None = None

    def remember(self, wanted: Mapping[str, Watermark]) -> None:
        """Keep, by device, how far it says it has followed."""
        now = datetime.now(UTC)
        Cursor.objects.bulk_create(
            [
                Cursor(
                    device_id=device,
                    epoch=mark.epoch,
                    sequence=mark.sequence,
                    hash=mark.hash,
                    updated=now,
                )
                for device, mark in wanted.items()
            ],
            update_conflicts=True,
            unique_fields=["device"],
            update_fields=["epoch", "sequence", "hash", "updated"],
        )

    def online(self, device: str, now: float) -> None:
        """A device is there: send it what it lacks."""
        self._sender(device).connected(now)
        self._send(device, now)

    def offline(self, device: str) -> None:
        """A device is gone: what was on the way counts as lost."""
        if device in self._senders:
            self._senders[device].disconnected()

    def wants(self, device: str, watermark: Watermark, now: float, *, live: bool) -> None:
        """A device says up to where it has followed, or said so before (not ``live``)."""
        sender = self._sender(device)
        self._log.refresh()
        sender.acknowledge(watermark, now, live=live)
        if sender.stranger is not None:
            self._meet(device, sender.stranger, now)
        self._send(device, now)

    def tick(self, now: float) -> None:
        """Look for news in the log and for answers that did not come."""
        grown = self._log.refresh()
        due = [
            device
            for device, sender in self._senders.items()
            if grown or ((deadline := sender.deadline()) is not None and deadline <= now)
        ]
        if not due:
            return
        # Who was shut out while online never said goodbye: the broker takes nothing from it.
        gone = set(Device.objects.exclude(revoked=None).values_list("pk", flat=True))
        for device in due:
            if device in gone:
                del self._senders[device]
            else:
                self._send(device, now)

    def _sender(self, device: str) -> Sender:
        if device not in self._senders:
            self._senders[device] = Sender(
                self._log, lambda entries: self._pack(device, entries), acked=_followed(device)
            )
        return self._senders[device]

    def _pack(self, device: str, entries: Sequence[Sendable]) -> bytes:
        first, last = entries[0], entries[-1]
        beside = [
            line
            for name in settings.BALIE_BESIDE
            for line in import_module(name).lines(first.epoch, first.sequence, last.sequence)
        ]
        return pack(
            entries, stream="directory", device=device, signer=self._signer, attachments=beside
        )

    def _send(self, device: str, now: float) -> None:
        sender = self._senders[device]
        while (payload := sender.due(now)) is not None:
            self._publish(topic(device, Leaf.DIRECTORY), payload)

    def _meet(self, device: str, held: Watermark, now: float) -> None:
        """A device holds a directory we never made: begin a new epoch that replaces it."""
        ahead = held.epoch - self._log.head.epoch
        if not 0 <= ahead <= _EPOCHS_AHEAD:
            return
        if self._renewed_at is not None and now - self._renewed_at < _RENEW_PAUSE_S:
            return
        self._renewed_at = now
        place = open_epoch(held.epoch)
        log.warning(
            "Device %s holds a directory that is not in this database (%s), as after restoring a "
            "backup: every device is sent the whole directory anew (%s)",
            device,
            held,
            place,
        )
        self._log.refresh()


def _followed(device: str) -> Watermark:
    found = Cursor.objects.filter(device_id=device).values_list("epoch", "sequence", "hash").first()
    return Watermark(*found) if found else START
