"""What the back office changes, and how it reaches a device."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appliance.journal.batch import unpack, verify
from appliance.journal.entry import START, ZERO_HASH, Watermark, parse
from appliance.journal.topics import Leaf, topic
from collector.directory import log
from collector.directory.editing import Change, EditRefused, apply, open_epoch
from collector.directory.models import (
    Article,
    Category,
    Cursor,
    DirectoryEntry,
    DirectoryHead,
    Person,
    QuickKey,
    Setting,
)
from collector.ingest.models import Device as Enrolled

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEA = {"code": "TEA", "name": "Tea", "price_minor": 250, "tax_class": "reduced"}
JAM = {**TEA, "code": "3017620422003", "name": "Jam"}
PERSON = {"id": "p1", "name": "Fatima", "roles": ["cashier"]}
KEY = {"category": "bread", "page": 1, "position": 1, "article": "TEA"}
BREAD = {"key": "bread", "name": "Bread"}


class Device:
    """A device that follows the directory, entry by entry."""

    def __init__(self, collector, name="register-2"):
        self.collector, self.name = collector, name
        self.entries = []
        self.held = START
        self.seen = 0

    def arrive(self):
        self.collector.take(b'{"link":"online"}', device=self.name, leaf=Leaf.STATUS)

    def want(self, watermark=None):
        payload = (watermark or self.held).to_json()
        self.collector.take(payload, device=self.name, leaf=Leaf.WANT)

    def follow(self):
        """Take everything that was published until nothing more comes."""
        while self.take():
            self.want()

    def take(self):
        name = topic(self.name, Leaf.DIRECTORY)
        published = self.collector.broker.published
        payloads = [payload for where, payload, _ in published[self.seen :] if where == name]
        self.seen = len(published)
        for payload in payloads:
            batch = unpack(payload)
            verify(batch, self.collector.key.public_key())
            assert (batch.stream, batch.device) == ("directory", self.name)
            for entry in batch.entries:
                if entry.follows(self.held):
                    self.entries.append(entry)
                    self.held = entry.watermark
        return bool(payloads)

    def rows(self, kind):
        return [row for entry in self.entries for row in entry.data.get(kind, [])]


@pytest.fixture
def device(collector, till):
    return Device(collector)


def test_a_change_is_in_the_tables_and_in_the_log(db):
    outcome = apply(
        Change(
            articles=[{**TEA, "stock_milli": 5000}],
            categories=[BREAD],
            quick_keys=[KEY],
            staff=[PERSON],
            settings={"lock_after_s": 60},
        ),
        now=NOON,
    )
    assert outcome.changed == {
        "articles": 1,
        "categories": 1,
        "quick_keys": 1,
        "staff": 1,
        "settings": 1,
    }
    assert Article.objects.get().stock_at == NOON
    assert (Person.objects.get().roles, Setting.objects.get().value) == (["cashier"], 60)
    entry = log.LogSource().entries(START, 10)[0]
    assert entry.watermark == outcome.watermark == log.head()
    data = _data(entry.raw)
    assert (data["part"], data["parts"]) == (1, 1)
    assert data["settings"] == {"lock_after_s": 60}
    assert data["articles"] == [
        {
            "code": "TEA",
            "name": "Tea",
            "price_minor": 250,
            "tax_class": "reduced",
            "gtin": None,
            "category": "",
            "unit": "piece",
            "cost_minor": None,
            "stock_milli": 5000,
            "stock_at": "2026-11-22T12:00:00+00:00",
            "stock_elsewhere": [],
            "colour": "",
            "kind": "goods",
            "minimum_age": 0,
            "deposit": "",
            "tare_milli": 0,
            "active": True,
        }
    ]
    assert data["quick_keys"][0]["article"] == "TEA"


def _data(raw):
    entry = parse(raw)
    assert (entry.source, entry.type) == ("/collector", "balie.directory.changed.v1")
    return entry.data


def test_what_changes_nothing_is_not_said_again(db):
    apply(Change(articles=[TEA, JAM], staff=[PERSON], settings={"shop": {"name": "x"}}))
    before = log.head()
    again = apply(Change(articles=[TEA, JAM], staff=[PERSON], settings={"shop": {"name": "x"}}))
    assert (again.total, again.watermark, log.head()) == (0, before, before)
    only_jam = apply(Change(articles=[TEA, {**JAM, "price_minor": 1}]))
    assert only_jam.changed == {"articles": 1}


def test_a_row_may_leave_out_what_it_does_not_change(db):
    apply(Change(articles=[{**TEA, "cost_minor": 90, "category": "drinks"}]))
    apply(Change(articles=[{"code": "TEA", "price_minor": 300}]))
    tea = Article.objects.get()
    assert (tea.price_minor, tea.cost_minor, tea.category, tea.name) == (300, 90, "drinks", "Tea")


def test_a_rehearsal_changes_nothing(db):
    outcome = apply(Change(articles=[TEA]), rehearse=True)
    assert outcome.changed == {"articles": 1}
    assert not Article.objects.exists()
    assert not DirectoryEntry.objects.exists()


def test_keys_and_categories_go_away(db):
    apply(Change(categories=[BREAD], quick_keys=[KEY]))
    gone = apply(
        Change(categories=[{**BREAD, "active": False}], quick_keys=[{**KEY, "active": False}])
    )
    assert gone.total == 2
    assert not QuickKey.objects.exists()
    assert not Category.objects.exists()
    assert apply(Change(quick_keys=[{**KEY, "active": False}])).total == 0
    data = _data(DirectoryEntry.objects.get(sequence=2).raw)
    assert [row["active"] for row in data["quick_keys"] + data["categories"]] == [False, False]


def test_the_age_of_stock_changes_with_the_count_only(db):
    apply(Change(articles=[{**TEA, "stock_milli": 1000}]), now=NOON)
    apply(Change(articles=[{**TEA, "stock_milli": 1000, "price_minor": 1}]))
    assert Article.objects.get().stock_at == NOON


def test_a_code_that_is_a_gtin_is_found_by_scanning(db):
    apply(Change(articles=[JAM]))
    assert Article.objects.get().gtin == "03017620422003"


@pytest.mark.parametrize(
    "row",
    [
        {"code": "NEW", "price_minor": 1},
        {**TEA, "price_minor": -1},
        {**TEA, "unit": "litre"},
        {**TEA, "gtin": "123"},
        {**TEA, "nmae": "typo"},
        {**TEA, "name": " "},
    ],
)
def test_an_impossible_row_changes_nothing(db, row):
    with pytest.raises(EditRefused):
        apply(Change(articles=[{**JAM}, row]))
    assert not Article.objects.exists()
    assert not DirectoryEntry.objects.exists()


def test_two_articles_on_sale_never_share_a_gtin(db):
    apply(Change(articles=[JAM]))
    double = {**TEA, "gtin": "03017620422003"}
    with pytest.raises(EditRefused, match="3017620422003 and TEA cannot both have GTIN"):
        apply(Change(articles=[double]))
    apply(Change(articles=[{"code": JAM["code"], "active": False}, double]))
    assert Article.objects.get(active=True).code == "TEA"


def test_two_articles_may_swap_their_gtins(db):
    one, two = "03017620422003", "08710400280507"
    apply(Change(articles=[{**TEA, "gtin": one}, {**TEA, "code": "B", "gtin": two}]))
    apply(Change(articles=[{"code": "TEA", "gtin": two}, {"code": "B", "gtin": one}]))
    assert dict(Article.objects.values_list("code", "gtin")) == {"TEA": two, "B": one}


def test_many_rows_travel_in_parts_of_a_hundred(db):
    rows = [{**TEA, "code": f"A{number}"} for number in range(250)]
    apply(Change(articles=rows, staff=[PERSON], settings={"receipt": "ask"}))
    datas = [_data(entry.raw) for entry in DirectoryEntry.objects.order_by("sequence")]
    assert [(data["part"], data["parts"]) for data in datas] == [(1, 3), (2, 3), (3, 3)]
    assert len({data["change"] for data in datas}) == 1
    assert [len(data["articles"]) for data in datas] == [100, 100, 50]
    assert ("settings" in datas[0], "staff" in datas[2]) == (True, True)


def test_a_device_gets_everything_and_then_what_is_new(collector, device):
    apply(Change(articles=[{**TEA, "code": f"A{number}"} for number in range(1200)]))
    device.arrive()
    device.want()
    device.follow()
    assert device.held == log.head()
    assert len(device.rows("articles")) == 1200
    assert Cursor.objects.get().sequence == 12
    apply(Change(articles=[{"code": "A7", "price_minor": 1}]))
    collector.dispatch.tick(1e9)
    device.follow()
    assert [row["code"] for row in device.entries[-1].data["articles"]] == ["A7"]


def test_only_who_is_there_is_sent_to(collector, device):
    apply(Change(articles=[TEA]))
    device.want()
    assert not device.take()
    device.arrive()
    assert device.take()
    collector.take(b'{"link":"offline"}', leaf=Leaf.STATUS)
    apply(Change(articles=[JAM]))
    collector.dispatch.tick(1e9)
    assert not device.take()


def test_who_was_shut_out_while_online_is_sent_nothing_more(collector, device):
    device.arrive()
    Enrolled.objects.update(revoked=NOON)
    apply(Change(articles=[JAM]))
    collector.dispatch.tick(1e9)
    assert not device.take()
    Enrolled.objects.update(revoked=None)
    device.arrive()
    device.want()
    device.follow()
    assert device.held == log.head()


def test_what_got_lost_is_sent_again(collector, device):
    apply(Change(articles=[TEA]))
    device.arrive()
    collector.broker.published.clear()
    collector.dispatch.tick(1e9)
    device.follow()
    assert device.held == log.head()


def test_a_device_ahead_of_a_restored_backup_gets_a_new_epoch(collector, device):
    apply(Change(articles=[TEA], settings={"receipt": "ask"}))
    device.held = Watermark(1, 40, "f" * 64)
    device.arrive()
    device.want()
    device.follow()
    assert device.held == log.head()
    assert device.held.epoch == 2
    assert [row["code"] for row in device.rows("articles")] == ["TEA"]
    assert device.entries[-1].data["settings"] == {"receipt": "ask"}


def test_a_device_that_lies_keeps_nobody_busy(collector, device):
    apply(Change(articles=[TEA]))
    device.arrive()
    for sequence in range(40, 60):
        device.want(Watermark(1, sequence, "f" * 64))
    device.want(Watermark(2**30, 1, "f" * 64))
    assert log.head().epoch == 2


def test_a_new_epoch_replaces_what_came_before_it(collector, device):
    apply(Change(articles=[TEA]))
    open_epoch()
    apply(Change(articles=[JAM]))
    device.arrive()
    device.want()
    device.follow()
    assert [(entry.epoch, entry.sequence) for entry in device.entries] == [(2, 1), (2, 2)]
    assert [row["code"] for row in device.rows("articles")] == ["TEA", "3017620422003"]


def test_a_new_epoch_of_an_empty_shop_still_says_something(db):
    assert open_epoch().sequence == 1


def test_the_log_has_one_head(db):
    assert log.head() == START
    apply(Change(articles=[TEA]))
    apply(Change(articles=[JAM]))
    assert DirectoryHead.objects.count() == 1
    entries = DirectoryEntry.objects.order_by("sequence")
    assert [_data(entry.raw)["change"] for entry in entries]
    assert log.LogSource().find(1, 1).hash == entries[0].hash
    assert log.LogSource().find(1, 3) is None
    assert entries[0].hash != ZERO_HASH
