"""The bench itself: printer, drawer, scanner, scale, display and terminal, and the words that rule them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Self

from drivers.bench.cable import Cable
from drivers.bench.control import ControlSocket, Refusal
from drivers.bench.counter_display import CD5220_TTY, ESCPOS_TTY, CounterDisplay
from drivers.bench.counter_scale import SICS_TTY, TOLEDO_TTY, CounterScale
from drivers.bench.loop import Loop
from drivers.bench.ports import NetworkPort, SerialPort
from drivers.bench.printer import BenchPrinter, Condition
from drivers.bench.tray import Tray
from drivers.bench.zvt import BenchTerminal
from drivers.bench.zvt_port import ZvtPort
from drivers.terminal.simulated import Behaviour, set_behaviour

ABOUT = "bench.json"
"""The file in the bench's folder that says where everything is."""

CONTROL = "control.sock"
PRINTER_TTY = "printer.tty"
SCANNER_TTY = "scanner.tty"
TERMINAL = "terminal"


class Bench:
    """The things at the counter, in one folder.

    Args:
        folder: Where its lines, its control socket and ``bench.json`` are.
        paper: Where receipts come out; the folder itself when None.
        host: The address the printer listens on.
        port: The printer's TCP port; 0 takes a free one.
        columns: Characters on one line of paper.
        pictures: Receipts come out as pictures too, not only as text.

    Raises:
        OSError: A bench runs in the folder already, or the port is taken.
    """

    def __init__(
        self,
        folder: Path,
        *,
        paper: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        columns: int = 48,
        pictures: bool = True,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._loop = Loop()
        self._control = ControlSocket(self._loop, folder / CONTROL, self.obey)
        self.tray = Tray(paper or folder, pictures=pictures)
        self.printer = BenchPrinter(self.tray.take, columns=columns)
        self.terminal = folder / TERMINAL
        set_behaviour(self.terminal, Behaviour.APPROVE)
        self._thread: threading.Thread | None = None
        self._network = NetworkPort(self._loop, self.printer, host, port)
        self._serial = SerialPort(self._loop, self.printer, folder / PRINTER_TTY)
        self._scanner: Cable | None = Cable(folder / SCANNER_TTY, held=False)
        self.scale = CounterScale(self._loop, folder)
        self.display = CounterDisplay(self._loop, folder, pictures=pictures)
        self._zvt = ZvtPort(self._loop, BenchTerminal(), host)
        self._describe()

    @property
    def address(self) -> tuple[str, int]:
        """Host and TCP port of the printer."""
        return self._network.address

    @property
    def zvt_address(self) -> tuple[str, int]:
        """Host and TCP port of the card terminal that speaks ZVT."""
        return self._zvt.address

    def run(self) -> None:
        """Serve until ``stop``."""
        self._loop.run()

    def stop(self) -> None:
        """End ``run``; MAY be called from a signal handler."""
        self._loop.stop()

    def start(self) -> Self:
        """Serve on a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="bench", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving and clear away the lines; the paper stays."""
        if self._thread is not None:
            self.stop()
            self._thread.join()
            self._thread = None
        self._control.close()
        self._network.unplug()
        self._serial.unplug()
        if self._scanner is not None:
            self._scanner.close()
        self.scale.close()
        self.display.close()
        self._loop.close()
        (self.folder / ABOUT).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.close()

    def obey(self, line: str) -> str:
        """Carry out one line of control and say what came of it.

        Raises:
            Refusal: The line is not understood or cannot be done now; says what can.
        """
        word, _, rest = line.strip().partition(" ")
        step = self._WORDS.get(word)
        if step is None:
            raise Refusal(f"The bench does not know {word!r}. It knows: {', '.join(self._WORDS)}.")
        return step(self, rest.strip())

    def _scan(self, text: str) -> str:
        return self._send_scan(text.encode() + b"\r")

    def _scan_bytes(self, text: str) -> str:
        try:
            return self._send_scan(bytes.fromhex(text))
        except ValueError as error:
            raise Refusal(f"{text!r} is not hexadecimal. Write bytes as 33 30 31 0d.") from error

    def _send_scan(self, data: bytes) -> str:
        if self._scanner is None:
            raise Refusal("The scanner is unplugged. Plug it in with: scanner plug")
        if not self._scanner.is_read or self._scanner.write(data) < len(data):
            raise Refusal("Nobody reads the scanner. Start the register, then scan again.")
        return "scanned"

    def _scanner_cable(self, word: str) -> str:
        if word == "unplug" and self._scanner is not None:
            self._scanner.close()
            self._scanner = None
        elif word == "plug" and self._scanner is None:
            self._scanner = Cable(self.folder / SCANNER_TTY, held=False)
        elif word not in {"plug", "unplug"}:
            raise Refusal("The scanner knows: plug, unplug.")
        return f"scanner {word}ged"

    def _printer(self, words: str) -> str:
        word, _, lines = words.partition(" ")
        if word in {"off", "unplug"}:
            self._network.unplug()
            self._serial.unplug()
            if word == "off":
                self.printer.switch_off()
            return f"printer {word}"
        try:
            condition = Condition(word)
            after_lines = int(lines or 0)
        except ValueError as error:
            known = ", ".join(condition.value for condition in Condition)
            raise Refusal(
                f"The printer knows: {known}, off, unplug. A number after it says after how many lines."
            ) from error
        self._network.plug()
        self._serial.plug()
        self.printer.behave(condition, after_lines=after_lines)
        self._network.resume()
        self._serial.resume()
        return f"printer {words}"

    def _drawer(self, word: str) -> str:
        drawer = self.printer.drawer
        if word not in {"open", "shut", "stuck", "loose"}:
            raise Refusal("The drawer knows: open, shut, stuck, loose.")
        if word in {"open", "shut"}:
            drawer.is_open = word == "open"
        else:
            drawer.stuck = word == "stuck"
        return f"drawer {word}"

    def _terminal(self, word: str) -> str:
        try:
            set_behaviour(self.terminal, Behaviour(word))
        except ValueError as error:
            known = ", ".join(behaviour.value for behaviour in Behaviour)
            raise Refusal(f"The terminal knows: {known}.") from error
        return f"terminal {word}"

    def _scale(self, words: str) -> str:
        return self.scale.obey(words)

    def _display(self, word: str) -> str:
        return self.display.obey(word)

    def _zvt_terminal(self, words: str) -> str:
        return self._zvt.obey(words)

    def _status(self, _rest: str) -> str:
        drawer = self.printer.drawer
        return json.dumps(
            {
                "printer": self.printer.condition.value,
                "receipts": self.tray.count,
                "drawer": "open" if drawer.is_open else "shut",
                "pulses": drawer.pulses,
                "scanner": "plugged" if self._scanner else "unplugged",
                "scale": self.scale.status(),
                "display": self.display.glass.lines,
                "warnings": [*self.printer.warnings, *self.display.glass.warnings],
            }
        )

    def _describe(self) -> None:
        host, port = self.address
        about = {
            "pid": os.getpid(),
            "printer": {"host": host, "port": port, "tty": str(self.folder / PRINTER_TTY)},
            "scanner": {"tty": str(self.folder / SCANNER_TTY)},
            "scale": {
                "toledo_8217": str(self.folder / TOLEDO_TTY),
                "sics": str(self.folder / SICS_TTY),
            },
            "display": {
                "escpos": str(self.folder / ESCPOS_TTY),
                "cd5220": str(self.folder / CD5220_TTY),
            },
            "terminal": {"folder": str(self.terminal)},
            "zvt": dict(zip(("host", "port"), self.zvt_address, strict=True)),
            "paper": str(self.tray.folder),
        }
        unfinished = self.folder / f"{ABOUT}.part"
        unfinished.write_text(json.dumps(about, indent=2), encoding="utf-8")
        unfinished.replace(self.folder / ABOUT)

    _WORDS: ClassVar[dict[str, Callable[[Bench, str], str]]] = {
        "scan": _scan,
        "scan-bytes": _scan_bytes,
        "scanner": _scanner_cable,
        "printer": _printer,
        "drawer": _drawer,
        "scale": _scale,
        "display": _display,
        "terminal": _terminal,
        "zvt": _zvt_terminal,
        "status": _status,
    }
