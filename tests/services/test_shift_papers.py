"""What stands on slips, X, Z and period closings, in every language and on narrow paper."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appliance.domain import market as markets
from appliance.domain.payment import Tender, Tendered
from appliance.domain.shift import Closing, Place
from appliance.domain.shift_books import (
    CASH_MOVED,
    DRAWER_OPENED,
    SALE,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
    Books,
)
from appliance.domain.shift_causes import Cause, CauseKind
from appliance.domain.shift_count import Count, Movement, MovementKind
from appliance.services.receipts import Copy, Shop, as_lines
from appliance.services.shift import Moved
from appliance.services.shift_papers import ShiftPapers
from appliance.services.shift_words import say_cause
from appliance.services.standing import Standing, standing_lines
from appliance.services.words import LANGUAGES, Words
from drivers.printer import Text
from tests.domain.receipts import receipt
from tests.domain.strategies import NOW

NARROW, USUAL = 32, 42
SHOP = Shop("Buurtwinkel De Hoek", ("Dorpsstraat 1",), "NL001234567B01")
STANDING = Standing(device=1240, collector=1240, gaps=0, connected=True, told_at=NOW)


@pytest.fixture
def books():
    books, place = Books(), 0

    def happened(kind, data):
        nonlocal books, place
        place += 1
        books = books.after(kind, data, Place(1, place))

    opening = books.opening(at=NOW, day=NOW.date(), by="p1", count=Count(((5000, 2),)))
    happened(SHIFT_OPENED, opening.to_data())
    cash = [Tendered(Tender.CASH, 123400)]
    happened(SALE, receipt(("goods", 123400), tendered=cash).to_data())
    happened(SALE, receipt(("goods", -500), ("deposit", 15), number=2).to_data())
    happened(SALE, receipt(("gift_card", 2500), number=3).to_data())
    happened(CASH_MOVED, {"kind": "drop", "amount_minor": 100000, "number": 1})
    for cause in ("sale", "no_sale", "forced", "later_version"):
        happened(DRAWER_OPENED, {"cause": cause, "open_s": 65})
    counted = Count(((20000, 1), (10000, 1), (5000, 1), (5, 1)))
    happened(SHIFT_COUNTED, {"count": counted.to_data()})
    return books


@pytest.fixture
def z(books):
    said = Closing(NOW, "p2", count=books.shift.locked, left_minor=10000, reason="Not known")
    return books.closing(said, register="2", currency="EUR", last=Place(1, 10))


def papers(language="en"):
    return ShiftPapers(markets.load("nl"), SHOP, Words(language), "2")


def lines(document, columns=42):
    return [" ".join(line.split()) for line in as_lines(document, columns)]


def standing(language="en", columns=42):
    return standing_lines(STANDING, Words(language), NOW, columns)


def test_a_z_says_everything(z):
    said = lines(papers().z(z, standing=standing()))
    for line in (
        "Z 1",
        "Receipts 2-000001 to 2-000003",
        "Sold (1) 1,234.00",
        "Returned (1) -5.00",
        "Deposits (1) 0.15",
        "Gift cards sold (1) 25.00",
        "Total 1,254.15",
        "Turnover 1,229.15",
        "Cash (1) 1,234.00",
        "Card (by hand) (2) 20.15",
        "DRAWER OPENED 4",
        "later_version 1",
        "Stood open (min:s) 4:20",
        "Float 100.00",
        "To the safe (1) 1,000.00",
        "Expected 334.00",
        "1 x 200.00 200.00",
        "Counted 350.05",
        "Difference 16.05",
        "Reason: Not known",
        "To the safe at closing 250.05",
        "Stays in the drawer 100.00",
        "Entries 1.1 to 1.10 9",
        "Total of sales 1,259.00",
        "device 1240 · collector 1240 · gaps 0",
    ):
        assert line in said, line
    assert not any("COPY" in line for line in said)


def test_a_copy_is_marked_and_numbered(z):
    copy = Copy(2, NOW + timedelta(days=1))
    assert "COPY 2" in lines(papers().z(z, standing=(), copy=copy))


def test_an_x_has_no_number_and_no_count(books):
    x = books.closing(Closing(NOW, "p1"), register="2", currency="EUR", last=Place(1, 10))
    said = lines(papers().x(x, standing=standing()))
    assert "X" in said
    assert "Expected 334.00" in said
    assert not any(line.startswith(("Z 1", "Counted", "Difference")) for line in said)


def test_a_shift_nobody_counted_says_so(books):
    x = books.closing(Closing(NOW, "p1"), register="2", currency="EUR", last=Place(1, 10))
    assert "Nobody counted." in lines(papers().z(x, standing=()))


def test_a_day_has_its_shifts_and_their_differences(books, z):
    books = books.after(SHIFT_CLOSED, z.to_data(), Place(1, 11))
    day, *_ = books.periods.values()
    said = lines(papers().period(day, books.perpetual, NOW, standing=standing()))
    assert "Day 2026-11-22" in said
    assert "Closing 1" in said
    assert "Total 1,254.15" in said
    assert "Differences of the counts 16.05" in said


def test_a_slip_has_room_to_sign():
    movement = Movement(MovementKind.PAID_OUT, 1250, "Window cleaner", "p1", "p2")
    said = lines(papers().slip(Moved(movement, 3, 2), NOW))
    for line in ("Paid out", "Slip 2 of shift 3", "Amount 12.50", "Allowed by p2"):
        assert line in said, line
    assert any(line.startswith("Signature ...") for line in said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [NARROW, USUAL])
def test_no_line_is_wider_than_the_paper_and_on_the_usual_one_none_is_broken(
    z, books, language, columns
):
    wrote = papers(language)
    movement = Movement(MovementKind.DROP, 1250, "Te veel", "p1")
    known = standing(language, columns)
    for document in (
        wrote.z(z, standing=known, copy=Copy(1, NOW)),
        wrote.x(z, standing=known),
        wrote.slip(Moved(movement, 1, 1), NOW),
        wrote.period(
            books.after(SHIFT_CLOSED, z.to_data(), Place(1, 11)).periods[next(iter(books.periods))],
            z.perpetual,
            NOW,
            standing=known,
        ),
    ):
        for each in document:
            if isinstance(each, Text) and each.right:
                assert len(each.left) + 1 + len(each.right) <= USUAL, each.left
        assert {len(line) for line in as_lines(document, columns)} == {columns}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CauseKind)
def test_every_cause_is_a_sentence_in_every_language(kind, language):
    cause = Cause(kind, 500, ("2-000001",), (500, 1000), 2)
    amounts = {"amount": "5.00", "smaller": "€ 5", "larger": "€ 10"}
    said = say_cause(cause, Words(language), amounts)
    assert said.endswith(".")
    assert "{" not in said
