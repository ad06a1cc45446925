"""Joins the parts of ingest: the only place that knows all of them."""

from __future__ import annotations

from functools import partial

from django.conf import settings

from appliance.journal.signing import load_private
from collector.directory.sending import Dispatch
from collector.ingest.broker import Tls, read_broker, read_shards
from collector.ingest.devices import Presence
from collector.ingest.mqtt import MqttReceiving
from collector.ingest.projecting import Projector
from collector.ingest.worker import Ingest


def build_ingest() -> Ingest:
    """Build the ingest process as the settings describe it.

    Raises:
        BrokerSettingError: A setting about the broker cannot be used.
        KeyUnreadable: The key that signs the directory cannot be read.
    """
    tls = Tls(
        authority=settings.BALIE_BROKER_CA,
        certificate=settings.BALIE_BROKER_CERTIFICATE,
        key=settings.BALIE_BROKER_KEY,
    )
    broker = read_broker(settings.BALIE_BROKER, tls)
    receiving = MqttReceiving(broker, read_shards(settings.BALIE_SHARDS))
    dispatch = Dispatch(receiving.publish, load_private(settings.BALIE_DIRECTORY_KEY_FILE))
    presence = Presence(partial(receiving.publish, retain=True), dispatch)
    return Ingest(receiving, Projector.from_settings(), presence)
