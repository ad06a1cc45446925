"""The list of articles that recorded baskets need, for the back office to import."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from appliance.domain.article import LONGEST_NAME, Article
from appliance.domain.money import format_plain
from appliance.replay.baskets import DECIMALS, RecordedBasket

COLUMNS = ("code", "name", "price", "tax_class", "unit")
"""Of the file that ``balie-collector import articles`` reads."""

TAX_CLASS = "standard"
"""The invoices do not say; gifts and household goods are taxed at the standard rate."""


def articles_of(baskets: Iterable[RecordedBasket]) -> list[Article]:
    """Return each article once, in order of its code.

    The price is the one it was most often sold at, the name the one most often written; of equals
    the first. An article that is never named bears its code.
    """
    prices: defaultdict[str, Counter[int]] = defaultdict(Counter)
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for basket in baskets:
        for line in basket.lines:
            prices[line.code][line.unit_price_minor] += 1
            names[line.code][line.name or line.code] += 1
    return [
        Article(
            code=code,
            name=_name(code, names[code]),
            price_minor=prices[code].most_common(1)[0][0],
            tax_class=TAX_CLASS,
        )
        for code in sorted(prices)
    ]


def write(articles: Iterable[Article], path: Path) -> int:
    """Write the list for ``balie-collector import articles`` and return how many there are.

    Raises:
        OSError: The file cannot be written.
    """
    rows = [
        (
            article.code,
            article.name,
            format_plain(article.price_minor, DECIMALS),
            article.tax_class,
            article.unit.value,
        )
        for article in articles
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return len(rows)


def _name(code: str, written: Counter[str]) -> str:
    """Return the name most often written; the code only where there is no other."""
    named = [name for name, _ in written.most_common() if name != code]
    return (named or [code])[0][:LONGEST_NAME]
