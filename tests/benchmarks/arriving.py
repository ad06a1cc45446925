"""What a new catalogue costs a register that goes on selling while it arrives.

    python tests/benchmarks/arriving.py [--articles 20000] [--sales 150]

A cashier sells at the real desk on real files, exact cash, one article a sale. First in quiet, then
while another process receives a catalogue as the uplink does, in parts of a hundred rows, applied
whole when the last part is there. Told are the milliseconds of the journal's commits and of a whole
sale, from the touch on the money to the change on the screen, and how they compare. The catalogue
changes the price of what is sold, so that it is seen to be used.
"""

# ruff: noqa: T201 (figures are printed)

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from appliance.journal.entry import ZERO_HASH, Watermark, make  # noqa: E402 - as said above
from appliance.journal.store import Journal  # noqa: E402 - the same
from appliance.store.directory_store import DirectoryStore  # noqa: E402 - the same
from tests.flows.shop import DIRECTORY, NUTELLA, Shop, Times, article  # noqa: E402 - the same

ROWS_IN_A_PART = 100
AT_ONCE = 20
"""Parts that come in one batch of the uplink."""
NEW_PRICE = 449


@dataclass
class Figures:
    """Milliseconds of commits and of whole sales."""

    commits: list[float] = field(default_factory=list)
    sales: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        return f"{name:<20} {_told(self.commits)} {_told(self.sales)} {len(self.sales):>7}"


@dataclass
class Measured:
    """Both halves, and what became of the catalogue."""

    quiet: Figures
    arriving: Figures
    seconds: float
    receipts: list[int]
    prices: list[int]

    def ratio(self, what: str) -> float:
        now, before = getattr(self.arriving, what), getattr(self.quiet, what)
        return statistics.median(now) / statistics.median(before)


def measure(folder: Path, *, articles: int, sales: int) -> Measured:
    """Sell in quiet, then while the catalogue arrives, then once more at the new price."""
    shop = Shop(folder)
    shop.data.mkdir()
    shop.send(**DIRECTORY)
    shop.send(settings={"receipt": "none", "lock_after_s": 86_000})
    place = shop.directory
    quiet, arriving = Figures(), Figures()
    append = Journal.append
    try:
        cashier = shop.open().sign_in()
        _sell(cashier, quiet, sales, append)
        told = [str(each) for each in (shop.data, articles, place.sequence, place.hash)]
        began = time.monotonic()
        with subprocess.Popen([sys.executable, __file__, "--receive", *told]) as receiving:
            while receiving.poll() is None:
                _sell(cashier, arriving, 1, append)
            seconds = time.monotonic() - began
            if receiving.returncode:
                raise SystemExit(f"The catalogue was not received: {receiving.returncode}")
        cashier.see(lambda _: shop.desk.presenter._parts.directory.find(f"N{articles - 1:05d}"))
        _sell(cashier, Figures(), 1, append)
        found = shop.sales()
    finally:
        Journal.append = append
        shop.close()
    numbers = [sale["number"] for sale in found]
    prices = [sale["lines"][0]["unit_price_minor"] for sale in found]
    return Measured(quiet, arriving, seconds, numbers, prices)


def _sell(cashier, figures: Figures, sales: int, append) -> None:
    def timed(journal, *happened):
        began = time.perf_counter()
        entries = append(journal, *happened)
        figures.commits.append(1000 * (time.perf_counter() - began))
        return entries

    Journal.append = timed
    for _ in range(sales):
        cashier.scan(NUTELLA)
        began = time.perf_counter()
        cashier.touch("money-exact")
        while cashier.body.kind != "done":
            cashier.inbox.run_pending()
        figures.sales.append(1000 * (time.perf_counter() - began))
        cashier.front.tick()
        cashier.touch("done-next")


def receive(data: Path, articles: int, after: Watermark) -> None:
    """Take a catalogue in, as the uplink does."""
    rows = [article(f"N{n:05d}", f"Nieuw artikel {n}", 100 + n % 900) for n in range(articles - 1)]
    rows.append(article(f"N{articles - 1:05d}", "Het laatste artikel", 100))
    rows.append(article(NUTELLA, "Nutella 400 g", NEW_PRICE))
    parts = [rows[at : at + ROWS_IN_A_PART] for at in range(0, len(rows), ROWS_IN_A_PART)]
    entries, now = [], Times().now
    with DirectoryStore.open(data / "directory.db") as store:
        for number, part in enumerate(parts, 1):
            told = {"change": "catalogue", "part": number, "parts": len(parts), "articles": part}
            entry = make(
                after,
                device="collector",
                source="/collector",
                type="balie.directory.changed.v1",
                time=now,
                data=told,
            )
            after = entry.watermark
            entries.append(entry)
            if len(entries) == AT_ONCE or number == len(parts):
                store.receive(entries)
                entries = []


def _told(values: list[float]) -> str:
    ordered = sorted(values)
    late = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return f"{statistics.median(ordered):>8.2f} {late:>8.2f} {ordered[-1]:>8.2f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sales", type=int, default=150)
    parser.add_argument("--receive", nargs=4, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.receive:
        data, articles, sequence, digest = told.receive
        receive(Path(data), int(articles), Watermark(1, int(sequence), digest or ZERO_HASH))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), articles=told.articles, sales=told.sales)
    print(f"{told.articles} articles arrived in {found.seconds:.1f} s; milliseconds:")
    print(f"{'':<20} {'commit: median, p99, longest':<26} {'sale: the same':<26}   sales")
    print(found.quiet.row("in quiet"))
    print(found.arriving.row("while it arrives"))
    print(f"commit × {found.ratio('commits'):.2f}, sale × {found.ratio('sales'):.2f} (medians)")


if __name__ == "__main__":
    main()
