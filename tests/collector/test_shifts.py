"""A Z at the back office is the device's own, to the cent, whenever its sales arrive."""

from __future__ import annotations

import pytest

from appliance.domain.shift import Closing, Place
from appliance.domain.shift_books import SHIFT_CLOSED, SHIFT_OPENED, Books
from collector.__main__ import main
from collector.desks.register.models import Payment, Sale
from collector.desks.register.shift_models import CounterException
from collector.desks.register.shifts import shift_reports
from tests.collector.till import Collector, Till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till():
    """Two shifts of three receipts each."""
    till = Till()
    till.enrol()
    till.open()
    till.books = Books()
    for _ in range(2):
        opening = till.books.opening(at=till.at, day=till.at.date(), by="p1")
        fold(till, till.record(SHIFT_OPENED, opening.to_data()))
        for quantities in ((2, 1, 1), (0, 3, 1), (-1, 0, 0)):
            fold(till, till.sell(*quantities))
        last = Place(till.head.epoch, till.head.sequence)
        closing = Closing(till.at, "p1")
        z = till.books.closing(closing, register="2", currency="EUR", last=last)
        fold(till, till.record(SHIFT_CLOSED, z.to_data()))
    return till


def fold(till, entry):
    till.books = till.books.after(entry.type, entry.data, Place(entry.epoch, entry.sequence))


def test_a_z_equals_the_sales_that_arrived(till, capsys):
    Collector().take(till.batch())
    reports = list(shift_reports())
    assert [(each.z.number, each.unequal) for each in reports] == [(1, ()), (2, ())]
    assert all(each.z.totals.receipts == 3 for each in reports)
    main(["shifts"])
    assert "register-2 Z 1 2026-11-22 3 receipts" in capsys.readouterr().out


def test_late_sales_fall_into_their_own_shift(till):
    collector = Collector()
    collector.take(till.batch(1, 3))
    assert list(shift_reports()) == [], "a Z that has not arrived says nothing yet"
    collector.take(till.batch(7, 11))
    assert list(shift_reports()) == [], "nor one whose sales are still on their way"
    collector.take(till.batch(4, 6))
    assert [each.unequal for each in shift_reports()] == [(), ()]


def test_what_was_taken_out_is_on_the_account_of_who_took_it_out():
    till = Till()
    till.enrol()
    till.open()
    for by in ("p2", "p1"):
        till.sell(1, removed_by=by)
    Collector().take(till.batch())
    assert list(CounterException.objects.order_by("sequence").values_list("kind", "by")) == [
        ("removed", "p2"),
        ("removed", "p1"),
    ]


def test_what_differs_is_named(till, capsys):
    Collector().take(till.batch())
    sale = Sale.objects.order_by("sequence").first()
    Sale.objects.filter(pk=sale.pk).update(gross_minor=1)
    Payment.objects.filter(sale=sale).update(amount_minor=1)
    first, second = shift_reports()
    assert "gross" in first.unequal
    assert "tenders" in first.unequal
    assert second.unequal == ()
    assert second.broken == ()
    with pytest.raises(SystemExit):
        main(["shifts"])
    assert "NOT EQUAL" in capsys.readouterr().out
