"""What a scan costs with 500 lines on the counter and 2,000 promotions, beside an empty counter.

    python tests/benchmarks/basket.py [--rounds 12] [--scans 20] [--size 1280x800] [--json FILE]

Desks with the same 2,000 promotions of every kind are scanned at in turn: one counter is empty, on
the others lie 500 lines. On one of these a person took a tenth off the whole sale, on another a
promotion from an amount covers all goods, so that each scan moves every line's share. *shown* is the time from the scan in the inbox, through catalogue,
basket, promotions, taxes, totals and the presenter, until the frame that shows its line was handed
to the display; *presenter* is the same without the frame, in the time of the thread that does it.
Without ``DISPLAY`` a virtual one (Xvfb) is started.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from appliance.domain.agreed import BasketDiscount  # noqa: E402
from tests.benchmarks.figures import Figure, at_most, report, take_turns  # noqa: E402
from tests.benchmarks.screen import Stopwatch, display  # noqa: E402
from tests.flows.shop import DIRECTORY, Shop, article  # noqa: E402

LINES, PROMOTIONS, ARTICLES = 500, 2_000, 3_000
CATEGORIES = 100
IN_A_PART = 500
FROM_AMOUNT = 3
"""Promotions on the whole of a category's goods; they look at every line."""
SCANS = 4
"""In a round."""
PLAIN, OFF_ALL, FROM_ALL = "", "a tenth off the whole sale", "a promotion from an amount on all"
"""What else is going on at a counter."""
COUNTERS = ((0, PLAIN), (LINES, PLAIN), (LINES, OFF_ALL), (LINES, FROM_ALL))
ON_ALL = {
    "name": "5 % from 50.00",
    "kind": "from_amount",
    "parts": [{"count": 1}],
    "from_minor": 5_000,
    "percent_bp": 500,
}
KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "percent", "percent_bp": 1000},
    {"kind": "price", "price_minor": 99},
    {"kind": "amount", "amount_minor": 20},
    {"kind": "n_for_m", "count": 3, "pay": 2},
    {"kind": "n_for_amount", "count": 3, "price_minor": 250},
    {"kind": "from_amount", "from_minor": 10_000, "percent_bp": 200},
)


def code(number: int) -> str:
    """Return the shop's code of an article."""
    return f"A{number:05}"


def goods(number: int) -> dict[str, Any]:
    """Return an article of the shop."""
    made = article(code(number), f"Article {number}", 100 + number % 397)
    return made | {"category": f"c{number % CATEGORIES}"}


def promotion(number: int) -> dict[str, Any]:
    """Return a promotion: each kind in turn, on a few articles; one in twenty on a category."""
    told = dict(KINDS[number % len(KINDS)])
    count = told.pop("count", 1)
    some = {"articles": [code((number * 7 + step * 6) % ARTICLES) for step in range(3)]}
    if number % 20 == 0:
        some = {"categories": [f"c{number % CATEGORIES}"]}
    if told["kind"] == "from_amount" and number >= FROM_AMOUNT * len(KINDS):
        told = {"kind": "percent", "percent_bp": 500}
    rule = {"name": f"Promotion {number}", "parts": [{**some, "count": count}], **told}
    return {"id": f"P{number}", "position": number, "rule": rule, "active": True}


class Counter:
    """A register with so many lines on its counter.

    Args:
        folder: Of its files.
        lines: How many.
        besides: What else is going on, one of `COUNTERS`.
    """

    def __init__(self, folder: Path, lines: int, besides: str = PLAIN) -> None:
        folder.mkdir()
        self.shop = Shop(folder, terminal=False)
        self.shop.send(**DIRECTORY)
        for begin in range(0, ARTICLES, IN_A_PART):
            self.shop.send(articles=[goods(number) for number in range(begin, begin + IN_A_PART)])
        rules = [promotion(number) for number in range(PROMOTIONS)]
        if besides == FROM_ALL:
            rules.append({"id": "ALL", "position": PROMOTIONS, "rule": ON_ALL, "active": True})
        self.shop.send(promotions=rules)
        self.cashier = self.shop.cashier = self.shop.open()
        self.cashier.sign_in()
        self.presenter = self.cashier.presenter
        self.register = self.presenter._parts.register
        for number in range(lines):
            self.presenter.scanned(code(number * (ARTICLES // LINES)), "bench", None)
        assert len(self.register.lines) == lines
        if besides == OFF_ALL:
            self.register.take_off_all(BasketDiscount("opening day", percent_bp=1000))
        self.before = self.register._current

    def lay(self) -> None:
        """Have the counter again as it was before a scan, with all that is remembered of it."""
        self.register._current = self.before
        if self.before is not None:
            self.register._change(self.before.basket)
        self.register.totals()

    def scan(self, number: int = 0) -> float:
        """Scan one article more, now this and now that; return the thread's seconds."""
        begin = time.thread_time()
        self.presenter.scanned(code(ARTICLES - 1 - number % 2), "bench", None)
        return time.thread_time() - begin

    def close(self) -> None:
        """Close the desk."""
        self.shop.close()


def run_program(place: int, width: int, height: int) -> None:
    """Show one of the counters, and time scans at it when asked."""
    from appliance.ui.app import open_window, run  # noqa: PLC0415 (only these programs have a window)
    from appliance.ui.inbox import Inbox  # noqa: PLC0415

    window = open_window(width, height, fullscreen=False)
    with tempfile.TemporaryDirectory(prefix="balie-benchmark-") as folder:
        counter, inbox = Counter(Path(folder) / "shop", *COUNTERS[place]), Inbox()
        desk = counter.shop.desk
        desk.inbox.wake = lambda: inbox.put(desk.inbox.run_pending)

        def make(number: int, made: Callable[[], None]) -> None:
            def scan() -> None:
                counter.scan(number)
                made()

            inbox.put(scan)

        def lay(laid: Callable[[], None]) -> None:
            def again() -> None:
                counter.lay()
                laid()

            inbox.put(again)

        kept = Stopwatch(window, make, lay)
        run(
            counter.presenter,
            inbox,
            width=width,
            height=height,
            fullscreen=False,
            title="Balie",
            on_close=counter.close,
        )
        del kept


def named(lines: int, besides: str) -> str:
    """Say which counter it is."""
    beside = f"beside {lines} lines" if lines else "empty counter"
    return f"{beside}, {besides}" if besides else beside


def presenter_alone(folder: Path, rounds: int) -> list[Figure]:
    """Scan at all counters in turn, without a window."""
    counters = [Counter(folder / str(place), *which) for place, which in enumerate(COUNTERS)]
    spent: list[list[float]] = [[] for _ in counters]

    def scan(counter: Counter, number: int) -> float:
        counter.lay()
        return counter.scan(number) * 1e3

    def turn(place: int) -> None:
        spent[place].append(min(scan(counters[place], number) for number in range(SCANS)))

    take_turns([partial(turn, place) for place in range(len(counters))], rounds)
    for counter in counters:
        counter.close()
    return [
        Figure(f"presenter, {named(*which)}", "ms", values=taken)
        for which, taken in zip(COUNTERS, spent, strict=True)
    ]


def shown(rounds: int, scans: int, size: str) -> list[Figure]:
    """Scan at all counters in turn, to the frame."""
    programs = [
        subprocess.Popen(
            [sys.executable, __file__, "--counter", str(place), "--size", size],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for place in range(len(COUNTERS))
    ]
    taken: list[list[float]] = [[] for _ in programs]

    def turn(place: int) -> None:
        program = programs[place]
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(f"{scans}\n")
        program.stdin.flush()
        times = sorted(json.loads(program.stdout.readline()))
        taken[place].append(times[len(times) // 2])

    try:
        # The first round warms up.
        take_turns([partial(turn, place) for place in range(len(programs))], rounds + 1)
    finally:
        for program in programs:
            program.terminate()
            program.wait()
    empty = taken[0][1:]
    figures = [Figure(f"shown, {named(*COUNTERS[0])}", "ms", values=empty)]
    for which, times in zip(COUNTERS[1:], taken[1:], strict=True):
        ratios = [full / none for full, none in zip(times[1:], empty, strict=True)]
        figures += [
            Figure(f"shown, {named(*which)}", "ms", values=times[1:]),
            Figure("÷ the empty counter's", "", "≤ 2", at_most(2), ratios),
        ]
    return figures


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--scans", type=int, default=20)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--counter", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.counter is not None:
        run_program(chosen.counter, *map(int, chosen.size.split("x")))
        return
    with tempfile.TemporaryDirectory(prefix="balie-benchmark-") as name:
        figures = presenter_alone(Path(name), chosen.rounds)
    with display():
        figures += shown(chosen.rounds, chosen.scans, chosen.size)
    report(f"a scan, load {os.getloadavg()[0]:.1f}", figures, chosen.json)


if __name__ == "__main__":
    main()
