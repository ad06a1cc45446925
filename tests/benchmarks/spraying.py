"""Publishing as many ready-made messages as a broker takes, at next to no cost to the machine.

The packets of MQTT 3.1.1, QoS 1, are made beforehand and sent a window at a time, so that what is
measured is the broker and whoever listens, and not a client library.
"""

from __future__ import annotations

import itertools
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from provisioning.workstation.debian import SYSTEM_PATH
from tests.world.shop import unavailable

WINDOW = 200
CEILING_S = 300.0
_ACKNOWLEDGEMENT = 4
"""Bytes of the broker's answer to one message."""


@contextmanager
def broker(folder: Path) -> Iterator[int]:
    """Run a mosquitto without TLS that keeps whatever comes; yields its port."""
    if sentence := unavailable():
        raise SystemExit(sentence)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    configuration = folder / "mosquitto.conf"
    configuration.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\n"
        "max_inflight_messages 2000\nmax_queued_messages 1000000\nmax_queued_bytes 0\n"
        "set_tcp_nodelay true\n"
    )
    program = shutil.which("mosquitto", path=SYSTEM_PATH)
    running = subprocess.Popen([str(program), "-c", str(configuration)])
    try:
        until = time.monotonic() + CEILING_S
        while not _answers(port):
            if time.monotonic() > until:
                raise TimeoutError("mosquitto does not answer")
            time.sleep(0.02)
        yield port
    finally:
        running.kill()
        running.wait()


def spray(port: int, messages: Sequence[tuple[str, bytes]]) -> None:
    """Publish messages and return when the broker has acknowledged the last of them."""
    numbers = itertools.cycle(range(1, 60_000))
    packets = [_publication(next(numbers), *message) for message in messages]
    with _connected(port, "spray") as connection:
        sent = acknowledged = received = 0
        while acknowledged < len(packets):
            if sent < len(packets) and sent - acknowledged <= WINDOW // 2:
                until = min(len(packets), acknowledged + WINDOW)
                connection.sendall(b"".join(packets[sent:until]))
                sent = until
            received += len(_some(connection))
            acknowledged = received // _ACKNOWLEDGEMENT


@contextmanager
def _connected(port: int, name: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=CEILING_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Protocol name and level, a clean session, no keep-alive.
        body = b"\x00\x04MQTT\x04\x02\x00\x00" + _text(name)
        connection.sendall(b"\x10" + _length(body) + body)
        if _some(connection)[3:] != b"\x00":
            raise ConnectionError("the broker refuses")
        yield connection


def _publication(number: int, topic: str, payload: bytes) -> bytes:
    body = _text(topic) + struct.pack("!H", number) + payload
    return b"\x32" + _length(body) + body


def _text(text: str) -> bytes:
    return struct.pack("!H", len(text)) + text.encode()


def _length(body: bytes) -> bytes:
    """Write a length as MQTT does: seven bits a byte, the lowest first."""
    left, written = len(body), b""
    while True:
        left, low = divmod(left, 128)
        written += bytes([low | (0x80 if left else 0)])
        if not left:
            return written


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 16)
    if not data:
        raise ConnectionError("the broker hung up")
    return data


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
