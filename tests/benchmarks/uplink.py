"""From a committed sale to its acknowledgement, live and after a time away, beside HTTP.

    python tests/benchmarks/uplink.py [--database postgresql] [--rounds 5] [--sales 100]
        [--backlog 5000] [--json FILE]

Ours: the real uplink process, mosquitto and ingest, over mutual TLS. The peer: one HTTP POST and
one transaction for each sale (``posting.py``), over mutual TLS too, on a connection kept open. Both
tills commit to the same journal first; both servers commit to the same kind of database. They take
turns, sale by sale; the figure of a round is its median, and the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import itertools
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from appliance.journal.store import Event, Journal  # noqa: E402 - the path comes first
from appliance.uplink.poke import Poke  # noqa: E402 - the same
from tests.benchmarks.figures import (  # noqa: E402 - the same
    Figure,
    at_least,
    at_most,
    processor_s,
    report,
    take_turns,
)
from tests.benchmarks.ingest import sale  # noqa: E402 - the same
from tests.benchmarks.posting import Post  # noqa: E402 - the same
from tests.benchmarks.telling import CONNECTED  # noqa: E402 - the same
from tests.world import postgresql  # noqa: E402 - the same
from tests.world.shop import DATABASES, DEVICE, World  # noqa: E402 - the same

BETWEEN_S = 0.1
"""Time between two sales, in which both servers finish what comes after their answer. No till sells
as often; with less the figures of one sale hold up the next, of which only ours has any."""
CEILING_S = 60.0
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Till(World):
    """A shop whose uplink tells what it hears, and the peer's server beside it.

    Args:
        folder: Where everything lies.
        database_url: Where both store; SQLite without.
    """

    def __init__(self, folder: Path, database_url: str | None) -> None:
        super().__init__(folder, database_url=database_url)
        self._told = folder / "told.sock"
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(str(self._told))
        self._ear.settimeout(1)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._posting_port = probe.getsockname()[1]
        self._posted_to = database_url or f"sqlite:///{folder / 'posted.db'}"
        self._numbers = itertools.count(1)

    def command(self, name: str) -> list[str]:
        """Return how a program is started."""
        if name == "uplink":
            words = ("-m", "tests.benchmarks.telling", str(self.settings), str(self._told))
            return [sys.executable, *words]
        if name == "posting":
            broker = self.folder / "broker"
            files = (str(broker / each) for each in ("server.pem", "server.key", "ca.pem"))
            words = ("-m", "tests.benchmarks.posting", str(self._posting_port), self._posted_to)
            return [sys.executable, *words, *files]
        return super().command(name)

    def has_articles(self) -> bool:
        """Nothing is scanned here."""
        return True

    def stock(self) -> None:
        """Nothing is scanned here."""

    def post(self) -> Post:
        """Open the peer's connection."""
        register = self.folder / "register"
        files = (register / each for each in ("ca.pem", "device.pem", "device.key"))
        return Post(self._posting_port, *files)

    def answers(self) -> bool:
        """Tell whether the peer's server takes connections."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._posting_port)) == 0

    def event(self) -> Event:
        """Make up the next sale."""
        return Event("balie.sale.completed.v1", sale(1, next(self._numbers)), NOON)

    def hear(self, wanted: str | int) -> float:
        """Wait until the uplink says that it is connected, or heard so high an ack; tell when."""
        until = time.monotonic() + CEILING_S
        while True:
            try:
                word, _, at = self._ear.recv(64).decode().partition(" ")
            except TimeoutError:
                self.watch()  # a program that ended says why
                if time.monotonic() > until:
                    raise
                continue
            if word == wanted or (
                word != CONNECTED and isinstance(wanted, int) and int(word) >= wanted
            ):
                return float(at)

    def close(self) -> None:
        """Stop listening."""
        self._ear.close()


def live(till: Till, journal: Journal, post: Post, sales: int) -> tuple[float, float]:
    """Sell and wait for the ack, both ways in turn; return the medians in milliseconds."""
    poke = Poke(till.data / "uplink.sock")
    ours, theirs = [], []

    def by_uplink() -> None:
        (entry,) = journal.append(till.event())
        began = time.perf_counter()
        poke()
        ours.append(till.hear(entry.sequence) - began)
        time.sleep(BETWEEN_S)

    def by_post() -> None:
        (entry,) = journal.append(till.event())
        began = time.perf_counter()
        post(entry.raw)
        theirs.append(time.perf_counter() - began)
        # Our uplink sends this one, too, some time: not while anything is timed.
        poke()
        till.hear(entry.sequence)
        time.sleep(BETWEEN_S)

    with closing(poke):
        take_turns((by_uplink, by_post), sales)
    return statistics.median(ours) * 1000, statistics.median(theirs) * 1000


def catch_up(till: Till, journal: Journal, backlog: int) -> tuple[float, float]:
    """Let the uplink find a backlog; return entries a second, and its processor time for each."""
    till.kill("uplink")
    before = journal.head.sequence
    for first in range(0, backlog, 500):
        journal.append(*(till.event() for _ in range(min(500, backlog - first))))
    till.start("uplink")
    began = till.hear(CONNECTED)
    process = till.running["uplink"].process.pid
    used = processor_s(process)
    ended = till.hear(before + backlog)
    return backlog / (ended - began), (processor_s(process) - used) / backlog * 1e6


def post_backlog(till: Till, journal: Journal, backlog: int) -> tuple[float, float]:
    """Let the peer send as much of a backlog as is needed to know its pace."""
    after = journal.head
    journal.append(*(till.event() for _ in range(backlog)))
    post = till.post()
    began, used = time.perf_counter(), time.process_time()
    for entry in journal.entries(after, backlog):
        post(entry.raw)
    took, spent = time.perf_counter() - began, time.process_time() - used
    post.close()
    till.hear(journal.head.sequence)
    return backlog / took, spent / backlog * 1e6


def measure(till: Till, rounds: int, sales: int, backlog: int) -> list[Figure]:
    """Run the rounds."""
    figures = {
        "ours": Figure("commit to ack, p50", "ms"),
        "post": Figure("HTTP POST, p50", "ms"),
        "live": Figure("commit to ack ÷ HTTP POST", "", "at most 1.5", at_most(1.5)),
        "rate": Figure("catch-up", "entries/s"),
        "post_rate": Figure("catch-up by HTTP POST", "entries/s"),
        "pace": Figure("catch-up ÷ HTTP POST", "", "at least 25", at_least(25)),
        "cpu": Figure("device's processor, an entry", "µs"),
        "post_cpu": Figure("device's processor by HTTP POST", "µs"),
        "share": Figure("processor ÷ HTTP POST", "", "at most 0.05", at_most(0.05)),
    }
    with Journal.open(till.data / "journal.db", DEVICE) as journal:
        till.start("broker", "ingest", "uplink", "posting")
        till.hear(CONNECTED)
        till.wait("the peer's server", till.answers)
        live(till, journal, post := till.post(), 5)  # everything has been used once
        for number in range(rounds):
            ours, theirs = live(till, journal, post, sales)
            found = {"ours": ours, "post": theirs, "live": ours / theirs}
            ways = (catch_up, backlog), (post_backlog, max(backlog // 10, 1))
            (a, many), (b, few) = ways if number % 2 else ways[::-1]
            got = {a: a(till, journal, many), b: b(till, journal, few)}
            (rate, cpu), (post_rate, post_cpu) = got[catch_up], got[post_backlog]
            found |= {"rate": rate, "post_rate": post_rate, "pace": rate / post_rate}
            found |= {"cpu": cpu, "post_cpu": post_cpu, "share": cpu / post_cpu}
            for name, value in found.items():
                figures[name].values.append(value)
        post.close()
    return list(figures.values())


@contextmanager
def opened(database: str) -> Iterator[Till]:
    """Make everything in a folder that goes away."""
    with (
        tempfile.TemporaryDirectory(prefix="balie-benchmark-") as name,
        postgresql_or_none(database) as address,
        Till(Path(name), address) as till,
        closing(till),
    ):
        till.make()
        yield till


@contextmanager
def postgresql_or_none(database: str) -> Iterator[str | None]:
    """Run a PostgreSQL if that is what is asked for."""
    if database == "sqlite":
        yield None
        return
    with postgresql.server() as address:
        yield address


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--database", choices=DATABASES, default="postgresql")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sales", type=int, default=100, help="sales a round, each way")
    parser.add_argument("--backlog", type=int, default=5000, help="entries to catch up with")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with opened(chosen.database) as till:
        figures = measure(till, chosen.rounds, chosen.sales, chosen.backlog)
    load = os.getloadavg()[0]
    report(f"{chosen.database}, load {load:.1f}", figures, chosen.json)


if __name__ == "__main__":
    main()
