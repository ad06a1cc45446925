"""A device newer than its collector, and the other way round: what is not understood is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from appliance.journal import store
from appliance.journal.entry import Watermark, parse
from appliance.journal.errors import EntryError
from appliance.journal.store import Event
from appliance.store.directory import Directory

NEWER = Path(__file__).with_name("newer_uplink.py")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOWN = "balie.hologram.shown.v9"
EXPORTS = ("sales", "lines", "payments", "taxes")


@pytest.fixture
def newer_journal(monkeypatch):
    """A journal of a later version: its entries have attributes this one has never heard of."""
    make = store.make

    def with_more(*given, **named):
        value = orjson.loads(make(*given, **named).raw)
        return parse(orjson.dumps({**value, "traceparent": "00-0af7", "moon": {"phase": 0.5}}))

    monkeypatch.setattr(store, "make", with_more)


def show(counter, colour):
    """Record what no collector of today understands, as the desk records everything."""
    event = Event(SHOWN, {"colour": colour, "depth_mm": 3}, datetime.now().astimezone())
    counter.journal.submit(event).result()


def exports(house):
    return {kind: house.collector("export", kind) for kind in EXPORTS}


def test_a_newer_device_is_stored_whole_and_understood_once_the_collector_is_newer_too(
    house, newer_journal
):
    counter = house.register()
    counter.disconnect()
    counter.connect(program=NEWER)
    for colour in ("red", "octarine"):
        counter.sell(4)
        show(counter, colour)
    house.has(counter)
    assert house.alarms_of(counter.device) == []
    assert b'"moon"' in house.held_of(counter.device)[-1]
    ((reported,),) = house.ask("select reported from ingest_device where id = %s", counter.device)
    reported = json.loads(reported) if isinstance(reported, str) else reported
    assert reported["holograms"] == {"shown": 3}

    before = exports(house)
    house.kill("ingest")
    house.start("ingest", environment={"DJANGO_SETTINGS_MODULE": "tests.away.newer_settings"})
    house.wait("the new figures", lambda: house.has_table("hologram"))
    colours = "select colour from hologram where device = %s order by sequence"
    house.wait(
        "what was kept to be understood",
        lambda: house.ask(colours, counter.device) == [("red",), ("octarine",)],
    )
    assert exports(house) == before, "the same entries, the same bytes"
    counter.sell(1)
    show(counter, "blue")
    house.has(counter)
    assert house.ask(colours, counter.device)[-1] == ("blue",)

    house.restart("ingest")
    before = exports(house)
    house.collector("rebuild")
    assert exports(house) == before
    counter.sell(1)
    house.has(counter)


def test_attributes_that_a_later_version_adds_anywhere_change_nothing_of_what_is_read():
    before = store.make(
        Watermark(1, 4, "a" * 64), device="till-1", type=SHOWN, time=NOON, data={"colour": "red"}
    )
    value = orjson.loads(before.raw)
    for later in ({**value, "moon": {"phase": 0.5}}, {"moon": {"phase": 0.5}, **value}):
        entry = parse(orjson.dumps(later))
        assert (entry.data, entry.watermark.place) == (before.data, (1, 5))
    twice = before.raw[:-1] + b',"epoch":7,"moon":{}}'
    with pytest.raises(EntryError, match="says 'epoch' twice"):
        parse(twice)


def test_an_older_device_takes_what_it_understands_of_a_newer_directory(house):
    counter = house.register()
    house.say("balie.tides.changed.v1", {"moon": "full", "height_mm": 1812})
    counter.sell(2)
    with_news = house.folder / "news.csv"
    with_news.write_text(
        "code,gtin,name,price,tax_class,category,unit\nNEW1,,News,1.00,reduced,,piece\n"
    )
    house.collector("import", "articles", with_news)
    house.wait(
        "the article behind it", lambda: Directory(counter.data / "directory.db").find("NEW1")
    )
    assert counter.problem == ""
    house.has(counter)
