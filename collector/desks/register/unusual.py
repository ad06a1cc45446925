"""What only some sales say: what came off a line, where it was sold, what it undoes.

Most lines say nothing of it, and are told by their keys alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.desks.register.shapes import LARGEST, Shape

Row = tuple[Any, ...]

_USUAL_LINE = frozenset(
    (
        "line",
        "article",
        "name",
        "category",
        "unit",
        "quantity_milli",
        "unit_price_minor",
        "discount_minor",
        "gross_minor",
        "net_minor",
        "tax_minor",
        "tax_class",
        "rate_bp",
        "source",
    )
)
_ORIGIN = Shape(("line",), {"sale": 32, "receipt": 40})
_DISCOUNT = Shape(("amount_minor",), {"kind": 10, "name": 200})
_UUID, _PERSON, _REASON = 32, 40, 200
_PLAIN_LINE: Row = ("goods", True, 0, 0, None, None, "", "", None, "", 0)


def unusual_of_line(values: Mapping[str, Any]) -> Row:
    """Return the columns of a line that most lines leave empty.

    Raises:
        KeyError, TypeError, ValueError: One is not what it should be.
    """
    if values.keys() <= _USUAL_LINE:
        return _PLAIN_LINE
    origin: Row = (None, "", 0)
    if "origin" in values:
        (line,), (sale, receipt) = _ORIGIN.read(values["origin"])
        origin = (sale, receipt, line)
    restock = values.get("restock", True)
    if type(restock) is not bool:
        raise ValueError("restock should be true or false")
    return (
        _text(values, "kind", 10, "goods"),
        restock,
        _whole(values, "parent"),
        _whole(values, "tare_milli"),
        _whole(values, "label_minor", None),
        _whole(values, "listed_price_minor", None),
        _text(values, "reason", _REASON),
        _text(values, "allowed_by", _PERSON),
        *origin,
    )


def discounts_of_line(identity: str, values: Mapping[str, Any]) -> list[Row]:
    """Return a row for each thing that came off a line.

    Raises:
        KeyError, TypeError, ValueError: One is not what it should be, or they do not add up.
    """
    if "discounts" not in values:
        return []
    rows = [
        (
            identity,
            values["line"],
            place,
            *_discount(each),
        )
        for place, each in enumerate(values["discounts"], 1)
    ]
    amount = sum(row[-4] for row in rows)
    if amount != values["discount_minor"]:
        raise ValueError(
            f"the discounts of a line come to {amount} where {values['discount_minor']} is told"
        )
    return rows


def unusual_of_sale(data: Mapping[str, Any]) -> Row:
    """Return the columns of a sale that most sales leave empty.

    Raises:
        KeyError, TypeError, ValueError: One is not what it should be.
    """
    check = data.get("age_check")
    asked = (0, "") if check is None else (_whole(check, "years"), _text(check, "how", 10))
    return (_text(data, "customer", _UUID), _text(data, "voids", _UUID), *asked)


def tip_of_payment(values: Mapping[str, Any]) -> int:
    """Return what was given on top of a payment.

    Raises:
        ValueError: It is not what it should be.
    """
    return int(_whole(values, "tip_minor") or 0)


def _discount(values: Mapping[str, Any]) -> Row:
    (amount,), (kind, name) = _DISCOUNT.read(values)
    return (
        kind,
        name,
        amount,
        _whole(values, "percent_bp"),
        _text(values, "rule", 64),
        _text(values, "allowed_by", _PERSON),
    )


def _whole(values: Mapping[str, Any], name: str, usual: int | None = 0) -> int | None:
    if name not in values:
        return usual
    value = values[name]
    if type(value) is not int or not -LARGEST <= value <= LARGEST:
        raise ValueError(f"{name} should be a whole number and is {str(value)[:40]!r}")
    return value


def _text(values: Mapping[str, Any], name: str, longest: int, usual: str = "") -> str:
    value = values.get(name, usual)
    if type(value) is not str or len(value) > longest:
        raise ValueError(f"{name} should be a text of at most {longest} characters")
    return value
