"""What a journal's sales come to, and whether each of them adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

COMPLETED = "balie.sale.completed.v1"


@dataclass(slots=True)
class DaySums:
    """A business day in one currency.

    Attributes:
        decimals: Digits of the currency's minor unit in use.
        sales: How many sales.
        returns: How many returns.
        gross_minor: What they come to together, returns taken off.
    """

    decimals: int
    sales: int = 0
    returns: int = 0
    gross_minor: int = 0


@dataclass(slots=True)
class Takings:
    """Sums of completed sales by business day and currency."""

    days: dict[tuple[str, str], DaySums] = field(default_factory=dict)

    def add(self, data: dict[str, Any]) -> list[str]:
        """Add a completed sale.

        Returns:
            What does not add up in it, a phrase each; empty if everything does.
        """
        try:
            faults = _faults(data)
            key = (str(data["day"]), str(data["currency"]))
            sums = self.days.setdefault(key, DaySums(decimals=_whole(data["decimals"])))
            sums.gross_minor += _whole(data["totals"]["gross_minor"])
            sums.returns += data["kind"] == "return"
            sums.sales += data["kind"] != "return"
        except (LookupError, TypeError) as error:
            return [f"its figures cannot be read ({type(error).__name__}: {error})"]
        return faults


def _faults(data: dict[str, Any]) -> list[str]:
    totals, lines, taxes = data["totals"], data["lines"], data["taxes"]
    gross, net, tax = (_whole(totals[name]) for name in ("gross_minor", "net_minor", "tax_minor"))
    payable = _whole(totals["payable_minor"])
    expected = {
        "net and tax": (net + tax, gross),
        "the lines": (_sum(lines, "gross_minor"), gross),
        "the lines' tax": (_sum(lines, "tax_minor"), tax),
        "the tax rates": (_sum(taxes, "gross_minor"), gross),
        "the rates' tax": (_sum(taxes, "tax_minor"), tax),
        "the total and its rounding": (gross + _whole(totals["rounding_minor"]), payable),
        "the payments": (_sum(data["payments"], "amount_minor"), payable),
    }
    faults = [
        f"{name} come to {found}, not {wanted}"
        for name, (found, wanted) in expected.items()
        if found != wanted
    ]
    for part in (*lines, *taxes):
        if part["net_minor"] + part["tax_minor"] != part["gross_minor"]:
            name = f"line {part['line']}" if "line" in part else f"rate {part['rate_bp']}"
            faults.append(f"net and tax of {name} are not its total")
    return faults


def _sum(rows: Iterable[dict[str, Any]], name: str) -> int:
    return sum(_whole(row[name]) for row in rows)


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"an amount is a whole number, not {value!r}")
    return value
