"""Makes the demo shop's articles from the list of chosen ones and the public product file.

    python3 -m provisioning.shop.make PATH/TO/products.csv.gz

``chosen.csv`` names real articles by GTIN, with the kind each is of and its name as a Dutch shop
would print it; ``loose.csv`` holds what the shop sells under codes of its own. The product file
(columns ``gtin``, ``name``) proves that every chosen GTIN is a real article. It has no prices, so
a price is drawn from the GTIN within the band of its kind: made up, and the same on every run.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

COLUMNS = (
    "code",
    "gtin",
    "name",
    "price",
    "tax_class",
    "category",
    "unit",
    "cost",
    "stock",
    "colour",
)

MARGIN = 70
"""What an article costs the shop, in hundredths of its price."""


@dataclass(frozen=True)
class Kind:
    """A kind of article.

    Attributes:
        category: The category it is shown in.
        lowest_minor: The lowest price in cents, tax included.
        highest_minor: The highest.
        tax_class: Food and drink are ``reduced`` in the Netherlands, drinks with more than 0.5 %
            (beer) or 1.2 % alcohol ``standard``.
    """

    category: str
    lowest_minor: int
    highest_minor: int
    tax_class: str = "reduced"


KINDS = {
    "crackers": Kind("bread", 99, 249),
    "bread": Kind("bread", 129, 289),
    "milk": Kind("dairy", 99, 259),
    "butter": Kind("dairy", 149, 349),
    "cheese": Kind("dairy", 229, 599),
    "spread": Kind("breakfast", 169, 429),
    "cereal": Kind("breakfast", 189, 429),
    "coffee": Kind("drinks", 249, 749),
    "tea": Kind("drinks", 159, 329),
    "soda": Kind("drinks", 119, 279),
    "water": Kind("drinks", 79, 159),
    "juice": Kind("drinks", 149, 349),
    "beer": Kind("drinks", 99, 289, "standard"),
    "beer_free": Kind("drinks", 99, 199),
    "candy": Kind("sweets", 99, 279),
    "chocolate": Kind("sweets", 119, 379),
    "cookies": Kind("sweets", 139, 299),
    "crisps": Kind("sweets", 149, 299),
    "tin": Kind("pantry", 99, 289),
    "soup": Kind("pantry", 119, 349),
    "dry": Kind("pantry", 99, 289),
    "sauce": Kind("pantry", 149, 389),
    "fresh": Kind("produce", 149, 349),
    "meat": Kind("meat", 199, 499),
    "frozen": Kind("frozen", 199, 529),
}


def main(arguments: list[str]) -> int:
    """Write ``articles.csv`` beside this file; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("Say where the product file is: python3 -m provisioning.shop.make FILE\n")
        return 2
    real = gtins(Path(arguments[0]))
    rows = [*chosen(), *loose()]
    strangers = [row["gtin"] for row in rows if row["gtin"] and row["gtin"] not in real]
    if strangers:
        sys.stderr.write(f"Not in the product file: {', '.join(strangers)}. Take them out.\n")
        return 1
    with (HERE / "articles.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sys.stdout.write(f"{len(rows)} articles written\n")
    return 0


def gtins(source: Path) -> set[str]:
    """Return the GTINs of the product file, as they are printed on the articles."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as text:
        return {row["gtin"] for row in csv.DictReader(text)}


def chosen() -> Iterator[dict[str, str]]:
    """Yield the articles that come from elsewhere, each with its made price."""
    for row in _read("chosen.csv"):
        kind = KINDS[row["kind"]]
        price_minor = price(row["gtin"], kind)
        yield {
            "code": row["gtin"],
            "gtin": row["gtin"],
            "name": row["name"],
            "price": _decimal(price_minor),
            "tax_class": kind.tax_class,
            "category": kind.category,
            "unit": "piece",
            "cost": _decimal(price_minor * MARGIN // 100),
            "stock": str(6 + draw(row["gtin"], "stock") % 55),
            "colour": "",
        }


def loose() -> Iterator[dict[str, str]]:
    """Yield the articles that the shop sells under codes of its own."""
    for row in _read("loose.csv"):
        yield {"gtin": "", "cost": "", "stock": "", **row}


def price(gtin: str, kind: Kind) -> int:
    """Return a price in cents within the kind's band, ending in 9 or 5 as shops like it."""
    tens = range(kind.lowest_minor // 10, kind.highest_minor // 10 + 1)
    ending = 5 if draw(gtin, "ending") % 4 == 0 else 9
    return tens[draw(gtin, "price") % len(tens)] * 10 + ending


def draw(gtin: str, purpose: str) -> int:
    """Return a number that looks drawn by chance and is the same on every run."""
    return int.from_bytes(hashlib.sha256(f"{purpose}:{gtin}".encode()).digest()[:8])


def _read(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as text:
        yield from csv.DictReader(text)


def _decimal(amount_minor: int) -> str:
    return f"{amount_minor // 100}.{amount_minor % 100:02}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
