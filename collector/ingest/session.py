"""One connection to the broker by gmqtt, with the habits changed that would cost us.

gmqtt 0.8 leaves no public way to four things, which are therefore done from inside:

- It tells no packet identifiers, so a message could be acknowledged later only by a task of its
  own for each, which costs as much as everything else together. Ours goes by the identifier.
- It writes each packet by itself, one system call for one acknowledgement. Here all packets of a
  turn of the loop are gathered and written at once.
- It reads on whatever has become of what it read before. Ours waits when it is told to.
- Its ``connect`` waits for ever when the connection ends before the broker's greeting.

The contract tests of receiving would show a new version that does these differently.
"""

# ruff: noqa: SLF001 (those are the insides)

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from typing import Any

import gmqtt
from gmqtt.storage import PersistentStorage

from appliance.journal.batch import LARGEST_PACKET
from appliance.journal.topics import SESSION_S, Shards
from collector.ingest.broker import Broker
from collector.ingest.receiving import (
    LISTENS_TO,
    UNACKNOWLEDGED,
    Deliver,
    Message,
)

ANSWER_S = 15.0
"""How long the broker may take to greet, or to let us listen."""
_KEEPALIVE_S = 30
_UNANSWERED_MS = 60_000
"""A peer that confirms nothing for so long is gone, however politely its network keeps silent."""
_REFUSED = 0x80
_TAKEN_OVER = 0x8E


class HungUp(ConnectionError):  # noqa: N818 (reads as what happened)
    """The broker ended the connection before it greeted."""


class NotAllowed(PermissionError):  # noqa: N818 (reads as what happened)
    """The broker does not let us listen."""


class Session(gmqtt.Client):  # type: ignore[misc] # gmqtt has no types
    """A connection that is made once, used, and thrown away when it ends.

    Everything here runs on the loop's thread.

    Args:
        name: The client id.
        number: Tells this connection's tickets from those of earlier ones.
        deliver: Takes messages.

    Attributes:
        ended: Done when the connection has ended, with the reason in words.
    """

    def __init__(self, name: str, number: int, deliver: Deliver) -> None:
        self._unanswered = _Unanswered(self._send_waiting)
        super().__init__(
            name,
            # True would make a session that no broker keeps.
            clean_session=False,
            optimistic_acknowledgement=False,
            persistent_storage=self._unanswered,
            session_expiry_interval=SESSION_S,
            receive_maximum=UNACKNOWLEDGED,
            maximum_packet_size=LARGEST_PACKET,
        )
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._deliver = deliver
        self._number = number << 16
        self._waiting: dict[object, tuple[str, bytes, bool]] = {}
        self._gathered: list[bytes] = []
        self._is_ready = False
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._allowed: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[str] = loop.create_future()
        self.on_message = Session._take_unacknowledged
        self.on_disconnect = Session._end
        self.on_subscribe = Session._hear_whether_allowed
        self._package_handler._handle_qos_1_publish_packet = self._take

    async def open(self, broker: Broker, context: ssl.SSLContext | None) -> None:
        """Connect and wait for the broker's greeting.

        Raises:
            OSError: Nobody answers, or not whom we believe.
            HungUp: The broker ended the connection instead of greeting.
            gmqtt.mqtt.handler.MQTTConnectError: It refuses us.
        """
        greeting = self._loop.create_task(
            self.connect(broker.host, broker.port, ssl=context or False, keepalive=_KEEPALIVE_S)
        )
        try:
            await first(greeting, self.ended)
            if not greeting.done():
                raise HungUp(self.ended.result())
            await greeting
        finally:
            greeting.cancel()
        opened = self._transport.get_extra_info("socket")
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNANSWERED_MS)
        self._connection._protocol.write_data = self._gather
        self._connection._protocol.read = self._read

    async def listen(self, shards: Shards) -> None:
        """Subscribe to what devices of these shards say, and wait until the broker agrees.

        Raises:
            NotAllowed: It does not.
            HungUp: It ended the connection.
            TimeoutError: It says nothing, though we read.
        """
        self.subscribe(
            [
                gmqtt.Subscription(each, qos=1)
                for leaf in LISTENS_TO
                for each in shards.filters(leaf)
            ]
        )
        is_held = False
        while not await first(self._allowed, self.ended, timeout_s=ANSWER_S):
            # Its answer comes behind messages that it kept, which may have to wait for long.
            was_held, is_held = is_held, not self._may_read.is_set()
            if not (was_held or is_held):
                raise TimeoutError
        if not self._allowed.done():
            raise HungUp(self.ended.result())
        self._allowed.result()
        self._is_ready = True

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that a message has been dealt with, if it came by this connection."""
        ticket = message.ticket or 0
        if ticket & ~0xFFFF == self._number and not self.ended.done():
            self._package_handler._send_puback(ticket & 0xFFFF)

    def send(self, topic: str, payload: bytes, retain: bool) -> None:  # noqa: FBT001 (handed over as it came)
        """Publish at least once, in turn; what the broker keeps is replaced while it waits."""
        if self._is_ready:
            self._waiting[topic if retain else object()] = (topic, payload, retain)
            self._send_waiting()

    def hold(self) -> None:
        """Read nothing more: the network itself makes the broker wait, which keeps what comes."""
        self._may_read.clear()

    def go_on(self) -> None:
        """Read again."""
        self._may_read.set()

    async def leave(self) -> None:
        """Say goodbye, after everything that was sent has been acknowledged."""
        while not (self._unanswered.is_empty or self.ended.done()):
            answered = self._loop.create_task(self._unanswered.wait_empty())
            await first(answered, self.ended)
            answered.cancel()
        self._flush()
        self.go_on()
        del self._connection._protocol.write_data
        await self.disconnect()

    def drop(self) -> None:
        """End the connection without a word, if there is one."""
        with contextlib.suppress(AttributeError):  # never connected
            self._transport.abort()

    async def reconnect(self, delay: bool = False) -> None:  # noqa: FBT001, FBT002 (gmqtt's signature)
        """Leave it: whoever made this session makes another."""

    @property
    def _transport(self) -> Any:
        return self._connection._transport

    def _take(self, packet: int, payload: bytes, topic: str, properties: dict[str, Any]) -> None:
        ticket = self._number | packet
        self._deliver(Message(topic, bytes(payload), ticket, bool(properties["retain"])))

    def _send_waiting(self) -> None:
        """Publish until the broker's Receive Maximum is reached; its acknowledgement calls again."""
        while self._waiting and not self.ended.done():
            key, (topic, payload, retain) = next(iter(self._waiting.items()))
            try:
                self.publish(topic, payload, qos=1, retain=retain)
            except OverflowError:
                return
            del self._waiting[key]

    def _gather(self, data: bytes) -> None:
        if not self._gathered:
            self._loop.call_soon(self._flush)
        self._gathered.append(data)

    def _flush(self) -> None:
        if self._gathered and not self.ended.done():
            self._connection.send_package(b"".join(self._gathered))
        self._gathered.clear()

    def _take_unacknowledged(
        self, topic: str, payload: bytes, _qos: int, properties: dict[str, Any]
    ) -> None:
        """Take a message that its sender did not care to have acknowledged."""
        self._deliver(Message(topic, bytes(payload), None, bool(properties["retain"])))

    async def _read(self, count: int) -> bytes:
        """Read for gmqtt once that is allowed; what comes meanwhile the transport leaves alone."""
        while not self._may_read.is_set():
            # It is we who do not listen: that is no reason to think that the broker is gone.
            self._connection._last_data_in = time.monotonic()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._may_read.wait(), _KEEPALIVE_S / 2)
        protocol = self._connection._protocol
        found: bytes = await type(protocol).read(protocol, count)
        return found

    def _end(self, packet: bytes) -> None:
        if self.ended.done():
            return
        reason = packet[0] if packet else None
        if reason == _TAKEN_OVER:
            self.ended.set_result("another collector listens to the same shards")
        elif reason is None:
            self.ended.set_result("it hung up")
        else:
            self.ended.set_result(f"it said goodbye with code {reason}")

    def _hear_whether_allowed(
        self, _packet: int, granted: tuple[int, ...], _properties: Any
    ) -> None:
        if self._allowed.done():
            return
        if any(quality >= _REFUSED for quality in granted):
            self._allowed.set_exception(
                NotAllowed("The broker does not let the collector listen: check its access rules")
            )
        else:
            self._allowed.set_result(None)


async def first(*futures: asyncio.Future[Any], timeout_s: float | None = None) -> bool:
    """Wait until one of several is done; tell whether one is."""
    done, _ = await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED, timeout=timeout_s)
    return bool(done)


class _Unanswered(PersistentStorage):  # type: ignore[misc] # gmqtt has no types
    """What the broker has not acknowledged; tells when there is room for more."""

    def __init__(self, room: Any) -> None:
        super().__init__()
        self._room = room

    def remove_message_by_mid(self, mid: int) -> None:
        super().remove_message_by_mid(mid)
        self._room()
