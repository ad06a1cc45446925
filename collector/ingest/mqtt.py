"""Receiving over MQTT 5 with paho."""

from __future__ import annotations

import logging
import socket
import ssl
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from appliance.journal.topics import Leaf, Shards
from collector.ingest.broker import Broker, BrokerSettingError
from collector.ingest.receiving import Deliver, Message, ReceivingError

log = logging.getLogger("collector.ingest")

_SESSION_S = 7 * 24 * 3600
_KEEPALIVE_S = 30
_LONGEST_PAUSE_S = 30
_LISTENS_TO = (Leaf.JOURNAL, Leaf.WANT, Leaf.STATUS)
UNACKNOWLEDGED = 100
"""How many messages the broker may hand over before the first of them is dealt with."""


class MqttReceiving:
    """A broker's client whose callbacks do nothing but hand over.

    A message is acknowledged to the broker only when ``done`` says so. That paces the broker and
    is no more than a courtesy: what devices believe is our own acknowledgement.
    """

    def __init__(self, broker: Broker, shards: Shards) -> None:
        self._broker = broker
        self._shards = shards
        self._deliver: Deliver = lambda _message: False
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id(shards),
            protocol=paho.MQTTv5,
            manual_ack=True,
        )
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_socket_open = _without_delay
        self._client.max_inflight_messages_set(UNACKNOWLEDGED)
        self._client.reconnect_delay_set(1, _LONGEST_PAUSE_S)
        self._context: ssl.SSLContext | None = None
        if broker.tls is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            broker.tls.read_into(self._context)
            self._client.tls_set_context(self._context)
            self._client.on_pre_connect = self._on_pre_connect

    def start(self, deliver: Deliver) -> None:
        """Connect in the background and keep trying; see ``Receiving``."""
        self._deliver = deliver
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho has no types here
        properties.SessionExpiryInterval = _SESSION_S
        properties.ReceiveMaximum = UNACKNOWLEDGED
        self._client.connect_async(
            self._broker.host,
            self._broker.port,
            keepalive=_KEEPALIVE_S,
            # True at the first connection, paho's habit, would make a session that no broker keeps.
            clean_start=False,
            properties=properties,
        )
        self._client.loop_start()

    def done(self, message: Message) -> None:
        """Acknowledge a message to the broker."""
        if message.ticket is not None:
            self._client.ack(message.ticket, 1)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send a message while connected; while not, it is dropped: it will be made anew."""
        if self._client.is_connected():
            self._client.publish(topic, payload, qos=1, retain=retain)

    def check(self) -> None:
        """Raise ReceivingError when paho's thread has died."""
        thread = self._client._thread  # noqa: SLF001 (paho has no public word for it)
        if thread is not None and not thread.is_alive():
            raise ReceivingError("The broker's client has died: start the collector again")

    def close(self) -> None:
        """Disconnect and end paho's thread."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_pre_connect(self, _client: paho.Client, _data: Any) -> None:
        """Take up a renewed certificate: without a restart, at the next connection."""
        if self._broker.tls is None or self._context is None:
            return
        try:
            self._broker.tls.read_into(self._context)
        except BrokerSettingError as refused:
            log.warning("%s; going on with those read before", refused)

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            log.error("The broker refuses the collector (%s): check its certificate", reason)
            return
        client.subscribe(
            [
                (each, SubscribeOptions(qos=1))
                for leaf in _LISTENS_TO
                for each in self._shards.filters(leaf)
            ]
        )

    def _on_subscribe(
        self,
        _client: paho.Client,
        _data: Any,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Any,
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("The broker does not let the collector listen: check its access rules")
            return
        log.info("Connected to the broker at %s:%s", self._broker.host, self._broker.port)

    def _on_connect_fail(self, _client: paho.Client, _data: Any) -> None:
        log.warning(
            "No broker answers at %s:%s; trying again until one does",
            self._broker.host,
            self._broker.port,
        )

    def _on_disconnect(
        self, _client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            log.warning("The broker is gone (%s). Connecting again", reason)

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        ticket = message.mid if message.qos else None
        self._deliver(Message(message.topic, bytes(message.payload), ticket, message.retain))


def client_id(shards: Shards) -> str:
    """Name the session: each share of the devices has its own, which waits when nobody listens."""
    return f"collector-{shards}"


def _without_delay(_client: paho.Client, _data: Any, opened: Any) -> None:
    """Send small packets at once: without this an acknowledgement waits some 40 ms."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
