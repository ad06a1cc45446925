"""A back office, a broker and a register as real programs on loopback, each to be killed at will.

    with opened(tmp_path, "postgresql") as world:
        world.start("desk")
        world.kill("ingest", "database")
        world.start("database", "ingest")
        world.settle()

The broker is mosquitto with the mutual TLS of the collector's own ``broker-config``; the desk is
the whole desk with a cashier who never stops (`tests.world.selling`).
"""

from __future__ import annotations

import csv
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from appliance.journal.entry import Watermark
from appliance.journal.reader import JournalReader
from appliance.store.directory import Directory
from appliance.uplink.state import LinkReader
from provisioning.workstation.debian import SYSTEM_PATH
from provisioning.workstation.demo.office import Office
from provisioning.workstation.demo.processes import Program, Programs
from provisioning.workstation.demo.waiting import wait_for
from tests.world import goods, postgresql, record
from tests.world.clerk import Clerk

ROOT = Path(__file__).resolve().parents[2]
DEVICE, REGISTER = "register-2", "2"
WIRE = ("broker", "ingest", "uplink")
CEILING_S = 300.0
DATABASES = ("sqlite", "postgresql")

Sums = Counter[tuple[str, str, str]]
"""Pieces and the smallest unit of money, by day and article: ``("2010-12-01", "85123A", "minor")``."""


def unavailable(database: str = "sqlite") -> str:
    """Return why no world can be made here; empty if one can."""
    if shutil.which("mosquitto", path=SYSTEM_PATH) is None:
        return "mosquitto is not installed (Debian package mosquitto)"
    return postgresql.available() if database == "postgresql" else ""


@contextmanager
def database_of(kind: str) -> Iterator[postgresql.Server | None]:
    """Start a database of a kind of `DATABASES`; SQLite needs no server."""
    if kind != "postgresql":
        yield None
        return
    with postgresql.folder() as folder:
        server = postgresql.Server(folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()


@contextmanager
def opened(folder: Path, database: str = "sqlite") -> Iterator[World]:
    """Make a world, let everything but the desk run, and wait until it knows its articles.

    Args:
        folder: Where all of it lies, but for PostgreSQL.
        database: One of `DATABASES`.
    """
    with database_of(database) as server, World(folder, server=server) as world:
        world.make()
        world.open()
        yield world


class World:
    """The real programs of a shop; leaving the context ends all of them.

    Args:
        folder: Where everything lies; empty.
        database_url: A PostgreSQL to store in; SQLite in the folder without.
        server: The same, where the world may kill it as ``database``. It must have been started.
        market: The shop's market.

    Attributes:
        data: The register's databases.
        settings: Its balie.toml.
        record: What was shown at its counter, see `tests.world.record`.
        environment: What the collector's programs are told.
        port: The broker's.
        web_port: The pages'.
        running: The programs that run, by name.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str | None = None,
        server: postgresql.Server | None = None,
        market: str = "nl",
    ) -> None:
        self.folder, self.data = folder, folder / "register" / "data"
        self.settings, self.record = folder / "register" / "balie.toml", folder / "shown"
        self.running: dict[str, Program] = {}
        self._server, self._market = server, market
        self._programs = Programs(folder / "logs")
        self._lives: Counter[str] = Counter()
        self.port, self.web_port = _free_port(), _free_port()
        authority = folder / "state" / "authority"
        self.environment = {
            "BALIE_STATE": str(folder / "state"),
            "BALIE_MARKET": market,
            "BALIE_BROKER": f"mqtts://127.0.0.1:{self.port}",
            "BALIE_BROKER_CA": str(authority / "ca.pem"),
            "BALIE_BROKER_CERTIFICATE": str(authority / "collector.pem"),
            "BALIE_BROKER_KEY": str(authority / "collector.key"),
            "PATH": SYSTEM_PATH,
            "PYTHONPATH": str(ROOT),
        }
        database_url = server.address if server else database_url
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        self._clerk = Clerk(self.environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._programs.close()
        self._clerk.close()

    # Making it.

    def make(self) -> None:
        """Lay out the back office, the broker and the register, and bring in what is sold."""
        self.collector("migrate")
        self.collector("authority", "init")
        self.collector("broker-config", "--folder", self.folder / "broker", "--port", self.port)
        self.enrol()
        self.stock()

    def stock(self) -> None:
        """Bring in what is sold and who sells it."""
        articles = self.folder / "articles.csv"
        with articles.open("w", encoding="utf-8", newline="") as file:
            rows = [("code", "gtin", "name", "price", "tax_class", "category", "unit")]
            prices = {**goods.SCANNED, **goods.TOUCHED}
            for code, cents in prices.items():
                gtin = code if code.isdigit() else ""
                price = f"{Decimal(cents) / 100}"
                rows.append((code, gtin, f"Article {code}", price, "reduced", "", "piece"))
            csv.writer(file).writerows(rows)
        self.collector("import", "articles", articles)
        staff = self.folder / "staff.csv"
        staff.write_text(
            f"id,name,pin,roles,language\n{goods.PERSON},Sanne,{goods.PIN},cashier,en\n"
        )
        self.collector("import", "staff", staff)

    def enrol(self) -> None:
        """Enrol the register and write its settings."""
        register = self.folder / "register"
        name = ("--name", "Two", "--register", REGISTER, "--folder", register)
        self.collector("device", "add", DEVICE, *name)
        self.settings.write_text(self.balie_toml())
        self.data.mkdir(exist_ok=True)

    def balie_toml(self, *, broker_port: int = 0) -> str:
        """Return the register's settings, with another way to the broker if one is given."""
        paper, terminal = self.folder / "paper", self.folder / "terminal"
        return (
            f'[device]\nid = "{DEVICE}"\nname = "Two"\nregister = "{REGISTER}"\n'
            f'market = "{self._market}"\nlanguage = "en"\ndata = "data"\n'
            f'[printer]\ndriver = "simulated"\nfolder = "{paper}"\npictures = false\n'
            '[drawer]\ndriver = "simulated"\ngap_s = 0.0\nshut_after_s = 0.0\n'
            f'[terminal]\ndriver = "simulated"\nfolder = "{terminal}"\nanswer_timeout_s = 0.0\n'
            f'[broker]\nhost = "127.0.0.1"\nport = {broker_port or self.port}\n'
            'ca = "ca.pem"\ncertificate = "device.pem"\nkey = "device.key"\n'
        )

    def open(self) -> None:
        """Start what carries entries, and wait until what is sold has arrived."""
        self.start(*WIRE)
        self.wait("the articles to arrive", self.has_articles)

    def has_articles(self) -> bool:
        """Tell whether the register knows what it sells and who sells."""
        with closing(Directory(self.data / "directory.db")) as directory:
            found = all(directory.find(code) for code in (*goods.SCANNED, *goods.TOUCHED))
            return found and bool(directory.people())

    # Programs.

    def command(self, name: str) -> list[str]:
        """Return how a program is started."""
        python = sys.executable
        return {
            "broker": ["mosquitto", "-c", str(self.folder / "broker" / "mosquitto.conf")],
            "ingest": [python, "-m", "collector", "ingest"],
            "web": [python, "-m", "collector", "web", "--port", str(self.web_port)],
            "uplink": [python, "-m", "appliance", "uplink", "--config", str(self.settings)],
            "desk": [
                *(python, "-m", "tests.world.selling"),
                *(str(self.settings), str(self.record), str(self._lives["desk"])),
            ],
        }[name]

    def start(self, *names: str, environment: Mapping[str, str] | None = None) -> None:
        """Start programs: ``broker``, ``ingest``, ``uplink``, ``desk``, ``database``."""
        for name in names:
            if name == "database" and self._server is not None:
                self._server.start()
                continue
            self._lives[name] += 1
            told = {**self.environment, **(environment or {})}
            log = f"{name}-{self._lives[name]}"
            self.running[name] = self._programs.start(log, self.command(name), told)

    def kill(self, *names: str) -> None:
        """End programs together as a power cut would."""
        for name in names:
            if name in self.running:
                self.running[name].signal(signal.SIGKILL)
        for name in names:
            if name == "database" and self._server is not None:
                self._server.kill()
            elif name in self.running:
                self._programs.kill(self.running.pop(name))

    def lose(self, name: str) -> None:
        """Lose one of the register's files, with what lies beside it."""
        for file in self.data.glob(f"{name}*"):
            file.unlink()

    def restart(self, *names: str) -> None:
        """Kill programs and start them again."""
        self.kill(*names)
        self.start(*names)

    def stop(self, name: str) -> None:
        """Ask a program to end, wait as long as it needs, and have it say that all went well."""
        program = self.running.pop(name)
        program.signal(signal.SIGTERM)
        code = program.process.wait(CEILING_S)
        if code:
            raise program.fault(f"The {name} ended with code {code}")

    def watch(self) -> None:
        """Raise when a program that should run has ended by itself."""
        for name, program in self.running.items():
            if (code := program.ended()) is not None:
                raise program.fault(f"The {name} ended by itself with code {code}")

    def log(self, name: str) -> str:
        """Return what all lives of a program have said."""
        logs = (self.folder / "logs").glob(f"{name}-*.log")
        return "\n".join(log.read_text(errors="replace") for log in sorted(logs))

    def wait(self, what: str, look: Any, *, ceiling_s: float = CEILING_S) -> Any:
        """Wait for something, while all that should run does."""
        return wait_for(what, look, ceiling_s=ceiling_s, watch=self.watch)

    def settle(self, *, ceiling_s: float = CEILING_S) -> None:
        """Wait until the collector holds and counts everything, and the register knows it does."""
        head = self.head()
        self.wait("the ack of the last entry", lambda: self.acked() == head, ceiling_s=ceiling_s)
        counted = "the figures, which follow the ack"
        self.wait(counted, lambda: not self.standing()["figures"], ceiling_s=ceiling_s)

    # Both ends.

    def collector(self, *words: object, told: str = "", allowed: tuple[int, ...] = (0,)) -> str:
        """Run a command of the back office and return what it printed.

        Args:
            words: The command.
            told: What it reads.
            allowed: The exit codes that are not refused.
        """
        said = self._clerk.ask(*words, told=told)
        if said["code"] not in allowed:
            raise SystemExit(f"{words} refused: {said['out']}{said['err']}")
        return str(said["out"])

    def balie(self, *words: object) -> str:
        """Run a command of the register and return what it printed."""
        command = [sys.executable, "-m", "appliance", *map(str, words)]
        told = {**os.environ, **self.environment}
        ended = subprocess.run(
            command, cwd=ROOT, env=told, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            raise SystemExit(f"{words} refused: {ended.stdout}{ended.stderr}")
        return ended.stdout

    def pages(self) -> Office:
        """Serve the back office's pages and sign in to them as a manager."""
        name, password = "manager", secrets.token_urlsafe()
        self.collector("user", "add", name, "--role", name, told=password)
        if "web" not in self.running:
            self.start("web")
        office = Office(f"http://127.0.0.1:{self.web_port}/", "en")
        self.wait("the pages", lambda: _answers(self.web_port))
        office.sign_in(name, password)
        return office

    def head(self) -> Watermark:
        """Return the last entry of the register."""
        with JournalReader.open(self.data / "journal.db") as journal:
            return journal.head

    def acked(self) -> Watermark:
        """Return up to where the register knows the collector to hold its journal."""
        with closing(LinkReader(self.data / "uplink.db")) as link:
            return link.read().acked

    def standing(self) -> dict[str, Any]:
        """Return what the back office holds of the register."""
        found: list[dict[str, Any]] = json.loads(self.status("--json"))
        return next(each for each in found if each["device"] == DEVICE)

    def status(self, *words: str) -> str:
        """Return what the back office says of all devices, whether well or not."""
        return self.collector("status", *words, allowed=(0, 1))

    def held(self) -> Watermark:
        """Return up to where the back office says it holds the register's journal."""
        standing = self.standing()
        return Watermark(standing["epoch"], standing["sequence"], standing["hash"])

    def sums(self) -> Sums:
        """Return what the back office says was sold."""
        found: Sums = Counter()
        for row in csv.DictReader(self.collector("export", "lines").splitlines()):
            found[row["day"], row["article"], "minor"] += int(Decimal(row["gross"]) * 100)
            found[row["day"], row["article"], "pieces"] += int(Decimal(row["quantity"]))
        return found

    def sales(self) -> list[tuple[str, int]]:
        """Return each receipt the back office holds, with what was paid in cents."""
        rows = csv.DictReader(self.collector("export", "sales").splitlines())
        return [(row["receipt"], int(Decimal(row["payable"]) * 100)) for row in rows]

    def shown(self) -> dict[str, int]:
        """Return each receipt the counter has shown as done, with what was paid in cents."""
        notes = record.read(self.record, "shown")
        return {note["receipt"]: note["payable_minor"] for note in notes}

    def wrong(self) -> list[str]:
        """Return what the cashier found changed after a start."""
        return [note["sentence"] for note in record.read(self.record, "wrong")]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
