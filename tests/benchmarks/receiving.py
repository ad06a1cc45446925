"""How fast the collector receives, with nothing behind it, beside mosquitto's own subscriber.

    python tests/benchmarks/receiving.py [--messages 20000] [--bytes 1500] [--rounds 5] [--json FILE]

The same messages go through the same broker to the collector's client, whose messages are taken and
acknowledged in turns as ingest does, and to mosquitto_sub, which is written in C and prints their
lengths. A round is over when the last message is there.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from appliance.journal.topics import Leaf, Shards, topic  # noqa: E402 - the path comes first
from collector.ingest.broker import Broker  # noqa: E402 - the same
from collector.ingest.mqtt import MqttReceiving  # noqa: E402 - the same
from collector.ingest.receiving import UNACKNOWLEDGED, Message  # noqa: E402 - the same
from tests.benchmarks.figures import Figure, at_least, report, take_turns  # noqa: E402 - the same
from tests.benchmarks.spraying import broker, spray  # noqa: E402 - the same

NOBODY_LISTENS = 0x10
"""What MQTT 5 answers to a message without a subscriber."""
DEVICES = 500
CEILING_S = 60.0


def receive(port: int, count: int) -> None:
    """Take messages in turns until the last has come; say what it cost."""
    waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()
    receiving = MqttReceiving(Broker("127.0.0.1", port), Shards())
    receiving.start(lambda message: waiting.put(message) or True)
    first, left = waiting.get(), count
    receiving.done(first)
    used = time.process_time()
    while left:
        turn = [waiting.get()]
        while not waiting.empty() and len(turn) < UNACKNOWLEDGED:
            turn.append(waiting.get())
        for message in turn:
            receiving.done(message)
        left -= len(turn)
    print(time.process_time() - used, flush=True)  # noqa: T201 - this is how the parent hears it
    receiving.close()


def timed(port: int, messages: list[tuple[str, bytes]], command: list[str]) -> tuple[float, str]:
    """Run a subscriber until it has all messages; return messages a second and what it printed."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        wait_for_a_listener(port)
        # What is printed is read by nobody until the end but this, which throws it away.
        with subprocess.Popen(
            ["tail", "-n", "1"], stdin=process.stdout, stdout=subprocess.PIPE, text=True
        ) as drain:
            began = time.perf_counter()
            spray(port, messages)
            process.wait(CEILING_S)
            took = time.perf_counter() - began
            said, _ = drain.communicate(timeout=CEILING_S)
    return len(messages) / took, said


def through_ours(folder: Path, messages: list[tuple[str, bytes]]) -> tuple[float, float]:
    """Return messages a second, and microseconds of processor time for each."""
    with broker(folder) as port:
        words = ("-m", "tests.benchmarks.receiving", "--receive", str(port), str(len(messages)))
        rate, said = timed(port, messages, [sys.executable, *words])
    return rate, float(said) / len(messages) * 1e6


def through_mosquitto(folder: Path, messages: list[tuple[str, bytes]]) -> float:
    """Return messages a second."""
    with broker(folder) as port:
        options = ("-p", str(port), "-q", "1", "-V", "5", "-t", "balie/#", "-F", "%l")
        count = ("-C", str(len(messages) + 1))
        return timed(port, messages, ["mosquitto_sub", *options, *count])[0]


def wait_for_a_listener(port: int) -> None:
    """Publish one message again and again until the broker says that somebody took it."""
    answers: queue.SimpleQueue[int] = queue.SimpleQueue()
    probe = paho.Client(CallbackAPIVersion.VERSION2, "probe", protocol=paho.MQTTv5)
    probe.on_publish = lambda _client, _data, _mid, reason, _more: answers.put(reason.value)
    probe.connect("127.0.0.1", port)
    probe.loop_start()
    name = topic("register-0", Leaf.JOURNAL)
    until = time.monotonic() + CEILING_S
    probe.publish(name, b"", 1)
    while answers.get(timeout=CEILING_S) == NOBODY_LISTENS:
        if time.monotonic() > until:
            raise TimeoutError("nobody listens")
        time.sleep(0.05)
        probe.publish(name, b"", 1)
    probe.disconnect()
    probe.loop_stop()


def measure(folder: Path, count: int, size: int, rounds: int) -> list[Figure]:
    """Run the rounds."""
    names = [topic(f"register-{number}", Leaf.JOURNAL) for number in range(DEVICES)]
    payload = os.urandom(size)
    messages = [(names[number % DEVICES], payload) for number in range(count)]
    ours = Figure("the collector's client", "messages/s")
    used = Figure("its processor time, a message", "µs")
    theirs = Figure("mosquitto_sub", "messages/s")
    ratio = Figure("collector ÷ mosquitto_sub", "", "at least 0.9", at_least(0.9))

    def by_ours() -> None:
        rate, cost = through_ours(folder, messages)
        ours.values.append(rate)
        used.values.append(cost)

    take_turns((by_ours, lambda: theirs.values.append(through_mosquitto(folder, messages))), rounds)
    ratio.values += [a / b for a, b in zip(ours.values, theirs.values, strict=True)]
    return [ours, used, theirs, ratio]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--receive", nargs=2, type=int, metavar=("PORT", "COUNT"))
    chosen = parser.parse_args()
    if chosen.receive:
        receive(*chosen.receive)
        return
    if shutil.which("mosquitto_sub") is None:
        raise SystemExit("mosquitto_sub is not installed (Debian package mosquitto-clients).")
    with tempfile.TemporaryDirectory(prefix="balie-benchmark-") as name:
        figures = measure(Path(name), chosen.messages, chosen.bytes, chosen.rounds)
    report(f"load {os.getloadavg()[0]:.1f}", figures, chosen.json)


if __name__ == "__main__":
    main()
