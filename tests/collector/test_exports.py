"""Figures as CSV: exact, in a fixed order, and the same after a rebuild."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from collector.desks.register.exports import EXPORTS, quantity, rate, write_csv
from collector.desks.register.models import Sale, SaleLine
from collector.ingest.models import Alarm, Watermark
from collector.ingest.projecting import Projector
from tests.collector.till import Till


def text(kind, *days):
    stream = io.StringIO()
    write_csv(kind, stream, *days)
    return stream.getvalue()


def table(kind, *days):
    return list(csv.DictReader(io.StringIO(text(kind, *days))))


def all_exports():
    return {kind: text(kind) for kind in EXPORTS}


@pytest.fixture
def sold(collector, till):
    till.open()
    till.sell(2, 1, 1)
    till.sell(0, -1)
    collector.take(till.batch())
    return till


def test_sales(sold):
    assert text("sales") == (
        "day,completed,device,register,receipt,number,kind,cashier,market,currency,"
        "gross,net,tax,rounding,payable,items,sale,epoch,sequence,customer,voids,age_years,age_how\n"
        "2026-11-22,2026-11-22T10:01:01+01:00,register-2,2,2-000001,1,sale,p1,nl,EUR,"
        "9.52,8.71,0.81,0.00,9.52,4,00000000000000010000000000000001,1,2,,,0,\n"
        "2026-11-22,2026-11-22T10:01:42+01:00,register-2,2,2-000002,2,return,p1,nl,EUR,"
        "-1.29,-1.18,-0.11,0.00,-1.29,-1,00000000000000010000000000000002,1,3,,,0,\n"
    )


def test_lines(sold):
    assert text("lines").startswith(
        "day,completed,device,receipt,kind,line,article,name,category,unit,quantity,unit_price,"
        "discount,gross,net,tax,tax_class,rate,currency,sale,"
        "for,restock,parent,tare,label,listed_price,reason,allowed_by,origin_receipt,origin_line,"
        "origin_sale\n"
        "2026-11-22,2026-11-22T10:01:01+01:00,register-2,2-000001,sale,1,3017620422003,"
        "Nutella 400 g,breakfast,piece,2,3.99,0.00,7.98,7.32,0.66,reduced,9,EUR,"
        "00000000000000010000000000000001,goods,yes,0,0,,,,,,0,\n"
    )
    assert [row["gross"] for row in table("lines")] == ["7.98", "1.29", "0.25", "-1.29"]


def test_payments_and_taxes(sold):
    assert [(row["tender"], row["amount"], row["reference"]) for row in table("payments")] == [
        ("card_manual", "9.52", "1234"),
        ("card_manual", "-1.29", "1234"),
    ]
    assert [(row["rate"], row["net"], row["tax"], row["gross"]) for row in table("taxes")] == [
        ("9", "8.50", "0.77", "9.27"),
        ("21", "0.21", "0.04", "0.25"),
        ("9", "-1.18", "-0.11", "-1.29"),
    ]


def test_days(sold):
    day = date(2026, 11, 22)
    assert len(table("sales", day, day)) == 2
    assert table("sales", date(2026, 11, 23)) == []
    assert table("lines", None, date(2026, 11, 21)) == []


def test_quantities_and_rates():
    assert [quantity(milli) for milli in (1000, 345, -1500, 0, 10_000)] == [
        "1",
        "0.345",
        "-1.5",
        "0",
        "10",
    ]
    assert [rate(bp) for bp in (900, 550, 0, 2100)] == ["9", "5.5", "0", "21"]


def test_rebuilt_figures_are_the_same_to_the_byte(collector, till):
    """Whatever the order in which entries came, and whatever was lost of the tables."""
    other = Till("register-10")
    other.enrol()
    later = Till("register-2", 2, till.key)
    for each in (till, other):
        each.open()
        for quantity_ in range(1, 9):
            each.sell(quantity_, quantity_ % 3, 1)
    later.open(after={"epoch": 1, "sequence": 9, "hash": till.head.hash}, above=None)
    later.sell(1, uuid=2**64 + 3)
    collector.take(later.batch(), till.batch(6, 9))
    collector.take(other.batch(), device="register-10")
    collector.take(till.batch(1, 7))
    before = all_exports()
    assert before["sales"].count("\n") == 17
    Projector.from_settings().rebuild()
    assert all_exports() == before
    SaleLine.objects.filter(line=1).delete()
    Sale.objects.filter(number=4).delete()
    assert all_exports() != before
    Projector.from_settings().rebuild()
    assert all_exports() == before
    assert Alarm.objects.get(kind="doubled").device == "register-2"


def test_figures_follow_where_a_crash_left_them(collector, till):
    till.open()
    for _ in range(5):
        till.sell(1)
    collector.take(till.batch())
    before = all_exports()
    Watermark.objects.update(projected=2)
    projector = Projector.from_settings()
    assert projector.behind() == {("register-2", 1)}
    projector.follow(("register-2", 1))
    assert projector.behind() == set()
    assert all_exports() == before


def test_a_long_history_is_followed_in_pieces(collector, till, monkeypatch):
    monkeypatch.setattr("collector.ingest.projecting._CHUNK", 3)
    till.open()
    for _ in range(10):
        till.record("balie.other.v1", {})
        till.sell(1)
    collector.take(till.batch())
    assert Sale.objects.count() == 10
    assert Watermark.objects.get().projected == 21
