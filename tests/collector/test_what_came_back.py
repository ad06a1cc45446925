"""Returns, voids and discounts in the tables and exports; the same receipt returned twice."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from uuid import uuid4

import pytest

from appliance.domain.line import Discount, DiscountKind
from appliance.domain.payment import Payment, Tender, settle
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.returned import bring_back, undo_all
from appliance.domain.sale import AgeCheck, Basket, Kind, totals
from collector.desks.register.exports import EXPORTS, write_csv
from collector.desks.register.models import Sale, SaleDiscount, SaleLine
from collector.ingest.models import Alarm
from collector.ingest.projecting import Projector
from collector.office.alarm_words import alarm_sentence, alarm_words
from tests.collector.till import AMSTERDAM, NL, SALE, SHELF, Till


def text(kind):
    stream = io.StringIO()
    write_csv(kind, stream)
    return stream.getvalue()


def table(kind):
    return list(csv.DictReader(io.StringIO(text(kind))))


def facts(till, basket):
    till.number += 1
    at = till.at.astimezone(AMSTERDAM)
    sum_ = totals(basket, NL, at.date())
    paid = Payment(Tender.CARD_MANUAL, sum_.gross_minor, sum_.gross_minor, 0, 0, "1234", None)
    return ReceiptFacts.of(
        basket=basket,
        totals=sum_,
        settlement=settle(sum_.gross_minor, [paid], NL),
        market=NL,
        register="2",
        number=till.number,
        completed_at=at,
        day=at.date(),
    )


def basket(till, **more):
    return Basket(uuid4().hex, till.at.astimezone(AMSTERDAM), "p1", **more)


def sell_three(till):
    """Three jars with something off, to somebody old enough."""
    made = basket(till, age_check=AgeCheck(18, "looked", "p1"), customer="c" * 32)
    made = made.add(SHELF[0], 3000)
    off = Discount(DiscountKind.LINE, "Beschadigd", 0, 1000, allowed_by="p2")
    sold = facts(till, made.take_off(1, off))
    till.record(SALE, sold.to_data())
    return sold


def take_back(till, sold, milli, **how):
    line = bring_back(sold, sold.lines[0], milli, **how)
    back = facts(till, basket(till, lines=(line,), kind=Kind.RETURN))
    till.record(SALE, back.to_data())
    return back


@pytest.fixture
def other(db):
    other = Till("register-10")
    other.enrol()
    other.open()
    return other


def test_what_a_sale_says_besides_is_in_the_tables(collector, till):
    till.open()
    sold = sell_three(till)
    take_back(till, sold, 1000, restock=False)
    void = undo_all(
        sold,
        sale=uuid4().hex,
        number=9,
        cashier="p1",
        at=till.at.astimezone(AMSTERDAM),
        reason="vergissing",
        allowed_by="p2",
    )
    till.record(SALE, void.to_data())
    collector.take(till.batch())
    first, back, voided = table("sales")
    assert (first["customer"], first["age_years"], first["age_how"]) == ("c" * 32, "18", "looked")
    assert (back["kind"], voided["kind"], voided["voids"]) == ("return", "void", sold.sale)
    _, line, gone = table("lines")
    assert (line["restock"], line["origin_receipt"], line["origin_line"]) == ("no", "2-000001", "1")
    assert (gone["reason"], gone["allowed_by"]) == ("vergissing", "p2")
    assert [
        (row["why"], row["name"], row["amount"], row["percent"]) for row in table("discounts")
    ] == [
        ("line", "Beschadigd", "1.20", "10"),
        ("line", "Beschadigd", "-0.40", "10"),
        ("line", "Beschadigd", "-1.20", "10"),
    ]


def test_parts_that_come_back_add_up_and_alarm_nobody(collector, till):
    till.open()
    sold = sell_three(till)
    for before in range(0, 3000, 1000):
        take_back(till, sold, 1000, before_milli=before)
    collector.take(till.batch())
    assert sum(Sale.objects.values_list("gross_minor", flat=True)) == 0
    assert sum(SaleLine.objects.values_list("tax_minor", flat=True)) == 0
    assert not Alarm.objects.exists()


@pytest.mark.parametrize("late", [False, True], ids=["sale first", "sale last"])
def test_the_same_receipt_returned_at_two_devices_is_seen_when_they_meet(
    collector, till, other, late
):
    till.open()
    sold = sell_three(till)
    till.record("balie.other.v1", {})
    other.at = till.at
    take_back(other, sold, 2000)
    take_back(till, sold, 2000)
    if late:
        collector.take(other.batch(), device="register-10")
        assert not Alarm.objects.exists(), "the sale may still be on its way"
        collector.take(till.batch())
    else:
        collector.take(till.batch())
        assert not Alarm.objects.exists()
        collector.take(other.batch(), device="register-10")
    alarm = Alarm.objects.get(kind="returned_twice")
    assert alarm.sentence == (
        "Of receipt 2-000001, line 1, 3 of “Nutella 400 g” were sold and 4 came back, in the "
        "entries register-10 1.2, register-2 1.4: ask who gave the money back again."
    )
    assert alarm_sentence(alarm) == alarm.sentence
    assert alarm_words(alarm.kind) != alarm.kind


def test_rebuilt_tables_are_the_same_to_the_byte(collector, till, other):
    till.open()
    sold = sell_three(till)
    other.at = till.at
    take_back(other, sold, 3000)
    take_back(till, sold, 1000)
    collector.take(other.batch(), device="register-10")
    collector.take(till.batch())
    before = {kind: text(kind) for kind in EXPORTS}
    Projector.from_settings().rebuild()
    assert {kind: text(kind) for kind in EXPORTS} == before
    assert Alarm.objects.filter(kind="returned_twice").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"restock": "no"},
        {"parent": "1"},
        {"reason": 7},
        {"origin": {"sale": "a" * 32, "receipt": "2-000001"}},
        {"origin": "2-000001"},
        {"discounts": [{"kind": "line", "name": "x", "amount_minor": 1}]},
        {"discounts": 5},
    ],
)
def test_a_line_that_cannot_be_counts_nowhere(collector, till, change):
    till.open()
    data = sell_three(till).to_data()
    data |= {"sale": "f" * 32, "lines": [data["lines"][0] | change]}
    till.record(SALE, data)
    collector.take(till.batch())
    assert Sale.objects.count() == 1
    assert SaleDiscount.objects.count() == 1
    assert Alarm.objects.get().kind == "unreadable"


def test_tips_are_beside_the_sale(collector, till):
    till.open()
    sold = sell_three(till)
    tipped = replace(sold.payments[0], tip_minor=150)
    till.record(SALE, replace(sold, sale="e" * 32, number=2, payments=(tipped,)).to_data())
    collector.take(till.batch())
    assert [row["tip"] for row in table("payments")] == ["0.00", "1.50"]
