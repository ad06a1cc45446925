"""From a scan to its line on the screen, beside a bare Kivy label that does nothing else.

    python tests/benchmarks/screen.py [--rounds 12] [--scans 40] [--size 1280x800] [--json FILE]

Two programs run side by side and are asked in turn: a bare Kivy application with one label, as
Kivy makes it, and Balie's shell with a register on real files. In each a thread makes a change at
any moment (the text of the label; a scan through the inbox, looked up, added, kept in desk.db and
drawn with its total) and the time counts until the frame that shows it was handed to the display.
Without ``DISPLAY`` a virtual one (Xvfb) is started.
Only the ratio means something on a machine that others use too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [
    str(ROOT),
    str(ROOT / "tests" / "flows"),
]  # so that this file can be run by its path

BASKET = 20
"""Lines after which the next sale begins; more than fit on the screen."""


@contextmanager
def display() -> Iterator[None]:
    """Have a display: the one there is, or a virtual one for as long as it is needed."""
    if os.environ.get("DISPLAY"):
        yield
        return
    if not shutil.which("Xvfb"):
        raise SystemExit("A display was expected: set DISPLAY, or install Xvfb.")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        os.environ["DISPLAY"] = ":" + pipe.readline().strip()
    try:
        yield
    finally:
        server.terminate()
        server.wait()


class Stopwatch:
    """Times changes until their frame has been handed over; asked through standard input.

    Args:
        window: Kivy's window.
        make: Asks for change number so-and-so from another thread and has ``made`` called on the
            screen's thread once it was made.
        prepare: Asks, untimed, for whatever has to be put right before a change, in the same way.
    """

    def __init__(
        self,
        window: Any,
        make: Callable[[int, Callable[[], None]], None],
        prepare: Callable[[Callable[[], None]], None] = lambda done: done(),
    ) -> None:
        self._make = make
        self._prepare = prepare
        self._prepared = threading.Event()
        self._made = threading.Event()
        self._shown = threading.Event()
        self._flip = window.flip
        window.flip = self._flipped
        threading.Thread(target=self._serve, daemon=True).start()

    def _flipped(self) -> None:
        self._flip()
        if self._made.is_set():
            self._made.clear()
            self._shown.set()

    def _serve(self) -> None:
        chance = random.Random(1)
        number = 0
        for line in sys.stdin:
            taken = []
            for _ in range(int(line)):
                self._prepare(self._prepared.set)
                self._prepared.wait()
                self._prepared.clear()
                time.sleep(chance.uniform(0.04, 0.09))
                number += 1
                began = time.perf_counter()
                self._make(number, self._made.set)
                self._shown.wait()
                self._shown.clear()
                taken.append((time.perf_counter() - began) * 1000)
            print(json.dumps(taken), flush=True)  # noqa: T201 - the answer


def bare_label(width: int, height: int) -> None:
    """Run a Kivy application with one label, on a window of the same kind."""
    os.environ |= {"KIVY_NO_ARGS": "1", "KIVY_NO_CONFIG": "1", "KIVY_NO_CONSOLELOG": "1"}
    from kivy.config import Config  # noqa: PLC0415

    for key, value in (("width", width), ("height", height), ("multisamples", 0)):
        Config.set("graphics", key, str(value))
    from kivy.app import App  # noqa: PLC0415
    from kivy.clock import Clock  # noqa: PLC0415
    from kivy.core.window import Window  # noqa: PLC0415
    from kivy.uix.label import Label  # noqa: PLC0415

    label = Label(text="0")

    def make(number: int, made: Callable[[], None]) -> None:
        def write(_: float) -> None:
            label.text = str(number)
            made()

        Clock.schedule_once(write, -1)

    kept = Stopwatch(Window, make)
    application = App()
    application.build = lambda: label
    application.run()
    del kept


def register(width: int, height: int) -> None:
    """Run Balie's shell with a register on real files, and sell."""
    from shop import DIRECTORY, Shop, article  # noqa: PLC0415 - beside the tests

    from appliance.ui.app import open_window, run  # noqa: PLC0415
    from appliance.ui.inbox import Inbox  # noqa: PLC0415

    window = open_window(width, height, fullscreen=False)
    with tempfile.TemporaryDirectory(prefix="balie-") as folder:
        shop = Shop(Path(folder))
        codes = [f"ART{number:03d}" for number in range(BASKET + 1)]
        rows = [article(code, f"Artikel {code}", 289) for code in codes]
        shop.send(**(DIRECTORY | {"articles": rows}))
        shop.open().sign_in()
        presenter, inbox = shop.desk.presenter, Inbox()
        shop.desk.inbox.wake = lambda: inbox.put(shop.desk.inbox.run_pending)

        def make(number: int, made: Callable[[], None]) -> None:
            def scan() -> None:
                lines = getattr(presenter.screen.body, "lines", ())
                if len(lines) >= BASKET:
                    presenter.press("action-more")
                    presenter.press("list-abandon")
                presenter.scanned(codes[number % len(codes)], "scanner")
                made()

            inbox.put(scan)

        kept = Stopwatch(window, make)
        run(
            presenter,
            inbox,
            width=width,
            height=height,
            fullscreen=False,
            title="Balie",
            on_close=shop.close,
        )
        del kept


PROGRAMS = {"label": bare_label, "scan": register}


def measure(rounds: int, scans: int, size: str) -> dict[str, Any]:
    """Ask both in turn and compare their medians."""
    programs = {
        name: subprocess.Popen(
            [sys.executable, __file__, "--program", name, "--size", size],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for name in PROGRAMS
    }
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    try:
        for turn in range(rounds + 1):
            for name, program in programs.items():
                program.stdin.write(f"{scans}\n")
                program.stdin.flush()
                times = json.loads(program.stdout.readline())
                if turn:  # the first round warms up
                    taken[name] += times
    finally:
        for program in programs.values():
            program.terminate()
            program.wait()
    medians = {name: statistics.median(times) for name, times in taken.items()}
    late = {name: statistics.quantiles(times, n=20)[-1] for name, times in taken.items()}
    return {
        "label_ms": round(medians["label"], 2),
        "label_p95_ms": round(late["label"], 2),
        "scan_ms": round(medians["scan"], 2),
        "scan_p95_ms": round(late["scan"], 2),
        "scan / label": round(medians["scan"] / medians["label"], 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--scans", type=int, default=40)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--program", choices=PROGRAMS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.program:
        width, height = map(int, chosen.size.split("x"))
        PROGRAMS[chosen.program](width, height)
        return
    with display():
        figures = measure(chosen.rounds, chosen.scans, chosen.size)
    for name, value in figures.items():
        print(f"{name:>14}  {value}")  # noqa: T201 - the report
    if chosen.json:
        chosen.json.write_text(json.dumps(figures))


if __name__ == "__main__":
    main()
