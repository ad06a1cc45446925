"""Reading a completed sale out of its entry, believing nothing.

The device's own register made the data and its parts add up; an entry that says otherwise was not
made by one and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext_noop

from collector.desks.register.shapes import Shape, refuse_nul
from collector.desks.register.unusual import (
    discounts_of_line,
    tip_of_payment,
    unusual_of_line,
    unusual_of_sale,
)
from collector.ingest.projecting import Proven

Row = tuple[Any, ...]

_MOST_DECIMALS = 6
_SALE = Shape(
    ("number", "decimals"),
    {
        "sale": 32,
        "receipt": 40,
        "register": 20,
        "kind": 10,
        "day": 10,
        "opened": 40,
        "completed": 40,
        "cashier": 40,
        "market": 10,
        "currency": 3,
    },
)
_TOTALS = Shape(
    ("gross_minor", "net_minor", "tax_minor", "rounding_minor", "payable_minor", "items_milli"), {}
)
_LINE = Shape(
    (
        "line",
        "quantity_milli",
        "unit_price_minor",
        "discount_minor",
        "gross_minor",
        "net_minor",
        "tax_minor",
        "rate_bp",
    ),
    {"article": 64, "name": 200, "category": 60, "unit": 5, "tax_class": 30, "source": 20},
)
_PAYMENT = Shape(("payment", "amount_minor", "tendered_minor", "change_minor"), {"tender": 30})
_TAX = Shape(("rate_bp", "net_minor", "tax_minor", "gross_minor"), {"tax_class": 30, "letter": 5})
_LONGEST_REFERENCE = 100


class Unreadable(ValueError):  # noqa: N818 (reads as what happened)
    """An entry says it completes a sale but is not one.

    Attributes:
        words: The sentence, marked for translation, with names for its facts.
        facts: What the names stand for.
    """

    words = gettext_noop(
        "Entry %(place)s says it completes a sale, but %(why)s: it is kept and not counted."
    )

    def __init__(self, place: str, why: str) -> None:
        self.facts = {"place": place, "why": why}
        super().__init__(self.words % self.facts)


@dataclass(frozen=True, slots=True)
class SaleRows:
    """The rows one sale gives, each in the order of its model's columns.

    Attributes:
        id: Primary key of the sale: the place of its entry.
        device: Whose sale it is.
        epoch: Epoch of its entry.
        sequence: Sequence of its entry.
        uuid: The number the device gave the sale.
        sale: The row of ``Sale``.
        lines: Rows of ``SaleLine``.
        payments: Rows of ``Payment``.
        taxes: Rows of ``SaleTax``.
        discounts: Rows of ``SaleDiscount``.
    """

    id: str
    device: str
    epoch: int
    sequence: int
    uuid: str
    sale: Row
    lines: list[Row]
    payments: list[Row]
    taxes: list[Row]
    discounts: list[Row]


def read_sale(proven: Proven) -> SaleRows:
    """Read the rows of a completed sale.

    Raises:
        Unreadable: Something is missing, of the wrong kind, or does not add up.
    """
    try:
        refuse_nul(proven.raw)
        return _read(proven, proven.data)
    except KeyError as missing:
        raise _unreadable(proven, f"{missing} is missing") from missing
    except (TypeError, ValueError, OverflowError) as wrong:
        raise _unreadable(proven, str(wrong)) from wrong


def _unreadable(proven: Proven, reason: str) -> Unreadable:
    return Unreadable(f"{proven.epoch}.{proven.sequence}", reason[:150])


def _read(proven: Proven, data: Mapping[str, Any]) -> SaleRows:
    identity = f"{proven.device}.{proven.epoch}.{proven.sequence}"
    (number, decimals), texts = _SALE.read(data)
    uuid, receipt, register, kind, day, opened, completed, cashier, market, currency = texts
    if not 0 <= decimals <= _MOST_DECIMALS:
        raise ValueError(f"decimals should be 0 to {_MOST_DECIMALS} and is {decimals}")
    totals, _ = _TOTALS.read(data["totals"])
    lines = [_line(identity, line) for line in data["lines"]]
    payments = [_payment(identity, payment) for payment in data["payments"]]
    taxes = [_tax(identity, tax) for tax in data["taxes"]]
    discounts = [row for line in data["lines"] for row in discounts_of_line(identity, line)]
    _check_sums(totals, lines, payments, taxes)
    sale = (
        identity,
        proven.device,
        proven.epoch,
        proven.sequence,
        uuid,
        receipt,
        register,
        number,
        kind,
        date.fromisoformat(day),
        _moment(opened),
        _moment(completed),
        completed,
        cashier,
        market,
        currency,
        decimals,
        *totals,
        *unusual_of_sale(data),
    )
    return SaleRows(
        identity,
        proven.device,
        proven.epoch,
        proven.sequence,
        uuid,
        sale,
        lines,
        payments,
        taxes,
        discounts,
    )


def _line(identity: str, values: Mapping[str, Any]) -> Row:
    wholes, texts = _LINE.read(values)
    line, quantity, unit_price, discount, gross, net, tax, rate = wholes
    article, name, category, unit, tax_class, source = texts
    return (
        identity,
        line,
        article,
        name,
        category,
        unit,
        quantity,
        unit_price,
        discount,
        gross,
        net,
        tax,
        tax_class,
        rate,
        source,
        *unusual_of_line(values),
    )


def _payment(identity: str, values: Mapping[str, Any]) -> Row:
    (payment, amount, tendered, change), (tender,) = _PAYMENT.read(values)
    reference = values["reference"] or ""
    if type(reference) is not str or len(reference) > _LONGEST_REFERENCE:
        raise ValueError(f"reference should be a text of at most {_LONGEST_REFERENCE} characters")
    tip = tip_of_payment(values)
    return (identity, payment, tender, amount, tendered, change, reference, tip)


def _tax(identity: str, values: Mapping[str, Any]) -> Row:
    (rate, net, tax, gross), (tax_class, letter) = _TAX.read(values)
    return (identity, tax_class, letter, rate, net, tax, gross)


_LINE_GROSS, _LINE_NET, _LINE_TAX = 9, 10, 11
_PAYMENT_AMOUNT = 3
_TAX_NET, _TAX_TAX, _TAX_GROSS = 4, 5, 6


def _check_sums(
    totals: Row, lines: Sequence[Row], payments: Sequence[Row], taxes: Sequence[Row]
) -> None:
    """Refuse a sale whose lines, taxes, payments and totals tell different stories."""
    gross, net, tax, rounding, payable, _ = totals
    told = {
        "net and tax": (net + tax, gross),
        "its lines": (_sum(lines, _LINE_GROSS), gross),
        "its taxes": (_sum(taxes, _TAX_GROSS), gross),
        "payable less rounding": (payable - rounding, gross),
        "its payments": (_sum(payments, _PAYMENT_AMOUNT), payable),
        "the net of its lines": (_sum(lines, _LINE_NET), net),
        "the net of its taxes": (_sum(taxes, _TAX_NET), net),
        "the tax of its lines": (_sum(lines, _LINE_TAX), tax),
        "the tax of its taxes": (_sum(taxes, _TAX_TAX), tax),
    }
    for what, (amount, total) in told.items():
        if amount != total:
            raise ValueError(f"{what} come to {amount} where the total is {total}")


def _sum(rows: Sequence[Row], column: int) -> int:
    return sum([row[column] for row in rows])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the moment {text} has no offset from UTC")
    return moment.astimezone(UTC)
