"""The ingest process: take what is waiting, check, store, commit, and only then acknowledge.

The broker's thread does nothing but fill a bounded queue. Everything else happens on one thread,
in turns. Figures and the directory come after the acknowledgements, never before.
"""

from __future__ import annotations

import gc
import logging
import queue
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection

from appliance.journal.archive import ArchiveError
from appliance.journal.topics import Leaf, read, topic
from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.checking import Checked, Refused, check
from collector.ingest.devices import Presence, find_devices
from collector.ingest.projecting import Place, Projector
from collector.ingest.receiving import Message, Receiving
from collector.ingest.storing import Stored, store

log = logging.getLogger("collector.ingest")

WAITING = 10_000
"""Messages the queue holds. Far more than we ask the broker to hand over unacknowledged, because
mosquitto 2.0.11 goes beyond that when much is waiting (its issue 2301), and what finds no room is
sent again only at the next connection."""
_TOGETHER = 200
_TOGETHER_BYTES = 8 << 20
_TICK_S = 0.3
_TURNS_WITHOUT_FIGURES = 20
_SEARCH_EVERY_S = 30.0
_LONGEST_PAUSE_S = 10.0


class Ingest:
    """The worker.

    Args:
        receiving: The connection to the broker.
        projector: Derives figures.
        presence: Hears of devices' comings and goings and of what they want.
    """

    def __init__(self, receiving: Receiving, projector: Projector, presence: Presence) -> None:
        self._receiving = receiving
        self._projector = projector
        self._presence = presence
        self._queue: queue.Queue[Message] = queue.Queue(WAITING)
        self._behind: set[Place] = set()
        self._turns = 0
        self._search_at = 0.0
        self._tick_at = 0.0
        self.entries = 0

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop.

        Raises:
            ReceivingError: The broker's client has died.
        """
        collect_garbage_less_often()
        self._receiving.start(self.deliver)
        try:
            while not stop.is_set():
                self._receiving.check()
                self._patiently(stop, self._take())
        finally:
            self._receiving.close()
            connection.close()

    def deliver(self, message: Message) -> bool:
        """Take a message from the broker's thread; False when there is no room for it."""
        try:
            self._queue.put_nowait(message)
        except queue.Full:
            log.warning("More messages wait than are taken; one is left to be sent again")
            return False
        return True

    def turn(self, messages: Sequence[Message]) -> None:
        """Deal with messages: store, acknowledge, then figures and the directory.

        Raises:
            django.db.OperationalError: The database is away; the turn can be taken again.
        """
        journal, others = _sorted_out(messages)
        if journal:
            stored = self._keep(journal)
            self.entries += stored.entries
            self._behind |= stored.advanced
            for device, mark in stored.acknowledgements.items():
                self._receiving.publish(topic(device, Leaf.ACK), mark.to_json(), retain=True)
        if others:
            self._presence.hear(others, time.monotonic())
        for message in messages:
            self._receiving.done(message)
        self._afterwards()

    def _take(self) -> list[Message]:
        """Wait a moment for a message, then take with it whatever else is waiting."""
        try:
            messages = [self._queue.get(timeout=_TICK_S)]
        except queue.Empty:
            return []
        size = len(messages[0].payload)
        while len(messages) < _TOGETHER and size < _TOGETHER_BYTES:
            try:
                messages.append(self._queue.get_nowait())
            except queue.Empty:
                break
            size += len(messages[-1].payload)
        return messages

    def _patiently(self, stop: threading.Event, messages: Sequence[Message]) -> None:
        """Take a turn; while the database is away, wait and take it again."""
        pause = 0.1
        while not stop.is_set():
            try:
                self.turn(messages)
            except (OperationalError, InterfaceError) as away:
                log.warning("The database cannot be written (%s); trying again", str(away).strip())
                connection.close()
                stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                return

    def _keep(self, journal: Sequence[tuple[str, Message]]) -> Stored:
        """Check and store batches; one the database itself refuses is set aside alone."""
        known = find_devices({device for device, _ in journal})
        checked: list[tuple[Checked, Message]] = []
        complaints: list[Complaint] = []
        for device, message in journal:
            try:
                checked.append((check(device, known.get(device), message.payload), message))
            except Refused as refused:
                log.warning("%s: %s", device, refused)
                complaints.append(refused.complaint)
        now = datetime.now(UTC)
        try:
            return store([each for each, _ in checked], complaints, now=now)
        except (DataError, IntegrityError):
            return self._keep_singly(checked, complaints, now)

    def _keep_singly(
        self,
        checked: Sequence[tuple[Checked, Message]],
        complaints: Sequence[Complaint],
        now: datetime,
    ) -> Stored:
        together = Stored()
        store((), complaints, now=now)
        for each, message in checked:
            try:
                together.add(store([each], (), now=now))
            except (DataError, IntegrityError) as refused:
                device = each.batch.device
                log.exception("%s: a batch the database refuses is set aside", device)
                sentence = f"A batch could not be stored ({refused}): it is kept with this alarm."
                store((), [Complaint(device, "unreadable", sentence, message.payload)], now=now)
        return together

    def _afterwards(self) -> None:
        """Derive figures when nobody waits, or has waited long enough, and mind the directory."""
        now = time.monotonic()
        self._turns += 1
        if self._queue.empty() or self._turns >= _TURNS_WITHOUT_FIGURES:
            self._turns = 0
            self._follow(now)
        if now >= self._tick_at:
            self._tick_at = now + _TICK_S
            self._presence.tick(now)

    def _follow(self, now: float) -> None:
        if now >= self._search_at:
            # Also what another process left when it was killed.
            self._search_at = now + _SEARCH_EVERY_S
            self._behind |= self._projector.behind()
        while self._behind:
            place = self._behind.pop()
            try:
                more = self._projector.follow(place)
            except (DataError, IntegrityError, ArchiveError) as refused:
                _name_figures_that_fail(place, refused)
                continue
            if more:
                self._behind.add(place)
            if not self._queue.empty():
                return


def _name_figures_that_fail(place: Place, refused: Exception) -> None:
    """Raise the alarm for figures the database refuses; entries and other figures go on."""
    device, epoch = place
    log.error("%s: figures of epoch %s cannot be derived", device, epoch, exc_info=refused)
    sentence = f"Figures of epoch {epoch} cannot be derived ({refused}): its entries are kept."
    raise_alarms([Complaint(device, "unreadable", sentence)], datetime.now(UTC))


def collect_garbage_less_often() -> None:
    """Tell Python that thousands of short-lived objects are no reason to look for circles in them.

    Every entry is some dozens of objects; at Python's own pace a fifth of the time goes into it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _sorted_out(
    messages: Sequence[Message],
) -> tuple[list[tuple[str, Message]], list[tuple[str, Leaf, Message]]]:
    """Tell batches of journals from everything else; what is not ours is passed over."""
    journal: list[tuple[str, Message]] = []
    others: list[tuple[str, Leaf, Message]] = []
    for message in messages:
        try:
            device, leaf = read(message.topic)
        except ValueError as stray:
            log.warning("A message is passed over: %s", stray)
            continue
        if leaf is Leaf.JOURNAL:
            journal.append((device, message))
        else:
            others.append((device, leaf, message))
    return journal, others
