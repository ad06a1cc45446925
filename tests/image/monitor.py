"""QEMU's two lines to the outside: the monitor, and the one that touches the board's own lines."""

from __future__ import annotations

import itertools
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Monitor:
    """Asks QEMU, as JSON over a socket (QMP).

    Args:
        place: The socket.
        alive: Raises when the machine has ended.
    """

    def __init__(self, place: Path, alive: Callable[[], None]) -> None:
        self._line = connect(place, alive).makefile("rw", encoding="utf-8")
        self._line.readline()
        self.do("qmp_capabilities")

    def do(self, command: str, **arguments: Any) -> Any:
        """Have something done, and return the answer."""
        self._line.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._line.flush()
        while line := self._line.readline():
            said = json.loads(line)
            if "return" in said:
                return said["return"]
            if "error" in said:
                raise AssertionError(f"QEMU refused {command}: {said['error']['desc']}")
        raise AssertionError(f"QEMU ended at {command}")


class Lines:
    """Reads and sets the lines of the board's PL061, one of which is the drawer's coil.

    Args:
        place: The socket of QEMU's own tests.
        monitor: Knows what the chip is called.
        alive: Raises when the machine has ended.

    Attributes:
        changes: Every change of an output since the start: its line and whether it is high.
    """

    def __init__(self, place: Path, monitor: Monitor, alive: Callable[[], None]) -> None:
        listed = monitor.do("qom-list", path="/machine/unattached")
        chip = next(each["name"] for each in listed if each["type"] == "child<pl061>")
        self._chip = f"/machine/unattached/{chip}"
        self.changes: list[tuple[int, bool]] = []
        self._answers: dict[int, int] = {}
        self._socket = connect(place, alive)
        threading.Thread(target=self._listen, daemon=True).start()
        self._say(f"irq_intercept_out {self._chip}")

    def set(self, line: int, *, high: bool) -> None:
        """Set an input, as the drawer's switch does."""
        self._say(f"set_irq_in {self._chip} unnamed-gpio-in {line} {int(high)}")

    def answer(self, coil: int, switch: int) -> None:
        """Have a drawer spring open, and its switch say so, whenever its coil has been pulsed."""
        self.set(switch, high=False)
        self._answers[coil] = switch

    def pulses(self, line: int) -> int:
        """Return how often an output has gone high and low again."""
        states = [high for number, high in list(self.changes) if number == line]
        return sum(1 for before, after in itertools.pairwise(states) if before > after)

    def _say(self, words: str) -> None:
        self._socket.sendall(f"{words}\n".encode())

    def _listen(self) -> None:
        rest = ""
        while True:
            try:
                piece = self._socket.recv(4096)
            except OSError:
                return
            if not piece:
                return
            *lines, rest = (rest + piece.decode("ascii", "replace")).split("\n")
            for said in lines:
                if found := re.match(r"IRQ (raise|lower) (\d+)", said):
                    line, is_high = int(found[2]), found[1] == "raise"
                    self.changes.append((line, is_high))
                    if not is_high and line in self._answers:
                        self.set(self._answers[line], high=True)


def connect(place: Path, alive: Callable[[], None]) -> socket.socket:
    """Connect to a socket that QEMU opens while it starts."""
    while True:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(str(place))
        except OSError:
            line.close()
            alive()
            time.sleep(0.1)
        else:
            return line
