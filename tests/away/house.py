"""The back office and the broker of these tests: real programs, shared by all of them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from tests.away.counter import Counter
from tests.world import postgresql
from tests.world.shop import ROOT, World, database_of

CEILING_S = float(os.environ.get("CEILING", "180"))


class House(World):
    """A world in which each test has registers of its own."""

    def __init__(self, folder: Path, **told) -> None:
        super().__init__(folder, **told)
        self._registers = 1
        self._counters: list[Counter] = []

    @property
    def programs(self):
        return self._programs

    def wait(self, what, look, *, ceiling_s=CEILING_S):
        return super().wait(what, look, ceiling_s=ceiling_s)

    # Registers.

    def register(self) -> Counter:
        """Enrol a register, let its uplink run, wait for the articles and open its desk."""
        self._registers += 1
        number = self._registers
        name, folder = f"till-{number}", self.folder / f"till-{number}"
        told = ("--name", f"Till {number}", "--register", number, "--folder", folder)
        self.collector("device", "add", name, *told)
        (folder / "balie.toml").write_text(self.settings_of(name, number))
        counter = self.keep(Counter(self, folder))
        counter.data.mkdir()
        counter.connect()
        self.wait("the articles to arrive", counter.knows_articles)
        return counter.open()

    def settings_of(self, device: str, register: int) -> str:
        return (
            f'[device]\nid = "{device}"\nname = "Till"\nregister = "{register}"\n'
            'market = "nl"\nlanguage = "en"\ndata = "data"\n'
            f'[broker]\nhost = "127.0.0.1"\nport = {self.port}\n'
            'ca = "ca.pem"\ncertificate = "device.pem"\nkey = "device.key"\n'
        )

    def keep(self, counter: Counter) -> Counter:
        """Have a register closed after the test."""
        self._counters.append(counter)
        return counter

    def close_registers(self) -> None:
        while self._counters:
            self._counters.pop().close()

    def say(self, kind: str, data: dict[str, object]) -> None:
        """Have the back office say something to every device, of whatever type."""
        subprocess.run(
            [sys.executable, "-m", "tests.away.say", kind, json.dumps(data)],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            check=True,
        )

    # What is held.

    def has_table(self, name: str) -> bool:
        kind = "sqlite_master" if self._server is None else "pg_tables"
        column = "name" if self._server is None else "tablename"
        return bool(self.ask(f"select 1 from {kind} where {column} = %s", name))  # noqa: S608 - fixed words

    def ask(self, question: str, *values: object) -> list[tuple]:
        """Ask the collector's database; ``%s`` stands for each value."""
        if self._server is not None:
            with psycopg.connect(self._server.address) as database:
                return database.execute(question, values).fetchall()
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(question.replace("%s", "?"), values).fetchall()

    @property
    def database(self) -> Path:
        return self.folder / "state" / "collector.db"

    def receipts(self, device: str) -> list[tuple[str, int]]:
        """Return each receipt that counts, with what was paid in cents."""
        return self.ask(
            "select receipt, payable_minor from register_sale where device_id = %s", device
        )

    def days(self, device: str) -> list[str]:
        """Return the business days on which a device sold."""
        rows = self.ask("select distinct day from register_sale where device_id = %s", device)
        return sorted(str(day) for (day,) in rows)

    def held_of(self, device: str) -> list[bytes]:
        """Return the bytes of what is held of a device, in order."""
        question = "select raw from ingest_entry where device_id = %s order by epoch, sequence"
        return [bytes(raw) for (raw,) in self.ask(question, device)]

    def forks_of(self, device: str) -> list[bytes]:
        """Return the bytes of what was set aside of a device, in order."""
        question = "select raw from ingest_fork where device_id = %s order by epoch, sequence"
        return [bytes(raw) for (raw,) in self.ask(question, device)]

    def alarms_of(self, device: str) -> list[tuple[str, str]]:
        """Return the kind and the sentence of every alarm about a device."""
        return self.ask(
            "select kind, sentence from ingest_alarm where device = %s order by id", device
        )

    def has(self, *counters: Counter) -> None:
        """Assert that everything of these registers is held once and counts to the cent."""
        for counter in counters:
            counter.settle()
            held = self.held_of(counter.device)
            assert held == [entry.raw for entry in counter.entries()]
            self.follow(counter.device)
            assert sorted(self.receipts(counter.device)) == sorted(counter.sold.items())

    def follow(self, device: str) -> None:
        """Wait until the figures have followed."""
        behind = "select 1 from ingest_watermark where device_id = %s and projected < sequence"
        self.wait("the figures to follow", lambda: not self.ask(behind, device))

    # Yesterday.

    def back_up(self) -> Path:
        """Copy the database while the collector runs, as every night."""
        copy = self.folder / "yesterday"
        copy.unlink(missing_ok=True)
        if self._server is None:
            with (
                closing(sqlite3.connect(self.database)) as database,
                closing(sqlite3.connect(copy)) as out,
            ):
                database.backup(out)
        else:
            self._postgresql("pg_dump", "-Fc", "-f", copy, self._server.address)
        return copy

    def put_back(self, copy: Path) -> None:
        """Put a backup in the place of the database; the collector must not run."""
        if self._server is None:
            for file in self.database.parent.glob("collector.db*"):
                file.unlink()
            shutil.copy(copy, self.database)
        else:
            told = ("--clean", "--if-exists", "--no-owner", "-d", self._server.address)
            self._postgresql("pg_restore", *told, copy)

    def _postgresql(self, program: str, *words: object) -> None:
        command = [postgresql.PROGRAMS[-1].with_name(program), *map(str, words)]
        subprocess.run(command, check=True, capture_output=True)


@contextmanager
def opened(folder: Path, database: str) -> Iterator[House]:
    """Make a house whose broker and collector run."""
    with database_of(database) as server, House(folder, server=server) as house:
        house.make()
        house.start("broker", "ingest")
        yield house
