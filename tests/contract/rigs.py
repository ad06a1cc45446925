"""Rigs: a driver, and the hands that pull its cables."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import drivers
from drivers.bench.bench import Bench
from drivers.bench.client import send
from drivers.bench.printer import Condition

CEILING_S = 30


def until(condition, what="it"):
    """Wait for a condition; how long it takes is nobody's business below the ceiling."""
    end = time.monotonic() + CEILING_S
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.01)


class Later:
    """A call on another thread, with what came of it."""

    def __init__(self, call, *arguments):
        self.result = self.error = None
        self._thread = threading.Thread(target=self._run, args=(call, arguments), daemon=True)
        self._thread.start()

    def _run(self, call, arguments):
        try:
            self.result = call(*arguments)
        except Exception as error:  # noqa: BLE001  # whatever it is, the test looks at it
            self.error = error

    @property
    def running(self):
        return self._thread.is_alive()

    def wait(self):
        self._thread.join(CEILING_S)
        assert not self.running
        if self.error is not None:
            raise self.error
        return self.result


class BenchRig:
    """A printer driver on the bench's TCP port or terminal line."""

    def __init__(self, driver, folder: Path):
        self.driver = driver
        self.bench = Bench(folder / "bench", paper=folder / "paper", pictures=False).start()
        self.machine = self.bench.printer
        self.paper = folder / "paper"

    def open(self, **options):
        host, port = self.bench.address
        tty = str(self.bench.folder / "printer.tty")
        own = {
            "network": {"host": host, "port": port},
            "serial": {"port": tty, "flow_control": "none"},
            "file": {"path": tty},
        }[self.driver]
        values = {"drawer_sensor": "high", "answer_timeout_s": 10.0, **own, **options}
        chosen = drivers.configure("printer", self.driver, values)
        return drivers.load("printer", self.driver).open_device(chosen)

    def does(self, words):
        send(self.bench.folder, f"printer {words}")

    def shut_drawer(self):
        send(self.bench.folder, "drawer shut")

    def status(self):
        return json.loads(send(self.bench.folder, "status"))

    def close(self):
        self.bench.close()


class SimulatedRig:
    """The simulated printer driver."""

    def __init__(self, folder: Path):
        self.paper = folder / "paper"
        self.printer = self.machine = None

    def open(self, **options):
        values = {"folder": str(self.paper), "pictures": False, "answer_timeout_s": 10.0, **options}
        chosen = drivers.configure("printer", "simulated", values)
        self.printer = drivers.load("printer", "simulated").open_device(chosen)
        self.machine = self.printer.bench
        return self.printer

    def does(self, words):
        word, _, lines = words.partition(" ")
        if word in {"off", "unplug"}:
            self.printer.unplug()
            if word == "off":
                self.machine.switch_off()
        else:
            self.printer.plug()
            self.printer.behave(Condition(word), after_lines=int(lines or 0))

    def shut_drawer(self):
        self.machine.drawer.is_open = False

    def status(self):
        return {"warnings": self.machine.warnings, "pulses": self.machine.drawer.pulses}

    def close(self):
        if self.printer:
            self.printer.close()
