"""Finding a customer among 100,000 beside finding one in an empty directory.

``python -m tests.benchmarks.customers`` prints the table. What a cashier does is measured as the
register does it: through the service, with what was said here laid over what the office says.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from appliance.domain import market as markets
from appliance.domain.customer import to_content
from appliance.journal.attachments import Carried, attach
from appliance.journal.entry import ZERO_HASH, Watermark, make
from appliance.services.customers import Customers
from appliance.store.customers import TOLD
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore

MANY = 100_000
ROUNDS = 200
FIRST = ("Anna", "Bram", "Chantal", "Dirk", "Eva", "Femke", "Gijs", "Hanna", "Ilse", "Joost")
LAST = ("de Vries", "Jansen", "van den Berg", "Bakker", "Visser", "Smit", "Meijer", "Mulder")
_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
_AN_ENTRY = 8


class NoHistory:
    """A journal that says nothing of customers."""

    def attached(self, _subject: str = "") -> list[object]:
        return []


class NoNotes:
    """A shelf without notes."""

    def fact(self, _key: str, default: object = None) -> object:
        return default

    def keep_fact(self, _key: str, _value: object) -> None: ...


def person(number: int) -> tuple[str, dict[str, object]]:
    """Make up somebody."""
    name = f"{FIRST[number % 10]} {LAST[number // 10 % 8]} {number:06}"
    return f"{number:032x}", {
        "name": name,
        "phone": f"+316{number:08}",
        "email": f"c{number}@example.nl",
        "cards": [f"26{number:011}"],
    }


def fill(path: Path, count: int) -> float:
    """Have the directory told of so many customers; return the seconds it took."""
    began, after = time.perf_counter(), Watermark(1, 0, ZERO_HASH)
    with DirectoryStore.open(path) as store:
        store.receive([])
        for begin in range(0, count, 50 * _AN_ENTRY):
            entries, lines = [], []
            for start in range(begin, min(begin + 50 * _AN_ENTRY, count), _AN_ENTRY):
                people = [person(n) for n in range(start, min(start + _AN_ENTRY, count))]
                beside = [attach("profile", to_content(told), subject=id_) for id_, told in people]
                row = {"group": "", "points": 7, "consents": [], "counted": []}
                data = {
                    "customers": [{"customer": id_, **row} for id_, _ in people],
                    "attachments": [each.named() for each in beside],
                }
                entry = make(
                    after, device="collector", source="/collector", type=TOLD, time=_AT, data=data
                )
                after = entry.watermark
                entries.append(entry)
                lines += [
                    Carried(
                        entry.epoch, entry.sequence, each.reference, each.salt, each.content
                    ).to_line()
                    for each in beside
                ]
            store.receive(entries, lines)
    return time.perf_counter() - began


def found_in(path: Path) -> Customers:
    """Open a register's view of a directory."""
    return Customers(
        device="register-1",
        market=markets.load("nl"),
        directory=Directory(path),
        journal=None,  # type: ignore[arg-type]  # nothing is written down here
        history=NoHistory(),  # type: ignore[arg-type]  # as far as it is asked
        shelf=NoNotes(),  # type: ignore[arg-type]  # as far as it is asked
        clock=lambda: _AT,
    )


def looks(count: int) -> dict[str, Callable[[Customers, int], object]]:
    """Return the ways in which a customer is found."""

    def some(number: int) -> tuple[str, dict[str, object]]:
        return person(number * 7919 % max(count, 1))

    return {
        "card": lambda c, n: c.of_card(str(some(n)[1]["cards"][0])),  # type: ignore[index]
        "phone": lambda c, n: c.search(f"06{n * 7919 % max(count, 1):08}"),
        "name": lambda c, n: c.search(str(some(n)[1]["name"])),
        "part of a name": lambda c, n: c.search(f"{n * 7919 % max(count, 1):06}"[1:]),
        "a name that thousands have": lambda c, n: c.search(("vries", "jansen", "bakker")[n % 3]),
        "nobody": lambda c, n: c.search(f"quixote {n}"),
    }


def median_us(customers: Customers, look: Callable[[Customers, int], object]) -> float:
    """Return how long one look takes, in microseconds."""
    times = []
    for number in range(ROUNDS):
        customers.refresh()
        began = time.perf_counter()
        look(customers, number)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


def measure(folder: Path, count: int = MANY) -> dict[str, tuple[float, float]]:
    """Return by way of finding the microseconds among many and in an empty directory."""
    fill(folder / "many.db", count)
    fill(folder / "empty.db", 0)
    many, empty = found_in(folder / "many.db"), found_in(folder / "empty.db")
    return {
        name: (median_us(many, look), median_us(empty, look)) for name, look in looks(count).items()
    }


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    for name, (many, empty) in figures.items():
        sys.stdout.write(f"{name:28} {many:9.0f} µs {empty:7.0f} µs  ÷ {many / empty:5.1f}\n")


if __name__ == "__main__":
    main()
