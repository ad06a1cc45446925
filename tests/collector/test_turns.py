"""What a turn costs in statements and commits: counts that no busy machine can touch."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appliance.journal.topics import Leaf, topic
from collector.ingest import sql
from collector.ingest.models import Entry
from collector.ingest.receiving import Message
from tests.collector.till import Collector, Till

MOST_STATEMENTS = 12


@pytest.fixture
def collector(transactional_db) -> Collector:
    """A collector whose commits are real."""
    made = Collector()
    made.ingest._afterwards = lambda: None
    return made


def statements(collector: Collector, devices: int, batches: int) -> list[str]:
    """Let so many batches of each device wait, and list the statements of the turn."""
    messages = []
    for number in range(devices):
        till = Till(f"register-{devices}-{batches}-{number}")
        till.enrol()
        till.open()
        for _ in range(batches * 2 - 1):
            till.sell(1)
        name = topic(till.device, Leaf.JOURNAL)
        messages += [
            Message(name, till.batch(first, first + 1)) for first in range(1, batches * 2, 2)
        ]
    held = Entry.objects.count()
    with CaptureQueriesContext(connection) as captured:
        collector.ingest.turn(messages)
    assert Entry.objects.count() == held + devices * batches * 2
    return [each["sql"] for each in captured]


def test_a_turn_takes_as_many_statements_however_much_waits(collector):
    counts = {
        len(statements(collector, devices, batches))
        for devices, batches in ((2, 1), (8, 1), (1, 8), (4, 15))
    }
    # Where much waits, PostgreSQL is sent rows in another way, with as many statements.
    assert max(counts) - min(counts) <= 1, counts
    assert max(counts) <= MOST_STATEMENTS


def test_a_turn_is_one_commit(collector):
    said = statements(collector, 3, 5)
    assert [each for each in said if each.startswith("COMMIT")] == ["COMMIT"]


@pytest.mark.parametrize("count", [1, sql.AT_ONCE - 1, sql.AT_ONCE, 2 * sql.AT_ONCE + 3])
def test_any_number_of_rows_is_inserted(collector, count):
    till = Till()
    till.enrol()
    till.open()
    for _ in range(count - 1):
        till.record("balie.test.v1", {})
    collector.take(*(till.batch(first, first + 49) for first in range(1, count + 1, 50)))
    assert collector.ack == till.head
    assert Entry.objects.count() == count
