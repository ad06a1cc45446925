"""A bakery's till roll, sold again at the real desk: how long a customer waits, and to the penny.

    python tests/benchmarks/bakery.py FILE [--sales 2000]

FILE is the data set "Bread Basket" (columns ``sale``, ``item``, ``at``), plain or compressed; see
tests/data/bakery-saturday.md. The cashier touches a key for each thing and takes exact cash. Told
are the milliseconds from the touch on the money to the change on the screen, for the first and the
last tenth of the sales, and whether the journal comes to what a plain sum of the file does.
"""

# ruff: noqa: T201 (figures are printed)

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # so that it can be run by its path

from tests.flows import bakery
from tests.flows.shop import Shop


def sell(folder: Path, tickets: list[bakery.Ticket]) -> tuple[list[float], int]:
    """Sell every ticket; return the milliseconds of each, and what the journal comes to."""
    shop = Shop(folder, market="gb", language="en")
    shop.data.mkdir()
    shop.times.now = tickets[0].at
    shop.send(**bakery.directory(tickets))
    took = []
    try:
        cashier = shop.open().sign_in("p2", "4711")
        for ticket in tickets:
            shop.times.now = max(shop.times.now, ticket.at)
            for item in ticket.items:
                cashier.touch(f"key-{bakery.code_of(item)}")
            began = time.perf_counter()
            cashier.touch("money-exact")
            while cashier.body.kind != "done":
                cashier.inbox.run_pending()
            took.append(1000 * (time.perf_counter() - began))
            cashier.touch("done-next")
        return took, sum(sale["totals"]["gross_minor"] for sale in shop.sales())
    finally:
        shop.close()


def main() -> int:
    """Sell and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--sales", type=int, default=2000, help="how many of the file's, at most")
    told = parser.parse_args()
    tickets = bakery.tickets(told.file)[: told.sales]
    with tempfile.TemporaryDirectory() as folder:
        took, journal = sell(Path(folder), tickets)
    tenth = max(1, len(took) // 10)
    plain = sum(bakery.price_of(item) for ticket in tickets for item in ticket.items)
    print(f"{len(took)} sales, {sum(len(each.items) for each in tickets)} items; milliseconds:")
    for name, part in (("first tenth", took[:tenth]), ("last tenth", took[-tenth:])):
        print(f"{name:<12} median {statistics.median(part):7.2f}  longest {max(part):7.2f}")
    print(
        f"journal {journal}, plain sum {plain}: {'the same' if journal == plain else 'DIFFERENT'}"
    )
    return int(journal != plain)


if __name__ == "__main__":
    sys.exit(main())
