"""The bench's receipt printer: bytes in, bytes out, and paper.

It does what an 80 mm printer of Epson's kind does: it has a receive buffer of 4 kB and stops
taking data when that is full; it stops printing at once when the paper ends or the cover is
opened, and goes on when that is mended; and it answers questions as they come, even while it
stands still. It knows nothing of sockets: the same printer stands behind a TCP port, a terminal
line and the ``simulated`` driver.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from drivers.bench import execution
from drivers.bench.drawer import BenchDrawer
from drivers.bench.paper import Receipt, Roll
from drivers.printer import commands

Send = Callable[[bytes], None]

BUFFER_BYTES = 4096


class Condition(Enum):
    """What is the matter with the printer; the value is the word of the bench's control."""

    OK = "ok"
    NEAR_END = "near-end"
    PAPER_OUT = "paper-out"
    COVER_OPEN = "cover-open"
    FAULT = "fault"
    OFFLINE = "offline"
    """It says that it is offline, and not why."""
    HOLD = "hold"
    """It takes data and answers, but is slow to print."""
    SILENT = "silent"
    """It neither prints nor answers."""

    @property
    def prints(self) -> bool:
        """It works through what it received."""
        return self in {Condition.OK, Condition.NEAR_END}

    @property
    def online(self) -> bool:
        """It says that it is online."""
        return self.prints or self is Condition.HOLD


class BenchPrinter:
    """One printer.

    Args:
        on_receipt: Is given every receipt as it is cut.
        columns: 48 or 42.
        buffer_bytes: Size of the receive buffer.

    Attributes:
        drawer: The drawer on its port.
        warnings: What it was sent and did not understand, or could not print as it was meant.
    """

    def __init__(
        self,
        on_receipt: Callable[[Receipt], None],
        *,
        columns: int = 48,
        buffer_bytes: int = BUFFER_BYTES,
    ) -> None:
        self.drawer = BenchDrawer()
        self.warnings: list[str] = []
        self.roll = Roll(columns)
        self._execution = execution.Execution(
            self.roll, warn=self._warn, cut=on_receipt, pulse=self.drawer.pulse
        )
        self._buffer = bytearray()
        self._tail = b""
        self._buffer_bytes = buffer_bytes
        self._condition = Condition.OK
        self._due: tuple[int, Condition] | None = None
        self._watched = False
        self._send: Send = _nowhere

    @property
    def condition(self) -> Condition:
        """What is the matter with it."""
        return self._condition

    @property
    def room(self) -> int:
        """How many bytes it takes now. A picture larger than the buffer is taken as it comes."""
        return max(self._buffer_bytes - len(self._buffer), commands.missing(self._buffer), 0)

    def receive(self, data: bytes, send: Send) -> None:
        """Take bytes from the line; answers go to ``send``."""
        self._send = send
        data = self._tail + data
        self._tail = b""
        while (start := data.find(b"\x10")) >= 0:
            length = commands.real_time_length(data[start:])
            if start + length > len(data):
                self._tail = data[start:]
                data = data[:start]
                break
            self._buffer += data[: start + max(1, length)]
            self._at_once(data[start : start + length])
            data = data[start + max(1, length) :]
        self._buffer += data
        self._work()

    def hang_up(self, send: Send) -> None:
        """The line with ``send`` is gone; what was received whole stays."""
        if self._send == send:
            self._send = _nowhere
            self._tail = b""

    def behave(self, condition: Condition, *, after_lines: int = 0) -> None:
        """Make something the matter, or mend it.

        Args:
            condition: What is the matter from now on.
            after_lines: It begins only after so many more lines; until then all is well.
        """
        if self._condition is Condition.PAPER_OUT and condition is not Condition.PAPER_OUT:
            self._execution.tear_off()
        self._due = (after_lines, condition) if after_lines else None
        self._condition = Condition.OK if after_lines else condition
        self._announce()
        self._work()

    def switch_off(self) -> None:
        """Lose power: everything received and not printed is lost."""
        self._buffer.clear()
        self._tail = b""
        self._watched = False
        self._send = _nowhere
        self.roll.reset()
        self._condition = Condition.OK

    def _work(self) -> None:
        """Print what is in the buffer, as far as the paper goes."""
        while self._condition.prints and (command := commands.take(self._buffer)):
            match command.name:
                case "GS r":
                    self._answer(b"\x00")
                case "GS a":
                    self._watched = command.data != b"\x00"
                    self._announce()
                case "DLE":
                    pass  # was obeyed when it came
                case _:
                    self._print(command)

    def _print(self, command: commands.Command) -> None:
        if command.name == "ESC @":
            self._watched = False
        before = len(self.roll.rows)
        self._execution.do(command)
        if self.roll.overflowed:
            self.roll.overflowed = False
            self._warn("a line is wider than the paper")
        self._count(len(self.roll.rows) - before)

    def _count(self, lines: int) -> None:
        """Note printed lines; what was due after so many now happens."""
        if self._due is not None and lines > 0:
            left, condition = self._due
            self._due = (left - lines, condition)
            if left <= lines:
                self._due, self._condition = None, condition
                self._announce()

    def _at_once(self, sequence: bytes) -> None:
        """Obey a real-time command."""
        if self._condition is Condition.SILENT:
            return
        if sequence[:2] == b"\x10\x04":
            self._answer(self._state(sequence[2]))
        elif sequence[:3] == b"\x10\x14\x01":
            self.drawer.pulse()
        elif sequence == b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08":
            self._buffer.clear()
            self.roll.runs.clear()
            self._answer(b"\x37\x25\x00")
        elif sequence:
            self._warn(f"real-time command {sequence.hex(' ')} is not known")

    def _state(self, question: int) -> bytes:
        """The answer to DLE EOT ``question``."""
        is_now = self._condition
        flags = {
            1: (0x04 * self.drawer.is_open, 0x08 * (not is_now.online)),
            2: (
                0x04 * (is_now is Condition.COVER_OPEN),
                0x20 * (is_now is Condition.PAPER_OUT),
                0x40 * (is_now is Condition.FAULT),
            ),
            3: (0x08 * (is_now is Condition.FAULT),),
            4: (0x0C * (is_now is Condition.NEAR_END), 0x6C * (is_now is Condition.PAPER_OUT)),
        }.get(question)
        if flags is None:
            self._warn(f"DLE EOT {question} is not known")
            return b""
        return bytes([0x12 | sum(flags)])

    def _announce(self) -> None:
        """Say by itself how it is, if it was asked to."""
        if self._watched:
            is_now = self._condition
            first = 0x10 | 0x04 * self.drawer.is_open | 0x08 * (not is_now.online)
            first |= 0x20 * (is_now is Condition.COVER_OPEN)
            error = 0x08 * (is_now is Condition.FAULT)
            paper = 0x0F * (is_now is Condition.PAPER_OUT) | 0x03 * (is_now is Condition.NEAR_END)
            self._answer(bytes([first, error, paper, 0x0F]))

    def _answer(self, data: bytes) -> None:
        if self._condition is not Condition.SILENT:
            self._send(data)

    def _warn(self, sentence: str) -> None:
        self.warnings.append(sentence)


def _nowhere(_data: bytes) -> None:
    """Answers without a line are lost."""
