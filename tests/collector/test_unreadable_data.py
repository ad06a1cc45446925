"""Ingest keeps entries without reading their data; whoever reads them survives what it finds."""

from __future__ import annotations

import pytest

from appliance.journal import entry as entries
from appliance.journal.entry import Entry, make, parse_envelope
from collector.desks.register.models import Sale
from collector.ingest import models
from collector.ingest.models import Alarm
from collector.ingest.projecting import Projector
from tests.collector.till import SALE, Till

UNREADABLE = [b"{n}", b'{"n":\xff}', b"{}}", b'{},"epoch":2,"x":{}']


def record(till: Till, kind: str, data: bytes) -> Entry:
    """Record an entry whose data are these bytes."""
    raw = make(till.head, device=till.device, type=kind, time=till.at, data={}).raw
    entry = parse_envelope(raw.replace(b'"data":{}', b'"data":' + data))
    till.entries.append(entry)
    return entry


@pytest.mark.parametrize("data", UNREADABLE)
def test_figures_go_on_with_the_rest(collector, till, data):
    till.open()
    till.sell(1)
    spoiled = record(till, SALE, data)
    till.sell(2)
    collector.take(till.batch())
    assert collector.ack == till.head
    assert bytes(models.Entry.objects.get(sequence=3).raw) == spoiled.raw
    assert Sale.objects.count() == 2
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.device, alarm.times) == ("unreadable", till.device, 1)
    assert f"Entry 1.3 ({SALE}) cannot be read" in alarm.sentence
    assert not Projector.from_settings().behind()


@pytest.mark.parametrize("data", UNREADABLE)
def test_an_epoch_whose_beginning_cannot_be_read_is_acknowledged_and_named(collector, till, data):
    till.open()
    collector.take(till.batch())
    later = Till(till.device, 2, till.key)
    record(later, "balie.journal.opened.v1", data)
    later.sell(1)
    for _ in range(2):
        collector.take(later.batch())
        assert collector.ack == later.head
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.times) == ("unreadable", 1)
    assert "Entry 2.1 (balie.journal.opened.v1) cannot be read" in alarm.sentence


def test_a_fork_whose_data_cannot_be_read_is_set_aside_like_any(collector, till):
    till.open()
    clone = till.fork()
    till.sell(1)
    collector.take(till.batch())
    record(clone, SALE, b"{n}")
    record(clone, SALE, b"{n}")
    collector.take(clone.batch())
    assert collector.ack == till.head
    assert models.Fork.objects.count() == 2
    assert Sale.objects.count() == 1


def test_no_data_are_read_before_the_acknowledgement(collector, till, monkeypatch):
    till.open()
    for _ in range(5):
        till.sell(1)
    read = []
    monkeypatch.setattr(entries, "_read_data", lambda text: read.append(text) or {})
    monkeypatch.setattr(collector.ingest, "_afterwards", lambda: None)
    collector.take(till.batch(2), till.batch(1, 1))
    assert collector.ack == till.head
    assert read == []
