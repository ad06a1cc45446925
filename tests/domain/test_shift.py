"""What the tables of shift.md do not show: totals of totals, and books that go on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import CountError, DomainError, ImpossibleValueError, ShiftError
from appliance.domain.line import Discount, DiscountKind
from appliance.domain.payment import Tender, Tendered
from appliance.domain.shift import Closing, Place, Z
from appliance.domain.shift_books import (
    ABANDONED,
    DRAWER_OPENED,
    REPRINTED,
    SALE,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
    Books,
)
from appliance.domain.shift_count import Count, Movement, MovementKind
from appliance.domain.shift_totals import ShiftTotals
from tests.domain.receipts import NL, paid, receipt
from tests.domain.strategies import NOW

LINES = st.lists(
    st.tuples(st.sampled_from(["goods", "deposit", "gift_card"]), st.integers(-5000, 5000)),
    min_size=1,
    max_size=4,
)


def fold(receipts):
    totals = ShiftTotals()
    for each in receipts:
        totals = totals.after_sale(each)
    return totals


@given(st.lists(LINES, max_size=8), st.integers(0, 8))
def test_totals_of_two_halves_are_the_totals_of_the_whole(days, cut):
    receipts = [receipt(*lines, number=number) for number, lines in enumerate(days, 1)]
    whole = fold(receipts)
    assert fold(receipts[:cut]).plus(fold(receipts[cut:])).to_data() == whole.to_data()
    assert ShiftTotals.from_data(whole.to_data()) == whole
    assert whole.gross_minor == sum(each.gross_minor for each in receipts)
    assert whole.receipts == len(receipts)


def test_discounts_other_prices_and_removed_lines_are_told_apart(basket, nutella, cheese):
    basket = basket.add(nutella).add(cheese, 500)
    off = Discount(DiscountKind.LINE, "Damaged", 50)
    basket = replace(basket, lines=(replace(basket.lines[0], discounts=(off,)), *basket.lines[1:]))
    basket = basket.add(nutella, merge=False).set_price(3, 199, "Old")
    basket = basket.remove(2, NOW)
    totals = fold([paid(basket)])
    assert {kind: each.amount_minor for kind, each in totals.discounts.items()} == {
        "line": 50,
        "price": 200,
    }
    assert (totals.removed.count, totals.removed.amount_minor) == (1, 948)


def begun(**more):
    opening = Books().opening(at=NOW, day=NOW.date(), by="p1", count=Count(((5000, 2),)))
    return Books(**more).after(SHIFT_OPENED, opening.to_data(), Place(1, 2))


def close(books, place, **said):
    z = books.closing(Closing(NOW, "p1", **said), register="2", currency="EUR", last=place)
    after = Place(place.epoch, place.sequence + 1)
    return z, books.after(SHIFT_CLOSED, z.to_data(), after)


def test_a_z_covers_everything_since_the_one_before_and_counts_what_is_in_it():
    books = begun()
    sold = receipt(("goods", 500), tendered=[Tendered(Tender.CASH, 1000)])
    books = books.after("balie.staff.signed_in.v1", {}, Place(1, 3))
    books = books.after(SALE, sold.to_data(), Place(1, 4))
    books = books.after(ABANDONED, {"gross_minor": 399}, Place(1, 5))
    books = books.after(REPRINTED, {}, Place(1, 6))
    books = books.after(DRAWER_OPENED, {"cause": "no_sale", "open_s": 12}, Place(1, 7))
    z, books = close(books, Place(1, 8), left_minor=5000)
    assert (z.number, z.first, z.last, z.entries) == (1, Place(1, 1), Place(1, 8), 4)
    assert z.totals.openings == {"no_sale": 1}
    assert (z.totals.copies, z.totals.abandoned.amount_minor) == (1, 399)
    assert (z.expected_minor, z.taken_minor) == (10500, 5500)
    assert Z.from_data(z.to_data()) == z
    opening = books.opening(at=NOW, day=NOW.date(), by="p1")
    assert (opening.number, opening.proposed_minor, opening.float_minor) == (2, 5000, 5000)
    books = books.after(SHIFT_OPENED, opening.to_data(), Place(1, 10))
    z, _ = close(books, Place(1, 10))
    assert (z.number, z.first, z.perpetual.receipts) == (2, Place(1, 10), 1)


def test_a_count_is_void_once_money_has_moved():
    books = begun()
    locked = {"shift": 1, "count": Count(((5000, 2),)).to_data(), "by": "p1"}
    books = books.after(SHIFT_COUNTED, locked, Place(1, 3))
    assert books.shift.locked.total_minor == 10000
    card = receipt(("goods", 500))
    assert books.after(SALE, card.to_data(), Place(1, 4)).shift.locked
    cash = receipt(("goods", 500), tendered=[Tendered(Tender.CASH, 500)])
    books = books.after(SALE, cash.to_data(), Place(1, 4))
    assert books.shift.locked is None
    assert books.shift.counts == 1


def test_books_go_on_from_a_z_whatever_came_before_it():
    _, whole = close(begun(), Place(1, 2))
    z = Z.from_data(whole_z(begun()))
    alone = Books().after(SHIFT_CLOSED, z.to_data(), Place(1, 3))
    assert alone == whole


def whole_z(books):
    z, _ = close(books, Place(1, 2))
    return z.to_data()


def test_a_sale_outside_a_shift_still_grows_the_perpetual_totals():
    books = Books().after(SALE, receipt(("goods", 500)).to_data(), Place(1, 2))
    assert books.shift is None
    assert books.perpetual.gross_minor == 500
    assert books.closing(Closing(NOW, "p1"), register="2", currency="EUR", last=Place(1, 2)) is None


def test_a_z_that_does_not_add_up_is_refused():
    data = whole_z(begun())
    with pytest.raises(ShiftError, match="its parts come to"):
        Z.from_data({**data, "expected_minor": 1})


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: Movement(MovementKind.DROP, 0, "Safe", "p1"), ImpossibleValueError),
        (lambda: Movement(MovementKind.DROP, -5, "Safe", "p1"), ImpossibleValueError),
        (lambda: Movement(MovementKind.DROP, 10**12, "Safe", "p1"), ImpossibleValueError),
        (lambda: Movement(MovementKind.PAID_OUT, 5, " ", "p1"), ImpossibleValueError),
        (lambda: Count(((5, -1),)), CountError),
        (lambda: Count.of(NL, {7: 1}), CountError),
        (lambda: Count.from_data({"total_minor": 1, "pieces": []}), CountError),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(make, kind):
    with pytest.raises(kind) as refused:
        make()
    assert isinstance(refused.value, DomainError)
    assert str(refused.value).endswith(".")


def test_a_movement_goes_its_way():
    assert Movement(MovementKind.PAID_IN, 5, "Change", "p1").drawer_minor == 5
    assert Movement(MovementKind.DROP, 5, "Safe", "p1").drawer_minor == -5
