"""What both ends really say on a whole day, held against the contract and against CloudEvents."""

from __future__ import annotations

import zlib
from copy import deepcopy
from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import orjson
import pytest
from django.db import transaction

from appliance.domain import market as markets
from appliance.domain.article import Article
from appliance.domain.payment import Tender, Tendered, settle
from appliance.domain.receipt import completed
from appliance.domain.sale import Basket, totals
from appliance.journal.batch import pack
from appliance.journal.entry import START, Watermark
from appliance.journal.topics import Leaf
from appliance.uplink.broker import Broker
from collector.ingest.session import Session
from tests.journal.contract import (
    ENTRIES,
    FOLDER,
    cloudevents_faults,
    describes,
    faults,
    read,
)
from tests.journal.contract_day import Day

# Without a test that asks for it, pytest-django makes no database for the fixture below.
pytestmark = pytest.mark.django_db

CHANGED = "balie.directory.changed.v1"
OPERATIONS = {
    operation["channel"]["$ref"].rpartition("/")[2]: operation
    for operation in read(FOLDER / "asyncapi.json")["operations"].values()
}
OF_A_LATER_DAY = {"balie.journal.archived.v1", "balie.journal.pruned.v1"}
"""What is said only once entries are old enough to be archived and let go."""
BESIDE = {"attachments", "subject"}
MAY_BE_ABSENT = {"balie.customer.changed.v1": BESIDE, "balie.customer.told.v1": BESIDE}
MAY_BE_ABSENT[CHANGED] = {"articles", "categories", "quick_keys", "staff", "settings"} | {
    *("merge_same_article", "lock_after_s", "receipt", "shop", "sound", "hints"),
    *("label_rules", "return_limit_minor", "least_weight_g", "decimals"),
    *("price_reasons", "discount_reasons", "return_reasons", "void_reasons"),
    *("address", "tax_number", "footer", "nl", "points"),
}
UNDONE = {"recounts", "back", "by"}
MAY_BE_ABSENT["balie.payment.attempted.v1"] = {"tip_minor"}
MAY_BE_ABSENT |= {"balie.sale.completed.v1": UNDONE, "balie.sale.abandoned.v1": UNDONE}
"""Of a change of the directory; of sales, that a person set a quantity and undid something, and who;
of others only what stands beside an entry."""


@pytest.fixture(scope="module")
def said(tmp_path_factory, django_db_setup, django_db_blocker):
    """Everything that was said on one day; the collector's database forgets it again."""
    with django_db_blocker.unblock(), transaction.atomic():
        day = Day(tmp_path_factory.mktemp("day"))
        try:
            day.run()
        finally:
            day.close()
            transaction.set_rollback(True)
    return day.wire.said


@pytest.fixture(scope="module")
def batches(said):
    """The lines of every batch: the header, then the entries as bytes."""
    return [
        zlib.decompress(each.payload).split(b"\n")
        for each in said
        if each.leaf in (Leaf.JOURNAL, Leaf.DIRECTORY)
    ]


def entries_in(lines):
    """Return the entries of a batch, without its header and what came beside them."""
    return lines[1 : 1 + orjson.loads(lines[0])["count"]]


@pytest.fixture(scope="module")
def entries(batches):
    return [orjson.loads(line) for lines in batches for line in entries_in(lines)]


@pytest.fixture(scope="module")
def richest(entries):
    """The entry that says most, of each type."""
    return {entry["type"]: entry for entry in sorted(entries, key=lambda e: len(orjson.dumps(e)))}


def test_the_day_had_every_topic_and_every_type(said, entries):
    assert {each.leaf for each in said} == set(Leaf)
    assert {entry["type"] for entry in entries} == set(ENTRIES) - OF_A_LATER_DAY


def test_each_message_went_the_way_that_is_described(said):
    for each in said:
        operation = OPERATIONS[each.leaf]
        assert each.upward == (operation["action"] == "send"), each
        assert each.retain == operation["bindings"]["mqtt"]["retain"], each


def test_every_word_beside_the_streams_is_described(said):
    schemas = {Leaf.STATUS: "status.json", Leaf.ACK: "watermark.json", Leaf.WANT: "watermark.json"}
    for each in said:
        if each.leaf in schemas:
            assert faults(schemas[each.leaf], orjson.loads(each.payload)) == [], each
    links = [orjson.loads(each.payload)["link"] for each in said if each.leaf is Leaf.STATUS]
    assert links == ["online", "offline"] * 3


def test_every_batch_is_described(batches):
    for lines in batches:
        assert faults("batch-header.json", orjson.loads(lines[0])) == []
        for line in entries_in(lines):
            assert faults("entry.json", orjson.loads(line)) == []
        for line in lines[1 + len(entries_in(lines)) :]:
            assert faults("attachment.json", orjson.loads(line)) == []
    beside = [
        orjson.loads(lines[0]) for lines in batches if orjson.loads(lines[0]).get("attachments")
    ]
    assert {header["stream"] for header in beside} == {"journal", "directory"}
    assert {orjson.loads(lines[0])["stream"] for lines in batches} == {"journal", "directory"}


def test_every_entry_is_a_cloudevent_with_a_name_of_its_own(batches):
    named = {}
    for line in (line for lines in batches for line in entries_in(lines)):
        entry = orjson.loads(line)
        assert cloudevents_faults(entry) == []
        assert named.setdefault((entry["source"], entry["id"]), line) == line


@pytest.mark.parametrize("kind", sorted(set(ENTRIES) - OF_A_LATER_DAY))
def test_a_changed_entry_is_found(richest, kind):
    entry = richest[kind]
    missed = [what for what, changed in changes(entry) if describes("entry.json", changed)]
    assert missed == []


def changes(value, root=None, place="$"):
    """Yield an entry with one thing too many, one missing or one that is of another kind."""
    root = value if root is None else root

    def changed(change):
        copied = deepcopy(root)
        found = copied
        for step in place.split("/")[1:]:
            found = found[int(step) if isinstance(found, list) else step]
        change(found)
        return copied

    if isinstance(value, dict):
        yield f"{place} and more", changed(lambda found: found.update(undescribed=1))
        for key in value:
            if key not in MAY_BE_ABSENT.get(root["type"], ()):
                yield f"{place} without {key}", changed(lambda found, key=key: found.pop(key))
            for wrong in (1.5, [True], {"no": 1}):
                yield (
                    f"{place}/{key} is {wrong}",
                    changed(lambda found, key=key, wrong=wrong: found.update({key: wrong})),
                )
            yield from changes(value[key], root, f"{place}/{key}")
    elif isinstance(value, list) and value:
        yield from changes(value[0], root, f"{place}/0")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("id", "1.0"),
        ("id", 7),
        ("source", "/elsewhere"),
        ("source", "/devices/Kassa 2"),
        ("type", ""),
        ("time", "2026-11-22T14:07:00"),
        ("time", "22-11-2026 14:07"),
        ("datacontenttype", "text/plain"),
        ("epoch", 0),
        ("sequence", True),
        ("sequence", 2**31),
        ("previous", "0" * 64),
        ("previous", "F" * 64),
        ("data", []),
    ],
)
def test_a_changed_envelope_is_found(richest, name, value):
    entry = richest["balie.sale.completed.v1"]
    assert faults("entry.json", entry) == []
    assert faults("entry.json", {**entry, name: value})


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("kind",), "gift"),
        (("receipt",), "412"),
        (("currency",), "euro"),
        (("completed",), "2026-11-22T14:07:00"),
        (("day",), "2026-13-01"),
        (("lines",), []),
        (("lines", 0, "quantity_milli"), 0),
        (("lines", 0, "unit_price_minor"), -1),
        (("lines", 0, "unit"), "litre"),
        (("payments", 0, "tender"), "barter"),
        (("payments", 0, "change_minor"), -5),
    ],
)
def test_a_sale_that_cannot_be_is_found(richest, place, value):
    entry = deepcopy(richest["balie.sale.completed.v1"])
    found = entry["data"]
    for step in place[:-1]:
        found = found[step]
    found[place[-1]] = value
    assert faults("entry.json", entry)


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"source": "two words"},
        {"specversion": "1.1"},
        {"type": None},
        {"time": "yesterday"},
        {"time": "2026-02-30T00:00:00Z"},
        {"datacontenttype": "json"},
        {"dataschema": "no scheme"},
        {"subject": ""},
        {"Sequence": 1},
        {"an_epoch": 1},
        {"averyverylongattributename": 1},
        {"sequence": 2**31},
        {"sequence": 1.5},
        {"previous": {"hash": "0"}},
        {"subject": "a\x00b"},
        {"subject": "a\U0001fffeb"},
        {"data_base64": "AA=="},
    ],
)
def test_cloudevents_own_rules_find_what_is_wrong(richest, change):
    assert cloudevents_faults({**richest["balie.sale.completed.v1"], **change})


def test_a_type_nobody_knows_is_welcome(richest):
    entry = richest["balie.sale.completed.v1"]
    assert faults("entry.json", {**entry, "type": "balie.sale.dreamt.v9", "data": {"of": 1}}) == []


def test_words_that_cannot_be_are_found():
    held = {"epoch": 1, "sequence": 1, "hash": "a" * 64}
    online = {"link": "online", "head": held, "versions": {"balie": "1"}}
    assert faults("status.json", online) == []
    for wrong in (
        {"link": "online"},
        {"link": "sleeping"},
        {"link": "offline", "head": held},
        {**online, "mood": "fine"},
        {**online, "versions": {}},
    ):
        assert faults("status.json", wrong), wrong
    for wrong in (
        {**held, "hash": "0" * 64},
        {**held, "sequence": 0},
        {**held, "epoch": 0},
        {**held, "since": 1},
        {"epoch": 1, "sequence": 1},
    ):
        assert faults("watermark.json", wrong), wrong


def test_who_holds_nothing_says_so():
    assert faults("watermark.json", orjson.loads(START.to_json())) == []


def test_a_header_without_a_signature_and_one_that_is_none(chain):
    payload = pack(chain(3), stream="journal", device="shop-1", signer=None)
    header = orjson.loads(zlib.decompress(payload).split(b"\n")[0])
    assert faults("batch-header.json", header) == []
    for wrong in ({"signature": "AA=="}, {"count": 0}, {"stream": "gossip"}, {"balie": "batch 2"}):
        assert faults("batch-header.json", {**header, **wrong}), wrong


def test_a_card_that_begins_anew_says_why(journal):
    entries = [
        *journal.entries(),
        journal.reconcile(Watermark(4, 99, "a" * 64)),
        journal.reconcile(Watermark(5, 1, "b" * 64)),
    ]
    assert [entry.data["reason"] for entry in entries] == ["new", "behind", "diverged"]
    for entry in entries:
        assert faults("entry.json", orjson.loads(entry.raw)) == []


@pytest.mark.parametrize("code", ["nl", "be", "fr", "gb", "id"])
def test_a_sale_in_any_market_is_described(code):
    market = markets.load(code)
    at = datetime(2026, 11, 22, 14, 7, tzinfo=ZoneInfo(market.timezone))
    basket = Basket("0" * 31 + "1", at, "p1")
    for number, tax_class in enumerate(market.tax_classes):
        basket = basket.add(Article(f"A{number}", f"Article {number}", 12345, tax_class))
    summed = totals(basket, market, date(2026, 11, 22))
    paid = [Tendered(Tender.CASH, summed.gross_minor + 5000)]
    data = completed(
        basket=basket,
        totals=summed,
        settlement=settle(summed.gross_minor, paid, market),
        market=market,
        register="2",
        number=1,
        completed_at=at,
        day=at.date(),
    )
    assert faults("entries/balie.sale.completed.v1.json", orjson.loads(orjson.dumps(data))) == []


def test_both_ends_publish_at_the_quality_that_is_described():
    published = []
    client = SimpleNamespace(publish=lambda *_, qos, retain: published.append(qos))
    Broker.publish(SimpleNamespace(_client=client), "a/topic", b"payload")
    client.ended = SimpleNamespace(done=lambda: False)
    client._waiting = {"a/topic": ("a/topic", b"payload", True)}
    Session._send_waiting(client)
    assert len(published) == 2
    described = {operation["bindings"]["mqtt"]["qos"] for operation in OPERATIONS.values()}
    assert set(published) == described
