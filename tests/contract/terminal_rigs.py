"""Rigs: a card terminal driver, and the customer and the line behind it."""

from __future__ import annotations

import json
from pathlib import Path

import drivers
from drivers.bench.bench import Bench
from drivers.bench.client import send
from drivers.terminal.simulated import Behaviour

ZVT_WORDS = {
    Behaviour.APPROVE: "approve",
    Behaviour.DECLINE: "decline",
    Behaviour.SILENT: "lost",
    Behaviour.DEAD: "dead",
}


class SimulatedTerminalRig:
    """The simulated terminal, with its memory in a folder or in itself."""

    def __init__(self, folder: Path | None):
        self._folder = {"folder": str(folder)} if folder else {}
        self.terminal = None

    def open(self):
        chosen = drivers.configure(
            "terminal", "simulated", {"answer_timeout_s": 0.01, "customer_s": 0.0, **self._folder}
        )
        self.terminal = drivers.load("terminal", "simulated").open_device(chosen)
        return self.terminal

    def open_with_a_slow_customer(self):
        options = drivers.configure("terminal", "simulated", {"customer_s": 60.0, **self._folder})
        self.terminal = drivers.load("terminal", "simulated").open_device(options)
        return self.terminal

    def behave(self, behaviour):
        self.terminal.behave(behaviour)

    @property
    def charges(self):
        return sorted(self.terminal.charges.values())

    def close(self):
        if self.terminal is not None:
            self.terminal.close()


class ZvtRig:
    """The ZVT driver on the bench's terminal."""

    def __init__(self, folder: Path):
        self.bench = Bench(folder / "bench", pictures=False).start()
        self.folder = folder / "notes"
        self.terminal = None

    def open(self, **options):
        host, port = self.bench.zvt_address
        values = {
            "host": host,
            "port": port,
            "folder": str(self.folder),
            "answer_timeout_s": 30.0,
            "settle_s": 0.0,
        }
        chosen = drivers.configure("terminal", "zvt", {**values, **options})
        self.terminal = drivers.load("terminal", "zvt").open_device(chosen)
        return self.terminal

    def open_with_a_slow_customer(self):
        self.does("hold")
        return self.open()

    def behave(self, behaviour):
        # A terminal that answers nothing is waited for; only then is the patience short.
        patience = 0.05 if behaviour is Behaviour.DEAD else 30.0
        self.terminal._session._accept_s = patience
        self.does(ZVT_WORDS[behaviour])

    def does(self, words):
        return send(self.bench.folder, f"zvt {words}")

    @property
    def charges(self):
        return sorted(json.loads(self.does("status"))["taken"])

    def heard(self, control):
        """How often the terminal was sent a command."""
        return self.bench._zvt.terminal.heard.count(control)

    def close(self):
        if self.terminal is not None:
            self.terminal.close()
        self.bench.close()
