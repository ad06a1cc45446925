"""What the bench's card terminal says and prints about a transaction, field by field.

Source: PA00P015, status information (04 0F), intermediate status (04 FF), print line (06 D1), print
text block (06 D3) and the totals of an end of day (BMP 60).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from drivers.terminal import zvt_apdu, zvt_fields
from drivers.terminal.zvt_apdu import Apdu
from drivers.terminal.zvt_fields import tlv, to_bcd

EURO = 978
TERMINAL_ID = 28004869
CARD = "5232123456784775"
"""A number that passes for a card's, and is nobody's."""

_MASKED = bytes.fromhex("EE" * 6 + CARD[-4:])
_CONTAINER, _TEXTS, _LINE, _DISPLAY, _KIND = 0x06, 0x25, 0x07, 0x24, 0x1F07
_LAST = 0x81
_CARD_KINDS = 7
"""girocard, JCB, Eurocard, Amex, Visa, Diners and all others."""


class SlipForm(Enum):
    """How slips come; the value is the word of the bench's control."""

    LINES = "lines"
    BLOCKS = "blocks"
    NONE = "none"


@dataclass(slots=True)
class Transaction:
    """One transaction of the terminal.

    Attributes:
        receipt: Its receipt number.
        trace: Its trace number.
        amount: In minor units.
        original: The trace number of the one it takes back.
        result: Its result code.
        reversed: Whether it was taken back.
    """

    receipt: int
    trace: int
    amount: int
    original: int | None
    result: int = 0
    reversed: bool = False

    @property
    def stands(self) -> bool:
        """Whether the customer paid and did not get it back."""
        return self.original is None and not self.result and not self.reversed


def about_terminal() -> bytes:
    """What a registration ends with: status byte, terminal id, currency."""
    return (
        bytes((zvt_fields.PAYMENT_TYPE, 0x00, zvt_fields.TERMINAL_ID))
        + to_bcd(TERMINAL_ID, 4)
        + bytes((zvt_fields.CURRENCY,))
        + to_bcd(EURO, 2)
    )


def status(done: Transaction, *, careless: bool = False) -> Apdu:
    """A transaction's status information, with the card's number masked unless it is careless."""
    card = bytes.fromhex(CARD) if careless else _MASKED
    original = b"" if done.original is None else b"\x37" + to_bcd(done.original, 3)
    fields = (
        bytes((zvt_fields.RESULT, done.result)),
        b"\x04" + to_bcd(done.amount, 6),
        b"\x0b" + to_bcd(done.trace, 3),
        original,
        b"\x0c" + to_bcd(140700, 3),
        b"\x0d" + to_bcd(1122, 2),
        b"\x0e" + to_bcd(2912, 2),
        b"\x19\x70",
        b"\x22" + zvt_fields.counted(card, 2),
        b"\x23" + zvt_fields.counted(card + b"\xd2\x91\x22", 2) if careless else b"",
        b"\x29" + to_bcd(TERMINAL_ID, 4),
        b"\x49" + to_bcd(EURO, 2),
        b"\x87" + to_bcd(done.receipt, 2),
        b"\x8a\x06",
        b"\x8b" + zvt_fields.counted(b"MASTERCARD\0", 2),
    )
    return Apdu(zvt_apdu.STATUS_INFORMATION, b"".join(fields))


def refused(code: int) -> Apdu:
    """The status information of a transaction that was none: it has no number."""
    fields = bytes((zvt_fields.RESULT, code, zvt_fields.TERMINAL_ID)) + to_bcd(TERMINAL_ID, 4)
    return Apdu(zvt_apdu.STATUS_INFORMATION, fields)


def shows(code: int, text: str = "") -> Apdu:
    """An intermediate status, with the terminal's own words where it has any."""
    words = tlv(_DISPLAY, tlv(_LINE, text.encode(zvt_fields.CHARSET))) if text else b""
    return Apdu(
        zvt_apdu.INTERMEDIATE_STATUS,
        bytes((code, 0x00)) + (tlv(_CONTAINER, words) if text else b""),
    )


def slips(done: Transaction, form: SlipForm, *, careless: bool = False) -> list[Apdu]:
    """The shop's slip and the customer's."""
    shown = CARD if careless else f"############{CARD[-4:]}"
    title = "STORNO" if done.original is not None else "KARTENZAHLUNG"
    lines = [
        title,
        f"Terminal-ID : {TERMINAL_ID}",
        f"TA-Nr {done.trace:06}  BNr {done.receipt:04}",
        f"Karte {shown}",
        f"Betrag EUR {done.amount // 100},{done.amount % 100:02}",
        "*** Zahlung erfolgt ***",
    ]
    return [
        *_slip([*lines, "HÄNDLERBELEG"], form, 1),
        *_slip([*lines, "KUNDENBELEG"], form, 2),
    ]


def day(today: Sequence[Transaction], form: SlipForm) -> list[Apdu]:
    """The totals of a day, and their slip."""
    total = sum(done.amount for done in today)
    numbers = [done.receipt for done in today] or [0]
    kinds = [b"\0" * 7] * (_CARD_KINDS - 1)
    totals = (
        to_bcd(min(numbers), 2)
        + to_bcd(max(numbers), 2)
        + b"".join(kinds)
        + bytes((len(today),))
        + to_bcd(total, 6)
    )
    told = (
        bytes((zvt_fields.RESULT, 0x00))
        + (b"\x04" + to_bcd(total, 6))
        + (b"\x60" + zvt_fields.counted(totals, 3))
    )
    lines = ["KASSENSCHNITT", f"Anzahl {len(today)}", f"EUR {total // 100},{total % 100:02}"]
    return [Apdu(zvt_apdu.STATUS_INFORMATION, told), *_slip(lines, form, 3)]


def _slip(lines: Sequence[str], form: SlipForm, kind: int) -> list[Apdu]:
    written = [line.encode(zvt_fields.CHARSET) for line in lines]
    if form is SlipForm.NONE:
        return []
    if form is SlipForm.LINES:
        attributes = [0x00] * (len(written) - 1) + [_LAST]
        return [
            Apdu(zvt_apdu.PRINT_LINE, bytes((attribute,)) + line)
            for attribute, line in zip(attributes, written, strict=True)
        ]
    texts = tlv(_TEXTS, b"".join(tlv(_LINE, line) for line in written))
    return [Apdu(zvt_apdu.PRINT_TEXT, tlv(_CONTAINER, tlv(_KIND, bytes((kind,))) + texts))]
