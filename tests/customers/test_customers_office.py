"""The office gathers customers, merges them visibly, tells every device, and erases them."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
from django.db import connection

from collector.attachments.ordering import erase
from collector.customers import doubles, editing
from collector.customers.models import Change, Customer, Merge, Travelling
from collector.customers.standing import settle, whole
from collector.customers.taking_along import everything_about
from collector.directory.editing import open_epoch
from collector.directory.models import DirectoryEntry
from collector.ingest.projecting import Projector
from tests.customers.counters import Device

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
EVA = {"name": "Eva Smit", "phone": "+31655555555"}


@pytest.fixture
def device(tmp_path):
    return Device(tmp_path, "register-2")


def customer(id_):
    return whole(Customer.objects.get(pk=id_))


class TestGathering:
    def test_a_customer_of_one_register_is_found_at_the_other(self, two, collector, device):
        one, _ = two
        eva = one.say(**EVA, consents={"news": True})
        one.sell_to(eva, earned=7)
        one.send(collector)
        device.follow(collector)
        assert device.names("smit") == device.names("0655555555") == ["Eva Smit"]
        row = device.customers.get(eva)
        assert row.points == 7
        assert [(each.purpose, each.given) for each in row.consents] == [("news", True)]
        assert row.counted == {"register-2": (1, 3)}

    def test_the_log_says_nothing_of_anybody(self, two, collector):
        one, _ = two
        one.say(**EVA, email="eva@example.nl")
        one.send(collector)
        said = b"".join(bytes(raw) for raw in DirectoryEntry.objects.values_list("raw", flat=True))
        assert b"balie.customer.told.v1" in said
        for word in (b"Eva", b"Smit", b"655555555", b"example.nl"):
            assert word not in said

    def test_what_two_registers_say_of_one_is_laid_together_part_by_part(
        self, two, collector, device
    ):
        one, other = two
        eva = one.say(**EVA)
        one.send(collector)
        one.say(eva, phone="+31611111111")
        other.at = one.at
        other.say(eva, email="eva@example.nl")
        other.send(collector)
        one.send(collector)
        device.follow(collector)
        profile = device.customers.get(eva).profile
        assert (profile.phone, profile.email) == ("+31611111111", "eva@example.nl")
        assert profile.name == "Eva Smit"

    def test_entries_that_come_twice_and_a_rebuild_change_nothing(self, two, collector):
        one, other = two
        eva = one.say(**EVA)
        one.sell_to(eva, earned=7)
        other.sell_to(eva, earned=3, spent=100)
        one.send(collector)
        other.send(collector)
        before = list(Customer.objects.values()), DirectoryEntry.objects.count()
        one.send(collector)
        Projector.from_settings().rebuild()
        assert (list(Customer.objects.values()), DirectoryEntry.objects.count()) == before
        assert customer(eva).points == -90

    def test_a_new_epoch_says_everybody_again(self, two, collector, device):
        one, _ = two
        one.say(**EVA)
        one.send(collector)
        device.follow(collector)
        open_epoch()
        device.follow(collector)
        assert device.names("eva") == ["Eva Smit"]

    def test_many_customers_travel_in_messages_of_a_size(self, two, collector, device):
        one, _ = two
        for number in range(60):
            one.say(name=f"Person {number:03}", phone=f"+3161000{number:04}")
        one.send(collector)
        device.follow(collector)
        assert len(device.names("person")) == 30
        assert device.names("0610000059") == ["Person 059"]


class TestMerging:
    def test_one_person_met_twice_offline_is_merged_by_rule_and_devices_follow(
        self, two, collector, device
    ):
        one, other = two
        first = one.say(**EVA, cards=["2600000000017"])
        other.at = one.at
        second = other.say(name="EVA SMIT", phone="+31655555555", email="eva@example.nl")
        one.sell_to(first, earned=10)
        other.sell_to(second, earned=5)
        one.send(collector)
        other.send(collector)
        (merged,) = Merge.objects.all()
        assert (merged.kept, merged.gone) == (first, second)
        assert (merged.why, merged.by) == ("name_phone", "")
        device.follow(collector)
        row = device.customers.get(second)
        assert row.id == first
        assert row.points == 15
        assert row.profile.email == "eva@example.nl"
        assert row.profile.cards == ("2600000000017",)
        assert row.counted == {"register-2": (1, 3), "register-3": (1, 3)}
        assert device.names("eva") == ["Eva Smit"]

    def test_a_merge_is_undone_and_nothing_was_lost(self, two, collector, device):
        one, other = two
        first = one.say(**EVA)
        other.at = one.at
        second = other.say(**EVA, email="eva@example.nl")
        other.sell_to(second, earned=5)
        one.send(collector)
        other.send(collector)
        doubles.undo(Merge.objects.get(), by="mieke", now=NOW)
        device.follow(collector)
        assert device.customers.get(first).profile.email == ""
        assert device.customers.get(second).points == 5
        one.say(first, company="Smit B.V.")
        one.send(collector)
        assert Merge.objects.get().undone == NOW, "never merged by rule again"
        assert Customer.objects.get(pk=second).merged_into == ""
        with pytest.raises(doubles.NotMergeable):
            doubles.undo(Merge.objects.get(), by="mieke", now=NOW)

    def test_two_that_are_worked_out_in_one_turn_are_merged_once(self, two, collector):
        one, _ = two
        one.say(**EVA)
        one.say(**EVA)
        one.send(collector)
        assert Merge.objects.count() == 1

    def test_only_a_number_in_common_waits_for_a_person(self, two, collector, device):
        one, _ = two
        eva, sam = one.say(**EVA), one.say(name="Sam Smit", phone=EVA["phone"])
        one.send(collector)
        (pair,) = doubles.proposals(10)
        assert (pair.one.pk, pair.other.pk, pair.same) == (eva, sam, "phone")
        doubles.keep_apart(eva, sam, by="mieke", now=NOW)
        assert doubles.proposals(10) == []
        doubles.merge(eva, sam, by="mieke", now=NOW)
        device.follow(collector)
        assert device.customers.get(sam).id == eva

    def test_nobody_is_merged_with_themselves_or_nobody(self, two, collector):
        one, _ = two
        eva = one.say(**EVA)
        one.send(collector)
        for pair in ((eva, eva), (eva, "0" * 32)):
            with pytest.raises(doubles.NotMergeable):
                doubles.merge(*pair, by="mieke", now=NOW)


class TestOffice:
    def test_what_the_office_changes_reaches_devices_with_who_said_it(self, two, collector, device):
        one, _ = two
        eva = one.say(**EVA)
        one.send(collector)
        typed = {"name": "Eva Smit", "phone": "06 1111 2222", "cards": "2600000000017"}
        done = {"by": "mieke", "now": NOW}
        found = Customer.objects.get(pk=eva)
        assert editing.change(found, typed, {"news": True}, "staff", **done)
        found.refresh_from_db()
        assert not editing.change(found, typed, {"news": True}, "staff", **done)
        device.follow(collector)
        row = device.customers.get(eva)
        assert row.group == "staff"
        assert row.profile.phone == "+31611112222"
        assert [each.id for each in device.customers.by_card("2600000000017")] == [eva]
        assert Change.objects.filter(device=None).get().by == "mieke"

    def test_everything_can_be_taken_along(self, two, collector):
        one, _ = two
        eva = one.say(**EVA, consents={"news": True})
        one.sell_to(eva, earned=7)
        one.send(collector)
        told = everything_about(customer(eva))
        assert told["profile"]["name"] == "Eva Smit"
        assert told["purchases"][0]["points_earned"] == 7
        assert told["allowed"][0]["given"] is True
        orjson.dumps(told)


class TestErasing:
    WORDS = (b"Eva", b"Smit", b"655555555", b"eva@", b"smit", b"eva ")

    def test_nothing_is_left_at_the_office_or_on_a_device(self, two, collector, device):
        one, other = two
        first = one.say(**EVA, email="eva@example.nl")
        kept = one.say(name="Bram Jansen", phone="+31687654321")
        other.at = one.at
        second = other.say(**EVA, cards=["2600000000017"])
        one.send(collector)
        other.send(collector)
        editing.change(
            Customer.objects.get(pk=first), {**EVA, "company": "Smit BV"}, {}, "", by="m", now=NOW
        )
        device.follow(collector)
        assert all(word in device.bytes() for word in (b"Eva", b"655555555"))
        erase([], [second], by="mieke", now=NOW)
        assert not [word for word in self.WORDS if word in said_by_the_database()]
        device.follow(collector)
        assert not [word for word in self.WORDS if word in device.bytes()]
        assert device.customers.get(first) is device.customers.get(second) is None
        assert device.customers.by_card("2600000000017") == []
        assert device.names("bram") == ["Bram Jansen"]
        assert device.customers.get(kept) is not None
        assert not Travelling.objects.filter(customer__in=[first, second]).exists()

    def test_what_arrives_late_does_not_bring_anybody_back(self, two, collector, device):
        one, other = two
        eva = one.say(**EVA)
        one.send(collector)
        erase([], [eva], by="mieke", now=NOW)
        other.say(eva, phone="+31655555556", email="eva@example.nl")
        other.sell_to(eva, earned=3)
        other.send(collector)
        settle(NOW)
        device.follow(collector)
        assert device.customers.get(eva) is None
        assert not [word for word in self.WORDS if word in said_by_the_database()]
        Projector.from_settings().rebuild()
        assert not [word for word in self.WORDS if word in said_by_the_database()]
        assert Customer.objects.get(pk=eva).points == 3

    def test_a_device_that_was_away_learns_of_it_by_the_log(self, two, collector, device):
        one, _ = two
        eva = one.say(**EVA)
        one.send(collector)
        device.follow(collector)
        erase([], [eva], by="mieke", now=NOW)
        open_epoch()
        device.follow(collector)
        assert device.customers.get(eva) is None
        assert not [word for word in self.WORDS if word in device.bytes()]

    def test_a_reader_in_the_way_holds_the_answer_up_until_all_is_wiped(
        self, two, collector, device
    ):
        from appliance.store.connect import open_reader  # noqa: PLC0415
        from appliance.store.erasures import Erasures  # noqa: PLC0415

        one, _ = two
        eva = one.say(**EVA)
        one.send(collector)
        device.follow(collector)
        erase([], [eva], by="mieke", now=NOW)
        reader = open_reader(device.path)
        reader.execute("begin")
        reader.execute("select * from customer").fetchall()
        device.follow(collector)
        orders = Erasures(device.path)
        assert orders.after((0, 0)) is None, "not answered while something is left"
        reader.close()
        device.follow(collector)
        device.follow(collector)
        with_next_start(device)
        assert orders.after((0, 0)).subjects == (eva,)
        assert not [word for word in self.WORDS if word in device.bytes()]
        orders.close()


def with_next_start(device):
    from appliance.store.directory_store import DirectoryStore  # noqa: PLC0415

    DirectoryStore.open(device.path).close()


def said_by_the_database():
    """Everything in every table, as bytes."""
    found = b""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f'select * from "{table}"')  # noqa: S608 (Django's own names)
            for row in cursor.fetchall():
                found += b" ".join(
                    bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row
                )
    return found
