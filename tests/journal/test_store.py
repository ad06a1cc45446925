"""The journal's store: only appended to, all or none, by one writer."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from appliance.journal import schema
from appliance.journal.entry import START, ZERO_HASH, Watermark
from appliance.journal.errors import (
    EntryError,
    JournalAbsent,
    JournalDamaged,
    JournalForeign,
    JournalTaken,
)
from appliance.journal.store import Event, Journal, JournalReader
from appliance.journal.writer import JournalWriter
from tests.journal.conftest import NOON


def reopen(journal):
    journal.close()
    return Journal.open(journal.path, journal.device, clock=lambda: NOON)


def test_a_new_journal_opens_its_first_epoch(journal):
    (opened,) = journal.entries()
    assert opened.watermark == journal.head
    assert (opened.type, opened.previous) == ("balie.journal.opened.v1", ZERO_HASH)
    assert opened.data["epoch"] == 1
    assert opened.data["reason"] == "new"
    assert opened.data["device"] == "shop-1"


def test_entries_are_gapless_chained_and_survive_closing(journal):
    first, second = journal.append(Event("a", {"x": 1}), Event("b", {"y": [1, None, "é"]}))
    assert (first.sequence, second.sequence) == (2, 3)
    assert second.previous == first.hash
    with reopen(journal) as again:
        assert again.head == second.watermark
        (third,) = again.append(Event("c"))
        assert third.follows(second.watermark)
        assert [e.raw for e in again.entries()][1:] == [first.raw, second.raw, third.raw]


def test_an_event_brings_its_time_or_gets_the_clocks(journal):
    brought, given = journal.append(Event("a", time=NOON.replace(hour=9)), Event("b"))
    assert brought.time == "2026-11-22T09:00:00.000+00:00"
    assert given.time == "2026-11-22T12:00:00.000+00:00"
    with pytest.raises(EntryError, match="offset"):
        journal.append(Event("a", time=NOON.replace(tzinfo=None)))


def test_one_event_that_cannot_be_written_stops_all_of_its_call(journal):
    with pytest.raises(EntryError, match="cannot be written as JSON"):
        journal.append(Event("a"), Event("b", {"x": object()}))
    assert journal.head.sequence == 1
    assert journal.append(Event("a"))[0].sequence == 2


def test_nothing_recorded_is_nothing_written(journal):
    assert journal.append() == ()


def test_reading_from_a_place(journal):
    entries = journal.append(*(Event("t", {"n": n}) for n in range(10)))
    assert [e.sequence for e in journal.entries(entries[3].watermark, 3)] == [6, 7, 8]
    assert [line.raw for line in journal.lines(entries[7].watermark)] == [
        e.raw for e in entries[8:]
    ]
    assert [line.watermark for line in journal.lines(entries[7].watermark)] == [
        e.watermark for e in entries[8:]
    ]
    assert journal.count_above(entries[3].watermark) == 6
    assert journal.count_above(START) == 11
    assert journal.find(1, 5) == entries[3].watermark
    assert journal.find(1, 99) is None
    assert journal.find(2, 1) is None
    assert journal.find(0, 0) == START


def test_places_over_epochs(journal):
    journal.append(Event("t"), Event("t"))
    journal.open_epoch("behind", Watermark(4, 9, "a" * 64))
    last = journal.append(Event("t"))[0]
    assert str(last.watermark) == "5.2"
    assert journal.position(Watermark(1, 3, "")) == 3
    assert journal.position(Watermark(1, 99, "")) == 3
    assert journal.position(Watermark(3, 1, "")) == 3
    assert journal.position(Watermark(5, 1, "")) == 4
    assert journal.position(Watermark(9, 1, "")) == 5
    assert [str(e.watermark) for e in journal.entries(Watermark(1, 2, ""))] == ["1.3", "5.1", "5.2"]


@pytest.mark.parametrize(
    "statement",
    [
        "update entry set raw = x'00'",
        "update entry set epoch = 2",
        "delete from entry",
        "delete from entry where position = 2",
        "insert into entry values (9, 1, 9, x'')",
        "insert into entry values (3, 2, 3, x'')",
        "insert into entry values (3, 1, 4, x'')",
        "insert or replace into entry values (2, 1, 2, x'')",
        "insert into entry (epoch, sequence, raw) values (1, 3, x'')",
        "insert into epoch values (1, 3)",
        "insert into epoch values (2, 9)",
        "insert or replace into epoch values (1, 1)",
        "update epoch set first_position = 2",
        "delete from epoch",
        "insert into entry values (3, 1, 3, 'text')",
    ],
)
def test_sql_itself_refuses_everything_but_the_next_entry(journal, statement):
    journal.append(Event("t"))
    before = [e.raw for e in journal.entries()]
    with closing(sqlite3.connect(journal.path)) as other, pytest.raises(sqlite3.IntegrityError):
        other.execute(statement)
    assert [e.raw for e in journal.entries()] == before


def test_another_devices_journal_is_refused(journal):
    journal.close()
    with pytest.raises(JournalForeign, match="belongs to /devices/shop-1"):
        Journal.open(journal.path, "shop-2")


@pytest.mark.parametrize("name", ["", "Shop", "shop.1", "shop/1", "-shop", "shop-", "a" * 64, "+"])
def test_a_device_has_a_name_that_fits_in_a_topic(tmp_path, name):
    with pytest.raises(ValueError, match="lower-case"):
        Journal.open(tmp_path / "journal.db", name)


def test_another_programs_database_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / "journal.db")) as other:
        other.execute("create table a(b)")
    with pytest.raises(JournalForeign, match="is not a Balie journal"):
        Journal.open(tmp_path / "journal.db", "shop-1")
    with pytest.raises(JournalForeign):
        JournalReader.open(tmp_path / "journal.db")


def test_a_later_version_is_refused(journal):
    journal._connection.execute(f"pragma user_version = {schema.VERSION + 1}")
    journal.close()
    with pytest.raises(JournalForeign, match=f"version {schema.VERSION + 1}"):
        Journal.open(journal.path, "shop-1")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "journal.db").write_bytes(b"hello, this is no database at all" * 100)
    with pytest.raises(JournalDamaged, match=r"journal\.db is damaged"):
        Journal.open(tmp_path / "journal.db", "shop-1")


def test_a_start_that_was_cut_short_is_made_good(tmp_path):
    with closing(sqlite3.connect(tmp_path / "journal.db")) as cut:
        schema.create(cut)
    with pytest.raises(JournalAbsent):
        JournalReader.open(tmp_path / "none.db")
    with Journal.open(tmp_path / "journal.db", "shop-1") as journal:
        assert str(journal.head) == "1.1"
    (tmp_path / "empty.db").touch()
    with pytest.raises(JournalAbsent, match="still empty"):
        JournalReader.open(tmp_path / "empty.db")


def test_two_writers_never_mix(journal):
    with Journal.open(journal.path, "shop-1") as second:
        journal.append(Event("a"))
        with pytest.raises(JournalTaken, match="let only one desk run"):
            second.append(Event("b"))
    assert [e.type for e in journal.entries()][1:] == ["a"]
    assert journal.append(Event("c"))[0].sequence == 3


def test_a_reader_beside_the_writer(journal):
    with JournalReader.open(journal.path) as reader:
        assert reader.changed(), "at first everything is new"
        assert not reader.changed()
        journal.append(Event("a"))
        assert reader.changed()
        assert reader.head == journal.head
        with pytest.raises(sqlite3.OperationalError):
            reader._connection.execute("delete from entry")
    reader.close()


def test_a_replaced_device_begins_above_what_was_used(tmp_path):
    with Journal.open(tmp_path / "journal.db", "shop-1", first_epoch=7) as journal:
        assert str(journal.head) == "7.1"
        assert journal.reconcile(Watermark(6, 412, "a" * 64)) is None


def test_reconcile_leaves_a_sound_journal_alone(journal):
    first = journal.append(Event("a"), Event("b"))[0]
    assert journal.reconcile(None) is None
    assert journal.reconcile(START) is None
    assert journal.reconcile(first.watermark) is None
    assert journal.reconcile(journal.head) is None
    assert journal.head.epoch == 1


@pytest.mark.parametrize(
    ("remote", "reason", "epoch"),
    [
        (Watermark(1, 9, "a" * 64), "behind", 2),
        (Watermark(3, 1, "a" * 64), "behind", 4),
        (Watermark(1, 2, "a" * 64), "diverged", 2),
    ],
)
def test_reconcile_opens_an_epoch_above_what_the_collector_holds(journal, remote, reason, epoch):
    journal.append(Event("a"), Event("b"))
    before = journal.head
    opened = journal.reconcile(remote)
    assert opened.data["reason"] == reason
    assert opened.data["after"] == {"epoch": 1, "sequence": 3, "hash": before.hash}
    assert opened.data["above"]["sequence"] == remote.sequence
    assert journal.head == opened.watermark == Watermark(epoch, 1, opened.hash)
    assert journal.reconcile(remote) is None, "once is enough"
    with reopen(journal) as again:
        assert again.append(Event("c"))[0].watermark.place == (epoch, 2)


def test_a_collector_that_lies_cannot_use_up_the_epochs(journal):
    assert journal.reconcile(Watermark(2**52, 1, "a" * 64)) is None
    assert journal.reconcile(Watermark(5000, 1, "a" * 64)) is None
    assert journal.head.epoch == 1


def test_a_file_damaged_under_a_reader_is_said(journal):
    journal.append(*(Event("t", {"x": "a" * 900}) for _ in range(200)))
    journal.close()
    content = bytearray(journal.path.read_bytes())
    content[60_000:150_000] = bytes(90_000)
    journal.path.write_bytes(content)
    with JournalReader.open(journal.path) as reader, pytest.raises(JournalDamaged):
        list(reader.entries())


def test_the_writer_answers_through_futures_in_order(journal):
    poked = []
    with JournalWriter(journal, on_commit=lambda: poked.append(journal.head.sequence)) as writer:
        futures = [writer.submit(Event("t", {"n": n})) for n in range(20)]
        wrong = writer.submit(Event("t", {"n": object()}))
        after = writer.submit(Event("t", {"n": 20}))
        assert [f.result()[0].sequence for f in futures] == list(range(2, 22))
        assert isinstance(wrong.exception(), EntryError)
        assert after.result()[0].sequence == 22
        assert writer.reconcile(Watermark(1, 99, "a" * 64)).result().watermark.epoch == 2
        assert writer.reconcile(None).result() is None
    assert poked == [*range(2, 23), 1]
    writer.close()
    with JournalReader.open(journal.path) as reader:
        assert reader.head.place == (2, 1)


def test_the_writer_takes_events_from_many_threads(journal):
    with JournalWriter(journal) as writer:

        def sell():
            for _ in range(25):
                writer.submit(Event("t", {"by": threading.get_ident()}))

        threads = [threading.Thread(target=sell) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with JournalReader.open(journal.path) as reader:
        reader.check_tail("/devices/shop-1")
        assert reader.head.sequence == 101


def test_the_log_is_copied_into_the_file_in_idle_moments(journal, monkeypatch):
    monkeypatch.setattr("appliance.journal.store._TIDY_COMMITS", 10)
    size = journal.path.stat().st_size
    with JournalWriter(journal) as writer:
        for _ in range(10):
            writer.submit(Event("t", {"x": "a" * 1000})).result()
        writer.submit(Event("t")).result()
        assert journal.path.stat().st_size > size
