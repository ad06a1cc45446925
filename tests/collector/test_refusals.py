"""Whatever comes that should not: it is named, kept apart, and stops nobody."""

from __future__ import annotations

import zlib
from base64 import b64encode
from hashlib import sha256

import orjson
import pytest
from django.db import DataError

from appliance.journal.batch import pack, signed_text
from appliance.journal.entry import Watermark
from appliance.journal.signing import generate
from appliance.journal.topics import Leaf
from collector.desks.register.models import Sale
from collector.ingest import alarms, worker
from collector.ingest.models import Alarm, Device, Entry, Fork
from collector.ingest.projecting import Projector
from collector.ingest.standing import standings
from tests.collector.till import SALE, Till, pack_as, sale_data


def alarm() -> Alarm:
    return Alarm.objects.get()


def rewritten(payload: bytes, change) -> bytes:
    lines = zlib.decompress(payload).split(b"\n")
    return zlib.compress(b"\n".join(change(lines)))


def without_second_entry(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1], *lines[3:]]


def with_another_price(lines: list[bytes]) -> list[bytes]:
    return [lines[0], *(line.replace(b"399", b"199") for line in lines[1:])]


def with_entries_swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def with_half_a_line(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], lines[-1][: len(lines[-1]) // 2]]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda batch: batch[: len(batch) // 2],
        lambda batch: b"",
        lambda batch: b"hello",
        lambda batch: batch + b"x",
        lambda batch: zlib.compress(b"x" * (9 << 20)),
        lambda batch: rewritten(batch, without_second_entry),
        lambda batch: rewritten(batch, with_another_price),
        lambda batch: rewritten(batch, with_entries_swapped),
        lambda batch: rewritten(batch, with_half_a_line),
        lambda batch: rewritten(batch, lambda lines: [b"[]", *lines[1:]]),
    ],
)
def test_a_torn_batch_is_named_and_kept_as_evidence(collector, till, spoil):
    till.open()
    till.sell(1)
    till.sell(2)
    torn = spoil(till.batch())
    collector.take(torn)
    assert (alarm().kind, alarm().device) == ("torn", "register-2")
    assert bytes(alarm().evidence or b"") == torn[: 256 * 1024]
    assert not Entry.objects.exists()
    assert collector.broker.published == []
    collector.take(till.batch())
    assert collector.ack == till.head


def test_one_torn_batch_does_not_hold_up_the_others(collector, till):
    till.open()
    till.sell(1)
    collector.take(b"torn", till.batch(1, 1), b"\0\1", till.batch(2, 2))
    assert collector.ack == till.head
    assert {alarm.kind for alarm in Alarm.objects.all()} == {"torn"}


@pytest.mark.parametrize("signer", [None, generate()])
def test_a_batch_signed_by_a_stranger_is_forged(collector, till, signer):
    till.open()
    collector.take(till.batch(signer=signer))
    assert alarm().kind == "forged"
    assert not Entry.objects.exists()
    assert collector.broker.published == []


def test_a_batch_of_another_device_on_this_topic_is_forged(collector, till):
    other = Till("register-3")
    other.enrol()
    other.open()
    collector.take(other.batch())
    assert (alarm().kind, alarm().device) == ("forged", "register-2")
    assert not Entry.objects.exists()


def test_entries_that_speak_for_another_device_are_forged(collector, till):
    """The device's own key, but somebody else's entries inside."""
    other = Till("register-3")
    other.open()
    collector.take(pack_as(till, other.entries))
    assert alarm().kind == "forged"
    assert "/devices/register-3" in alarm().sentence


def test_a_directory_batch_on_the_journal_topic_is_forged(collector, till):
    till.open()
    collector.take(till.batch(stream="directory"))
    assert alarm().kind == "forged"


def test_a_stranger_is_named(collector, db):
    stranger = Till("register-9")
    stranger.open()
    collector.take(stranger.batch(), device="register-9")
    assert (alarm().kind, alarm().device) == ("stranger", "register-9")
    assert "device add" in alarm().sentence
    assert [(each.device, each.link, each.well) for each in standings()] == [
        ("register-9", "unknown", False)
    ]


def test_a_revoked_device_is_not_heard(collector, till):
    till.open()
    Device.objects.update(revoked=till.at)
    collector.take(till.batch())
    collector.take(b'{"link":"online"}', leaf=Leaf.STATUS)
    collector.take(Watermark(1, 1, "a" * 64).to_json(), leaf=Leaf.WANT)
    assert alarm().kind == "revoked"
    assert Device.objects.get().link == "offline"
    assert collector.broker.published == []


def test_a_device_whose_key_cannot_be_read(collector, till):
    till.open()
    Device.objects.update(public_key="no key")
    collector.take(till.batch())
    assert alarm().kind == "unreadable"
    assert "enrol it again" in alarm().sentence


@pytest.mark.parametrize("epoch", [2**31, 2**63])
def test_an_epoch_no_database_can_count_is_refused(collector, till, epoch):
    till.epoch = epoch
    till.open()
    collector.take(till.batch())
    assert alarm().kind == "torn"


@pytest.mark.parametrize("kind", ["x" * 101, "nul\0"])
def test_a_type_no_database_can_keep_is_refused(collector, till, kind):
    till.record(kind, {})
    collector.take(till.batch())
    assert alarm().kind == "torn"


def test_a_moment_outside_all_years_is_refused(collector, till):
    entry = till.open()
    raw = entry.raw.replace(entry.time.encode(), b"0001-01-01T00:00:00.000+10:00")
    forged = _signed(till, [raw])
    collector.take(forged)
    assert alarm().kind == "torn"
    assert "all years" in alarm().sentence


def _signed(till: Till, raws: list[bytes]) -> bytes:
    head = Watermark(till.epoch, len(raws), sha256(raws[-1]).hexdigest())
    header = {
        "balie": "batch 1",
        "stream": "journal",
        "device": till.device,
        "epoch": till.epoch,
        "first": 1,
        "count": len(raws),
        "head": head.hash,
        "signature": b64encode(till.key.sign(signed_text("journal", till.device, head))).decode(),
    }
    return zlib.compress(b"\n".join([orjson.dumps(header), *raws]))


@pytest.mark.parametrize(
    ("leaf", "payload"),
    [
        (Leaf.STATUS, b"not json"),
        (Leaf.STATUS, b"[]"),
        (Leaf.STATUS, b'{"link":"online","note":"\\u0000"}'),
        (Leaf.STATUS, b'{"x":"' + b"x" * 20000 + b'"}'),
        (Leaf.WANT, b"\xff"),
        (Leaf.WANT, b'{"epoch":-1,"sequence":0,"hash":""}'),
        (Leaf.WANT, orjson.dumps({"epoch": 2**31, "sequence": 1, "hash": "a" * 64})),
    ],
)
def test_a_word_on_the_side_that_makes_no_sense(collector, till, leaf, payload):
    collector.take(payload, leaf=leaf)
    assert alarm().kind == "unreadable"
    assert collector.broker.published == []


def test_the_same_complaint_is_counted_not_repeated(collector, till):
    for _ in range(3):
        collector.take(b"torn", b"torn")
    assert (Alarm.objects.count(), alarm().times) == (1, 6)
    Alarm.objects.update(settled=till.at)
    collector.take(b"torn")
    assert alarm().settled is None


def test_a_flood_of_different_complaints_fills_a_counter_not_the_disk(collector, till):
    messages = [b"torn %d" % number for number in range(40)]
    till.open()
    for number in range(55):
        collector.take(till.batch(signer=None), *messages)
        till.record("balie.filler.v1", {"number": number})
        till.entries = till.entries[-1:]
    kinds = [each.kind for each in Alarm.objects.all()]
    assert kinds.count("forged") <= alarms._MOST_OF_A_KIND + 1


def test_a_copied_card_is_seen_and_neither_history_is_lost(collector, till):
    till.open()
    till.sell(1)
    clone = till.fork()
    collector.take(till.batch())
    first, second = till.sell(1), clone.sell(3)
    clone.sell(2)
    till.sell(1)
    collector.take(till.batch(3, 3))
    collector.take(clone.batch(3, 4))
    collector.take(till.batch(4, 4))
    assert collector.ack == till.head
    assert bytes(Entry.objects.get(sequence=3).raw) == first.raw
    assert [(fork.sequence, bytes(fork.raw)) for fork in Fork.objects.order_by("sequence")] == [
        (3, second.raw),
        (4, clone.entries[3].raw),
    ]
    assert "copied" in alarm().sentence
    assert not standings()[0].well


def test_the_rightful_entries_find_their_places_free(collector, till):
    """The copy's entries come first, above a gap; the chain decides once the gap is filled."""
    till.open()
    collector.take(till.batch())
    clone = till.fork()
    for _ in range(4):
        till.sell(1)
        clone.sell(2)
    collector.take(clone.batch(3, 5))
    collector.take(till.batch(2, 2))
    assert collector.ack == till.entries[1].watermark
    collector.take(till.batch(3, 5))
    assert collector.ack == till.head
    assert sorted(Fork.objects.values_list("sequence", flat=True)) == [3, 4, 5]
    assert {bytes(fork.raw) for fork in Fork.objects.all()} == {
        entry.raw for entry in clone.entries[2:]
    }


def test_both_versions_in_one_turn(collector, till):
    till.open()
    clone = till.fork()
    till.sell(1)
    clone.sell(2)
    collector.take(till.batch(), clone.batch())
    assert collector.ack == till.head
    assert Fork.objects.get().hash == clone.head.hash


def test_a_forked_batch_that_comes_again_and_again_is_kept_once(collector, till):
    till.open()
    clone = till.fork()
    till.sell(1)
    clone.sell(2)
    for _ in range(3):
        collector.take(till.batch(), clone.batch())
    assert Fork.objects.count() == 1


def test_a_device_that_went_its_own_way_goes_on_in_a_new_epoch(collector, till):
    """What `balie.journal.opened.v1` says after a copied card learnt of the other's entries."""
    till.open()
    clone = till.fork()
    till.sell(1)
    till.sell(1)
    clone.sell(2)
    collector.take(till.batch())
    collector.take(clone.batch())
    after = Till(till.device, 2, till.key)
    after.open(
        reason="behind",
        after={"epoch": 1, "sequence": 2, "hash": clone.head.hash},
        above={"epoch": 1, "sequence": 3, "hash": till.head.hash},
    )
    collector.take(after.batch())
    assert collector.ack == after.head


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data.pop("totals"), "'totals' is missing"),
        (lambda data: data["lines"][0].pop("article"), "'article' is missing"),
        (lambda data: data.update(lines=7), "not iterable"),
        (lambda data: data.update(day="yesterday"), "yesterday"),
        (lambda data: data.update(completed="2026-11-22T10:00:00"), "no offset"),
        (lambda data: data.update(decimals=9), "decimals should be 0 to 6"),
        (lambda data: data["lines"][0].update(gross_minor=1), "come to"),
        (lambda data: data["totals"].update(net_minor=1), "come to"),
        (lambda data: data["payments"][0].update(amount_minor=1), "its payments come to 1"),
        (lambda data: data["lines"][0].update(rate_bp=9.0), "rate_bp should be a whole number"),
        (lambda data: data["lines"][0].update(line=True), "line should be a whole number"),
        (lambda data: data["lines"][0].update(quantity_milli=2**63), "quantity_milli"),
        (lambda data: data["lines"][0].update(name="x" * 201), "name should be a text of at most"),
        (lambda data: data["lines"][0].update(name="a\0b"), "NUL"),
        (lambda data: data["lines"][0].update(name=None), "name should be a text"),
        (lambda data: data["payments"][0].update(reference=7), "reference should be a text"),
    ],
)
def test_a_sale_that_is_none_is_kept_named_and_not_counted(collector, till, change, reason):
    till.open()
    data = sale_data(till, (1, 1))
    change(data)
    till.record(SALE, data)
    till.sell(1)
    collector.take(till.batch())
    assert collector.ack == till.head
    assert Sale.objects.count() == 1
    assert alarm().kind == "unreadable"
    assert "Entry 1.2" in alarm().sentence
    assert reason in alarm().sentence


def test_a_sale_recorded_twice_counts_once(collector, till):
    till.open()
    till.sell(1, uuid=7)
    till.sell(2, uuid=7)
    collector.take(till.batch())
    assert Sale.objects.get().sequence == 2
    assert alarm().kind == "doubled"
    assert "1.3" in alarm().sentence


def test_of_two_records_of_a_sale_the_earlier_counts_whichever_came_first(collector, till):
    later = Till(till.device, 2, till.key)
    later.open(after=None, above=None)
    later.sell(2, uuid=7)
    till.open()
    till.sell(1, uuid=7)
    collector.take(later.batch())
    assert Sale.objects.get().epoch == 2
    collector.take(till.batch())
    sale = Sale.objects.get()
    assert (sale.epoch, sale.lines.get().quantity_milli) == (1, 1000)
    assert alarm().kind == "doubled"


def test_a_batch_the_database_refuses_is_set_aside_alone(collector, till, monkeypatch):
    till.open()
    till.sell(1)
    bad = till.batch(2, 2)
    honest = worker.store

    def refusing(batches, complaints, *, now):
        if any(each.batch.first == 2 for each in batches):
            raise DataError("value out of range")
        return honest(batches, complaints, now=now)

    monkeypatch.setattr(worker, "store", refusing)
    collector.take(till.batch(1, 1), bad)
    assert collector.ack == till.entries[0].watermark
    assert bytes(alarm().evidence) == bad


def test_packing_nothing_is_no_way_in(collector, till):
    till.open()
    empty = pack(till.entries, stream="journal", device=till.device, signer=till.key)
    collector.take(rewritten(empty, lambda lines: lines[:1]))
    assert alarm().kind == "torn"


def test_figures_the_database_refuses_stop_nobody(collector, till, monkeypatch):
    def refuse(_projector, _place, **_more):
        raise DataError("value too long")

    monkeypatch.setattr(Projector, "follow", refuse)
    till.open()
    collector.take(till.batch())
    assert collector.ack == till.head
    assert "value too long" in alarm().sentence
    monkeypatch.undo()
    assert Projector.from_settings().behind() == {("register-2", 1)}
