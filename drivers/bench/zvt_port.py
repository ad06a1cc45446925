"""The TCP port of the bench's card terminal, and the words that rule it."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable
from functools import partial

from drivers.bench.control import Refusal
from drivers.bench.loop import Loop
from drivers.bench.zvt import BenchTerminal, Mood
from drivers.bench.zvt_paper import SlipForm
from drivers.terminal.zvt_apdu import Apdu, Assembly

_CHUNK = 4096


class ZvtPort:
    """Serves one register at a time; the next one waits in line.

    Args:
        loop: The bench's loop.
        terminal: The terminal behind it.
        host: Where to listen.
        port: 0 takes a free one.
    """

    def __init__(self, loop: Loop, terminal: BenchTerminal, host: str, port: int = 0) -> None:
        self.terminal = terminal
        self._loop = loop
        self._address = (host, port)
        self._listening: socket.socket | None = None
        self._served: socket.socket | None = None
        self._assembly = Assembly()
        self.plug()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, also while it is unplugged."""
        return self._address

    def plug(self) -> None:
        """Listen."""
        if self._listening is None:
            self._listening = socket.create_server(self._address, backlog=8)
            self._listening.setblocking(False)
            self._address = self._listening.getsockname()[:2]
            self._loop.watch(self._listening.fileno(), self._accept)

    def unplug(self) -> None:
        """Cut the line there is and refuse new ones."""
        self.drop()
        if self._listening is not None:
            self._loop.unwatch(self._listening.fileno())
            self._listening.close()
            self._listening = None

    def send(self, apdu: Apdu) -> None:
        """See ``TerminalLine``."""
        if self._served is not None:
            with contextlib.suppress(OSError):  # nobody listens any more: the answer is lost
                self._served.sendall(apdu.to_bytes())

    def drop(self) -> None:
        """See ``TerminalLine``."""
        self.terminal.hang_up()
        if self._served is not None:
            self._loop.unwatch(self._served.fileno())
            self._served.close()
            self._served = None
            if self._listening is not None:
                self._loop.watch(self._listening.fileno(), self._accept)

    def power_off(self) -> None:
        """See ``TerminalLine``."""
        self.unplug()

    def obey(self, words: str) -> str:
        """Carry out words of the bench's control.

        Raises:
            Refusal: They are not understood, or cannot be done now.
        """
        word, _, rest = words.partition(" ")
        own: dict[str, Callable[[], object]] = {
            "on": self.plug,
            "off": partial(self._switch_off),
            "unplug": self.unplug,
            "forget": self.terminal.forget,
            "go": self._go,
            "elsewhere": partial(self._elsewhere, rest),
            "status": lambda: None,
        }
        if word in own:
            own[word]()
        elif word in {mood.value for mood in Mood}:
            self.terminal.mood = Mood(word)
            self.terminal.code = self._code(rest) if rest else self.terminal.code
        elif word in {form.value for form in SlipForm}:
            self.terminal.form = SlipForm(word)
        else:
            known = (*own, *(each.value for each in Mood), *(each.value for each in SlipForm))
            raise Refusal(f"The ZVT terminal knows: {', '.join(known)}.")
        if word == "status":
            return json.dumps({"mood": self.terminal.mood.value, "taken": self.terminal.taken})
        return f"zvt {words}"

    def _switch_off(self) -> None:
        self.terminal.forget()
        self.unplug()

    def _go(self) -> None:
        if not self.terminal.go():
            raise Refusal("No customer stands at the ZVT terminal. Ask for a payment with: hold")

    def _elsewhere(self, amount: str) -> None:
        if not (amount.isascii() and amount.isdecimal()):
            raise Refusal("An amount in minor units was expected, such as: zvt elsewhere 250")
        self.terminal.pays_elsewhere(int(amount))

    def _code(self, text: str) -> int:
        try:
            (code,) = bytes.fromhex(text)
        except ValueError as error:
            raise Refusal(f"{text!r} is no result code. Write two hexadecimal digits.") from error
        return code

    def _accept(self) -> None:
        if self._listening is None:
            return
        with contextlib.suppress(BlockingIOError):
            self._served, _address = self._listening.accept()
            self._assembly = Assembly()
            self._loop.unwatch(self._listening.fileno())
            self._loop.watch(self._served.fileno(), self._read)

    def _read(self) -> None:
        served = self._served
        if served is None:
            return
        try:
            data = served.recv(_CHUNK)
        except OSError:
            data = b""
        if not data:
            self.drop()
            return
        self._assembly.feed(data)
        while self._served is served and (apdu := self._assembly.take()) is not None:
            self.terminal.receive(apdu, self)
