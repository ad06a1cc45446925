"""What a Z costs for each sale of its shift: of 50 sales, and of 5,000.

Everything that a shift's end stands on is in it: folding each sale into the books as it is
recorded, reading the shift's receipts again for a count that differs, the Z itself and its paper.
The journal's own writing is not: `journal.py` measures that.

python tests/benchmarks/shift.py
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from appliance.domain import market as markets
from appliance.domain.article import Article
from appliance.domain.payment import Tender, Tendered, settle
from appliance.domain.receipt import completed
from appliance.domain.sale import Basket, totals
from appliance.domain.shift import Closing
from appliance.domain.shift_books import SALE, SHIFT_CLOSED, SHIFT_COUNTED
from appliance.domain.shift_count import Count
from appliance.journal.entry import Entry, Watermark
from appliance.journal.store import Event, Journal
from appliance.services.receipts import Shop, as_lines
from appliance.services.shift import Shifts
from appliance.services.shift_book import ShiftBook
from appliance.services.shift_papers import ShiftPapers
from appliance.services.words import Words
from tests.benchmarks.figures import Figure, at_most, report, take_turns

FEW, MANY = 50, 5000
NOW = datetime(2026, 11, 22, 14, 7, tzinfo=ZoneInfo("Europe/Amsterdam"))
NL = markets.load("nl")
LINES = 4


class Shelf:
    """Keeps what it is given, in memory: desk.db is written by another thread."""

    def keep_fact(self, key: str, value: object) -> None:
        """Keep it."""
        self.kept = (key, value)

    def fact(self, _key: str, default: object = None) -> object:
        """Nothing was kept before the first sale."""
        return default


class Recorded:
    """A shift of so many sales, all in a journal, none in the books yet."""

    def __init__(self, folder: Path, sales: int) -> None:
        self.sales, self.words = sales, Words("nl")
        self.journal = Journal.open(folder / f"{sales}.db", "shop-1", clock=lambda: NOW)
        book = ShiftBook.resume(self.journal, Shelf(), clock=lambda: NOW)  # type: ignore[arg-type]  # only facts are asked
        first = book.before([_sale(1)])
        self.entries: list[Entry] = list(self.journal.append(*first))
        for begin in range(1, sales + 1, 100):
            numbers = range(begin, min(begin + 100, sales + 1))
            self.entries += self.journal.append(*map(_sale, numbers))

    def fold(self) -> tuple[ShiftBook, Shifts]:
        """Fold everything, entry by entry, as it comes from the writer."""
        book = ShiftBook.resume(_Empty(self.journal), Shelf(), clock=lambda: NOW)  # type: ignore[arg-type]  # only facts are asked
        for entry in self.entries:
            book.after((entry,))
        shifts = Shifts(
            name="2",
            market=NL,
            book=book,
            journal=self.journal,  # type: ignore[arg-type]  # nothing is submitted here
            history=self.journal,
            clock=lambda: NOW,
        )
        return book, shifts

    def close(self) -> None:
        """Fold, count with a difference, look for what it comes from, make the Z and its paper."""
        book, shifts = self.fold()
        counted = {"shift": 1, "count": Count(((5, 1),)).to_data(), "by": "p1"}
        books = book.books.after(SHIFT_COUNTED, counted, book.books.closed_at)
        book.books = books
        shifts.difference()
        z = books.closing(
            Closing(NOW, "p1", count=Count(((5, 1),))),
            register="2",
            currency="EUR",
            last=books.closed_at,
        )
        assert z is not None
        assert z.totals.receipts == self.sales
        Event(SHIFT_CLOSED, z.to_data(), NOW)
        papers = ShiftPapers(NL, Shop("Winkel"), self.words, "2")
        as_lines(papers.z(z, standing=()), 42)


class _Empty:
    """A journal with nothing in it yet."""

    def __init__(self, journal: Journal) -> None:
        self.head: Watermark = journal.head

    def entries(self, *_: object) -> list[Entry]:
        """Nothing."""
        return []


def _sale(number: int) -> Event:
    basket = Basket(f"{number:032x}", NOW, "p1")
    for line in range(LINES):
        article = Article(f"A{line}", f"Article {line}", 100 + number % 97, "reduced")
        basket = basket.add(article, merge=False)
    added = totals(basket, NL, NOW.date())
    due = added.gross_minor
    tendered = [Tendered(Tender.CARD_MANUAL, due)]
    data = completed(
        basket=basket,
        totals=added,
        settlement=settle(due, tendered, NL),
        market=NL,
        register="2",
        number=number,
        completed_at=NOW,
        day=NOW.date(),
    )
    return Event(SALE, data, NOW)


def measure(folder: Path, rounds: int) -> list[Figure]:
    """Close both shifts in turn, in the processor's time."""
    few, many = Recorded(folder, FEW), Recorded(folder, MANY)
    spent: dict[int, list[float]] = {FEW: [], MANY: []}

    def turn(shift: Recorded) -> None:
        again = MANY // shift.sales
        begin = time.process_time()
        for _ in range(again):
            shift.close()
        spent[shift.sales].append((time.process_time() - begin) / MANY)

    take_turns([partial(turn, few), partial(turn, many)], rounds)
    ratios = [m / f for m, f in zip(spent[MANY], spent[FEW], strict=True)]
    return [
        Figure(f"Z over {FEW}, for each sale", "µs", values=[s * 1e6 for s in spent[FEW]]),
        Figure(f"Z over {MANY:,}, for each sale", "µs", values=[s * 1e6 for s in spent[MANY]]),
        Figure("the second ÷ the first", "", "≤ 1.2", at_most(1.2), ratios),
    ]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="balie-benchmark-") as name:
        figures = measure(Path(name), chosen.rounds)
    report(f"a shift's end, load {os.getloadavg()[0]:.1f}", figures, chosen.json)


if __name__ == "__main__":
    main()
