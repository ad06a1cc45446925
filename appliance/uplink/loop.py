"""The uplink's loop: the journal goes up, the directory comes down.

One thread waits for the broker, the desk's poke and the next deadline; nothing else runs here.
Everything it knows about the link is kept in uplink.db for the desk's badge.
"""

from __future__ import annotations

import logging
import random
import select
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from appliance.journal.entry import Watermark
from appliance.journal.errors import EntryError, JournalError
from appliance.journal.stream import Receiver, Sender
from appliance.journal.topics import Leaf, read, topic
from appliance.journal.word import Word
from appliance.uplink.backoff import Backoff
from appliance.uplink.broker import Broker, BrokerError, Message
from appliance.uplink.poke import Bell
from appliance.uplink.source import JournalSource
from appliance.uplink.state import LinkState, LinkStore, Problem

log = logging.getLogger("balie.uplink")

_LOOK_S = 1.0
"""How often the journal is looked at though nobody poked."""
_SILENT_S = 30.0
"""Without an answer for so long, the collector counts as silent."""
_KEEP_S = 0.05
"""While a backlog goes up, how far it got is kept so often; writing it down at every answer costs
the device more than sending does. Losing some of it makes the device send a little again."""
_THROWN_OUT = ("lost", "taken", "unsteady")
"""What a connection looks like that another device of the same name takes away."""
_ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What comes of a directory that is signed and yet not as the contract has it. The journal does not
wait for that to be mended."""
OFFLINE = orjson.dumps({"link": "offline"})
"""The last will."""


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the loop joins.

    Attributes:
        device: The device's name.
        source: Its journal.
        sender: Sends the journal.
        receiver: Takes the directory.
        broker: The connection.
        link: uplink.db.
        bell: The desk's poke.
        versions: Programs and their versions, told at birth.
        refusal: Tells why something of the directory was set aside.
        says: Tells what else its status says: how far a new version is, what cannot be used.
        clock: The local time with offset, for people; waiting goes by a clock that cannot jump.
        backoff: The pauses between attempts to connect.
    """

    device: str
    source: JournalSource
    sender: Sender
    receiver: Receiver
    broker: Broker
    link: LinkStore
    bell: Bell
    versions: dict[str, str]
    refusal: Callable[[], str] = str
    says: Callable[[], dict[str, Any]] = dict
    clock: Callable[[], datetime] = _local_now
    backoff: Backoff | None = None


class Uplink:
    """Carries entries both ways until told to stop."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._backoff = parts.backoff or Backoff(random.random)
        self._state = replace(parts.link.state, connected=False, problem=None)
        self._again_at = 0.0
        self._ready = False
        self._failure: Problem | None = None
        self._trouble: Problem | None = None
        self._unkept = False
        self._keep_at = 0.0
        self._look_at = 0.0
        self._rang = False
        self._said: dict[str, Any] = {}
        self._renewed = threading.Event()

    def renewed(self) -> None:
        """Tell that the certificate is another now; MAY be called on any thread."""
        self._renewed.set()

    def run(self, stopped: Callable[[], bool]) -> None:
        """Work until ``stopped`` says so, then say goodbye."""
        try:
            while not stopped():
                self.turn()
        finally:
            if self._ready:
                self._publish(Leaf.STATUS, OFFLINE, retain=True)
            self._parts.broker.leave()
            self._keep(replace(self._state, connected=False))

    def turn(self) -> None:
        """Do what is due, then wait for the next thing to happen."""
        now = time.monotonic()
        if self._renewed.is_set():
            self._renewed.clear()
            self._begin_anew()
        if self._parts.broker.fileno() is None and now >= self._again_at:
            self._connect(now)
        if self._ready and self._backoff.has_lasted(now):
            self._failure = None
        if self._rang or now >= self._look_at:
            self._look(now)
        self._send(now)
        self._keep_in_time(replace(self._state, problem=self._problem(now)), now)
        readable, writable = self._wait()
        try:
            messages = self._parts.broker.work(readable=readable, writable=writable)
        except BrokerError as ended:
            self._lose(ended.problem)
            return
        if self._parts.broker.is_ready and not self._ready:
            self._arrive()
        for message in messages:
            self._take(message)
        self._parts.broker.taken()

    def _begin_anew(self) -> None:
        """Try at once with another certificate: what was refused before says nothing of it."""
        self._backoff.forget()
        self._again_at = 0.0
        if not self._ready:
            self._failure = None

    def _connect(self, now: float) -> None:
        try:
            self._parts.broker.connect()
        except BrokerError as failed:
            self._lose(failed.problem)
        else:
            self._backoff.connected(now)

    def _arrive(self) -> None:
        """The broker listens: say that we are there, and what we want."""
        self._ready = True
        if not self._backoff.is_unsteady:
            self._failure = None
        self._state = replace(self._state, connected=True, connected_at=self._parts.clock())
        log.info("connected to the broker")
        self._introduce()
        self._want()
        self._parts.sender.connected(time.monotonic())

    def _introduce(self) -> None:
        """Say who is there."""
        head, self._said = self._parts.source.head, self._parts.says()
        birth = {
            "link": "online",
            "head": {"epoch": head.epoch, "sequence": head.sequence, "hash": head.hash},
            "versions": self._parts.versions,
            **self._said,
        }
        self._publish(Leaf.STATUS, orjson.dumps(birth), retain=True)

    def _lose(self, problem: Problem) -> None:
        """The connection failed or ended: pause, then try again."""
        now = time.monotonic()
        self._again_at = now + self._backoff.pause(now)
        if problem.key == "taken":
            problem = Problem(
                "taken",
                f"Another device speaks as {self._parts.device} too: a storage card was copied. "
                "Enrol one of the two anew: balie-collector device replace.",
            )
        elif problem.key == "lost" and self._backoff.is_unsteady:
            problem = Problem(
                "unsteady",
                "The broker's connection breaks off again and again soon after it is made. Either "
                f"the network is bad, or another device speaks as {self._parts.device} too: "
                "a storage card was copied. Enrol one of the two anew.",
            )
        if problem != self._failure:
            log.warning("%s", problem.sentence)
        self._failure = problem
        self._ready = False
        self._state = replace(self._state, connected=False)
        self._parts.sender.disconnected()

    def _look(self, now: float) -> None:
        """See whether the desk wrote to its journal, or made it, and whether it can be read."""
        self._look_at = now + _LOOK_S
        if self._ready and self._parts.says() != self._said:
            self._introduce()
        try:
            self._parts.source.changed(told=self._rang)
        except JournalError as error:
            self._trouble = Problem("journal", f"The journal cannot be sent: {error}.")
        else:
            if self._trouble and self._trouble.key == "journal":
                self._trouble = None

    def _send(self, now: float) -> None:
        try:
            while (payload := self._parts.sender.due(now)) is not None:
                self._publish(Leaf.JOURNAL, payload)
        except JournalError as error:
            self._trouble = Problem("journal", f"The journal cannot be sent: {error}.")

    def _wait(self) -> tuple[bool, bool]:
        """Wait for the broker, a poke or a deadline; tell whether the broker can be read, written."""
        until = self._look_at
        deadline = self._parts.sender.deadline()
        if deadline is not None:
            until = min(until, deadline)
        descriptor = self._parts.broker.fileno()
        if descriptor is None:
            until = min(until, self._again_at)
        if self._state != self._parts.link.state and not self._unkept:
            until = min(until, self._keep_at)
        bell = self._parts.bell.fileno()
        reading = [bell] if descriptor is None else [bell, descriptor]
        writing = reading[1:] if self._parts.broker.wants_to_write() else []
        timeout = max(0.0, until - time.monotonic())
        readable, writable, _ = select.select(reading, writing, [], timeout)
        self._rang = bell in readable and self._parts.bell.rang()
        return descriptor in readable, bool(writable)

    def _take(self, message: Message) -> None:
        try:
            _, leaf = read(message.topic)
        except ValueError as error:
            log.warning("message not understood: %s", error)
            return
        if leaf is Leaf.ACK:
            self._take_ack(message)
        elif leaf is Leaf.DIRECTORY:
            self._take_directory(message.payload)

    def _take_ack(self, message: Message) -> None:
        try:
            word = Word.from_json(message.payload)
        except EntryError as error:
            log.warning("ack not understood: %s", error)
            return
        self._parts.sender.acknowledge(word, time.monotonic(), live=not message.retained)
        self._state = replace(
            self._state,
            acked=self._parts.sender.acked,
            remote=word.watermark,
            others=word.others or (),
            refused=self._parts.sender.is_refused,
        )
        if not message.retained:
            self._state = replace(self._state, last_ack_at=self._parts.clock())

    def _take_directory(self, payload: bytes) -> None:
        try:
            self._parts.receiver.receive(payload)
        except OSError as error:
            self._trouble = Problem("directory", f"Prices cannot be kept: {error}")
            return  # without an answer the collector sends it again
        except _ODD as odd:
            if not (self._trouble and self._trouble.key == "directory"):
                log.exception("something of the directory cannot be read")
            what = f"{type(odd).__name__}: {odd}"
            self._trouble = Problem(
                "directory",
                f"What the back office says cannot be read ({what}). Sales are sent all the same: "
                "bring this device's software up to the collector's.",
            )
            return
        if self._trouble and self._trouble.key == "directory":
            self._trouble = None
        self._want()

    def _want(self) -> None:
        self._publish(Leaf.WANT, self._parts.receiver.watermark.to_json(), retain=True)

    def _publish(self, leaf: Leaf, payload: bytes, *, retain: bool = False) -> None:
        self._parts.broker.publish(topic(self._parts.device, leaf), payload, retain=retain)

    def _problem(self, now: float) -> Problem | None:
        """Tell the one thing that matters most now."""
        stranger = self._parts.sender.stranger
        silent_since = self._parts.sender.unanswered_since
        refusal = self._parts.refusal()
        if stranger and (self._failure is None or self._failure.key in _THROWN_OUT):
            return self._stranger(stranger)
        if self._failure:
            return self._failure
        if self._trouble:
            return self._trouble
        if silent_since is not None and now - silent_since >= _SILENT_S:
            return self._silence(now - silent_since)
        if refusal:
            return Problem("refusal", f"Something the back office sent was not taken: {refusal}.")
        return None

    def _stranger(self, held: Watermark) -> Problem:
        """Say what it means that the collector holds what this storage card does not."""
        if self._parts.sender.is_refused:
            return Problem(
                "stranger",
                f"The collector holds entries of this device up to {held} that are not on this "
                "storage card: it was copied, or put back. The desk begins a new epoch by itself.",
            )
        return Problem(
            "copied",
            f"The collector holds entries up to {held} that another storage card wrote as "
            f"{self._parts.device}. All of this one's arrive too. Enrol one of the two anew: "
            "balie-collector device replace.",
        )

    def _silence(self, seconds: float) -> Problem:
        if self._state.problem and self._state.problem.key == "silent":
            return self._state.problem
        since = datetime.fromtimestamp(self._parts.clock().timestamp() - seconds).astimezone()
        return Problem(
            "silent",
            f"The collector has been silent since {since:%Y-%m-%d %H:%M}; the broker answers. "
            "See whether the collector runs.",
        )

    def _keep_in_time(self, state: LinkState, now: float) -> None:
        """Keep a state now, unless it only says that a backlog got a little further."""
        self._state = state
        kept = self._parts.link.state
        only_further = kept == replace(
            state, acked=kept.acked, remote=kept.remote, last_ack_at=kept.last_ack_at
        )
        on_the_way = self._parts.sender.unanswered_since is not None
        if only_further and on_the_way and now < self._keep_at:
            return
        if state != kept:
            self._keep_at = now + _KEEP_S
        self._keep(state)

    def _keep(self, state: LinkState) -> None:
        """Keep a state in uplink.db; while the disk refuses, sending goes on without it."""
        self._state = state
        try:
            self._parts.link.keep(state)
        except sqlite3.Error as error:
            if not self._unkept:
                log.warning("uplink.db cannot be written: %s", error)
            self._unkept = True
        else:
            self._unkept = False
