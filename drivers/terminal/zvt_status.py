"""What ZVT's messages tell: the result of a payment, the lines of a slip, the terminal's words."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.terminal import Slip, SlipFor, zvt_fields
from drivers.terminal.hiding import hide_card_numbers
from drivers.terminal.zvt_fields import FieldError, Fields

_TEXT_LINE, _PRINT_TEXTS, _DISPLAY_TEXTS, _SLIP_KIND = 0x07, 0x25, 0x24, 0x1F07
_SLIP_KINDS = {1: SlipFor.SHOP, 2: SlipFor.CUSTOMER, 3: SlipFor.OFFICE}
_LAST_LINE, _NO_LINE, _FEED = 0x80, 0x80, 0xFF
_MOST_FEED = 10
_SOFTWARE = 0xF0
_TOTAL_BYTES = 7
"""Of one kind of card: how often in one byte, how much in six."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a terminal numbers its transactions: two with the same mark are the same.

    Attributes:
        terminal: The terminal's id.
        receipt: 1 to 9999, then 1 again.
        trace: Its number towards the bank; 0 where the terminal does not count so.
    """

    terminal: int
    receipt: int
    trace: int

    def follows(self, earlier: Mark, steps: int = 1) -> bool:
        """Whether it is the ``steps``-th after an earlier one of the same terminal."""
        distance = (self.receipt - earlier.receipt) % 9999
        return self.terminal == earlier.terminal and distance == steps

    def reference(self) -> str:
        """What to find it by at the bank. Letters keep its digits from reading as a card number."""
        return f"T{self.terminal:08} R{self.receipt:04} N{self.trace:06}"


@dataclass(frozen=True, slots=True)
class Status:
    """A status information: what became of a transaction.

    Attributes:
        result: 0 for done; else why not.
        amount_minor: In the currency's own minor units, where told.
        currency: ISO 4217's number, where told.
        mark: Which transaction it is, where the terminal numbered it.
        original_trace: The trace number of the transaction that this one takes back.
        total: Of an end of day: how many payments and how much, where told.
        whole: Whether all of it could be read.
    """

    result: int
    amount_minor: int | None = None
    currency: int | None = None
    mark: Mark | None = None
    original_trace: int | None = None
    total: tuple[int, int] | None = None
    whole: bool = True


def status(data: bytes) -> Status:
    """Read a status information.

    Raises:
        FieldError: It does not say what became of the transaction, or not in the protocol's way.
    """
    fields = zvt_fields.read(data)
    result = fields.values.get(zvt_fields.RESULT)
    if result is None:
        raise FieldError("A status information has no result in it.")
    return Status(
        result[0],
        fields.number(zvt_fields.AMOUNT),
        fields.number(zvt_fields.CURRENCY),
        _mark(fields),
        _original(fields),
        _total(fields),
        fields.whole,
    )


def shown_text(data: bytes) -> str:
    """The terminal's own words in an intermediate status, without card digits; mostly empty.

    Raises:
        FieldError: They are not written in the protocol's way.
    """
    container = zvt_fields.read(data[2:]).values.get(zvt_fields.TLV, b"")
    lines = [
        zvt_fields.to_text(content)
        for tag, held in zvt_fields.items(container)
        if tag == _DISPLAY_TEXTS
        for inner, content in zvt_fields.items(held)
        if inner == _TEXT_LINE
    ]
    return hide_card_numbers(" ".join(line.strip() for line in lines if line.strip()))


def terminal_code(data: bytes) -> int:
    """The terminal's own status in the completion of an enquiry; 0 is ready.

    Raises:
        FieldError: It is not written in the protocol's way.
    """
    place = 0
    if data[:1] == bytes((_SOFTWARE,)):
        digits = data[1:4]
        if len(digits) < 3 or any(byte & 0x0F > 9 for byte in digits):  # noqa: PLR2004  # LLL
            raise FieldError("The terminal's version has no length where one was expected.")
        place = 4 + int("".join(str(byte & 0x0F) for byte in digits))
    return data[place] if place < len(data) else 0


class Slips:
    """Takes lines as they come and keeps whole slips, without card digits beyond the last four."""

    def __init__(self) -> None:
        self._done: list[Slip] = []
        self._lines: list[str] = []

    def line(self, data: bytes) -> None:
        """A line of ``06 D1``: an attribute, and the text."""
        attribute = data[0] if data else _NO_LINE
        if attribute == _FEED:
            self._lines += [""] * min(_MOST_FEED, data[1] if len(data) > 1 else 1)
        elif attribute != _NO_LINE:
            self._lines.append(_line(data[1:]))
            if attribute & _LAST_LINE:
                self._end(SlipFor.ANYBODY)

    def block(self, data: bytes) -> None:
        """A whole slip of ``06 D3``.

        Raises:
            FieldError: It is not written in the protocol's way.
        """
        container = zvt_fields.read(data).values.get(zvt_fields.TLV, b"")
        wanted_by, lines = SlipFor.ANYBODY, list[str]()
        for tag, content in zvt_fields.items(container):
            if tag == _SLIP_KIND and content:
                wanted_by = _SLIP_KINDS.get(content[0], SlipFor.ANYBODY)
            elif tag == _PRINT_TEXTS:
                lines += [_line(held) for t, held in zvt_fields.items(content) if t == _TEXT_LINE]
        self._end(SlipFor.ANYBODY)
        self._lines = lines
        self._end(wanted_by)

    def taken(self) -> tuple[Slip, ...]:
        """All slips, also one whose last line did not say that it is the last."""
        self._end(SlipFor.ANYBODY)
        return tuple(self._done)

    def _end(self, wanted_by: SlipFor) -> None:
        if any(self._lines):
            self._done.append(Slip(wanted_by, tuple(self._lines)))
        self._lines = []


def _line(data: bytes) -> str:
    return hide_card_numbers(zvt_fields.to_text(data).rstrip())


def _mark(fields: Fields) -> Mark | None:
    receipt = fields.number(zvt_fields.RECEIPT)
    if receipt is None:
        return None
    return Mark(
        fields.number(zvt_fields.TERMINAL_ID) or 0, receipt, fields.number(zvt_fields.TRACE) or 0
    )


def _original(fields: Fields) -> int | None:
    return fields.number(zvt_fields.ORIGINAL_TRACE) or None


def _total(fields: Fields) -> tuple[int, int] | None:
    """The sum of an end of day's totals: two receipt numbers, then count and amount by card."""
    totals = fields.values.get(zvt_fields.TOTALS, b"")[4:]
    if len(totals) < _TOTAL_BYTES:
        return None
    parts = [totals[start : start + _TOTAL_BYTES] for start in range(0, len(totals), _TOTAL_BYTES)]
    whole = [part for part in parts if len(part) == _TOTAL_BYTES]
    return sum(part[0] for part in whole), sum(zvt_fields.from_bcd(part[1:]) for part in whole)
