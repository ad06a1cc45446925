"""Whoever reads an entry, its envelope alone or all of it, reads the same or is refused."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta, timezone

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.journal import entry as entries
from appliance.journal.entry import ZERO_HASH, Watermark, make, parse, parse_envelope
from appliance.journal.errors import EntryError
from tests.journal.conftest import NOON
from tests.journal.test_entry import JSON

ATTRIBUTES = ("epoch", "sequence", "previous", "type", "time", "source")
FRAGMENTS = [
    b',"epoch":2', b',"sequence":9', b',"data":{}', b'"data":{"n":2},', b',"x":{}', b',"x":{"y":{}}',
    b'"traceparent":"00",', b',"previous":"' + b"a" * 64 + b'"', b"{", b"}", b"}}", b'"', b"\\",
    b"\\u0064", b"\n", b" ", b",", b":", b"0", b"-", b"\xff", b"\xc3\xa9", b"\x00", b"[]", b"null",
]  # fmt: skip
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@st.composite
def made(draw):
    after = Watermark(draw(st.integers(1, 2**53 - 1)), draw(st.integers(0, 2**53 - 2)), "a" * 64)
    if after.sequence == 0:
        after = Watermark(after.epoch, 0, ZERO_HASH)
    return make(
        after,
        device=draw(st.text(min_size=1)),
        type=draw(st.text(min_size=1)),
        time=draw(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)),  # noqa: DTZ001 - hypothesis asks for bounds without a zone
        data=draw(st.dictionaries(st.text(), JSON, max_size=3)),
    )


@st.composite
def mutated(draw):
    raw = draw(st.sampled_from(KNOWN))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        gone = draw(st.integers(0, 3))
        put = draw(st.sampled_from([b"", *FRAGMENTS]) | st.binary(max_size=2))
        raw = raw[:at] + put + raw[at + gone :]
    return raw


def plain(number: int, **data) -> bytes:
    after = Watermark(1, number, "b" * 64 if number else ZERO_HASH)
    return make(after, device="shop-1", type="t.v1", time=NOON, data=data).raw


KNOWN = [plain(0), plain(6, n=1), plain(41, sale={"lines": [{"line": 1}], "name": 'é }} " \\'})]


def names(pairs):
    return [name for name, _ in pairs]


def agrees(raw: bytes, read: entries.Entry) -> bool:
    """Ask two other readers of JSON what the bytes say."""
    value = orjson.loads(raw)
    twice = Counter(json.loads(raw, object_pairs_hook=names, parse_int=str)).most_common(1)[0][1]
    same = all(value[name] == getattr(read, name) for name in ATTRIBUTES)
    return same and twice == 1 and value["data"] == read.data


@given(made())
def test_the_envelope_of_all_that_is_made_is_read(one):
    read = parse_envelope(one.raw)
    for name in (*ATTRIBUTES, "hash", "data", "watermark"):
        assert getattr(read, name) == getattr(one, name)
    assert agrees(one.raw, read)
    assert read == one == parse(one.raw)
    assert hash(read) == hash(one)


def test_the_data_of_what_is_made_waits_until_it_is_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(
        entries.orjson, "loads", lambda text: asked.append(text) or json.loads(text)
    )
    read = parse_envelope(plain(6, n=1))
    assert asked == []
    assert read.data == read.data == {"n": 1}
    assert asked == [b'{"n":1}']


@given(mutated() | st.binary())
def test_what_was_changed_is_read_alike_or_refused(raw):
    try:
        envelope = parse_envelope(raw)
    except EntryError:
        with pytest.raises(EntryError):
            parse(raw)
        return
    try:
        whole = parse(raw)
    except EntryError:
        with pytest.raises(EntryError):
            envelope.whole()
        return
    assert envelope == whole
    assert agrees(raw, envelope)


@pytest.mark.parametrize("tail", [b',"epoch":2', b',"data":{"n":2}', b',"x":1,"x":2'])
def test_an_attribute_that_comes_twice_is_refused(tail):
    raw = plain(6, n=1)[:-1] + tail
    for form in (raw + b"}", raw + b" }"):
        with pytest.raises(EntryError):
            parse(form)


@pytest.mark.parametrize("tail", [b',"epoch":2,"x":{}', b',"data":{}', b"}", b"garbage}"])
def test_what_stands_after_the_data_makes_them_unreadable(tail):
    envelope = parse_envelope(plain(6, n=1)[:-1] + tail + b"}")
    assert (envelope.epoch, envelope.sequence) == (1, 7)
    with pytest.raises(EntryError, match=r"is one JSON object|each thing once"):
        envelope.whole()
    with pytest.raises(EntryError):
        parse(envelope.raw)


def test_attributes_of_a_later_version_may_stand_after_the_data():
    envelope = parse_envelope(plain(6, n=1)[:-1] + b',"x":{"y":{}}}')
    assert envelope.data == {"n": 1}


@pytest.mark.parametrize(
    "data", [b"{n}", b'{"n":\xff}', b'{"n":1e}', b"{}}", b"{{}", b"[]", b"{", b""]
)
def test_torn_data_are_found_when_they_are_asked_for(data):
    raw = plain(6).replace(b'"data":{}', b'"data":' + data)
    with pytest.raises(EntryError):
        parse(raw)


def test_an_order_of_ones_own_is_read_too():
    value = orjson.loads(plain(6, n=1))
    turned = orjson.dumps(dict(reversed(value.items())))
    assert parse_envelope(turned).data == {"n": 1}
    assert parse(orjson.dumps({**value, "traceparent": "00"})).data == {"n": 1}
    escaped = plain(6, n=1).replace(b'"t.v1"', b'"\\u0074.v1"')
    assert parse_envelope(escaped).type == "t.v1"


@pytest.mark.parametrize("order", [b"%s", b'"x":1,%s'])
def test_nesting_has_a_limit_and_is_no_crash(order):
    for depth in (1, 1000, 100_000):
        data = b'"data":' + b'{"a":' * depth + b"{}" + b"}" * depth
        raw = plain(6).replace(b'"data":{}', order % data)
        if depth == 100_000:
            with pytest.raises(EntryError):
                parse(raw)
        else:
            assert list(parse(raw).data) == ["a"]
