"""A season of any length, made by chance of the lines of recorded baskets."""

from __future__ import annotations

import csv
import random
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "online-retail-sample.csv"
LONGEST_BASKET = 6


def write(path: Path, *, sales: int, seed: int) -> None:
    """Write so many invoices; one in fifteen takes goods back."""
    chance = random.Random(seed)
    with SAMPLE.open(encoding="utf-8", newline="") as text:
        lines = [row for row in csv.DictReader(text) if int(row["Quantity"]) > 0]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, lines[0])
        writer.writeheader()
        for number in range(sales):
            is_return = chance.random() < 1 / 15
            moment = f"2010-12-{1 + number * 20 // sales:02}T08:26"
            for line in chance.sample(lines, chance.randint(1, LONGEST_BASKET)):
                changed = {
                    "InvoiceNo": f"{'C' * is_return}{536365 + number}",
                    "InvoiceDate": moment,
                }
                quantity = {"Quantity": f"-{line['Quantity']}"} if is_return else {}
                writer.writerow({**line, **changed, **quantity})
