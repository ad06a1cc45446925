"""Barcode scanners: what a scanner delivers, and what can go wrong.

A scan that was not read whole is delivered too, with a fault and without text: it is shown and
sounded, never swallowed and never sold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

DRIVERS = ("hid", "none", "serial", "simulated")

TOO_LONG = "The scanner sent more characters than a code can have. Scan the article's own barcode."
TORN = "A scan was cut off before its end. Scan again; the scanner must end a code with Enter."
NOT_TEXT = "The scanner sent signs that are no text. Scan again; check the scanner's settings."
LOST = "A scan came faster than it could be read. Scan again."

FAULTS = (TOO_LONG, TORN, NOT_TEXT, LOST)
"""Every sentence that ``Scan.fault`` can be; fixed, so that they can be translated."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One code as it was read.

    Attributes:
        text: What the scanner sent, without its line end, control characters included; empty when
            there is a fault.
        source: The name of the scanner.
        fault: None, or one of ``FAULTS``.
    """

    text: str
    source: str
    fault: str | None = None

    def __post_init__(self) -> None:
        if self.fault is not None and self.text:
            raise ValueError("A scan with a fault carries no text, so that it can never be sold.")


Deliver = Callable[[Scan], None]


class Scanner(Protocol):
    """A barcode scanner with a reading thread of its own."""

    present: bool
    """False only for the driver ``none``."""

    name: str
    """How the scanner is called on the screen and in ``Scan.source``."""

    @property
    def connected(self) -> bool:
        """The scanner is plugged in and being read now."""

    def start(self, deliver: Deliver) -> None:
        """Begin to read; MUST be called once.

        ``deliver`` is called once per scan, on the scanner's thread; it MUST be quick and MUST NOT
        raise. A scanner that is not there, or is unplugged, is looked for until it is back.
        """

    def close(self) -> None:
        """Stop reading and let go. MAY be called more than once; nothing is delivered after it."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
