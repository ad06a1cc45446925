"""Reading a completed sale out of its entry, believing nothing.

The device's own register made the data and its parts add up; an entry that says otherwise was not
made by one and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from appliance.journal.entry import Entry

_LARGEST = 2**63 - 1
Row = tuple[Any, ...]


class Unreadable(ValueError):  # noqa: N818 (reads as what happened)
    """An entry says it completes a sale but is not one."""


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


def read_sale(device: str, entry: Entry) -> SaleRows:
    """Read the rows of a completed sale.

    Raises:
        Unreadable: Something is missing, of the wrong kind, or does not add up.
    """
    identity = f"{device}.{entry.epoch}.{entry.sequence}"
    try:
        return _read(identity, device, entry)
    except KeyError as missing:
        raise _unreadable(entry, f"{missing} is missing") from missing
    except (TypeError, ValueError, OverflowError) as wrong:
        raise _unreadable(entry, str(wrong)) from wrong


def _unreadable(entry: Entry, reason: str) -> Unreadable:
    return Unreadable(
        f"Entry {entry.epoch}.{entry.sequence} says it completes a sale, but {reason[:150]}: "
        "it is kept and not counted."
    )


def _read(identity: str, device: str, entry: Entry) -> SaleRows:
    data = entry.data
    totals = data["totals"]
    lines = [_line(identity, line) for line in data["lines"]]
    payments = [_payment(identity, payment) for payment in data["payments"]]
    taxes = [_tax(identity, tax) for tax in data["taxes"]]
    completed = _text(data, "completed", 40)
    sale = (
        identity,
        device,
        entry.epoch,
        entry.sequence,
        _text(data, "sale", 32),
        _text(data, "receipt", 40),
        _text(data, "register", 20),
        _whole(data, "number"),
        _text(data, "kind", 10),
        date.fromisoformat(_text(data, "day", 10)),
        _moment(_text(data, "opened", 40)),
        _moment(completed),
        completed,
        _text(data, "cashier", 40),
        _text(data, "market", 10),
        _text(data, "currency", 3),
        _decimals(data),
        _whole(totals, "gross_minor"),
        _whole(totals, "net_minor"),
        _whole(totals, "tax_minor"),
        _whole(totals, "rounding_minor"),
        _whole(totals, "payable_minor"),
        _whole(totals, "items_milli"),
    )
    _check_sums(data, totals)
    return SaleRows(
        identity, device, entry.epoch, entry.sequence, data["sale"], sale, lines, payments, taxes
    )


def _line(identity: str, line: Mapping[str, Any]) -> Row:
    return (
        identity,
        _whole(line, "line"),
        _text(line, "article", 64),
        _text(line, "name", 200),
        _text(line, "category", 60),
        _text(line, "unit", 5),
        _whole(line, "quantity_milli"),
        _whole(line, "unit_price_minor"),
        _whole(line, "discount_minor"),
        _whole(line, "gross_minor"),
        _whole(line, "net_minor"),
        _whole(line, "tax_minor"),
        _text(line, "tax_class", 30),
        _whole(line, "rate_bp"),
        _text(line, "source", 20),
    )


def _payment(identity: str, payment: Mapping[str, Any]) -> Row:
    reference = payment["reference"]
    return (
        identity,
        _whole(payment, "payment"),
        _text(payment, "tender", 30),
        _whole(payment, "amount_minor"),
        _whole(payment, "tendered_minor"),
        _whole(payment, "change_minor"),
        "" if reference is None else _text(payment, "reference", 100),
    )


def _tax(identity: str, tax: Mapping[str, Any]) -> Row:
    return (
        identity,
        _text(tax, "tax_class", 30),
        _text(tax, "letter", 5),
        _whole(tax, "rate_bp"),
        _whole(tax, "net_minor"),
        _whole(tax, "tax_minor"),
        _whole(tax, "gross_minor"),
    )


def _check_sums(data: Mapping[str, Any], totals: Mapping[str, Any]) -> None:
    """Refuse a sale whose lines, taxes, payments and totals tell different stories."""
    gross, net, tax = totals["gross_minor"], totals["net_minor"], totals["tax_minor"]
    told = {
        "net and tax": net + tax,
        "its lines": _sum(data["lines"], "gross_minor"),
        "its taxes": _sum(data["taxes"], "gross_minor"),
        "payable less rounding": totals["payable_minor"] - totals["rounding_minor"],
        "its payments less rounding": _sum(data["payments"], "amount_minor")
        - totals["rounding_minor"],
    }
    for what, amount in told.items():
        if amount != gross:
            raise ValueError(f"{what} come to {amount} where the total is {gross}")
    for part in ("net_minor", "tax_minor"):
        if not _sum(data["lines"], part) == _sum(data["taxes"], part) == totals[part]:
            raise ValueError(f"{part} of lines, taxes and total are not the same")


def _sum(rows: Sequence[Mapping[str, Any]], key: str) -> int:
    return sum(row[key] for row in rows)


def _whole(values: Mapping[str, Any], key: str) -> int:
    value = values[key]
    if type(value) is not int or not -_LARGEST <= value <= _LARGEST:
        raise ValueError(f"{key} should be a whole number and is {str(value)[:40]!r}")
    return value


def _decimals(data: Mapping[str, Any]) -> int:
    value = _whole(data, "decimals")
    if not 0 <= value <= 6:  # noqa: PLR2004 (no currency has more)
        raise ValueError(f"decimals should be 0 to 6 and is {value}")
    return value


def _text(values: Mapping[str, Any], key: str, longest: int) -> str:
    """Read a text that every database can hold: not too long, no NUL."""
    value = values[key]
    if type(value) is not str or len(value) > longest or "\0" in value:
        raise ValueError(f"{key} should be a text of at most {longest} characters")
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the moment {text} has no offset from UTC")
    return moment.astimezone(UTC)
