"""A false signature is named also where the chain is proven by a later one."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from appliance.journal.signing import generate
from collector.ingest import checking, covered, worker
from collector.ingest.covered import Covered
from collector.ingest.models import Alarm, Entry, Signature
from collector.ingest.waiting import Waiting
from tests.collector.till import Till


@pytest.fixture
def sold(till) -> Till:
    till.open()
    for _ in range(9):
        till.sell(1)
    return till


def messages(till: Till, *forged: int, signer: object = None) -> list[bytes]:
    """Single entries, some of them signed by somebody else, or by nobody."""
    return [
        till.batch(number, number, **({"signer": signer} if number in forged else {}))
        for number in range(1, len(till.entries) + 1)
    ]


@pytest.mark.parametrize("signer", [generate(), None], ids=["a stranger", "nobody"])
def test_it_is_named_and_the_entries_are_kept(collector, sold, signer):
    collector.take(*messages(sold, 4, signer=signer))
    assert collector.ack == sold.head
    assert Entry.objects.count() == 10
    assert [each.sequence for each in Signature.objects.all()] == [10]
    alarm = Alarm.objects.get()
    assert (alarm.device, alarm.kind, alarm.times) == (sold.device, "forged", 1)
    assert "up to entry 1.4 was not signed by the device's own key" in alarm.sentence


def test_nobody_waits_for_it(collector, sold, monkeypatch):
    """While more is waiting, nothing is looked at; afterwards all of it is."""
    monkeypatch.setattr(Waiting, "is_empty", False)
    collector.take(*messages(sold, 2, 3, signer=generate()))
    assert collector.ack == sold.head
    assert not Alarm.objects.exists()
    monkeypatch.undo()
    collector.ingest.turn([])
    assert Alarm.objects.count() == 2


def test_where_too_many_wait_the_oldest_are_looked_at_first(collector, sold, monkeypatch):
    monkeypatch.setattr(covered, "MOST", 3)
    monkeypatch.setattr(Waiting, "is_empty", False)
    collector.take(*messages(sold, 2, 9, signer=generate()))
    assert [each.facts["place"] for each in Alarm.objects.all()] == ["1.2"]


def test_what_waits_holds_no_entries(collector, sold):
    known = collector.ingest._devices.of([sold.device])
    found = checking.check_all([(sold.device, each) for each in messages(sold)], known)
    line = Covered()
    line.add(found)
    assert len(line._left) == 9
    assert not any(each.batch.entries for each in line._left)
    line.look(pytest.fail, at_most=100)
    assert line.is_empty


def test_what_could_not_be_told_is_looked_at_again(collector, sold, monkeypatch):
    def away(_complaints, _now):
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(worker, "raise_alarms", away)
        with pytest.raises(OperationalError):
            collector.take(*messages(sold, 4, signer=generate()))
    collector.ingest.turn([])
    assert Alarm.objects.get().facts["place"] == "1.4"
