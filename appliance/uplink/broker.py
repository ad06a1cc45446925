"""One connection to the broker, driven from one loop. Callbacks only take notes.

A connection is a new client each time: nothing that matters waits inside paho, and what it would
send again by itself the sender sends again anyway.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, LogLevel
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from appliance.journal.batch import LARGEST_PACKET
from appliance.journal.topics import SESSION_S
from appliance.uplink import tls
from appliance.uplink.state import Problem
from appliance.uplink.tls import Certificates

WINDOW = 20
"""Messages on their way at once. Brokers promise to take so many; paho is no faster with more."""

_KEEPALIVE_S = 60
_CONNECT_S = 5.0
_TAKEN_OVER = 142
_NOT_AUTHORISED = (134, 135, 138, 140)


class BrokerError(ConnectionError):
    """The connection failed or ended.

    Attributes:
        problem: What it means and what to do.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Message:
    """What the broker brought.

    Attributes:
        topic: Where it was published.
        payload: Its bytes.
        retained: Whether the broker had kept it, rather than its sender having just sent it.
    """

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker is, who we are, and what we want to hear.

    Attributes:
        host: Name or address.
        port: TCP port.
        client: The client id: the device's name.
        topics: What to subscribe to.
        will: Topic and payload that the broker publishes, retained, when we vanish.
        certificates: For TLS; None for a broker without it.
    """

    host: str
    port: int
    client: str
    topics: Sequence[str]
    will: tuple[str, bytes]
    certificates: Certificates | None


class Broker:
    """Connects, publishes and hands over what came."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._client: paho.Client | None = None
        self._came: deque[Message] = deque()
        self._open: list[tuple[int, int]] = []
        self._greeted = False
        self._ready = False
        self._ended: Problem | None = None
        self._cause = ""

    @property
    def is_ready(self) -> bool:
        """Whether the broker greeted us and we hear what we want to hear."""
        return self._ready

    def connect(self) -> None:
        """Open a connection and greet; `is_ready` follows when the broker has answered.

        Raises:
            BrokerError: if it cannot be opened.
        """
        self.drop()
        self._greeted = self._ready = False
        self._ended, self._cause = None, ""
        client = self._make_client()
        try:
            client.connect(
                self._address.host,
                self._address.port,
                _KEEPALIVE_S,
                clean_start=False,
                properties=_session(),
            )
        except OSError as error:
            raise BrokerError(self._explain(error)) from error
        self._client = client

    def fileno(self) -> int | None:
        """Tell the descriptor to wait on; None without a connection."""
        opened = self._client.socket() if self._client else None
        return opened.fileno() if opened else None

    def wants_to_write(self) -> bool:
        """Tell whether to wait until more can be sent."""
        return bool(self._client and self._client.want_write())

    def work(self, *, readable: bool, writable: bool) -> list[Message]:
        """Send and receive what is possible now, and return what came; see `taken`.

        Raises:
            BrokerError: if the connection has ended.
        """
        client = self._client
        if client is None:
            return []
        if writable:
            client.loop_write()
        if readable:
            self._read_all(client)
        client.loop_misc()
        if client.socket() is None or self._ended:
            self.drop()
            raise BrokerError(self._ended or self._explain(None))
        messages = list(self._came)
        self._came.clear()
        return messages

    def taken(self) -> None:
        """Tell the broker that what `work` returned has been dealt with."""
        opened, self._open = self._open, []
        for number, quality in opened:
            if self._client:
                self._client.ack(number, quality)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send a message at least once, while the connection lasts."""
        if self._client:
            self._client.publish(topic, payload, qos=1, retain=retain)

    def drop(self) -> None:
        """End the connection without a word, so that the broker publishes the will."""
        client, self._client = self._client, None
        self._came.clear()
        self._open.clear()
        self._ready = False
        if client and (opened := client.socket()):
            opened.close()

    def leave(self) -> None:
        """Say goodbye and end the connection; the will is then not published."""
        if self._client and self._client.socket():
            with contextlib.suppress(OSError, ValueError):
                self._client.socket().setblocking(True)  # type: ignore[union-attr]  # just asked
                self._client.socket().settimeout(_CONNECT_S)  # type: ignore[union-attr]
                self._client.loop_write()
                self._client.disconnect()
        self.drop()

    def _make_client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._address.client,
            protocol=paho.MQTTv5,
            manual_ack=True,
        )
        client.connect_timeout = _CONNECT_S
        client.max_inflight_messages_set(WINDOW)
        client.will_set(*self._address.will, qos=1, retain=True)
        client.on_socket_open = _without_delay
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        client.on_log = self._on_log
        if self._address.certificates:
            try:
                client.tls_set_context(self._address.certificates.context())
            except OSError as error:
                raise BrokerError(_unreadable(self._address.certificates, error)) from error
        return client

    def _read_all(self, client: paho.Client) -> None:
        """Read until nothing is left: TLS may hold more than the descriptor shows."""
        while client.loop_read() == paho.MQTT_ERR_SUCCESS:
            opened = client.socket()
            if not isinstance(opened, ssl.SSLSocket) or not opened.pending():
                break

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _answer: Any
    ) -> None:
        if reason.is_failure:
            self._ended = self._refused(str(reason))
            return
        self._greeted = True
        client.subscribe([(topic, 1) for topic in self._address.topics])

    def _on_subscribe(
        self, client: paho.Client, _data: Any, _mid: int, reasons: list[ReasonCode], _answer: Any
    ) -> None:
        refused = next((reason for reason in reasons if reason.is_failure), None)
        if refused:
            self._ended = self._refused(f"it may not hear its topics: {refused}")
        else:
            self._ready = True
            client.on_log = None  # what refused us it would have said; each line costs

    def _on_publish(
        self, _client: paho.Client, _data: Any, _mid: int, reason: ReasonCode, _answer: Any
    ) -> None:
        if reason.is_failure and reason.value in _NOT_AUTHORISED:
            self._ended = self._refused(f"it may not publish to its topics: {reason}")

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self._came.append(Message(message.topic, bytes(message.payload), message.retain))
        self._open.append((message.mid, message.qos))

    def _on_disconnect(
        self, _client: paho.Client, _data: Any, flags: Any, reason: ReasonCode, _answer: Any
    ) -> None:
        if not flags.is_disconnect_packet_from_server:
            return
        if reason.value == _TAKEN_OVER:
            self._ended = Problem("taken", "Another connection took over this one.")
        elif reason.is_failure:
            self._ended = self._refused(str(reason))

    def _on_log(self, _client: paho.Client, _data: Any, level: int, text: str) -> None:
        if level == LogLevel.MQTT_LOG_ERR:
            self._cause = text

    def _explain(self, error: OSError | None) -> Problem:
        """Say what the end of a connection means."""
        place = f"{self._address.host}:{self._address.port}"
        cause = str(error or self._cause)
        if isinstance(error, ssl.SSLCertVerificationError):
            return tls.not_believed(place, error, self._address.certificates)
        if isinstance(error, ssl.SSLError) or "[SSL" in cause:
            return self._refused(cause)
        if error is None and self._greeted:
            return Problem("lost", f"The connection to the broker at {place} broke off.")
        if error is None and self._address.certificates:
            return self._refused("it hung up before greeting")
        return Problem(
            "unreachable", f"No broker answers at {place} ({cause}). Check network and broker."
        )

    def _refused(self, why: str) -> Problem:
        files = self._address.certificates
        expired = files.expired_at() if files else None
        if expired:
            return Problem(
                "expired",
                f"This device's certificate ran out on {expired:%Y-%m-%d}. Renew it with "
                "balie-collector device renew, or set this device's clock; selling goes on and "
                "everything is sent afterwards.",
            )
        return Problem(
            "refused",
            f"The broker at {self._address.host}:{self._address.port} refuses this device "
            f"({why}). Enrol it anew, or allow it at the broker.",
        )


def _session() -> Properties:
    """Ask the broker to keep what comes while we are away, and to hand over no more than we hold."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own
    properties.SessionExpiryInterval = SESSION_S
    properties.ReceiveMaximum = WINDOW
    properties.MaximumPacketSize = LARGEST_PACKET
    return properties


def _unreadable(files: Certificates, error: OSError) -> Problem:
    return Problem(
        "certificate",
        f"The certificates {files.ca}, {files.certificate} and {files.key} cannot be used "
        f"({error}). Enrol the device again.",
    )


def _without_delay(_client: paho.Client, _data: Any, opened: Any) -> None:
    """Send small packets at once: paho never asks for it, and an ack then waits some 40 ms."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
