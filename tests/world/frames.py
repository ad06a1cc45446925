"""MQTT packets, as far as a man in the middle must read them (MQTT 3.1.1 and 5.0)."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass, replace

CONNECT, PUBLISH, PUBACK = 1, 3, 4
VERSION_5 = 5


@dataclass(frozen=True, slots=True)
class Publish:
    """A message on its way.

    Attributes:
        topic: Where it is published.
        payload: Its bytes.
        ticket: Its number between the two ends, None at QoS 0.
        retained: Its retain flag.
        properties: What MQTT 5 adds, as it came; None in MQTT 3.1.1.
    """

    topic: str
    payload: bytes
    ticket: int | None
    retained: bool
    properties: bytes | None

    def frame(self) -> bytes:
        """Return the packet."""
        name = self.topic.encode()
        body = struct.pack(">H", len(name)) + name
        if self.ticket is not None:
            body += struct.pack(">H", self.ticket)
        if self.properties is not None:
            body += _length(len(self.properties)) + self.properties
        first = PUBLISH << 4 | (0 if self.ticket is None else 2) | self.retained
        return packet(first, body + self.payload)

    def beside(self, payload: bytes) -> Publish:
        """Return another message for the same topic, that nobody has to acknowledge."""
        return replace(self, payload=payload, ticket=None)

    def puback(self) -> bytes:
        """Return the packet that says it has been received."""
        return packet(PUBACK << 4, struct.pack(">H", self.ticket))


def packet(first: int, body: bytes) -> bytes:
    """Return a packet of its first byte and what follows its length."""
    return bytes([first]) + _length(len(body)) + body


async def read_packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read the next packet: its first byte and its body.

    Raises:
        asyncio.IncompleteReadError: The connection has ended.
    """
    (first,) = await reader.readexactly(1)
    length = shift = 0
    while True:
        (byte,) = await reader.readexactly(1)
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return first, await reader.readexactly(length)


def version(connect: bytes) -> int:
    """Return the protocol's version that the body of a CONNECT names."""
    (name,) = struct.unpack_from(">H", connect)
    return connect[2 + name]


def read_publish(first: int, body: bytes, protocol: int) -> Publish:
    """Read the body of a PUBLISH."""
    (name,) = struct.unpack_from(">H", body)
    at = 2 + name
    ticket = None
    if first & 0b110:
        (ticket,) = struct.unpack_from(">H", body, at)
        at += 2
    properties = None
    if protocol >= VERSION_5:
        size, shift = 0, 0
        while True:
            byte = body[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        properties = body[at : at + size]
        at += size
    return Publish(body[2 : 2 + name].decode(), body[at:], ticket, bool(first & 1), properties)


def _length(size: int) -> bytes:
    written = bytearray()
    while True:
        size, byte = divmod(size, 128)
        written.append(byte | (0x80 if size else 0))
        if not size:
            return bytes(written)
