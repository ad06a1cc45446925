"""What a sale costs in counts, which no other work on the machine can change."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from appliance.journal.batch import pack, unpack
from appliance.journal.entry import START, ZERO_HASH, Watermark
from appliance.journal.signing import generate
from appliance.journal.store import Journal
from appliance.journal.stream import Pace, Sender
from appliance.journal.topics import Leaf, topic
from appliance.uplink.backoff import Backoff
from appliance.uplink.loop import Uplink
from appliance.uplink.source import JournalSource
from appliance.uplink.state import LinkStore, Problem
from collector.ingest import checking, worker
from collector.ingest.receiving import Message
from collector.ingest.worker import Ingest
from tests.benchmarks.journal import sale
from tests.collector.till import Collector, Till

BACKLOG = 1000
DEVICE = "shop-1"


@pytest.fixture(params=["small", "sold"])
def journal(tmp_path, request):
    """A device that was away while it sold."""
    with Journal.open(tmp_path / "journal.db", DEVICE) as journal:
        for first in range(0, BACKLOG, 100):
            journal.append(*(sale(first + number, request.param) for number in range(100)))
    source = JournalSource(tmp_path / "journal.db")
    source.changed()
    yield source
    source.close()


def catch_up(source):
    """Let a sender catch up with a collector that answers every batch; return what it sent."""
    packed = partial(pack, stream="journal", device=DEVICE, signer=generate())
    sender, sent = Sender(source, packed, pace=Pace()), []
    now = 0.0
    sender.connected(now)
    while sender.acked != source.head:
        going = []
        while (payload := sender.due(now)) is not None:
            going.append(payload)
        for payload in going:
            sent.append(payload)
            sender.acknowledge(unpack(payload).watermark, now)
    assert sender.due(now) is None
    assert sender.deadline() - now >= Pace().probe_s  # idle, it wants nothing for so long
    return sent


def test_a_backlog_takes_one_message_for_fifty_entries_and_none_twice(journal):
    sent = catch_up(journal)
    batches = [unpack(payload) for payload in sent]
    assert len(sent) == -(-journal.head.sequence // 50)
    assert [batch.first for batch in batches] == list(range(1, journal.head.sequence + 1, 50))
    assert sum(batch.count for batch in batches) == journal.head.sequence


def test_a_backlog_is_a_fifth_of_its_bytes_on_the_wire(journal):
    raw = sum(len(entry.raw) for entry in journal.entries(START, BACKLOG))
    assert sum(map(len, catch_up(journal))) <= 0.2 * raw


def test_reading_a_batch_asks_the_journal_few_questions(journal):
    asked = []
    journal._reader._connection.set_trace_callback(asked.append)
    sent = catch_up(journal)
    assert len(asked) / len(sent) <= 3


@pytest.fixture
def syncs(monkeypatch):
    """Count the transactions of ingest: each is one wait for the disk."""
    counted = []
    store = worker.store
    monkeypatch.setattr(worker, "store", lambda *a, **b: counted.append(1) or store(*a, **b))
    return counted


def test_what_came_together_is_one_commit_and_one_ack_for_each_device(db, syncs):
    collector = Collector()
    tills = [Till(f"register-{number}") for number in range(1, 6)]
    messages = []
    for till in tills:
        till.enrol()
        till.open()
        for _ in range(9):
            till.sell(1)
    for number in range(1, 11):  # one entry a message, the devices in turn
        for till in tills:
            where = topic(till.device, Leaf.JOURNAL)
            messages.append(Message(where, till.batch(number, number), len(messages) + 1))
    collector.ingest.turn(messages)
    assert len(syncs) == 1
    for till in tills:
        assert [mark.sequence for mark in collector.broker.acks(till.device)] == [10]
    assert len(collector.broker.finished) == 50


@pytest.fixture
def checked(monkeypatch):
    """Count the signatures that ingest checks before it acknowledges; the rest is for idle time."""
    monkeypatch.setattr(Ingest, "_look_at_signatures", lambda _ingest: None)
    counted, verify = [], checking.verify
    monkeypatch.setattr(checking, "verify", lambda *a: counted.append(1) or verify(*a))
    return counted


def test_single_entries_that_came_together_take_one_signature_for_each_device(db, checked):
    collector = Collector()
    tills = [Till(f"register-{number}") for number in range(1, 6)]
    for till in tills:
        till.enrol()
        till.open()
        for _ in range(19):
            till.sell(1)
    collector.ingest.turn(
        [
            Message(topic(till.device, Leaf.JOURNAL), till.batch(number, number))
            for number in range(1, 21)
            for till in tills
        ]
    )
    assert len(checked) == 5
    assert [collector.broker.acks(till.device)[-1] for till in tills] == [t.head for t in tills]


def test_how_far_a_backlog_got_is_written_down_twenty_times_a_second(tmp_path):
    with closing(LinkStore.open(tmp_path / "uplink.db")) as link:
        written = []
        link._connection.set_trace_callback(lambda sql: written.append(sql == "commit"))
        sender = SimpleNamespace(unanswered_since=0.0)
        uplink = Uplink(SimpleNamespace(link=link, sender=sender, backoff=Backoff(lambda: 0.5)))
        state = link.state
        for number in range(1, 1001):
            mark = Watermark(1, number, ZERO_HASH)
            state = replace(state, acked=mark, remote=mark)
            if number == 1000:
                sender.unanswered_since = None  # nothing is on its way any more
            uplink._keep_in_time(state, 100 + number / 1000)
        assert sum(written) <= 21
        assert link.state == state
        sender.unanswered_since = 0.0
        trouble = replace(state, problem=Problem("unreachable", "No broker answers."))
        uplink._keep_in_time(trouble, 101)
        assert link.state == trouble  # what a person should know waits for nothing
