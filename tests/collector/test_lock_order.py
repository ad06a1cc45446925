"""Two ingests that take the same devices wait for each other in one order, never in a circle."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from collector.ingest import storing
from collector.ingest.checking import check
from collector.ingest.models import Watermark
from collector.ingest.projecting import Projector
from tests.collector.locks import is_waited_for_a_lock
from tests.collector.till import Collector, Till

CEILING_S = 60
MARK = (
    "INSERT INTO ingest_watermark (device_id, epoch, sequence, hash, updated, projected)"
    " VALUES ('register-a', 1, 0, '', now(), 0) ON CONFLICT DO NOTHING"
)
LOCK = "SELECT 1 FROM ingest_watermark WHERE device_id = %s FOR UPDATE"


class Other(threading.Thread):
    """Another ingest, as far as its locks go: a new mark for one device, then both devices."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.is_done = False

    def run(self) -> None:
        other = connection.copy()
        try:
            other.set_autocommit(True)
            with other.cursor() as cursor:
                cursor.execute(MARK)
                other.set_autocommit(False)
                cursor.execute(LOCK, ["register-a"])
                cursor.execute(LOCK, ["register-b"])
            other.commit()
            self.is_done = True
        finally:
            other.close()


def test_a_new_epoch_is_no_occasion_to_wait_in_a_circle(transactional_db, monkeypatch):
    new, known = Till("register-a"), Till("register-b")
    for till in (new, known):
        till.enrol()
        till.open()
    collector = Collector()
    collector.take(known.batch(), device=known.device)
    known.sell(1)
    insert_new, other = storing.insert_new, Other()

    def meanwhile(to, model, rows):
        if model is Watermark and connection.vendor == "postgresql":
            other.start()
            end = time.monotonic() + CEILING_S
            while other.is_alive() and not is_waited_for_a_lock():
                assert time.monotonic() < end
                time.sleep(0.01)
        return insert_new(to, model, rows)

    monkeypatch.setattr(storing, "insert_new", meanwhile)
    found = [collector.ingest._devices.of([till.device])[till.device] for till in (new, known)]
    batches = [
        check(till.device, device, till.batch(first))
        for till, device, first in ((new, found[0], 1), (known, found[1], 2))
    ]
    stored = storing.store(batches, (), now=datetime.now(UTC))
    assert stored.entries == 2
    if connection.vendor == "postgresql":
        other.join(CEILING_S)
        assert other.is_done, "the other one was the victim of a deadlock"


def test_whoever_rebuilds_takes_the_marks_before_the_figures(transactional_db):
    """As whoever derives figures does: otherwise each might wait for what the other has."""
    till = Till()
    till.enrol()
    till.open()
    till.sell(1)
    Collector().take(till.batch())
    with CaptureQueriesContext(connection) as asked:
        Projector.from_settings().rebuild()
    said = [each["sql"] for each in asked if not each["sql"].startswith(("BEGIN", "SAVEPOINT"))]
    assert "FROM ingest_watermark ORDER BY device_id, epoch" in said[0]
