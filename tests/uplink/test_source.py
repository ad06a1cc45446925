"""The journal as the sender reads it: all of it, once, and what belongs to it."""

from __future__ import annotations

from contextlib import closing

import pytest

from appliance.journal.attachments import Attachment
from appliance.journal.entry import START, Watermark
from appliance.journal.store import Event, Journal
from appliance.uplink.source import JournalSource

SALE = "balie.sale.completed.v1"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def journal(file):
    with Journal.open(file, "shop-1") as journal:
        yield journal


@pytest.fixture
def source(journal, file):
    with closing(JournalSource(file)) as source:
        source.changed()
        yield source


def sell(journal, count=1, **more):
    return journal.append(*(Event(SALE, {"number": number}, **more) for number in range(count)))


def numbers(lines):
    return [line.sequence for line in lines]


def questions(source):
    asked = []
    source._reader._connection.set_trace_callback(asked.append)
    return asked


def test_without_a_journal_there_is_nothing_to_send(file):
    with closing(JournalSource(file)) as source:
        assert not source.changed()
        assert (source.entries(START, 5), source.attachments(()), source.head) == ((), [], START)


def test_it_reads_on_from_where_it_stopped_or_from_anywhere(journal, source):
    sell(journal, 9)
    source.changed()
    first = source.entries(START, 4)
    second = source.entries(first[-1].watermark, 4)
    assert numbers(first) == [1, 2, 3, 4]
    assert numbers(second) == [5, 6, 7, 8]
    assert numbers(source.entries(first[1].watermark, 3)) == [3, 4, 5]
    assert numbers(source.entries(START, 50)) == list(range(1, 11))
    assert [each.watermark for each in source.entries(START, 50)][-1] == journal.head


def test_at_the_end_it_asks_nothing_until_the_journal_changes(journal, source):
    *_, last = source.entries(START, 50)
    asked = questions(source)
    assert [source.entries(last.watermark, 50) for _ in range(5)] == [()] * 5
    assert not asked
    sell(journal, 2)
    assert source.changed()
    assert numbers(source.entries(last.watermark, 50)) == [2, 3]


def test_it_takes_the_desks_word_that_something_is_new(journal, source):
    *_, last = source.entries(START, 50)
    sell(journal)
    asked = questions(source)
    assert source.changed(told=True)
    assert not asked
    assert numbers(source.entries(last.watermark, 50)) == [2]


def test_what_is_written_while_it_reads_is_not_left_out(journal, source):
    read = source.entries(START, 1)
    sell(journal)  # nobody looked whether the journal changed
    read = [*read, *source.entries(read[-1].watermark, 50)]
    sell(journal)
    assert source.changed()
    assert numbers([*read, *source.entries(read[-1].watermark, 50)]) == [1, 2, 3]


def test_a_later_epoch_follows(journal, source):
    *_, last = source.entries(START, 50)
    journal.open_epoch("behind", Watermark(3, 7, "ab" * 32))
    source.changed()
    (opened,) = source.entries(last.watermark, 50)
    assert opened.place == (4, 1)
    assert source.entries(opened.watermark, 50) == ()


def test_what_is_attached_meanwhile_travels_too(journal, source):
    first = source.entries(START, 1)
    assert source.attachments(first) == []
    sell(journal)
    sell(journal, attachments=(Attachment("5f" * 16, "customer", bytes(16), b"Sanne"),))
    second = source.entries(first[-1].watermark, 50)
    assert numbers(second) == [2, 3]
    assert len(source.attachments(second)) == 1
    assert source.attachments(second[:1]) == []
    assert source.attachments(source.entries(START, 1)) == []
