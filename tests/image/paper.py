"""The receipt printer at the end of the machine's USB-to-serial cable: the bench's own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from drivers.bench.paper import Receipt
from drivers.bench.printer import BenchPrinter
from tests.image.monitor import connect


class Paper:
    """Listens to the cable, answers as a printer does, and keeps what it printed.

    Args:
        place: The socket that QEMU has for the cable.
        alive: Raises when the machine has ended.

    Attributes:
        receipts: Every receipt cut since.
    """

    def __init__(self, place: Path, alive: Callable[[], None]) -> None:
        self.receipts: list[Receipt] = []
        self._printer = BenchPrinter(self.receipts.append)
        self._cable = connect(place, alive)
        threading.Thread(target=self._listen, daemon=True).start()

    def saying(self, words: str) -> str | None:
        """Return the first receipt that says some words."""
        texts = (receipt.text() for receipt in list(self.receipts))
        return next((text for text in texts if words in text), None)

    def _listen(self) -> None:
        while True:
            try:
                piece = self._cable.recv(4096)
            except OSError:
                return
            if not piece:
                return
            self._printer.receive(piece, self._answer)

    def _answer(self, words: bytes) -> None:
        with suppress(OSError):
            self._cable.sendall(words)
