"""A man in the middle: a broker to the register, the register to the broker, honest to neither.

He holds the keys of both and lets most messages through. Of the others, some come twice, late, out
of order, cut short or changed, some not at all though he confirms them; now and then he cuts the
line in the middle of a word. The seed decides which; `Network.done` counts what he did.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.world.forger import Forger
from tests.world.frames import (
    CONNECT,
    PUBLISH,
    VERSION_5,
    Publish,
    packet,
    read_packet,
    read_publish,
    version,
)

DEEDS = ("doubled", "late", "out of order", "cut", "forged", "swallowed")
LATEST_S = 0.5
AHEAD = 3
"""So many messages overtake one that is sent out of order."""
BREAKS = 0.004
"""How many messages of all break the line."""


class Network:
    """The line between the register and the broker.

    Args:
        register: The register's folder, with its certificate and key.
        broker: The broker's folder, with the server's.
        broker_port: Where the broker listens.
        forger: Makes what is sent in place of a message.
        seed: The same seed does the same to the same messages.
        share: How many of all messages are not left alone.

    Attributes:
        port: Where he listens.
        hostile: Whether he does anything at all; he begins honest.
        done: How often he did what.
    """

    def __init__(
        self,
        *,
        register: Path,
        broker: Path,
        broker_port: int,
        forger: Forger,
        seed: int,
        share: float = 0.3,
    ) -> None:
        self.hostile = False
        self.done: Counter[str] = Counter()
        self.port = 0
        self._broker_port, self.forger, self._share = broker_port, forger, share
        self._chance = random.Random(seed)
        self._as_broker = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._as_broker.load_cert_chain(broker / "server.pem", broker / "server.key")
        self._as_register = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._as_register.load_verify_locations(register / "ca.pem")
        self._as_register.load_cert_chain(register / "device.pem", register / "device.key")
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()

    def say(self, topic: str, payload: bytes) -> None:
        """Send a message to the broker as if it came from the register."""
        self._loop.call_soon_threadsafe(lambda: self._up.say(topic, payload))

    async def _run(self) -> None:
        self._ended = asyncio.Event()
        self._lines: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._join, "127.0.0.1", 0, ssl=self._as_broker)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        await self._ended.wait()
        server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join one connection of the register with one to the broker until either ends."""
        task = asyncio.current_task()
        self._lines.add(task)
        writers = [writer]
        try:
            there = await asyncio.open_connection(
                "127.0.0.1", self._broker_port, ssl=self._as_register
            )
            writers.append(there[1])
            first, connect = await read_packet(reader)
            assert first >> 4 == CONNECT
            writers[1].write(packet(first, connect))
            protocol = version(connect)
            self._up = up = _Way(self, reader, writer, there[1], protocol)
            ways = (
                up,
                _Way(self, there[0], there[1], writer, protocol),
            )
            tasks = [asyncio.create_task(way.carry()) for way in ways]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in tasks:
                    each.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the register tries again, or all is over
        finally:
            self._lines.discard(task)
            for each in writers:
                with suppress(OSError, RuntimeError):
                    each.transport.abort()

    def choose(self) -> str:
        """Decide what becomes of the next message; empty to let it through.

        However few messages there are, because many went in one: he begins with what he has not
        done yet.
        """
        if not self.hostile:
            return ""
        if self._chance.random() < BREAKS:
            return "broken"
        if self._chance.random() >= self._share:
            return ""
        return self._chance.choice([deed for deed in DEEDS if not self.done[deed]] or DEEDS)

    def forge(self, message: Publish) -> bytes:
        """Make what comes in place of a message."""
        return self.forger(message, self._chance)

    def cut(self, payload: bytes) -> bytes:
        """Return a message's beginning."""
        return payload[: self._chance.randrange(max(1, len(payload)))]

    def lateness_s(self) -> float:
        """Tell how long a late message takes."""
        return self._chance.uniform(0, LATEST_S)


class _Way:
    """One direction of one connection."""

    def __init__(
        self,
        network: Network,
        reader: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        onward: asyncio.StreamWriter,
        protocol: int,
    ) -> None:
        self._network, self._reader, self._protocol = network, reader, protocol
        self._back, self._onward = back, onward
        self._overtaken: list[list] = []

    async def carry(self) -> None:
        """Carry packets until the line ends."""
        while True:
            first, body = await read_packet(self._reader)
            if first >> 4 != PUBLISH:
                self._send(packet(first, body))
                continue
            message = read_publish(first, body, self._protocol)
            self._network.forger.hear(message)
            deed = self._network.choose()
            self._network.done[deed] += 1
            if deed == "broken":
                frame = message.frame()
                self._send(frame[: len(frame) // 2])
                await self._onward.drain()
                return
            self._do(deed, message)
            self._overtake()
            await self._onward.drain()

    def say(self, topic: str, payload: bytes) -> None:
        """Send a message that did not come from the other end."""
        properties = b"" if self._protocol >= VERSION_5 else None
        self._send(Publish(topic, payload, None, False, properties).frame())

    def _do(self, deed: str, message: Publish) -> None:
        loop = asyncio.get_running_loop()
        frame = message.frame()
        if deed == "doubled":
            self._send(frame)
            self._send(message.beside(message.payload).frame())
        elif deed == "late":
            loop.call_later(self._network.lateness_s(), self._send, frame)
        elif deed == "out of order":
            self._overtaken.append([AHEAD, frame])
            # Where nothing follows that could overtake it, it comes late.
            loop.call_later(LATEST_S, self._overtake, AHEAD)
        elif deed == "swallowed":
            self._confirm(message)
        elif deed == "cut":
            self._confirm(message)
            self._send(message.beside(self._network.cut(message.payload)).frame())
        elif deed == "forged":
            self._confirm(message)
            self._send(message.beside(self._network.forge(message)).frame())
        else:
            self._send(frame)

    def _confirm(self, message: Publish) -> None:
        """Tell the sender that the message has arrived."""
        if message.ticket is not None and not self._back.transport.is_closing():
            self._back.write(message.puback())

    def _overtake(self, by: int = 1) -> None:
        for waiting in self._overtaken:
            waiting[0] -= by
        for waiting in [each for each in self._overtaken if each[0] <= 0]:
            self._overtaken.remove(waiting)
            self._send(waiting[1])

    def _send(self, frame: bytes) -> None:
        if not self._onward.transport.is_closing():
            self._onward.write(frame)
