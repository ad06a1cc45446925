"""A device lets its oldest entries go, says so, and lets nothing else go."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.journal.attachments import Attachment
from appliance.journal.entry import START, Watermark
from appliance.journal.errors import JournalTaken
from appliance.journal.prune import ALWAYS_KEPT, AT_LEAST, AT_ONCE, PRUNED, Carried, Plan
from appliance.journal.reader import JournalReader
from appliance.journal.sender import Sender
from appliance.journal.store import Event
from appliance.journal.verify import verify
from tests.archive.device import SALE_MINOR, Device


@pytest.fixture
def device(tmp_path):
    device = Device(tmp_path)
    yield device
    device.journal.close()


@pytest.fixture
def old(device):
    """A year ago: 1,500 sales."""
    device.sell(1499)
    return device


class TestWhatMayGo:
    def test_everything_that_is_acknowledged_archived_and_old_but_the_last_hundred(self, old):
        gone = old.prune()
        said = old.journal.head.sequence - 1500
        assert gone == 1500 - ALWAYS_KEPT + said - 1
        assert len(old.kept()) == ALWAYS_KEPT + 1

    def test_at_most_some_at_once(self, old):
        assert old.plan().until == old.mark(AT_ONCE)

    def test_not_for_a_few(self, old):
        assert old.plan(archived=[old.mark(AT_LEAST - 1)]) is None
        assert old.plan(archived=[old.mark(AT_LEAST)]).until == old.mark(AT_LEAST)

    def test_nothing_that_is_not_acknowledged(self, old):
        old.prune(acked=old.mark(300))
        assert old.kept()[0] == 301

    def test_nothing_where_the_collector_acknowledged_something_else(self, old):
        assert old.plan(acked=Watermark(1, 300, "ab" * 32)) is None
        assert old.plan(acked=START) is None

    def test_nothing_that_is_not_archived(self, old):
        old.prune(archived=[old.mark(300)])
        assert old.kept()[0] == 301
        assert old.plan(archived=[]) is None

    def test_nothing_where_the_collector_archived_something_else(self, old):
        assert old.plan(archived=[replace(old.mark(300), hash="ab" * 32)]) is None
        assert old.plan(archived=[Watermark(2, 300, old.mark(300).hash)]) is None

    def test_nothing_that_is_young(self, old):
        days = (old.now - timedelta(minutes=10) * 1000).date()
        later = timedelta()
        keep = (old.now.date() - days).days
        old.prune(days=keep, later=later)
        first = next(old.journal.entries())
        assert first.time[:10] == days.isoformat()
        assert old.kept()[0] > 300
        assert old.plan(days=keep + 1, later=later) is None

    def test_nothing_above_a_place_where_somebody_still_reads(self, old):
        old.prune(keep_from=[old.mark(700), old.mark(200)])
        assert old.kept()[0] == 201

    def test_nothing_while_the_clock_is_behind(self, old):
        assert old.plan(later=timedelta(days=-400), days=1) is None

    def test_entries_of_a_clock_that_was_ahead_go_with_those_around_them(self, device):
        device.sell(200)
        device.now += timedelta(days=9000)
        device.sell(5)
        device.now -= timedelta(days=9000)
        device.sell(300)
        device.prune()
        assert device.kept()[0] > 206

    def test_an_epoch_only_after_all_of_the_one_before(self, device):
        last = device.sell(300)
        device.journal.open_epoch("behind", Watermark(1, 400, "ab" * 32))
        head = device.sell(400)
        assert device.plan(archived=[head]) is None
        device.prune(archived=[device.mark(200), head])
        assert next(device.journal.entries()).sequence == 201
        assert device.plan(archived=[device.mark(300), head]).until == device.mark(300)
        device.prune(archived=[last, head])
        assert next(device.journal.entries()).epoch == 2


class TestWhatItSays:
    def test_it_says_so_in_the_chain(self, old):
        until = old.mark(AT_ONCE)
        old.journal.prune(old.plan())
        said = old.journal.last
        assert said.type == PRUNED
        assert (said.data["epoch"], said.data["sequence"]) == until.place
        assert said.data["hash"] == until.hash
        assert old.journal.pruned == until
        assert next(old.journal.entries()).previous == until.hash

    def test_receipt_numbers_turnover_and_open_payments_are_carried_on(self, device):
        device.sell(60)
        device.sell(2, register="3")
        device.sell(minor=-500)
        for number in range(3):
            asked = {
                "attempt": f"{number:032x}",
                "sale": "ab" * 16,
                "tender": "card_terminal",
                "amount_minor": 100,
                "currency": "EUR",
            }
            device.journal.append(Event("balie.payment.attempted.v1", asked))
        for number, outcome in ((0, "approved"), (1, "unknown")):
            answer = {"attempt": f"{number:032x}", "outcome": outcome}
            device.journal.append(Event("balie.payment.resulted.v1", answer))
        device.sell(ALWAYS_KEPT - 1)
        device.journal.prune(device.plan())
        first = Carried.from_data(device.journal.last.data)
        device.sell(200)
        device.prune()
        second = Carried.from_data(device.journal.last.data)
        assert first.numbers == {"2": 63, "3": 62}
        assert set(first.unanswered) == {f"{number:032x}" for number in (1, 2)}
        assert first.turnover["EUR", 2] == {
            "sales": 62,
            "returns": 1,
            "sales_minor": 62 * SALE_MINOR,
            "returns_minor": -500,
        }
        assert second.entries == device.journal.first_position - 1
        assert second.numbers["2"] > 63
        assert second.numbers["3"] == 62
        assert second.unanswered == first.unanswered
        kept = sum(entry.type == "balie.sale.completed.v1" for entry in device.journal.entries())
        sums = second.turnover["EUR", 2]
        assert sums["sales"] + sums["returns"] + kept == device.number

    def test_an_entry_whose_facts_cannot_be_carried_stays(self, device):
        device.sell(50)
        device.journal.append(Event("balie.sale.completed.v1", {"register": "2"}))
        device.sell(200)
        device.prune()
        assert device.kept()[0] == 52


class TestWhatIsLeft:
    def test_it_verifies_after_every_step(self, old):
        head = old.journal.head
        while (found := old.plan(acked=head, archived=[head])) is not None:
            old.journal.prune(found)
            report = verify(old.path)
            assert report.is_sound, report.text()
            assert report.gaps == 0
            assert str(found.until) in report.text()

    def test_a_beginning_that_goes_further_than_was_said_is_found(self, old):
        old.journal.prune(old.plan())
        old.journal.close()
        with sqlite3.connect(old.path) as connection:
            connection.execute("drop trigger entry_is_kept")
            connection.execute("delete from entry where sequence <= ?", (AT_ONCE + 7,))
        report = verify(old.path)
        assert {(each.kind, each.place) for each in report.findings} >= {
            ("removed", f"1.{AT_ONCE + 1}")
        }
        assert report.gaps == 7

    def test_it_goes_on_where_it_was(self, old):
        head = old.journal.head
        old.prune()
        old.journal.close()
        old.journal = old.open()
        assert old.sell().sequence == old.journal.head.sequence > head.sequence
        assert old.journal.position(old.journal.head) == old.journal.head.sequence
        assert old.journal.count_above(head) == old.journal.head.sequence - head.sequence

    def test_readers_know_what_was_pruned(self, old):
        deep, last = old.mark(3), old.mark(AT_ONCE)
        old.journal.prune(old.plan())
        with JournalReader.open(old.path) as reader:
            assert reader.find(*deep.place) is None
            assert reader.knows(deep)
            assert reader.knows(last)
            assert reader.knows(reader.head)
            assert not reader.knows(replace(last, hash="ab" * 32))
            assert not reader.knows(replace(reader.head, hash="ab" * 32))
            assert reader.knows(START)

    def test_no_new_epoch_is_opened_for_a_collector_that_was_put_back_far(self, old):
        from appliance.journal.word import Word  # noqa: PLC0415 - of this test alone

        word = Word(old.mark(3), ())
        old.journal.prune(old.plan())
        assert old.journal.meet(word) is None
        assert old.journal.reconcile(word.watermark) is None

    def test_the_sender_sends_such_a_collector_all_that_is_left(self, old):
        deep = old.mark(3)
        old.journal.prune(old.plan())
        sender = Sender(
            old.journal,
            lambda run: b" ".join(b"%d" % each.sequence for each in run),
            acked=old.journal.head,
            pruned=lambda: old.journal.pruned,
        )
        sender.connected(0.0)
        sender.acknowledge(deep, 0.0)
        assert sender.stranger is None
        assert sender.due(10.0).split()[0] == b"%d" % (AT_ONCE + 1)


class TestTheTablesRefuse:
    @pytest.mark.parametrize(
        "sql",
        [
            "delete from entry where position = 1500",
            "delete from entry where position = 501",
            "delete from entry",
            "insert into pruned values (700, 1501)",
            "insert or replace into pruned values (500, 1501)",
            "insert into pruned values (1400, 1501)",
            "update pruned set position = 1400",
            "delete from pruned",
            "delete from epoch",
        ],
    )
    def test_every_other_removal(self, old, sql):
        old.journal.prune(old.plan())
        with pytest.raises(sqlite3.IntegrityError):
            old.journal._connection.execute(sql)
        assert verify(old.path).is_sound

    def test_a_plan_of_something_that_is_not_there(self, old):
        found = old.plan()
        head = old.journal.head
        wrong = Plan(found.until, {**found.data, "sequence": 499})
        with pytest.raises(JournalTaken):
            old.journal.prune(wrong)
        assert old.journal.head == head
        assert old.kept()[0] == 1
        old.journal.prune(found)
        with pytest.raises(JournalTaken):
            old.journal.prune(found)
        assert verify(old.path).is_sound

    def test_an_announcement_that_is_not_the_last_entry(self, old):
        data = old.plan().data
        old.journal.append(Event(PRUNED, data))
        old.sell()
        with pytest.raises(sqlite3.IntegrityError):
            old.journal._connection.execute("insert into pruned values (500, 1501)")


def test_attachments_go_with_their_entries_and_leave_no_copy(device):
    secret = b"Sanne de Vries, Dorpsstraat 1"
    attachment = Attachment("ab" * 16, "customer", b"s" * 16, secret)
    device.journal.append(Event("balie.test.v1", {}, None, (attachment,)))
    device.sell(400)
    device.prune()
    ((left,),) = device.journal._connection.execute("select count(*) from attachment")
    assert left == 0
    device.journal._connection.execute("pragma wal_checkpoint(truncate)")
    assert secret not in device.path.read_bytes()


def test_the_file_stops_growing(device):
    sizes = []
    for _ in range(6):
        device.sell(600)
        device.prune()
        device.journal._connection.execute("pragma wal_checkpoint(truncate)")
        sizes.append(device.path.stat().st_size)
    assert max(sizes[2:]) <= sizes[1] * 1.05
