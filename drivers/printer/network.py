"""A receipt printer on the network: ESC/POS over TCP, port 9100 on nearly every make."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from drivers import Address, OptionError
from drivers.printer import Printer
from drivers.printer.conversation import EscposPrinter
from drivers.printer.escpos import EscposOptions
from drivers.printer.link import DescriptorLink

_KEEP_ALIVE = {
    socket.TCP_KEEPIDLE: 10,  # seconds of silence before the first question
    socket.TCP_KEEPINTVL: 5,  # seconds between questions
    socket.TCP_KEEPCNT: 3,  # questions without an answer until the line counts as broken
    socket.TCP_USER_TIMEOUT: 20_000,  # milliseconds that sent data may stay unconfirmed
}
_LARGEST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(EscposOptions):
    """What is set for a network printer, beside what is set for every ESC/POS printer.

    Attributes:
        host: Its address; a name only where the register is not shut in (a workstation).
        port: Its TCP port.
        connect_timeout_s: How long it may take to answer the door.
        shared: Let go of the connection after every use. A printer serves one connection at a
            time, so this must be true where two counters share a printer.
    """

    host: Address
    port: int = 9100
    connect_timeout_s: float = 3.0
    shared: bool = False

    def __post_init__(self) -> None:
        EscposOptions.__post_init__(self)
        if not self.host:
            raise OptionError("host", "The network printer needs a host. Give its address.")
        if not 1 <= self.port <= _LARGEST_PORT:
            raise OptionError(
                "port", f"A TCP port is 1 to {_LARGEST_PORT}, found {self.port}. Mostly it is 9100."
            )
        if self.connect_timeout_s <= 0:
            raise OptionError("connect_timeout_s", "connect_timeout_s must be above zero seconds.")


def open_device(options: Options) -> Printer:
    """The printer; it is connected to when it is first used."""
    return EscposPrinter(lambda: _connect(options), options, shared=options.shared)


def _connect(options: Options) -> DescriptorLink:
    address = (options.host, options.port)
    line = socket.create_connection(address, timeout=options.connect_timeout_s)
    line.setblocking(False)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEP_ALIVE.items():
        line.setsockopt(socket.IPPROTO_TCP, option, value)
    return DescriptorLink(line.fileno(), line.close)
