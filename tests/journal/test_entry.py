"""An entry's bytes are made once; everything else about it follows from them."""

from __future__ import annotations

from hashlib import sha256

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.journal.entry import (
    MAX_ENTRY_BYTES,
    START,
    ZERO_HASH,
    Entry,
    Watermark,
    make,
    parse,
)
from appliance.journal.errors import EntryError
from appliance.journal.topics import Leaf, Shards, everywhere, read, shard, topic
from tests.journal.conftest import NOON

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FIRST = Watermark(1, 0, ZERO_HASH)


def entry(**changes) -> Entry:
    given = {"device": "shop-1", "type": "t.v1", "time": NOON, "data": {"n": 1}} | changes
    return make(given.pop("after", FIRST), **given)


def test_the_bytes_are_cloudevents_in_a_fixed_order():
    value = orjson.loads(entry().raw)
    assert list(value) == [
        "specversion", "id", "source", "type", "time", "datacontenttype",
        "epoch", "sequence", "previous", "data",
    ]  # fmt: skip
    assert value["specversion"] == "1.0"
    assert value["id"] == "1.1"
    assert value["source"] == "/devices/shop-1"
    assert value["time"] == "2026-11-22T12:00:00.000+00:00"
    assert entry().hash == sha256(entry().raw).hexdigest()


@given(st.dictionaries(st.text(), JSON))
def test_what_was_made_is_read_back_as_it_was(data):
    made = entry(data=data)
    assert parse(made.raw) == made
    assert b"\n" not in made.raw


def test_an_entry_follows_its_predecessor_only():
    first = entry()
    second = entry(after=first.watermark)
    assert first.follows(START)
    assert second.follows(first.watermark)
    assert not second.follows(START)
    assert not first.follows(first.watermark)
    assert not entry(after=Watermark(1, 1, "a" * 64)).follows(first.watermark)
    assert entry(after=Watermark(2, 0, ZERO_HASH)).follows(second.watermark)
    assert not entry(after=Watermark(2, 1, "a" * 64)).follows(second.watermark)


def test_the_collector_speaks_for_itself():
    assert entry(source="/collector").source == "/collector"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"specversion": "2.0"}, "specversion"),
        ({"epoch": 0}, "whole numbers"),
        ({"epoch": True}, "whole numbers"),
        ({"epoch": 2**53}, "whole numbers"),
        ({"sequence": 1.0}, "whole numbers"),
        ({"sequence": 2}, "the id of entry 1.2"),
        ({"id": "1.2"}, "the id of entry 1.1"),
        ({"previous": "a" * 64}, "cannot have previous"),
        ({"previous": "A" * 64}, "SHA-256"),
        ({"previous": None}, "SHA-256"),
        ({"type": ""}, "type is text"),
        ({"source": 5}, "source is text"),
        ({"data": []}, "data is a JSON object"),
        ({"time": "yesterday"}, "RFC 3339"),
        ({"time": "2026-11-22T12:00:00"}, "with an offset"),
        ({"time": None}, "RFC 3339"),
    ],
)
def test_bytes_that_are_no_entry_are_refused_with_the_reason(change, said):
    with pytest.raises(EntryError, match=said):
        parse(orjson.dumps({**orjson.loads(entry().raw), **change}))


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"1", b"\xff\xfe", b"{}", b"{}\n", b"x" * (MAX_ENTRY_BYTES + 1)]
)
def test_rubbish_is_refused(raw):
    with pytest.raises(EntryError):
        parse(raw)


@given(st.binary())
def test_any_bytes_are_an_entry_or_an_error(raw):
    with pytest.raises(EntryError):
        parse(raw)


def test_an_entry_stands_on_one_line():
    pretty = orjson.dumps(orjson.loads(entry().raw), option=orjson.OPT_INDENT_2)
    with pytest.raises(EntryError, match="one line"):
        parse(pretty)


def test_unknown_attributes_and_types_are_welcome():
    value = {**orjson.loads(entry().raw), "type": "balie.from.tomorrow.v9", "traceparent": "00"}
    assert parse(orjson.dumps(value)).type == "balie.from.tomorrow.v9"


def test_an_entry_has_a_limit():
    with pytest.raises(EntryError, match="at most"):
        entry(data={"x": "a" * MAX_ENTRY_BYTES})


@given(st.integers(0, 2**40), st.integers(0, 2**40), st.binary(min_size=32, max_size=32))
def test_a_watermark_is_read_back(epoch, sequence, digest):
    mark = Watermark(epoch, sequence, digest.hex())
    assert Watermark.from_json(mark.to_json()) == mark
    assert Watermark.from_text(mark.to_text()) == mark


@pytest.mark.parametrize(
    "text",
    [b"", b"null", b"[]", b"{}", b'{"epoch":1,"sequence":-1,"hash":"' + b"a" * 64 + b'"}', b"\xff"],
)
def test_words_that_are_no_watermark_are_refused(text):
    with pytest.raises(EntryError):
        Watermark.from_json(text)


def test_topics_carry_shard_and_device():
    assert topic("shop-1", Leaf.ACK) == f"balie/1/{shard('shop-1')}/shop-1/ack"
    assert read(topic("shop-1", Leaf.WANT)) == ("shop-1", Leaf.WANT)
    assert everywhere(Leaf.JOURNAL) == "balie/1/+/+/journal"
    assert everywhere(Leaf.JOURNAL, "7f") == "balie/1/7f/+/journal"


@pytest.mark.parametrize(
    "name",
    [
        "balie/1/79/shop-1",
        "balie/2/79/shop-1/ack",
        "balie/1/00/shop-1/ack",
        "balie/1/79/Shop/ack",
        "balie/1/79/shop-1/other",
    ],
)
def test_other_topics_are_refused(name):
    with pytest.raises(ValueError, match=r".+"):
        read(name)


def test_a_run_of_shards_is_one_share_of_the_devices():
    half = Shards.read("00-7f")
    filters = half.filters(Leaf.JOURNAL)
    assert (str(half), half.are_all, len(filters)) == ("00-7f", False, 128)
    assert filters[0] == "balie/1/00/+/journal"
    assert filters[-1] == "balie/1/7f/+/journal"
    assert Shards.read("00-ff") == Shards()
    assert Shards().filters(Leaf.WANT) == ["balie/1/+/+/want"]
    assert Shards.read("79-79").filters(Leaf.WANT) == ["balie/1/79/+/want"]


@given(st.integers(0, 254), st.integers(0, 10**6))
def test_every_device_is_in_one_of_two_halves(cut, number):
    device = f"register-{number}"
    below, above = Shards(0, cut), Shards(cut + 1, 255)
    assert (device in below) != (device in above)
    assert device in Shards()
    assert topic(device, Leaf.ACK).replace(f"/{device}/", "/+/") in (
        *below.filters(Leaf.ACK),
        *above.filters(Leaf.ACK),
    )


@pytest.mark.parametrize(
    "text", ["", "00", "00-100", "7f-00", "0-f", "00-7F", "00 - 7f", "00-7f,80"]
)
def test_a_run_of_shards_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match="shards"):
        Shards.read(text)
