"""One simulated device's connection, driven by asyncio: the library and the habits of the uplink.

A thousand of them live in one process, so nothing here has a thread: sockets are watched by the
event loop, and only opening one (which waits for the handshake) is done on a thread of a pool.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from appliance.journal.topics import SESSION_S, Leaf, topic

WINDOW = 20
"""Messages on their way at once, as in the uplink."""
OFFLINE = b'{"link":"offline"}'
"""The last will."""

_KEEPALIVE_S = 60
_CONNECT_S = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the broker is and what a device shows it.

    Attributes:
        host: Name or address.
        port: TCP port.
        authority: Whom to believe; None for a broker without TLS.
        folder: Where ``device.pem`` and ``device.key`` of each device lie, in a folder each.
    """

    host: str
    port: int
    authority: Path | None
    folder: Path

    def context(self, device: str) -> ssl.SSLContext | None:
        """Read a device's certificate, and what it believes."""
        if self.authority is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.authority)
        own = self.folder / device
        context.load_cert_chain(own / "device.pem", own / "device.key")
        return context


class Ear:
    """Who hears what happens to a connection."""

    def arrived(self) -> None:
        """The broker greeted us and we hear what we want to hear."""

    def heard(self, leaf: Leaf, payload: bytes, *, retained: bool) -> None:
        """A message came."""

    def ended(self, why: str) -> None:
        """The connection has ended, or was refused."""


class Connection:
    """Connects and publishes; see `Ear` for what comes back.

    Args:
        device: The device's name.
        place: Where to connect.
        ear: Hears; on the event loop's thread.
        pool: Where connections are opened.
    """

    def __init__(self, device: str, place: Place, ear: Ear, pool: Executor) -> None:
        self._device = device
        self._place = place
        self._ear = ear
        self._pool = pool
        self._client: paho.Client | None = None
        self._watched: Any = None  # a socket, by the name paho gives it
        self._leaves = {topic(device, leaf): leaf for leaf in (Leaf.ACK, Leaf.DIRECTORY)}

    async def open(self) -> None:
        """Connect and greet; `Ear.arrived` follows.

        Raises:
            OSError: It cannot be opened.
        """
        loop = asyncio.get_running_loop()
        client = await loop.run_in_executor(self._pool, self._connect)
        opened = client.socket()
        if opened is None:
            raise ConnectionError("the broker hung up before greeting")
        self._client, self._watched = client, opened
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_register_write
        client.on_socket_unregister_write = self._on_unregister_write
        loop.add_reader(opened, self._read)
        if client.want_write():
            loop.add_writer(opened, client.loop_write)
        self._read()

    def publish(self, leaf: Leaf, payload: bytes, *, retain: bool = False) -> None:
        """Send a message at least once, while the connection lasts."""
        if self._client:
            self._client.publish(topic(self._device, leaf), payload, qos=1, retain=retain)

    def breathe(self) -> None:
        """Keep the connection alive; to be called every few seconds."""
        if self._client:
            self._client.loop_misc()

    def cut(self) -> None:
        """End the connection without a word, so that the broker publishes the will."""
        client = self._forget()
        if client and (opened := client.socket()):
            opened.close()

    def leave(self) -> None:
        """Say goodbye and end the connection; the will is then not published."""
        client = self._forget()
        if client is None or (opened := client.socket()) is None:
            return
        with contextlib.suppress(OSError, ValueError):
            opened.setblocking(True)
            opened.settimeout(_CONNECT_S)  # type: ignore[attr-defined]  # paho's word for a socket lacks it
            client.loop_write()
            client.disconnect()
        opened.close()

    def _connect(self) -> paho.Client:
        """Open a connection; the only thing done on another thread."""
        client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=self._device, protocol=paho.MQTTv5
        )
        client.connect_timeout = _CONNECT_S
        client.max_inflight_messages_set(WINDOW)
        client.will_set(topic(self._device, Leaf.STATUS), OFFLINE, qos=1, retain=True)
        client.on_socket_open = _without_delay
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        context = self._place.context(self._device)
        if context is not None:
            client.tls_set_context(context)
        client.connect(
            self._place.host,
            self._place.port,
            _KEEPALIVE_S,
            clean_start=False,
            properties=_session(),
        )
        return client

    def _read(self) -> None:
        """Read until nothing is left: TLS may hold more than the descriptor shows."""
        client = self._client
        while client and client.loop_read() == paho.MQTT_ERR_SUCCESS:
            opened = client.socket()
            if not isinstance(opened, ssl.SSLSocket) or not opened.pending():
                break

    def _forget(self) -> paho.Client | None:
        client, self._client = self._client, None
        if client:
            client.on_socket_close = client.on_disconnect = None
            client.on_socket_register_write = client.on_socket_unregister_write = None
            self._unwatch()
        return client

    def _unwatch(self) -> None:
        opened, self._watched = self._watched, None
        if opened is not None and opened.fileno() >= 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(opened)
            loop.remove_writer(opened)

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _answer: Any
    ) -> None:
        if not reason.is_failure:
            client.subscribe([(name, 1) for name in self._leaves])

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _answer: Any
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            self.cut()
            self._ear.ended("the broker does not let it hear its topics")
        else:
            self._ear.arrived()

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        leaf = self._leaves.get(message.topic)
        if leaf is not None:
            self._ear.heard(leaf, bytes(message.payload), retained=message.retain)

    def _on_disconnect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _answer: Any
    ) -> None:
        if client is self._client:
            self._forget()
            self._ear.ended(str(reason))

    def _on_socket_close(self, _client: paho.Client, _data: Any, _opened: Any) -> None:
        self._unwatch()

    def _on_register_write(self, client: paho.Client, _data: Any, opened: Any) -> None:
        asyncio.get_running_loop().add_writer(opened, client.loop_write)

    def _on_unregister_write(self, _client: paho.Client, _data: Any, opened: Any) -> None:
        asyncio.get_running_loop().remove_writer(opened)


def _session() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own
    properties.SessionExpiryInterval = SESSION_S
    properties.ReceiveMaximum = WINDOW
    return properties


def _without_delay(_client: paho.Client, _data: Any, opened: Any) -> None:
    """Send small packets at once: without this an acknowledgement waits some 40 ms."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
