"""Ready pieces: what each comes to is what the device's drivers take."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers
from appliance.domain import counter
from collector.counters.pieces import PIECES, PieceRefused, put_in

BY_KEY = {each.key: each for each in PIECES}
TYPED = {"host": "192.168.1.60"}
"""What nobody can propose."""


def variants(piece):
    """Everything that can be chosen of a piece, one thing at a time."""
    yield TYPED
    for field in piece.fields:
        for choice in field.choices:
            yield TYPED | {field.key: choice}
        if field.may_be_empty:
            yield TYPED | {field.key: ""}


@pytest.mark.parametrize("key", BY_KEY)
def test_every_piece_is_what_its_driver_takes(key):
    piece = BY_KEY[key]
    for typed in variants(piece):
        told = counter.read(piece.write(typed))
        options = dict(told[piece.section])
        driver = options.pop("driver")
        assert set(told) == {piece.section}
        assert drivers.configure(piece.section, driver, options)
        assert set(typed) & {each.key for each in piece.fields} <= set(options) | {"driver"} | {
            each.key for each in piece.fields if each.may_be_empty
        }


@pytest.mark.parametrize("key", BY_KEY)
def test_what_must_be_typed_is_asked_for(key):
    piece = BY_KEY[key]
    for field in piece.fields:
        if not field.may_be_empty:
            with pytest.raises(PieceRefused, match="Fill in"):
                piece.write(TYPED | {field.key: "  "})


@pytest.mark.parametrize(
    ("key", "typed", "why"),
    [
        ("network-printer", {"port": "0"}, "whole number"),
        ("network-printer", {"port": "65536"}, "whole number"),
        ("network-printer", {"port": "\uff19\uff11"}, "whole number"),
        ("network-printer", {"port": "9100; rm"}, "whole number"),
        ("network-printer", {"columns": "51"}, "of the list"),
        ("network-printer", {"host": "a\nb"}, "on one line"),
        ("network-printer", {"host": "a" * 201}, "on one line"),
        ("scale", {"driver": "none"}, "of the list"),
    ],
)
def test_what_cannot_be_is_refused_in_words(key, typed, why):
    with pytest.raises(PieceRefused, match=why):
        BY_KEY[key].write(TYPED | typed)


@given(st.text(alphabet=st.characters(categories=["L", "P", "S", "N"]), min_size=1, max_size=50))
def test_whatever_is_typed_is_a_text_and_nothing_more(typed):
    told = tomllib.loads(BY_KEY["terminal"].write({"host": typed}))
    assert told["terminal"]["host"] == typed.strip()
    assert list(told) == ["terminal"]


BEFORE = """\
# how we do it
[printer]  # the old one
driver = "file"
path = "/dev/usb/lp0"

[printer.more]
x = 1

[drawer]
driver = "none"

[[scanner]]
driver = "serial"
port = "a"
"""


def test_a_piece_takes_the_place_of_what_is_there():
    after = put_in(BEFORE, BY_KEY["network-printer"], TYPED)
    told = tomllib.loads(after)
    assert told["printer"] == {
        "driver": "network",
        "host": TYPED["host"],
        "port": 9100,
        "columns": 48,
    }
    assert told["drawer"] == {"driver": "none"}
    assert told["scanner"] == [{"driver": "serial", "port": "a"}]
    assert after.startswith("# how we do it\n")
    assert put_in(after, BY_KEY["network-printer"], TYPED) == after


def test_into_nothing_it_comes_alone():
    assert put_in("\n", BY_KEY["printer-drawer"], {}) == '[drawer]\ndriver = "printer_kick"\n'


def test_below_what_cannot_be_read_nothing_typed_is_lost():
    after = put_in("[printer\nhost", BY_KEY["printer-drawer"], {})
    assert after == '[printer\nhost\n\n[drawer]\ndriver = "printer_kick"\n'


@pytest.mark.parametrize(
    "text",
    [
        'printer = {driver = "none"}\n',
        'printer.driver = "none"\n',
        'printer = [\n["drawer"],\n]\n',
        '[scale]\nnote = """\n[printer]\n"""\n',
        "[ 'printer' ]\ndriver = \"none\"\n",
    ],
)
def test_where_the_section_cannot_be_told_apart_nothing_is_touched(text):
    with pytest.raises(PieceRefused, match=r"Take \[printer\] out"):
        put_in(text, BY_KEY["usb-printer"], {})
