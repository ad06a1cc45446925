"""A gift shop whose customers bring things back: real invoices, see tests/data/online-retail-returns.md."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.flows.shop import DIRECTORY, article

INVOICES = Path(__file__).parents[1] / "data" / "online-retail-returns.csv"
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Bought:
    """A line of an invoice; below zero for what was brought back."""

    code: str
    name: str
    quantity: int
    pence: int


@dataclass(frozen=True)
class Invoice:
    """What one customer bought, or brought back where the number begins with C."""

    number: str
    customer: str
    at: datetime
    lines: list[Bought] = field(default_factory=list)

    @property
    def brings_back(self):
        return self.number.startswith("C")

    @property
    def pence(self):
        return sum(line.quantity * line.pence for line in self.lines)


def invoices(file=INVOICES):
    """Read the invoices, in order."""
    found = {}
    with Path(file).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=LONDON)
            number = row["InvoiceNo"]
            invoice = found.setdefault(number, Invoice(number, row["CustomerID"], at))
            name, quantity = row["Description"].strip(), int(row["Quantity"])
            pence = int(Decimal(row["UnitPrice"]) * 100)
            invoice.lines.append(Bought(row["StockCode"], name, quantity, pence))
    return list(found.values())


def sources(sold):
    """Say of each line that was brought back on which line of which invoice it was sold.

    The latest invoice of the same customer at the same price that has enough left; one line may
    come back in several goes.

    Returns:
        For each cancellation's number, how many of each ``(invoice, line)``, counted from 1.
    """
    left, found = {}, {}
    for invoice in sold:
        if not invoice.brings_back:
            for at, line in enumerate(invoice.lines, 1):
                left[invoice.number, at] = [invoice.customer, line.code, line.pence, line.quantity]
            continue
        taken = found[invoice.number] = Counter()
        for line in invoice.lines:
            wanted = [invoice.customer, line.code, line.pence]
            place = next(
                place
                for place, each in reversed(left.items())
                if each[:3] == wanted and each[3] >= -line.quantity
            )
            left[place][3] += line.quantity
            taken[place] -= line.quantity
    return found


def directory(sold):
    """What the back office says: each article at the price it was first sold for."""
    articles = {}
    for line in (line for invoice in sold for line in invoice.lines):
        made = article(line.code, line.name, line.pence, gtin=None, tax_class="standard")
        articles.setdefault(line.code, made)
    settings = {
        **DIRECTORY["settings"],
        "lock_after_s": 86_000,
        "receipt": "none",
        "merge_same_article": False,
    }
    staff = DIRECTORY["staff"]
    return {"articles": list(articles.values()), "staff": staff, "settings": settings}
