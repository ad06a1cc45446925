"""A register on a new card goes on with its Zs and its totals, without a gap and without a repeat."""

from __future__ import annotations

import pytest

from appliance.domain.shift import Closing, Period, Place
from appliance.domain.shift_books import PERIOD_CLOSED, SHIFT_CLOSED, SHIFT_OPENED, Books
from appliance.journal.store import Journal
from appliance.services.shift_book import Begun, ShiftBook
from collector.desks.register.books import books_of
from collector.desks.register.models import Sale, Shift
from collector.desks.register.shifts import shift_reports
from collector.ingest.models import Device
from tests.collector.till import Collector, Till

pytestmark = pytest.mark.django_db


class Counter(Till):
    """A till that keeps its books of cash."""

    books = Books()

    def record(self, kind, data):
        entry = super().record(kind, data)
        self.books = self.books.after(kind, data, Place(entry.epoch, entry.sequence))
        return entry

    def begin(self):
        opening = self.books.opening(at=self.at, day=self.at.date(), by="p1")
        self.record(SHIFT_OPENED, opening.to_data())

    def close(self):
        last = Place(self.head.epoch, self.head.sequence)
        z = self.books.closing(Closing(self.at, "p1"), register="2", currency="EUR", last=last)
        self.record(SHIFT_CLOSED, z.to_data())

    def shift(self):
        self.begin()
        self.sell(2, 1, 1)
        self.sell(-1, 0, 0)
        self.close()


@pytest.fixture
def old():
    """Two Zs, a closed day, and a shift that is open when the card dies."""
    till = Counter()
    till.enrol()
    till.open()
    till.shift()
    till.shift()
    till.record(PERIOD_CLOSED, till.books.period_data(Period.DAY, at=till.at, by="p1"))
    till.begin()
    till.sell(1, 0, 0)
    return till


def replaced(old):
    """Return the till on its new card, as the back office tells it to go on."""
    new = Counter(epoch=2, key=old.key, at=old.at, number=old.number)
    new.books = books_of(Device.objects.get())
    new.open()
    return new


def test_the_office_knows_the_books_as_the_register_does(old):
    Collector().take(old.batch())
    assert books_of(Device.objects.get()) == old.books


def test_the_open_shift_goes_on_and_its_z_is_equal(old):
    collector = Collector()
    collector.take(old.batch())
    new = replaced(old)
    new.sell(0, 1, 0)
    new.close()
    new.shift()
    collector.take(new.batch())
    reports = list(shift_reports())
    assert [each.z.number for each in reports] == [1, 2, 3, 4]
    assert [(each.unequal, each.broken) for each in reports] == [((), ())] * 4
    third = reports[2].z
    assert (third.first, third.last.epoch) == (Place(1, old.entries[-3].sequence), 2)
    assert reports[-1].z.perpetual.receipts == Sale.objects.count() == 8
    assert new.books.periods[Period.DAY].number == 2
    assert new.books.periods[Period.MONTH].first_z == 1


def test_what_the_old_card_never_sent_is_named_when_it_arrives_after_all(old):
    collector = Collector()
    collector.take(old.batch(1, len(old.entries) - 1))
    new = replaced(old)
    new.close()
    collector.take(new.batch())
    assert all(each.is_equal for each in shift_reports())
    collector.take(old.batch(len(old.entries)))
    *_, third = shift_reports()
    assert {"sold", "receipts", "gross", "entries"} <= set(third.unequal)


def test_a_number_on_paper_is_never_given_again_though_its_z_is_not_proven(old):
    old.close()
    collector = Collector()
    collector.take(old.batch(1, len(old.entries) - 2))
    collector.take(old.batch(len(old.entries)))
    assert Shift.objects.count() == 2, "the third waits for what is missing before it"
    books = books_of(Device.objects.get())
    assert (books.z, books.shift) == (3, None)
    assert books.perpetual.receipts == 5


def test_the_device_begins_with_what_it_was_given(old, tmp_path):
    given = Begun(Books.from_data(old.books.to_data()), 2)
    journal = Journal.open(
        tmp_path / "journal.db", "register-2", clock=lambda: old.at, first_epoch=2
    )
    book = ShiftBook.resume(journal, Shelf(), clock=lambda: old.at, begun=given)
    assert book.books == old.books
    journal.close()


def test_an_old_card_with_new_files_never_goes_below_what_others_know(old, tmp_path):
    given = Begun(old.books, 9)
    journal = Journal.open(tmp_path / "journal.db", "register-2", clock=lambda: old.at)
    books = ShiftBook.resume(journal, Shelf(), clock=lambda: old.at, begun=given).books
    assert (books.z, books.perpetual) == (2, old.books.perpetual)
    assert books.periods[Period.DAY].number == 2
    journal.close()


class Shelf:
    """Nothing was kept yet."""

    def keep_fact(self, key, value):
        """Keep nothing."""

    def fact(self, _key, default=None):
        return default
