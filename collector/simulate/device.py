"""One simulated device: it sells, sends what it sold, and hears what came of it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import orjson

from appliance.journal.batch import pack
from appliance.journal.entry import START, ZERO_HASH, Entry, Sendable, Watermark
from appliance.journal.errors import EntryError
from appliance.journal.receiver import Receiver, Spoiled
from appliance.journal.sender import Sender
from appliance.journal.signing import PublicKey, Signer
from appliance.journal.topics import Leaf
from appliance.journal.word import Word
from collector.simulate.connection import OFFLINE, Connection, Ear, Place
from collector.simulate.ledger import Ledger
from collector.simulate.sales import Sales
from collector.simulate.tally import Tally

log = logging.getLogger("collector.simulate")

SALE = "balie.sale.completed.v1"
SOFTWARE = "simulated"
_LONGEST_PAUSE_S = 60.0
_LONGEST_DOUBLING = 6
_LOOK_S = 5.0
_FAULT_EVERY_S = 20.0


class Fault(Enum):
    """What can be made to go wrong with a device."""

    CUT = auto()
    """The connection is gone without a word."""
    FORGET = auto()
    """It forgets what was acknowledged and sends again all it has."""
    DOUBLE = auto()
    """Everything it sends next goes out twice."""


@dataclass(frozen=True, slots=True)
class Member:
    """A device that is to be simulated.

    Attributes:
        name: Its name.
        register: Its number on receipts.
        epoch: The epoch to open.
        held: What the collector holds of its earlier lives.
        number: The last receipt number it used.
        faulty: Whether things go wrong with it.
    """

    name: str
    register: str
    epoch: int = 1
    held: Watermark = START
    number: int = 0
    faulty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What devices of one process share.

    Attributes:
        place: Where they connect.
        pool: Where connections are opened.
        sales: What they sell.
        rate: Sales a second of one device, on average.
        collector_key: Who signs the directory.
        clock: The local time with an offset.
        chance: Chooses.
    """

    place: Place
    pool: Executor
    sales: Sales
    rate: float
    collector_key: PublicKey
    clock: Callable[[], datetime]
    chance: random.Random


class Device(Ear):
    """One device.

    Args:
        member: Who it is.
        world: What it shares with others.
        signer: Its key.
        tally: Where it counts.
    """

    def __init__(self, member: Member, world: World, signer: Signer, tally: Tally) -> None:
        self.member = member
        self._world = world
        self._signer = signer
        self._tally = tally
        self._loop = asyncio.get_running_loop()
        self._bell = asyncio.Event()
        self._connection = Connection(member.name, world.place, self, world.pool)
        self._receiver = Receiver(
            Bookmark(), stream="directory", device=member.name, public_key=world.collector_key
        )
        self._ledger = Ledger(
            member.name,
            held=member.held,
            epoch=member.epoch,
            software=SOFTWARE,
            now=world.clock(),
            made_at=self._loop.time(),
        )
        self._sender = Sender(self._ledger, self._pack)
        self._number = member.number
        self._ready = self._opening = self._doubles = False
        self._failures = 0
        self._again_at = 0.0
        self._sells_at = self._loop.time() + self._pause(world.rate)
        self._fails_at = self._loop.time() + self._pause(1 / _FAULT_EVERY_S)
        self._tally.made += 1

    @property
    def head(self) -> Watermark:
        """The last entry it made."""
        return self._ledger.head

    @property
    def unacknowledged(self) -> int:
        """How many entries wait for the collector's word."""
        return self._ledger.unacknowledged

    @property
    def is_ready(self) -> bool:
        """Whether the broker listens."""
        return self._ready

    async def run(self, sells: Callable[[], bool], stopped: Callable[[], bool]) -> None:
        """Sell while told to, and send until told to stop; then say goodbye.

        Args:
            sells: Whether to go on selling.
            stopped: Whether to stop.
        """
        try:
            while not stopped():
                now = self._loop.time()
                if not self._ready and not self._opening and now >= self._again_at:
                    await self._open()
                if sells():
                    self._sell(now)
                self._fail(now, sells())
                self._send(self._loop.time())
                await self._wait(sells())
        finally:
            if self._ready:
                self._connection.publish(Leaf.STATUS, OFFLINE, retain=True)
            self._connection.leave()
            self._ready = False

    def ring(self) -> None:
        """Make it look whether there is something to do."""
        self._bell.set()

    def breathe(self) -> None:
        """Keep its connection alive; to be called every few seconds."""
        self._connection.breathe()

    def arrived(self) -> None:
        """The broker listens: say that we are there, and what we want."""
        self._ready, self._opening, self._failures = True, False, 0
        self._tally.connections += 1
        head = self._ledger.head
        place = {"epoch": head.epoch, "sequence": head.sequence, "hash": head.hash}
        birth = {"link": "online", "head": place, "versions": {"balie": SOFTWARE}}
        self._connection.publish(Leaf.STATUS, orjson.dumps(birth), retain=True)
        self._want()
        self._sender.connected(self._loop.time())
        self.ring()

    def heard(self, leaf: Leaf, payload: bytes, *, retained: bool) -> None:
        """Take an acknowledgement or a part of the directory."""
        if leaf is Leaf.DIRECTORY:
            self._receiver.receive(payload)
            self._want()
            return
        try:
            word = Word.from_json(payload)
        except EntryError as error:
            log.warning("%s: an acknowledgement cannot be read: %s", self.member.name, error)
            return
        now = self._loop.time()
        self._sender.acknowledge(word, now, live=not retained)
        for delay_s in self._ledger.acknowledge(self._sender.acked, now):
            self._tally.acknowledged += 1
            self._tally.delays.add(delay_s)
        self.ring()

    def ended(self, why: str) -> None:
        """The connection has ended: try again, ever more rarely, and not all at once."""
        if not self._ready:
            self._tally.refused += 1
            self._tally.last_refusal = f"{self.member.name}: {why}"
        self._ready = self._opening = False
        self._sender.disconnected()
        doubled = 1 << min(self._failures, _LONGEST_DOUBLING)
        self._failures += 1
        pause_s = min(_LONGEST_PAUSE_S, doubled) * self._world.chance.uniform(0.5, 1)
        self._again_at = self._loop.time() + pause_s
        self.ring()

    async def _open(self) -> None:
        self._opening = True
        try:
            await self._connection.open()
        except OSError as refused:
            self.ended(str(refused))

    def _sell(self, now: float) -> None:
        while now >= self._sells_at:
            self._number += 1
            moment = self._world.clock()
            sale = self._world.sales.make(self.member.register, self._number, moment)
            self._ledger.append(SALE, sale, moment, now)
            self._tally.made += 1
            self._sells_at = max(self._sells_at + self._pause(self._world.rate), now - 1.0)

    def _send(self, now: float) -> None:
        while self._ready and (payload := self._sender.due(now)) is not None:
            self._connection.publish(Leaf.JOURNAL, payload)
            if self._doubles:
                self._connection.publish(Leaf.JOURNAL, payload)

    def _fail(self, now: float, sells: bool) -> None:  # noqa: FBT001 (asked once a turn)
        """Make something go wrong now and then, as long as it sells."""
        if not self.member.faulty or now < self._fails_at:
            return
        self._fails_at = now + self._pause(1 / _FAULT_EVERY_S)
        self._doubles = False
        if not (sells and self._ready):
            return
        self._tally.faults += 1
        fault = self._world.chance.choice(list(Fault))
        if fault is Fault.DOUBLE:
            self._doubles = True
        elif fault is Fault.FORGET:
            self._sender = Sender(self._ledger, self._pack)
            self._sender.connected(now)
        else:
            self._connection.cut()
            self.ended("the connection was cut on purpose")

    async def _wait(self, sells: bool) -> None:  # noqa: FBT001 (asked once a turn)
        """Wait for a message or for the next thing that is due."""
        until = self._loop.time() + _LOOK_S
        deadline = self._sender.deadline()
        if deadline is not None:
            until = min(until, deadline)
        if sells:
            until = min(until, self._sells_at)
        if not self._ready and not self._opening:
            until = min(until, self._again_at)
        alarm = self._loop.call_at(until, self._bell.set)
        await self._bell.wait()
        alarm.cancel()
        self._bell.clear()

    def _pack(self, entries: Sequence[Sendable]) -> bytes:
        return pack(entries, stream="journal", device=self.member.name, signer=self._signer)

    def _want(self) -> None:
        self._connection.publish(Leaf.WANT, self._receiver.watermark.to_json(), retain=True)

    def _pause(self, rate: float) -> float:
        """Customers come by chance: the time to the next has this average."""
        return self._world.chance.expovariate(rate)


class Bookmark:
    """Follows the directory without keeping it: a simulated device looks nothing up."""

    def __init__(self) -> None:
        self.watermark = START

    def mark(self, epoch: int) -> Watermark | None:
        """Tell how far an epoch has come, None if a later one has begun."""
        if epoch == self.watermark.epoch:
            return self.watermark
        return Watermark(epoch, 0, ZERO_HASH) if epoch > self.watermark.epoch else None

    def hashes(self, _epoch: int, _first: int, _last: int) -> dict[int, str]:
        """Tell nothing: all is forgotten."""
        return {}

    def store(self, entries: Sequence[Entry], _beside: Sequence[bytes] = ()) -> None:
        """Remember how far it came."""
        self.watermark = entries[-1].watermark

    def quarantine(self, spoiled: Spoiled) -> None:
        """Say so."""
        log.warning("%s: %s", spoiled.device, spoiled.sentence)
