"""What a large catalogue costs the register: start, memory and lookup, beside a hundred articles.

    python tests/benchmarks/catalogue.py FILE [--folder DIR] [--rounds 7] [--json OUT]

FILE is a CSV with the columns ``gtin`` and ``name``, plain or compressed. All of it is received as
the uplink receives it, and so are a hundred of the same articles, taken at even distances; the file
has no prices, so each follows from its code. Receiving 806,147 articles takes minutes; with
``--folder`` they are kept for the next time. Then the two registers take turns:

- *start*: the real desk, from the beginning of its process until desk and first view are there, and
  until the first frame has been drawn. Without ``DISPLAY`` a virtual one (Xvfb) is started.
- *memory*: what that process holds (RSS) after the first frame, and after signing in and 50 scans.
- *lookup*: from what the scanner read to the article, and a search by a part of a name for as many
  results as the hundred give. The screen asks for up to 30; the large catalogue has them and the
  hundred have one or two, so that last row tells what 30 results cost and has no goal.

Only the ratios mean something on a machine that others use too.
"""

# ruff: noqa: PLC0415, T201 (what a start loads is part of it; figures are printed)

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

FEW = 100
SCANS = 50
LOOKUPS = 500
"""Of each kind in a round."""
ROWS_IN_A_PART = 100
PARTS_IN_A_BATCH = 50
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CASHIER, PIN = "p1", "2580"

Product = tuple[str, str]
"""GTIN and name."""


@dataclass(slots=True)
class Figure:
    """One row of the report: what the hundred and all cost, a value each round."""

    name: str
    unit: str
    goal: float | None = None
    few: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)

    def add(self, few: float, many: float) -> None:
        self.few.append(few)
        self.many.append(many)

    @property
    def ratios(self) -> list[float]:
        return [many / few for few, many in zip(self.few, self.many, strict=True)]

    def row(self) -> str:
        few, many = statistics.median(self.few), statistics.median(self.many)
        ratio, low, high = statistics.median(self.ratios), min(self.ratios), max(self.ratios)
        goal = f"at most {self.goal}" if self.goal else ""
        return (
            f"{self.name:<40}{few:>10.2f}{many:>10.2f} {self.unit:<3}"
            f"{ratio:>7.2f} ({low:.2f}-{high:.2f})   {goal}"
        )


def read_products(file: Path) -> list[Product]:
    """Read the articles of a file, plain or compressed."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8", newline="") as text:
        return [(row["gtin"], row["name"]) for row in csv.DictReader(text)]


def spread(products: Sequence[Product], count: int) -> list[Product]:
    """Take ``count`` of the products at even distances."""
    return [products[number * len(products) // count] for number in range(count)]


def receive(products: Sequence[Product], quick: Sequence[Product], data: Path) -> float:
    """Have a register receive its articles as one change; return the seconds it took.

    What a kept folder holds already is passed over, as a directory that comes twice is.
    """
    from appliance.journal.entry import ZERO_HASH, Entry, Watermark, make
    from appliance.store.directory_store import CHANGED, DirectoryStore

    parts = [
        {"articles": [article(*each) for each in products[first : first + ROWS_IN_A_PART]]}
        for first in range(0, len(products), ROWS_IN_A_PART)
    ]
    parts.append(counter(quick))
    place = Watermark(1, 0, ZERO_HASH)
    taken, batch = 0.0, list[Entry]()
    with DirectoryStore.open(data / "directory.db") as store:
        for number, part in enumerate(parts, start=1):
            told = {"change": "all", "part": number, "parts": len(parts), **part}
            entry = make(
                place, device="till", source="/collector", type=CHANGED, time=NOON, data=told
            )
            place = entry.watermark
            batch.append(entry)
            if len(batch) == PARTS_IN_A_BATCH or number == len(parts):
                began = time.perf_counter()
                store.receive(batch)
                taken += time.perf_counter() - began
                batch.clear()
    return taken


def article(gtin: str, name: str) -> dict[str, Any]:
    """Make a row of the directory; the price follows from the code: 1.00 to 9.99."""
    price_minor = 100 + int(gtin[:-1]) % 900
    row = {"code": gtin, "gtin": gtin.zfill(14), "name": name, "price_minor": price_minor}
    return row | {"tax_class": "reduced", "category": "shelf-1", "unit": "piece", "active": True}


def counter(quick: Sequence[Product]) -> dict[str, Any]:
    """Make what else a register knows: 3 categories of 12 keys, a cashier, the shop."""
    from appliance.domain.staff import hash_pin

    shelves = range(1, 4)
    keys = [
        {
            "category": f"shelf-{1 + number // 12}",
            "page": 1,
            "position": number % 12,
            "article": gtin,
        }
        for number, (gtin, _) in enumerate(quick[: 12 * len(shelves)])
    ]
    cashier = {"id": CASHIER, "name": "Sanne", "pin_hash": hash_pin(PIN, b"sixteen byte salt")}
    return {
        "categories": [
            {"key": f"shelf-{each}", "name": f"Shelf {each}", "position": each} for each in shelves
        ],
        "quick_keys": keys,
        "staff": [cashier | {"roles": ["cashier"], "active": True}],
        "settings": {"shop": {"name": "Buurtwinkel", "address": ["Dorpsstraat 1"]}},
    }


@dataclass(frozen=True, slots=True)
class Till:
    """A register in a folder, and the codes it can scan."""

    folder: Path
    codes: list[str]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def make(self, products: Sequence[Product], quick: Sequence[Product]) -> float:
        """Lay it out and have it receive its articles; return the seconds that took."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "balie.toml").write_text(
            '[device]\nid = "till"\nname = "Till"\nregister = "1"\nlanguage = "en"\ndata = "data"\n'
        )
        return receive(products, quick, self.data)

    def start(self, chance: random.Random) -> dict[str, float]:
        """Start its desk as on the first morning, scan, and return what it measured of itself."""
        for file in self.data.iterdir():
            if not file.name.startswith("directory.db"):
                file.unlink()
        codes = ",".join(chance.sample(self.codes, SCANS))
        command = [sys.executable, __file__, str(self.folder / "balie.toml"), "--scan", codes]
        began = time.monotonic()
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        told: dict[str, float] = json.loads(said.splitlines()[-1])
        return told | {"built_s": told["built_s"] - began, "drawn_s": told["drawn_s"] - began}


def run_desk(file: Path, codes: Sequence[str]) -> None:
    """Open the desk as ``balie desk`` does, sign in, scan, and print what it took.

    The times are those of the system's steady clock: whoever started the process knows its zero.
    """
    from appliance import config
    from appliance.build import build_desk
    from appliance.desks.register.view import SaleView
    from appliance.ui.app import run

    settings = config.load(file)
    desk = build_desk(settings)
    told: dict[str, float] = {}
    if desk.presenter.screen.body.kind != "sign_in":
        raise SystemExit("The first view was expected to ask who is there.")
    told["built_s"], told["built_cpu_s"] = time.monotonic(), time.process_time()

    from kivy.app import App
    from kivy.clock import Clock

    def work() -> Iterator[None]:
        yield  # the first frame is drawn after this turn
        told["drawn_s"], told["drawn_cpu_s"] = time.monotonic(), time.process_time()
        told["drawn_mb"] = resident_mb()
        signs = (f"person-{CASHIER}", *(f"pin-{digit}" for digit in PIN), "pin-enter")
        for sign in signs:
            desk.presenter.press(sign)
        while desk.presenter.screen.body.kind == "sign_in":
            yield
        for code in codes:
            desk.inbox.put(partial(desk.presenter.scanned, code, "scanner"))
            yield
        while not isinstance(body := desk.presenter.screen.body, SaleView) or (
            len(body.lines) < len(codes)
        ):
            yield
        yield  # the last line is drawn after that turn
        told["scanned_mb"] = resident_mb()
        App.get_running_app().stop()
        yield

    steps = work()
    Clock.schedule_interval(lambda _: next(steps), 0)
    screen = settings.screen
    run(
        desk.presenter,
        desk.inbox,
        width=screen.width,
        height=screen.height,
        fullscreen=False,
        title=settings.device.name,
        on_close=desk.close,
    )
    print(json.dumps(told))


def resident_mb() -> float:
    """Return how much memory this process holds."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def measure_starts(few: Till, many: Till, rounds: int) -> list[Figure]:
    """Start both in turn; the first round warms up."""
    figures = {
        "built_s": Figure("start: desk and first view", "s", 1.2),
        "drawn_s": Figure("start: first frame", "s", 1.2),
        "drawn_cpu_s": Figure("start: processor until first frame", "s"),
        "drawn_mb": Figure("memory: after the first frame", "MB", 1.25),
        "scanned_mb": Figure(f"memory: after {SCANS} scans", "MB", 1.25),
    }
    chance = random.Random(1)
    for round_ in range(rounds + 1):
        told = in_turn(round_, lambda: few.start(chance), lambda: many.start(chance))
        if round_:
            for key, figure in figures.items():
                figure.add(told[0][key], told[1][key])
    return list(figures.values())


def measure_lookups(few: Till, many: Till, names: Sequence[str], rounds: int) -> list[Figure]:
    """Look the same number of things up in both, in turn; the first round warms up."""
    from appliance.services.catalogue import MOST_RESULTS, Catalogue
    from appliance.store.directory import Directory

    scan = Figure("lookup: scan to article", "µs", 1.5)
    found = Figure("lookup: search, as many results", "µs", 1.5)
    screen = Figure(f"search as the screen asks, up to {MOST_RESULTS}", "µs")
    chance = random.Random(2)
    with (
        closing(Directory(few.data / "directory.db")) as small,
        closing(Directory(many.data / "directory.db")) as large,
    ):
        shops = [Catalogue(each, decimals=2) for each in (small, large)]
        for round_ in range(rounds + 1):
            codes = [chance.choices(till.codes, k=LOOKUPS) for till in (few, many)]
            texts = [part_of(chance.choice(names), chance) for _ in range(LOOKUPS)]
            counted = [(text, len(small.search(text, MOST_RESULTS))) for text in texts]
            for figure, asks, given in (
                (scan, [shop.scanned for shop in shops], codes),
                (
                    found,
                    [lambda ask: small.search(*ask), lambda ask: large.search(*ask)],
                    [counted] * 2,
                ),
                (screen, [shop.search for shop in shops], [texts] * 2),
            ):
                sides = [
                    lambda ask=ask, each=each: median_us(ask, each)
                    for ask, each in zip(asks, given, strict=True)
                ]
                taken = in_turn(round_, *sides)
                if round_:
                    figure.add(*taken)
    return [scan, found, screen]


def part_of(name: str, chance: random.Random) -> str:
    """Take 4 to 8 characters out of a word of a name, as somebody would type them."""
    word = max(name.split(), key=len)
    length = min(len(word), chance.randint(4, 8))
    first = chance.randint(0, len(word) - length)
    return word[first : first + length]


def median_us(ask: Callable[[Any], object], things: Sequence[Any]) -> float:
    """Ask for one thing after the other; return the median of what one takes."""
    taken = []
    for thing in things:
        began = time.perf_counter()
        ask(thing)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


def in_turn(round_: int, few: Callable[[], Any], many: Callable[[], Any]) -> tuple[Any, Any]:
    """Measure both; who goes first changes from round to round."""
    if round_ % 2:
        later = many()
        return few(), later
    return few(), many()


def measure(file: Path, folder: Path, rounds: int) -> list[Figure]:
    """Lay out both registers and take them in turn."""
    from screen import display  # beside this file

    products = read_products(file)
    hundred = spread(products, FEW)
    few = Till(folder / "few", [gtin for gtin, _ in hundred])
    many = Till(folder / "many", [gtin for gtin, _ in products])
    few.make(hundred, hundred)
    taken = many.make(products, hundred)
    size = (many.data / "directory.db").stat().st_size
    print(f"{len(products):,} articles received in {taken:.0f} s, {size / 1e6:.0f} MB", flush=True)
    with display():
        figures = measure_starts(few, many, rounds)
    return figures + measure_lookups(few, many, [name for _, name in hundred], rounds)


def main() -> None:
    """Print a table, and JSON if asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path, metavar="FILE", help="the articles: gtin,name")
    parser.add_argument("--folder", type=Path, help="keep what was received here")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--scan", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.scan:
        run_desk(chosen.file, chosen.scan.split(","))
        return
    with tempfile.TemporaryDirectory(prefix="balie-catalogue-") as name:
        figures = measure(chosen.file, chosen.folder or Path(name), chosen.rounds)
    print(f"{'':<40}{FEW:>10}{'all':>10}    {'all ÷ 100':>18}   goal")
    for figure in figures:
        print(figure.row())
    if chosen.json:
        told = {each.name: {"few": each.few, "many": each.many} for each in figures}
        chosen.json.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
