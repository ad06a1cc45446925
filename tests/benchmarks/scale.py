"""Many devices at once: does memory stay flat, and what does each process cost?

    python tests/benchmarks/scale.py [--devices 1000] [--minutes 10] [--rate 0.1] [--faults 0.02]
                                     [--postgresql] [--json OUT]

mosquitto with mutual TLS, ingest, and ``balie-collector simulate`` run on loopback. Every few
seconds memory and processor time of each are read from /proc. The slope of memory is the line that
fits best after the first fifth of the time, in MB a minute and as a share of its level.
"""

# ruff: noqa: T201 (figures are printed)

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # so that this file can be run by its path

from provisioning.workstation.demo.processes import Programs  # noqa: E402 - the path comes first
from tests.simulate.office import Office, unavailable  # noqa: E402 - the same
from tests.world import postgresql  # noqa: E402 - the same

EVERY_S = 5.0
WARM_UP = 0.2
_COLUMNS = 8
"""Of the simulation's table."""
_TICKS = os.sysconf("SC_CLK_TCK")
_MB = 1024.0


@dataclass
class Watched:
    """A program with everything it started: its memory and processor time as time goes by.

    Attributes:
        pid: Its process.
        seconds: When it was looked at.
        megabytes: Memory resident then.
        cpu_s: Processor time used until then.
        family: How many processes it is.
    """

    pid: int
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    family: int = 0

    def look(self, at: float) -> None:
        """Read /proc."""
        family = [self.pid, *_descendants(self.pid)]
        if len(family) < self.family:
            return  # it is ending
        self.family = len(family)
        self.seconds.append(at)
        self.megabytes.append(sum(map(_resident_mb, family)))
        self.cpu_s.append(sum(map(_cpu_s, family)))

    def figures(self) -> dict[str, float]:
        """Return level and slope after the warm-up, and how much of a core it used."""
        began = int(len(self.seconds) * WARM_UP)
        at, megabytes = self.seconds[began:], self.megabytes[began:]
        level = sum(megabytes) / len(megabytes)
        slope = _slope(at, megabytes) * 60
        busy = (self.cpu_s[-1] - self.cpu_s[began]) / max(at[-1] - at[0], 0.001)
        return {
            "MB": round(level, 1),
            "MB at the end": round(megabytes[-1], 1),
            "MB a minute": round(slope, 3),
            "% a minute": round(100 * slope / level, 3),
            "share of a core": round(busy, 3),
        }


def _slope(at: Sequence[float], values: Sequence[float]) -> float:
    """Return the slope of the line that fits best."""
    middle, level = sum(at) / len(at), sum(values) / len(values)
    across = sum((x - middle) ** 2 for x in at)
    along = sum((x - middle) * (y - level) for x, y in zip(at, values, strict=True))
    return along / across if across else 0.0


def _descendants(pid: int) -> Iterator[int]:
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, _read(tasks).split()):
            yield child
            yield from _descendants(child)


def _resident_mb(pid: int) -> float:
    """Return what is resident, shared pages by share: PostgreSQL's processes share most of it."""
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / _MB
    return 0.0


def _cpu_s(pid: int) -> float:
    told = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, told[11:13])) / _TICKS if told else 0.0


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@contextmanager
def _database(*, wanted: bool) -> Iterator[tuple[str, int | None]]:
    """Yield the address and the process of a PostgreSQL server, or nothing for SQLite."""
    if not wanted:
        yield "", None
        return
    with postgresql.folder() as folder:
        server = postgresql.Server(folder)
        server.start()
        try:
            yield server.address, server._process.pid
        finally:
            server.kill()


def measure(folder: Path, chosen: argparse.Namespace) -> tuple[dict[str, dict[str, float]], int]:
    """Run it all; return figures by program, and the simulation's exit status."""
    with (
        _database(wanted=chosen.postgresql) as (address, database),
        Programs(folder / "logs") as programs,
        Office(folder, programs, database_url=address) as office,
    ):
        office.make()
        broker, ingest = office.start_broker(), office.start_ingest()
        words = [f"--{name}={getattr(chosen, name)}" for name in ("devices", "minutes", "rate")]
        simulation = office.simulate(
            *words, f"--faults={chosen.faults}", f"--every={3 * chosen.every}"
        )
        watched = {
            "broker": Watched(broker.process.pid),
            "ingest": Watched(ingest.process.pid),
            "simulate": Watched(simulation.pid),
        }
        if database is not None:
            watched["database"] = Watched(database)
        _watch_while_selling(simulation, watched, programs, chosen.every)
        return {name: each.figures() for name, each in watched.items()}, simulation.wait()


def _watch_while_selling(simulation, watched, programs, every_s) -> None:
    """Look now and then, from the first acknowledgements until all say goodbye."""
    began, next_at = None, 0.0
    lines: list[str] = []
    reader = threading.Thread(target=_pass_on, args=(simulation.stdout, lines))
    reader.start()
    while simulation.poll() is None:
        now = time.monotonic()
        columns = lines[-1].split() if lines else []
        if began is None and _are_acknowledged(columns):
            began = now
        if began is not None and not _say_goodbye(columns) and now >= next_at:
            next_at = now + every_s
            for each in watched.values():
                each.look(now - began)
        programs.watch()
        time.sleep(0.1)
    reader.join()


def _pass_on(said, lines: list[str]) -> None:
    for line in said:
        print(line, end="", flush=True)
        lines.append(line)


def _are_acknowledged(columns: Sequence[str]) -> bool:
    """Whether a line of the simulation's table tells of acknowledgements."""
    return len(columns) == _COLUMNS and ":" in columns[0] and columns[5] != "–"


def _say_goodbye(columns: Sequence[str]) -> bool:
    return len(columns) == _COLUMNS and columns[1] == "0"


def main() -> int:
    """Measure in a folder that goes away."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=0.1, help="sales a second of each device")
    parser.add_argument("--faults", type=float, default=0.02, help="share of faulty devices")
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--every", type=float, default=EVERY_S, help="seconds between looks")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures there too")
    chosen = parser.parse_args()
    if reason := unavailable() or (chosen.postgresql and postgresql.available()):
        raise SystemExit(reason)
    with tempfile.TemporaryDirectory(prefix="balie-scale-") as name:
        figures, status = measure(Path(name), chosen)
    titles = list(next(iter(figures.values())))
    print(f"{'':<10}" + "".join(f"{title:>18}" for title in titles))
    for program, row in figures.items():
        print(f"{program:<10}" + "".join(f"{row[title]:>18,}" for title in titles))
    print(f"load of the machine at the end {os.getloadavg()[0]:.1f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
