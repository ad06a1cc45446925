"""How fast the collector takes journals in, beside a bare writer to the same kind of database.

    python tests/benchmarks/ingest.py [--database URL | --postgresql] [--json FILE]

Each round three ways take their turn over signed batches of 50 sales, a fiftieth of them sent twice:

- *ingest*: the worker as it runs, fed from memory as the broker would feed it: unpack, check the
  chain and the signature, store, advance the watermark, commit, acknowledge;
- *advancing*: its second half alone, over batches that were checked before;
- *bare*: one connection that inserts ready-made rows into a table of the same columns and key,
  2,000 to a transaction, a fiftieth of them twice: ``ON CONFLICT DO NOTHING``, on PostgreSQL by COPY
  over a temporary table, the fastest way that leaves out what is there already.

All three commit to the disk, with the collector's own settings of the database. Figures (sales,
lines, payments, taxes) are derived afterwards and told apart. Only ratios mean something on a
machine that others use too; statements of a turn and processor time are steadier.
"""

# ruff: noqa: PLC0415 (Django is set up before its models are imported)

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

__all__ = ["sale"]
"""Other benchmarks send the same sales."""

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from tests.benchmarks import figures  # noqa: E402 - the path comes first
from tests.benchmarks.backlog import Payload, Shop, open_shop, sale  # noqa: E402 - the same
from tests.benchmarks.bare import (  # noqa: E402 - the same
    BarePostgresql,
    BareSqlite,
    with_some_twice,
)
from tests.benchmarks.figures import Figure, at_least  # noqa: E402 - the same

if TYPE_CHECKING:
    from collector.ingest.checking import Checked


class Feed:
    """A broker's client without a broker: batches come from memory, as fast as they are taken.

    As a broker it hands over no more than so many before the first is dealt with.
    """

    def __init__(self, payloads: Sequence[Payload], stop: threading.Event) -> None:
        from appliance.journal.topics import Leaf, topic
        from collector.ingest.receiving import UNACKNOWLEDGED, Message

        self._messages = [Message(topic(name, Leaf.JOURNAL), batch) for name, batch in payloads]
        self._window = threading.Semaphore(UNACKNOWLEDGED)
        self._left = len(payloads)
        self._stop = stop
        self.server_s = 0.0

    def start(self, deliver: Callable[[Any], bool]) -> None:
        """Hand over everything from a thread of its own."""
        threading.Thread(target=self._feed, args=(deliver,), daemon=True).start()

    def _feed(self, deliver: Callable[[Any], bool]) -> None:
        for message in self._messages:
            self._window.acquire()
            deliver(message)

    def hold(self) -> None:
        """Hold nothing: what is fed is in memory anyhow."""

    def go_on(self) -> None:
        """Nothing was held."""

    def done(self, _message: object) -> None:
        """Count what is dealt with; all of it is the end."""
        self._window.release()
        self._left -= 1
        if not self._left:
            self._stop.set()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Let an acknowledgement go."""

    def check(self) -> None:
        """Nothing can have died."""

    def close(self) -> None:
        """Note what the server has used, before the worker closes its connection."""
        self.server_s = server_s()


class Nobody:
    """No directory to look after and no figures to derive: those are measured by themselves."""

    def tick(self, _now: float) -> None:
        """Nothing is waiting."""

    def behind(self) -> set[Any]:
        """Nothing is behind."""
        return set()

    def follow(self, _place: object, **_how: object) -> bool:
        """Nothing more."""
        return False


def through_ingest(shop: Shop) -> float:
    """Take batches in as the worker does; return what the server used for it."""
    from collector.ingest.worker import Ingest

    stop, nobody = threading.Event(), Nobody()
    feed = Feed(shop.payloads, stop)
    used = server_s()
    worker = Ingest(feed, nobody, nobody)  # type: ignore[arg-type]
    worker.run(stop)
    if worker.entries != len(shop.entries):
        raise SystemExit(f"{worker.entries} entries were stored, {len(shop.entries)} were sent.")
    return feed.server_s - used


def check_all(shop: Shop) -> list[Checked]:
    """Check batches before the clock runs."""
    from collector.ingest.checking import check
    from collector.ingest.devices import find_devices

    known = find_devices({name for name, _ in shop.payloads})
    return [check(name, known[name], payload) for name, payload in shop.payloads]


def through_store(checked: Sequence[Checked]) -> float:
    """Store batches that were checked, and advance the watermarks, a turn at a time."""
    from collector.ingest.storing import store
    from collector.ingest.waiting import TOGETHER

    used = server_s()
    for start in range(0, len(checked), TOGETHER):
        store(checked[start : start + TOGETHER], (), now=datetime.now(UTC))
    return server_s() - used


def derive_figures() -> float:
    """Derive all figures that are due."""
    from collector.ingest.projecting import Projector

    used, projector = server_s(), Projector.from_settings()
    for place in projector.behind():
        while projector.follow(place):
            pass
    return server_s() - used


def statements_of_a_turn(batches: int) -> int:
    """Count the statements of a turn in which so many devices' batches wait, commit included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    shop = open_shop(batches, batches, 1)
    checked = check_all(shop)[:batches]
    with CaptureQueriesContext(connection) as captured:
        through_store(checked)
    return len(captured)


@dataclass
class Contest:
    """The rounds and what came of them."""

    url: str
    folder: Path
    devices: int
    entries: int
    size: int
    rates: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)

    def run(self, rounds: int) -> list[Figure]:
        """Run the rounds; who begins changes from round to round."""
        from django.db import connection

        from collector.ingest.worker import collect_garbage_less_often

        bare = BarePostgresql if connection.vendor == "postgresql" else BareSqlite
        with closing(bare(self.url, self.folder)) as self._bare:
            for round_ in range(rounds):
                ways = self._prepare()
                collect_garbage_less_often()
                begin = round_ % len(ways)
                for name, (way, taken) in ways[begin:] + ways[:begin]:
                    self._time(name, taken, way)
                self._derive()
        turns = [
            Figure(f"statements of a turn of {n} batches", values=[statements_of_a_turn(n)])
            for n in (2, 20, 50)
        ]
        return [*self._figures(), *turns]

    def _prepare(self) -> list[tuple[str, tuple[Callable[[], float], int]]]:
        """Make ready what each way takes, before the clock runs."""
        backlog, other = (open_shop(self.devices, self.entries, self.size) for _ in range(2))
        checked = check_all(other)
        rows = list(with_some_twice(self._bare.rows(backlog)))
        return [
            ("ingest", (lambda: through_ingest(backlog), backlog.taken)),
            ("advancing", (lambda: through_store(checked), other.taken)),
            ("bare", (lambda: self._bare.write_all(rows), sum(map(len, rows)))),
        ]

    def _derive(self) -> None:
        """Derive the figures of some devices; the others' are left out to save time."""
        from django.db.models import F

        from collector.ingest.models import Watermark

        behind = Watermark.objects.filter(projected__lt=F("sequence"))
        some = behind.values_list("device_id", flat=True)[: max(1, self.devices // 5)]
        behind.exclude(device_id__in=list(some)).update(projected=F("sequence"))
        due = sum(behind.values_list("sequence", flat=True))
        self._time("figures", due, derive_figures)

    def _figures(self) -> Iterator[Figure]:
        for name in ("ingest", "advancing"):
            ratios = [a / b for a, b in zip(self.rates[name], self.rates["bare"], strict=True)]
            yield Figure(f"{name} ÷ bare writer", "", "≥ 0.6", at_least(0.6), ratios)
        for name, rates in self.rates.items():
            yield Figure(name, "entries/s", values=rates)
        for name, spent in self.processor.items():
            yield Figure(f"processor time of {name}", "µs/entry", values=spent)

    def _time(self, name: str, entries: int, way: Callable[[], float]) -> None:
        used, began = time.process_time(), time.perf_counter()
        used_by_server = way()
        seconds = time.perf_counter() - began
        spent = time.process_time() - used + used_by_server
        self.rates.setdefault(name, []).append(entries / seconds)
        self.processor.setdefault(name, []).append(spent / entries * 1e6)


def server_s() -> float:
    """Tell how much of a processor the server has used for Django's connection."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    return figures.processor_s(connection.connection.info.backend_pid)


@contextmanager
def own_postgresql() -> Iterator[str]:
    """Start the server that the tests use."""
    from tests.world import postgresql

    if reason := postgresql.available():
        raise SystemExit(reason)
    with postgresql.server() as url:
        yield url


def main() -> None:
    """Measure in a folder that goes away."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--devices", type=int, default=20)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--database", help="URL of an empty database; a new SQLite file if not given"
    )
    parser.add_argument("--postgresql", action="store_true", help="start a PostgreSQL server")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="balie-benchmark-") as name:
        given = chosen.database or f"sqlite:///{name}/collector.db"
        with own_postgresql() if chosen.postgresql else nullcontext(given) as url:
            os.environ |= {"DJANGO_SETTINGS_MODULE": "collector.settings", "BALIE_STATE": name}
            os.environ["DATABASE_URL"] = url
            from collector.__main__ import main as balie_collector

            balie_collector(["migrate"])
            contest = Contest(url, Path(name), chosen.devices, chosen.entries, chosen.batch)
            title = f"Batches of {chosen.batch}, signed; {url.partition(':')[0]}"
            figures.report(title, contest.run(chosen.rounds), chosen.json)
            from django.db import connection

            connection.close()


if __name__ == "__main__":
    main()
