"""Old entries leave the database as files that prove themselves, and nothing else changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from appliance.journal.archive import prove, read_text
from appliance.journal.batch import pack
from collector.archive import archiving, clearing
from collector.archive.archiving import ArchiveTaken, only_run_in
from collector.archive.models import Archive
from collector.ingest.models import Alarm, Entry, Fork, Signature, Watermark
from collector.ingest.projecting import Projector
from collector.ingest.standing import standings
from tests.archive.conftest import TOMORROW, exports
from tests.collector.till import Till

pytestmark = pytest.mark.django_db


def entries_in(path):
    return [line for line in read_text(path) if line.startswith(b'{"specversion"')]


def spans():
    return [(each.first, each.last) for each in Archive.objects.order_by("device", "first")]


def test_entries_move_into_a_file_that_proves_itself(sold, run, folder):
    (made,) = run().archives
    assert [path.name for path in folder.glob("*.balie")] == ["register-2-1-1-301.balie"]
    proof = prove(folder / made.file, sold.key.public_key())
    assert proof.span.until == sold.head
    assert entries_in(folder / made.file) == [entry.raw for entry in sold.entries]
    assert not Entry.objects.exists()
    assert (made.cleared, made.first, made.last) == (301, 1, 301)


def test_a_fifth_of_the_bytes_is_left_and_of_the_records_a_thirtieth(sold, run):
    (made,) = run().archives
    assert made.raw_size == sum(len(entry.raw) for entry in sold.entries)
    assert made.size <= 0.2 * made.raw_size
    recorded = sum(len(piece.hashes) + 100 for piece in made.pieces.all())
    assert recorded <= made.raw_size / 30


def test_nothing_is_archived_before_its_day(sold, run):
    assert run(datetime.now(UTC) - timedelta(days=1)).archives == []
    assert Entry.objects.count() == 301


def test_only_what_came_before_the_day_goes(sold, run):
    Entry.objects.filter(sequence__lte=120).update(received=datetime(2026, 1, 1, tzinfo=UTC))
    run(datetime(2026, 2, 1, tzinfo=UTC))
    # The last of them whose hash the device signed: batches were 50 long.
    assert spans() == [(1, 100)]
    assert min(Entry.objects.values_list("sequence", flat=True)) == 101


def test_the_next_run_goes_on_where_the_last_one_ended(sold, run):
    Entry.objects.filter(sequence__lte=100).update(received=datetime(2026, 1, 1, tzinfo=UTC))
    run(datetime(2026, 2, 1, tzinfo=UTC))
    run()
    assert run().archives == []
    assert spans() == [(1, 100), (101, 301)]


def test_nothing_above_the_watermark_is_archived(collector, till, run):
    till.open()
    for _ in range(20):
        till.sell()
    collector.take(till.batch(1, 10), till.batch(12))
    run()
    assert spans() == [(1, 10)]
    assert Entry.objects.count() == 10


def test_nothing_goes_that_the_figures_have_not_followed(sold, run):
    Watermark.objects.update(projected=150)
    run()
    assert spans() == [(1, 150)]


def test_forks_stay_where_they_are(collector, till, run):
    till.open()
    till.sell()
    other = till.fork()
    till.sell(2)
    other.sell(3)
    collector.take(till.batch())
    collector.take(other.batch())
    run()
    assert Fork.objects.get().hash == other.head.hash
    assert Signature.objects.filter(hash=other.head.hash).exists()


def test_the_last_signature_stays_and_the_others_go_with_their_entries(sold, run):
    run()
    assert list(Signature.objects.values_list("sequence", flat=True)) == [301]


def test_long_journals_are_cut_into_files(sold, run, monkeypatch):
    monkeypatch.setattr(archiving, "ENTRIES_IN_A_FILE", 120)
    monkeypatch.setattr(clearing, "ROWS_IN_A_STEP", 30)
    run()
    assert spans() == [(1, 100), (101, 200), (201, 301)]


def test_each_device_and_epoch_has_files_of_its_own(sold, collector, run, db):
    other = Till(device="register-3")
    other.enrol()
    other.open()
    collector.take(other.batch(), device="register-3")
    later = Till(epoch=2, key=sold.key)
    later.open(after={"epoch": 1, "sequence": 301, "hash": sold.head.hash}, above=None)
    collector.take(later.batch())
    run(device="register-2")
    assert {each.file for each in Archive.objects.all()} == {
        "register-2-1-1-301.balie",
        "register-2-2-1-1.balie",
    }
    run()
    assert Archive.objects.filter(device="register-3").count() == 1


def test_a_repeat_of_archived_entries_changes_nothing(sold, collector, run):
    run()
    before = exports(), Signature.objects.count()
    collector.take(sold.batch(1, 50), sold.batch(60, 75))
    assert (exports(), Signature.objects.count()) == before
    assert not Entry.objects.exists()
    assert not Fork.objects.exists()
    assert not Alarm.objects.exists()
    assert collector.ack == sold.head


def test_a_batch_that_is_archived_in_part_is_stored_in_the_other(sold, collector, run):
    run()
    for _ in range(20):
        sold.sell()
    collector.take(sold.batch(290))
    assert collector.ack == sold.head
    assert Entry.objects.count() == 20
    assert not Fork.objects.exists()


def test_another_history_below_the_archive_is_a_fork(sold, collector, run):
    run()
    clone = Till(key=sold.key, entries=sold.entries[:120], number=999)
    for _ in range(10):
        clone.sell(3)
    collector.take(clone.batch(100))
    assert sorted(Fork.objects.values_list("sequence", flat=True)) == list(range(121, 131))
    assert Alarm.objects.get().kind == "fork"
    assert not Entry.objects.exists()
    assert collector.ack == sold.head


def test_what_comes_after_the_archive_follows_it(sold, collector, run):
    run()
    sold.sell()
    collector.take(sold.batch(302))
    assert collector.ack == sold.head
    (standing,) = standings()
    assert (standing.sequence, standing.gaps, standing.forks) == (302, 0, 0)


def test_a_later_epoch_still_ties_in_when_its_beginning_is_archived(sold, collector, run):
    later = Till(epoch=2, key=sold.key)
    later.open(after={"epoch": 1, "sequence": 301, "hash": sold.head.hash}, above=None)
    collector.take(later.batch())
    assert collector.ack == later.head
    run()
    later.sell()
    collector.take(later.batch(2))
    assert collector.ack == later.head


def test_figures_are_derived_anew_from_the_files_byte_for_byte(sold, collector, run, monkeypatch):
    monkeypatch.setattr(archiving, "ENTRIES_IN_A_FILE", 120)
    before = exports()
    Entry.objects.filter(sequence__lte=260).update(received=datetime(2026, 1, 1, tzinfo=UTC))
    run(datetime(2026, 2, 1, tzinfo=UTC))
    assert spans()[-1] == (201, 250)
    Projector.from_settings().rebuild()
    assert exports() == before
    sold.sell()
    collector.take(sold.batch(302))
    after = exports()
    run()
    Projector.from_settings().rebuild()
    assert exports() == after != before


def test_two_runs_do_not_work_in_one_folder(sold, run, folder):
    with only_run_in(folder), pytest.raises(ArchiveTaken, match="let it finish"):
        run()


def test_a_broken_chain_in_the_database_is_refused_in_words(sold, run):
    entry = Entry.objects.get(sequence=120)
    Entry.objects.filter(sequence=120).update(raw=bytes(entry.raw).replace(b"p1", b"p2"))
    (sentence,) = run().refused
    assert "altered after entry 1.0" in sentence or "1.121 does not follow 1.120" in sentence
    assert Entry.objects.count() == 301
    assert not Archive.objects.exists()


def test_other_devices_are_archived_though_one_is_refused(sold, collector, run, db):
    other = Till(device="register-3")
    other.enrol()
    other.open()
    collector.take(other.batch(), device="register-3")
    Signature.objects.filter(device="register-2").update(signature="AAAA")
    result = run()
    assert [each.device_id for each in result.archives] == ["register-3"]
    assert "register-2" in result.refused[0]


def test_a_stretch_without_signatures_is_refused_in_words(collector, till, run):
    till.open()
    for _ in range(1200):
        till.record("balie.test.v1", {})
    for first in range(1, 1202, 600):
        collector.take(
            pack(
                till.entries[first - 1 : first + 599],
                stream="journal",
                device=till.device,
                signer=till.key,
            )
        )
    Signature.objects.exclude(sequence=1201).delete()
    (sentence,) = run(TOMORROW).refused
    assert "should be signed" in sentence
    assert Entry.objects.count() == 1201
