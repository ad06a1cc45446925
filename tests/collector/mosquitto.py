"""What the contract of ``Receiving`` is tried with: a real mosquitto, an ear and a device."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import subprocess
import threading
import time

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from appliance.journal.topics import Leaf, topic
from collector.ingest.broker import Broker
from collector.ingest.receiving import Message

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CEILING_S = 60
JOURNAL = topic("register-2", Leaf.JOURNAL)


def until(condition, awaited):
    end = time.monotonic() + CEILING_S
    while not (result := condition()):
        assert time.monotonic() < end, f"waited in vain for {awaited}"
        time.sleep(0.02)
    return result


class Mosquitto:
    """A broker on a port of its own, stopped and started at will; it forgets nothing meanwhile."""

    def __init__(self, folder, *rules):
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.configuration = folder / "mosquitto.conf"
        self.configuration.write_text(
            "\n".join(
                (
                    f"listener {self.port} 127.0.0.1",
                    "allow_anonymous true",
                    "set_tcp_nodelay true",
                    "max_inflight_messages 0",  # our own Receive Maximum decides
                    "persistence true",
                    f"persistence_location {folder}/",
                    "user root" if os.geteuid() == 0 else "",
                    *rules,
                )
            )
        )
        self.program = None

    @property
    def place(self):
        return Broker("127.0.0.1", self.port)

    def start(self):
        with (self.folder / "broker.log").open("ab") as log:
            self.program = subprocess.Popen(
                [MOSQUITTO, "-c", str(self.configuration)], stdout=log, stderr=log
            )
        until(self._answers, "the broker")
        return self

    def stop(self):
        program, self.program = self.program, None
        if program:
            program.send_signal(signal.SIGTERM)
            program.wait(CEILING_S)

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Ear:
    """Takes what is delivered, as the worker's queue does.

    Attributes:
        receiving: Whose ear it is, once it is connected.
    """

    def __init__(self):
        self.receiving = None
        self.came: queue.Queue[Message] = queue.Queue()
        self.threads = set()

    def __call__(self, message):
        self.threads.add(threading.current_thread())
        self.came.put(message)
        return True

    def hear(self, count=1):
        return [self.came.get(timeout=CEILING_S) for _ in range(count)]


class Device:
    """Speaks to the broker as a device does."""

    def __init__(self, broker, name="register-2"):
        self.heard = queue.Queue()
        self.client = paho.Client(CallbackAPIVersion.VERSION2, name, protocol=paho.MQTTv5)
        self.client.on_message = lambda _client, _data, message: self.heard.put(message)
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 60
        self.client.connect("127.0.0.1", broker.port, clean_start=False, properties=properties)
        self.client.loop_start()

    def say(self, payload, name=JOURNAL, *, retain=False, qos=1):
        until(self.client.is_connected, "the device's connection")
        self.client.publish(name, payload, qos, retain).wait_for_publish(CEILING_S)

    def listen(self, name):
        subscribed = threading.Event()
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.subscribe(name, 1)
        assert subscribed.wait(CEILING_S)

    def hear(self):
        return self.heard.get(timeout=CEILING_S)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()
