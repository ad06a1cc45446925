"""The sockets and cables of the bench's printer."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

from drivers.bench.cable import Cable
from drivers.bench.loop import Loop
from drivers.bench.printer import BenchPrinter

_AT_ONCE = 4096


class PrinterLine:
    """One open line to the printer: reads as much as the printer has room for, and no more."""

    def __init__(
        self, loop: Loop, printer: BenchPrinter, descriptor: int, hung_up: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._printer = printer
        self._descriptor = descriptor
        self._hung_up = hung_up
        self._watching = False
        self.resume()

    def resume(self) -> None:
        """Read on, if the printer has room again."""
        if not self._watching and self._printer.room:
            self._watching = True
            self._loop.watch(self._descriptor, self._read)

    def close(self) -> None:
        """Stop reading; the descriptor is closed by its owner."""
        if self._watching:
            self._loop.unwatch(self._descriptor)
            self._watching = False
        self._printer.hang_up(self._send)

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, min(_AT_ONCE, self._printer.room))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hung_up()
            return
        self._printer.receive(data, self._send)
        if not self._printer.room:
            self._loop.unwatch(self._descriptor)
            self._watching = False

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # nobody listens: the answer is lost, as on a real line
            os.write(self._descriptor, data)


class SerialPort:
    """The printer's serial port: a cable that can be pulled and put back."""

    def __init__(self, loop: Loop, printer: BenchPrinter, path: Path) -> None:
        self._loop = loop
        self._printer = printer
        self._path = path
        self._cable: Cable | None = None
        self._line: PrinterLine | None = None
        self.plug()

    def plug(self) -> None:
        """Put the cable in."""
        if self._cable is None:
            self._cable = Cable(self._path)
            self._line = PrinterLine(self._loop, self._printer, self._cable.master, self.unplug)

    def unplug(self) -> None:
        """Pull the cable."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._cable is not None:
            self._cable.close()
            self._cable = None

    def resume(self) -> None:
        """Read on, if the printer has room again."""
        if self._line is not None:
            self._line.resume()


class NetworkPort:
    """The printer's TCP port. It serves one connection at a time; the next ones wait in line."""

    def __init__(self, loop: Loop, printer: BenchPrinter, host: str, port: int) -> None:
        self._loop = loop
        self._printer = printer
        self._address = (host, port)
        self._listening: socket.socket | None = None
        self._served: socket.socket | None = None
        self._line: PrinterLine | None = None
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
        """Cut the connection there is and refuse new ones."""
        if self._listening is not None:
            self._loop.unwatch(self._listening.fileno())
            self._listening.close()
            self._listening = None
        self._hang_up()

    def resume(self) -> None:
        """Read on, if the printer has room again."""
        if self._line is not None:
            self._line.resume()

    def _accept(self) -> None:
        if self._listening is None:
            return
        with contextlib.suppress(BlockingIOError):
            self._served, _address = self._listening.accept()
            self._served.setblocking(False)
            self._loop.unwatch(self._listening.fileno())
            descriptor = self._served.fileno()
            self._line = PrinterLine(self._loop, self._printer, descriptor, self._serve_next)

    def _serve_next(self) -> None:
        self._hang_up()
        if self._listening is not None:
            self._loop.watch(self._listening.fileno(), self._accept)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._served is not None:
            # A reset, not a goodbye: what the printer did not read is gone, as with a pulled plug.
            self._served.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            self._served.close()
            self._served = None
