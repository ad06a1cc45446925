"""Receipt printers: the elements of a receipt, what a printer does, and what can go wrong.

A receipt is a list of neutral elements. ``encode`` turns it into the bytes of one job, once; the
caller keeps the job, so that a retry and a reprint are exact. ``print`` sends a job and comes back
only when the printer says that it is on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol, Self

from drivers import DeviceError

DRIVERS = ("file", "network", "none", "serial", "simulated")

LARGEST_TEXT = 4
"""Four times the usual size; more than that fits no word on a roll."""


class Align(Enum):
    """Where a text without a right column stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class BarcodeKind(Enum):
    """The barcodes a receipt may carry."""

    EAN13 = "ean13"
    EAN8 = "ean8"
    CODE128 = "code128"


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text, or two columns when ``right`` is not empty.

    A left text that is too long continues on the next line; the right one stands on the last.

    Attributes:
        left: The text, or the left column.
        right: The right column, set against the right edge.
        align: Where the text stands; with a right column it has no effect.
        bold: Heavier.
        size: 1 is the usual size, 2 twice as wide and high, up to 4.
    """

    left: str
    right: str = ""
    align: Align = Align.LEFT
    bold: bool = False
    size: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.size <= LARGEST_TEXT:
            raise ValueError(
                f"A text's size is 1 to {LARGEST_TEXT}, found {self.size}. Choose one of those."
            )


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the whole paper."""


@dataclass(frozen=True, slots=True)
class Barcode:
    """A barcode with its characters below, centred.

    Attributes:
        kind: EAN-13 and EAN-8 take all their digits, check digit included; Code 128 takes 1 to 30
            printable ASCII characters.
        value: What the barcode says.
    """

    kind: BarcodeKind
    value: str

    def __post_init__(self) -> None:
        if self.kind is BarcodeKind.CODE128:
            good = 1 <= len(self.value) <= _LONGEST_CODE128 and _printable(self.value)
        else:
            good = _good_ean(self.value, _EAN_DIGITS[self.kind])
        if not good:
            raise ValueError(
                f"{self.value!r} cannot be printed as {self.kind.value}. Give EAN-13 and EAN-8 with "
                "all digits and the right check digit, Code 128 with 1 to 30 ASCII characters."
            )


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, centred. ``value`` is at most 600 bytes of UTF-8, so that it stays readable."""

    value: str

    def __post_init__(self) -> None:
        length = len(self.value.encode())
        if not 1 <= length <= _LONGEST_QR:
            raise ValueError(
                f"A QR code on paper holds 1 to {_LONGEST_QR} bytes, found {length}. Shorten it."
            )


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo, centred: the bytes of a PNG file. It is scaled down to the paper, never up."""

    png: bytes

    def __post_init__(self) -> None:
        if not self.png.startswith(_PNG):
            raise ValueError("A logo on paper is a PNG file. Convert it, then set it again.")


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines, 1 to 40."""

    lines: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= _MOST_FEED:
            raise ValueError(f"Paper is fed 1 to {_MOST_FEED} lines, found {self.lines}.")


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of a receipt: the paper is fed past the knife and cut."""


Element = Text | Rule | Barcode | Qr | Picture | Feed | Cut


class Paper(Enum):
    """What the printer's paper sensors say."""

    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer says about itself; None means that it did not say.

    Attributes:
        online: It takes jobs. False also when it cannot be reached.
        paper: Its paper.
        cover_open: Its cover stands open.
        drawer_open: The drawer on its drawer port stands open; None also when the driver was not
            told what the sensor's level means.
        fault: Its knife or its head needs a person.
    """

    online: bool | None = None
    paper: Paper | None = None
    cover_open: bool | None = None
    drawer_open: bool | None = None
    fault: bool | None = None


class Printed(Enum):
    """How sure it is that a job is on paper."""

    CONFIRMED = "confirmed"
    """The printer said that it has finished."""
    SENT = "sent"
    """The job was handed over whole to a printer that is set up as one that cannot answer."""


class PrinterError(DeviceError):
    """A job was not printed, or not surely.

    Attributes:
        incomplete: True when a part of the job, or all of it, may be on paper. False when it is
            certain that nothing was printed. A driver never sends a job again by itself.
    """

    meaning: ClassVar[str] = "The printer did not print."
    remedy: ClassVar[str] = "Check the printer, then print again."

    def __init__(self, detail: str = "", *, incomplete: bool = False) -> None:
        self.incomplete = incomplete
        super().__init__(detail)


class PaperOutError(PrinterError):
    """The roll is empty."""

    meaning = "The printer has no paper."
    remedy = "Put in a new roll, close the cover, then print again."


class CoverOpenError(PrinterError):
    """The cover stands open."""

    meaning = "The printer's cover is open."
    remedy = "Close the cover, then print again."


class PrinterFaultError(PrinterError):
    """The knife is stuck or the head is too hot."""

    meaning = "The printer reports a fault of its knife or head."
    remedy = "Open the cover, remove stuck paper, switch it off and on, then print again."


class PrinterOfflineError(PrinterError, ConnectionError):
    """The printer cannot be reached, or says that it takes no jobs."""

    meaning = "The printer cannot be reached."
    remedy = "Check that it is switched on and its cable is in, then print again."


class PrinterSilentError(PrinterError, TimeoutError):
    """The printer is there but does not answer or does not take data."""

    meaning = "The printer does not answer."
    remedy = "Switch it off and on, look at the last paper, then print again if it is not whole."


class PrintInterruptedError(PrinterError, ConnectionError):
    """The connection broke in the middle of a job."""

    meaning = "The connection to the printer broke while it was printing."
    remedy = "Check its cable and look at the paper: if it is not whole, print again."


class NoPrinterError(PrinterError):
    """The driver is ``none``."""

    meaning = "This counter has no printer."
    remedy = "Show the receipt on the screen, or set up a printer."


class Printer(Protocol):
    """A receipt printer. All calls MAY block, and belong on the device worker."""

    present: bool
    """False only for the driver ``none``: there is nothing to ask and nothing to wait for."""

    columns: int
    """Characters of the usual size on one line."""

    def encode(self, document: Sequence[Element]) -> bytes:
        """The bytes of one job.

        MUST give the same bytes for the same document, and MUST NOT fail for a character the
        printer does not have: it prints the nearest one it has.
        """

    def print(self, job: bytes) -> Printed:
        """Print a job of ``encode``. MUST come back only when the printer says it has finished.

        Raises:
            PrinterError: The kind says why; ``incomplete`` says whether paper may have come out.
                The job was sent at most once: sending it again is for the caller to decide.
        """

    def kick(self) -> None:
        """Pulse the drawer on the printer's drawer port.

        Raises:
            PrinterError: The printer did not take the command.
        """

    def status(self) -> PrinterStatus:
        """What the printer says. MUST NOT raise for a printer that is off or away."""

    def close(self) -> None:
        """Let go of the printer. MAY be called more than once."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_FEED = 40
_LONGEST_CODE128 = 30
_LONGEST_QR = 600
_EAN_DIGITS = {BarcodeKind.EAN13: 13, BarcodeKind.EAN8: 8}


def _printable(text: str) -> bool:
    return all(" " <= character <= "~" for character in text)


def _good_ean(text: str, digits: int) -> bool:
    if len(text) != digits or not (text.isascii() and text.isdigit()):
        return False
    weighted = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(text)))
    return weighted % 10 == 0
