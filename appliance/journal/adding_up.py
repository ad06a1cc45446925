"""Whether a completed sale adds up within itself.

The register made its parts add up; an entry that says otherwise was made by somebody else. What is
held against each other, all in minor units:

| this | is that |
| --- | --- |
| net + tax, of the total, of every line, of every rate | gross |
| quantity × price − discount, of every line | gross of the line (net where prices are without tax), to the rounding |
| the lines; the lines of a rate | total; the rate |
| the rates | total |
| rate × net, of every rate | its tax, to one unit a line (tax may be rounded on each) |
| total + cash rounding | payable |
| the payments; tendered − change of each | payable; its amount |
| a payment from a balance; money put on a card or paid off | the balance it names; no tax in it |
| a payment on account, and a line that pays off | the customer of the sale |
| what it says is left on a card | a payment that moved it |
| points that were spent | a customer, and something that came off a line for them |
| the number on the receipt | register and number |
| the business day | the day it was completed, or the one before (a late evening) |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from appliance.domain.receipt import receipt_number

_MILLI = 1000
_WHOLE_BP = 10_000
_NAMED = ("gift_card", "store_credit", "on_account")
"""Ways to pay that move a balance; a voucher printed by somebody else has none."""
_NO_TURNOVER = ("gift_card", "account")


def faults_of(data: Mapping[str, Any]) -> list[str]:
    """Say what does not add up in a completed sale, a phrase each.

    Raises:
        LookupError: if something is missing.
        TypeError: if an amount is no whole number.
        ValueError: if a date is none.
    """
    return [
        *_sum_faults(data),
        *_part_faults(data),
        *_rate_faults(data),
        *_payment_faults(data["payments"]),
        *_balance_faults(data),
        *_paper_faults(data),
        *_points_faults(data),
        *_left_faults(data),
    ]


def whole(value: object) -> int:
    """Take an amount, which is a whole number and nothing else.

    Raises:
        TypeError: if it is not.
    """
    if type(value) is not int:
        raise TypeError(f"an amount is a whole number, not {value!r}")
    return value


def _sum_faults(data: Mapping[str, Any]) -> Iterator[str]:
    totals, lines, taxes = data["totals"], data["lines"], data["taxes"]
    gross, net, tax = (whole(totals[name]) for name in ("gross_minor", "net_minor", "tax_minor"))
    payable = whole(totals["payable_minor"])
    expected = {
        "net and tax": (net + tax, gross),
        "the lines": (_sum(lines, "gross_minor"), gross),
        "the lines' tax": (_sum(lines, "tax_minor"), tax),
        "the tax rates": (_sum(taxes, "gross_minor"), gross),
        "the rates' tax": (_sum(taxes, "tax_minor"), tax),
        "the total and its rounding": (gross + whole(totals["rounding_minor"]), payable),
        "the payments": (_sum(data["payments"], "amount_minor"), payable),
    }
    for name, (found, wanted) in expected.items():
        if found != wanted:
            yield f"{name} come to {found}, not {wanted}"


def _part_faults(data: Mapping[str, Any]) -> Iterator[str]:
    priced = "gross_minor" if data.get("tax_inclusive", True) else "net_minor"
    for part in (*data["lines"], *data["taxes"]):
        name = f"line {part['line']}" if "line" in part else f"rate {part['rate_bp']}"
        if whole(part["net_minor"]) + whole(part["tax_minor"]) != whole(part["gross_minor"]):
            yield f"net and tax of {name} are not its total"
        if "quantity_milli" in part and not _is_priced(part, priced):
            yield f"quantity and price of {name} are not its total"


def _is_priced(line: Mapping[str, Any], priced: str) -> bool:
    full = whole(line[priced]) + whole(line["discount_minor"])
    product = whole(line["quantity_milli"]) * whole(line["unit_price_minor"])
    return abs(product - full * _MILLI) < _MILLI


def _rate_faults(data: Mapping[str, Any]) -> Iterator[str]:
    lines: dict[tuple[Any, int], list[Mapping[str, Any]]] = defaultdict(list)
    for line in data["lines"]:
        lines[_rate_key(line)].append(line)
    for part in data["taxes"]:
        mine = lines.pop(_rate_key(part), [])
        rate = whole(part["rate_bp"])
        for name in ("gross_minor", "tax_minor"):
            if _sum(mine, name) != part[name]:
                yield f"the lines at rate {rate} are not its sum"
                break
        if abs(part["net_minor"] * rate - part["tax_minor"] * _WHOLE_BP) > _slack(rate, mine):
            yield f"the tax of rate {rate} is not that share of its net"
    for _, rate in lines:
        yield f"there are lines at rate {rate}, and no sum of it"


def _slack(rate: int, lines: list[Mapping[str, Any]]) -> int:
    """How far tax × 10,000 may lie from net × rate: a rounding on every line moves both."""
    return (_WHOLE_BP + rate) * max(1, len(lines))


def _rate_key(part: Mapping[str, Any]) -> tuple[Any, int]:
    return part.get("tax_class"), whole(part["rate_bp"])


def _payment_faults(payments: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for payment in payments:
        given = payment.get("tendered_minor")
        if given is None:
            continue
        if whole(given) - whole(payment["change_minor"]) != payment["amount_minor"]:
            yield f"what was given and given back of payment {payment['payment']} is not its amount"


def _balance_faults(data: Mapping[str, Any]) -> Iterator[str]:
    """Hold what moves a balance against the balance it names; see `appliance.domain.ledger`."""
    customer = data.get("customer", "")
    for payment in data["payments"]:
        name, account = f"payment {payment['payment']}", payment.get("account", "")
        if payment.get("tender") in _NAMED and not account:
            yield f"{name} is from a balance, and does not say which"
        if payment.get("tender") == "on_account" and account != customer:
            yield f"{name} is on account of another than the sale's customer"
    for line in data["lines"]:
        name, kind = f"line {line['line']}", line.get("kind", "")
        if kind in _NO_TURNOVER and (line["tax_minor"] or line["rate_bp"]):
            yield f"{name} is no turnover, and is taxed"
        if kind == "account" and line.get("account", "") != customer:
            yield f"{name} pays off another than the sale's customer"


def _paper_faults(data: Mapping[str, Any]) -> Iterator[str]:
    if "number" in data:
        wanted = receipt_number(data["register"], whole(data["number"]))
        if data["receipt"] != wanted:
            yield f"its number makes it receipt {wanted}"
    if "completed" in data:
        day = date.fromisoformat(data["day"])
        completed = datetime.fromisoformat(data["completed"]).date()
        if not completed - timedelta(days=1) <= day <= completed:
            yield f"it is booked on {day}, and was completed on {completed}"


def _points_faults(data: Mapping[str, Any]) -> Iterator[str]:
    points = data.get("points")
    if points is None:
        return
    if not data.get("customer"):
        yield "points moved, and no customer is named"
    taken = (each["kind"] for line in data["lines"] for each in line.get("discounts", ()))
    if whole(points["spent"]) and "points" not in taken:
        yield "points were spent, and nothing came off for them"
    whole(points["earned"])


def _left_faults(data: Mapping[str, Any]) -> Iterator[str]:
    moved = {(each.get("tender"), each.get("account")) for each in data["payments"]}
    for each in data.get("left", ()):
        whole(each["left_minor"])
        if (each["kind"], each["account"]) not in moved:
            yield "it says what is left on a card that it did not move"


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(whole(row[name]) for row in rows)
