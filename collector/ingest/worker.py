"""The ingest process: take what is waiting, check, store, commit, and only then acknowledge.

The broker's thread does nothing but fill a bounded queue. Everything else happens on one thread,
in turns; only checking what comes next may go on beside it. Figures and the directory come after the acknowledgements, never before.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.utils.translation import gettext_noop

from appliance.journal.archive import ArchiveError
from appliance.journal.topics import Leaf, read, topic
from collector.ingest.alarms import Complaint, raise_alarms
from collector.ingest.checking import Checked, KnownDevice, Refused, check_all
from collector.ingest.covered import STEP, Covered
from collector.ingest.devices import Acquaintances, Presence, note_seen
from collector.ingest.projecting import Place, Projector
from collector.ingest.receiving import Message, Receiving
from collector.ingest.storing import Stored, store, store_straight
from collector.ingest.waiting import Checks, Waiting

log = logging.getLogger("collector.ingest")

_TICK_S = 0.3
_TURNS_WITHOUT_FIGURES = 20
_A_MOMENT_S = 0.005
"""So long nobody must have come before figures are derived: acknowledgements leave meanwhile, which
otherwise have to share Python and the processor with them."""
_FIGURES_AT_FIRST = 25
_FIGURES_AT_MOST = 800
"""Entries whose figures are derived in one go: whoever comes meanwhile waits so long. The longer
nobody came, the more."""
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
        self._waiting = Waiting()
        self._checks = Checks()
        self._covered = Covered()
        self._devices = Acquaintances()
        self._seen: set[str] = set()
        self._behind: dict[Place, None] = {}
        self._turns = 0
        self._search_at = 0.0
        self._tick_at = 0.0
        self._stop = threading.Event()
        self.entries = 0

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop.

        Raises:
            ReceivingError: The broker's client has died.
        """
        collect_garbage_less_often()
        self._stop = stop
        self._receiving.start(self.deliver)
        try:
            while not stop.is_set():
                self._receiving.check()
                messages = self._waiting.take(_TICK_S)
                if not self._waiting.is_heavy:
                    self._receiving.go_on()
                self._patiently(messages)
        finally:
            self._receiving.close()
            self._checks.close()
            connection.close()

    def deliver(self, message: Message) -> bool:
        """Take a message from the broker's thread; False when there is no room for it."""
        is_taken = self._waiting.put(message)
        if not is_taken:
            log.warning("More messages wait than are taken; one is left to be sent again")
        if self._waiting.is_heavy:
            self._receiving.hold()
        return is_taken

    def turn(self, messages: Sequence[Message]) -> None:
        """Deal with messages: store, acknowledge, then figures and the directory.

        Raises:
            django.db.OperationalError: The database is away; the turn can be taken again.
        """
        journal, others = _sorted_out(messages)
        if journal:
            stored = self._keep(journal)
            self.entries += stored.entries
            self._behind |= dict.fromkeys(stored.advanced)
            for device, mark in stored.acknowledgements.items():
                self._receiving.publish(topic(device, Leaf.ACK), mark.to_json(), retain=True)
        if others:
            self._presence.hear(others, time.monotonic())
        for message in messages:
            self._receiving.done(message)
        self._afterwards()

    def _patiently(self, messages: Sequence[Message]) -> None:
        """Take a turn; while the database is away, wait and take it again."""
        pause = 0.1
        while not self._stop.is_set():
            try:
                self.turn(messages)
            except (OperationalError, InterfaceError) as away:
                log.warning("The database cannot be written (%s); trying again", str(away).strip())
                connection.close()
                self._stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                return

    def _keep(self, journal: Sequence[tuple[str, Message]]) -> Stored:
        """Check and store batches: at once, unless they are too large to be unpacked together."""
        coming, _ = _sorted_out(self._waiting.next)
        known = self._devices.of({device for device, _ in (*journal, *coming)})
        stored = Stored()
        while journal:
            found = self._checks.check(journal, known)
            journal, together = journal[len(found) :], journal[: len(found)]
            if not journal:
                self._checks.begin(coming, known)
            stored.add(self._keep_together(found, together, known))
        self._seen.update(stored.acknowledgements)
        return stored

    def _keep_together(
        self,
        found: Sequence[Checked | Refused],
        journal: Sequence[tuple[str, Message]],
        known: Mapping[str, KnownDevice],
    ) -> Stored:
        """Store what was checked; a batch the database itself refuses is set aside alone."""
        self._covered.add(found)
        now = datetime.now(UTC)
        straight = [each for each in found if isinstance(each, Checked)]
        stored, rest = store_straight(straight, now=now)
        if len(rest) == len(journal):
            left = list(zip(found, journal, strict=True))
        else:
            waiting = {id(each) for each in rest}
            left = [
                (each, came)
                for each, came in zip(found, journal, strict=True)
                if isinstance(each, Refused) or id(each) in waiting
            ]
        if left:
            stored.add(self._keep_the_long_way(left, known, now))
        return stored

    def _keep_the_long_way(
        self,
        left: Sequence[tuple[Checked | Refused, tuple[str, Message]]],
        known: Mapping[str, KnownDevice],
        now: datetime,
    ) -> Stored:
        """Store what is unusual, judged by what is known of its devices now."""
        checked: list[tuple[Checked, Message]] = []
        complaints: list[Complaint] = []
        for found, (device, message) in self._judged_anew(left, known):
            if isinstance(found, Checked):
                checked.append((found, message))
            else:
                log.warning("%s: %s", device, found)
                complaints.append(found.complaint)
        try:
            return store([each for each, _ in checked], complaints, now=now)
        except (DataError, IntegrityError):
            return self._keep_singly(checked, complaints, now)

    def _judged_anew(
        self,
        left: Sequence[tuple[Checked | Refused, tuple[str, Message]]],
        known: Mapping[str, KnownDevice],
    ) -> Sequence[tuple[Checked | Refused, tuple[str, Message]]]:
        """Check again what was checked by the memory of a device that is no longer so."""
        if not self._devices.are_remembered:
            return left
        names = {device for _, (device, _) in left}
        now_known = self._devices.anew(names)
        if all(now_known.get(name) == known.get(name) for name in names):
            return left
        came = [each for _, each in left]
        again = check_all([(device, message.payload) for device, message in came], now_known)
        return list(zip(again, came, strict=True))

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
                words = gettext_noop(
                    "A batch could not be stored (%(why)s): it is kept with this alarm."
                )
                complaint = Complaint(
                    device, "unreadable", words, message.payload, {"why": refused}
                )
                store((), [complaint], now=now)
        return together

    def _afterwards(self) -> None:
        """Derive figures when nobody waits, or has waited long enough, and mind the directory."""
        now = time.monotonic()
        self._turns += 1
        due = self._turns >= _TURNS_WITHOUT_FIGURES
        if due or self._waiting.stays_empty(_A_MOMENT_S if self._behind else 0):
            self._turns = 0
            self._follow(now)
        self._look_at_signatures()
        if now >= self._tick_at:
            self._tick_at = now + _TICK_S
            self._note_seen()
            self._presence.tick(now)

    def _look_at_signatures(self) -> None:
        """Look at the signatures that were not needed, until somebody comes or none is left."""
        is_time = True
        while is_time and not self._covered.is_empty:
            is_time = self._waiting.is_empty and not self._stop.is_set()
            self._covered.look(_raise_now, at_most=STEP if is_time else 0)

    def _note_seen(self) -> None:
        """Note who was heard of, many at a time: nobody looks at it within a moment."""
        if self._seen:
            note_seen(sorted(self._seen), datetime.now(UTC))
            self._seen.clear()

    def _follow(self, now: float) -> None:
        """Derive figures, a little at first, until somebody comes or nothing is left.

        A place is struck off only when its figures are there: a fault of the database keeps it.
        """
        if now >= self._search_at:
            # Also what another process left when it was killed.
            self._search_at = now + _SEARCH_EVERY_S
            self._behind |= dict.fromkeys(sorted(self._projector.behind()))
        together = _FIGURES_AT_FIRST
        while self._behind:
            place = next(iter(self._behind))
            try:
                more = self._projector.follow(place, at_most=together)
            except (DataError, IntegrityError, ArchiveError) as refused:
                _name_figures_that_fail(place, refused)
                more = False
            del self._behind[place]
            if more:
                self._behind[place] = None  # behind the others, who wait too
            if self._stop.is_set() or not self._waiting.is_empty:
                return
            together = min(together * 2, _FIGURES_AT_MOST)


def _raise_now(complaints: Sequence[Complaint]) -> None:
    raise_alarms(complaints, datetime.now(UTC))


def _name_figures_that_fail(place: Place, refused: Exception) -> None:
    """Raise the alarm for figures the database refuses; entries and other figures go on."""
    device, epoch = place
    log.error("%s: figures of epoch %s cannot be derived", device, epoch, exc_info=refused)
    words = gettext_noop(
        "Figures of epoch %(epoch)s cannot be derived (%(why)s): its entries are kept."
    )
    facts = {"epoch": epoch, "why": refused}
    _raise_now([Complaint(device, "unreadable", words, facts=facts)])


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
