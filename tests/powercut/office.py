"""A collector on SQLite in a folder of its own, with ingest that takes a register's batches.

Imported by programs that have set DATABASE_URL before; Django is set up here.
"""

# ruff: noqa: E402 - Django must be set up before its models are named

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collector.settings")
import django

django.setup()

from django.core.management import call_command
from django.db import connection

from appliance.journal.entry import Watermark
from appliance.journal.topics import Leaf, topic
from collector.ingest.receiving import Message
from tests.collector.till import Collector, Till

TOGETHER = 4
"""Sales in a batch."""


def make() -> None:
    """Make the tables; the database is closed afterwards."""
    call_command("migrate", interactive=False, verbosity=0)
    connection.close()


class Office:
    """Ingest with everything real but the broker.

    Args:
        told: Called with every watermark that is acknowledged, before it would leave.
        stop: As ingest's own: asked while the database is away.
    """

    def __init__(self, told: Callable[[Watermark], None], stop) -> None:
        self.till, self._collector = Till(), Collector()
        self._collector.ingest._stop = stop
        self.till.enrol()
        publish = self._collector.broker.publish

        def telling(name: str, payload: bytes, *, retain: bool = False) -> None:
            if name.endswith(Leaf.ACK):
                told(Watermark.from_json(payload))
            publish(name, payload, retain=retain)

        self._collector.broker.publish = telling

    def take(self) -> None:
        """Take a batch of new sales, as patiently as ingest does."""
        first = self.till.head.sequence + 1
        for _ in range(TOGETHER):
            self.till.sell(1, 2)
        payload = self.till.batch(first)
        message = Message(topic(self.till.device, Leaf.JOURNAL), payload, 1)
        self._collector.ingest._patiently([message])

    def rest(self) -> None:
        """Do what is done when nobody sends for a while: figures."""
        self._collector.ingest._search_at = 0.0
        self._collector.ingest._patiently([])


def held(file: Path) -> list[tuple[int, str]]:
    """Return sequence and hash of every entry a database holds, by no code of the house."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        query = "select sequence, hash from ingest_entry order by sequence"
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def count(file: Path, table: str) -> int:
    """Return how many rows a table has."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608 - ours
    finally:
        connection.close()
