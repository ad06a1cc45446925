"""Figures follow behind the acknowledgements: they leave off when told to stop, and lose no place."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import OperationalError

from collector.desks.register.models import Sale
from collector.ingest.models import Watermark
from collector.ingest.projecting import Projector
from collector.ingest.waiting import Waiting
from tests.collector.till import Till


def test_whoever_is_told_to_stop_leaves_the_rest_of_the_figures(collector, till, monkeypatch):
    """A backlog of figures is as long as it likes; the process ends when it is told to."""
    till.open()
    for _ in range(60):
        till.sell(1)
    stop = threading.Event()
    follow = Projector.follow

    def stopped_meanwhile(projector, place, **told):
        stop.set()
        return follow(projector, place, **told)

    monkeypatch.setattr(Projector, "follow", stopped_meanwhile)
    collector.ingest._stop = stop
    collector.take(till.batch())
    assert collector.ack == till.head, "what was taken is answered"
    mark = Watermark.objects.get()
    assert 0 < mark.projected < mark.sequence
    collector.ingest._stop = threading.Event()
    monkeypatch.setattr(Projector, "follow", follow)
    collector.ingest.turn([])
    assert Sale.objects.count() == 60


def test_run_hands_its_stop_to_the_figures(collector, monkeypatch):
    """The event ``run`` is given is the one the figures look at."""
    stop = threading.Event()
    seen = []

    def turn(_messages):
        seen.append(collector.ingest._stop)
        stop.set()

    monkeypatch.setattr(collector.ingest, "turn", turn)
    collector.ingest.run(stop)
    assert seen == [stop]


def test_a_fault_of_the_database_does_not_drop_the_place_of_the_figures(
    collector, till, monkeypatch
):
    """They are derived once the database is back, not only when a search comes upon them."""
    till.open()
    till.sell(1)
    follow = Projector.follow
    collector.ingest.turn([])  # searches; the next search is half a minute away

    def away(_projector, _place, **_told):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(Projector, "follow", away)
    with pytest.raises(OperationalError):
        collector.take(till.batch())
    monkeypatch.setattr(Projector, "follow", follow)
    collector.ingest.turn([])
    assert Sale.objects.count() == 1


def test_a_long_backlog_of_one_device_does_not_hold_up_the_figures_of_others(
    collector, till, monkeypatch
):
    """While somebody always waits, each gets a share of the little that is done between."""
    other = Till("register-3")
    other.enrol()
    for each in (till, other):
        each.open()
        for _ in range(60):
            each.sell(1)
    monkeypatch.setattr(collector.ingest, "_afterwards", lambda: None)
    collector.take(till.batch())
    collector.take(other.batch(), device=other.device)
    monkeypatch.setattr(Waiting, "is_empty", False)
    for _ in range(2):
        collector.ingest._follow(time.monotonic())
    assert {mark.device_id for mark in Watermark.objects.filter(projected__gt=0)} == {
        till.device,
        other.device,
    }
