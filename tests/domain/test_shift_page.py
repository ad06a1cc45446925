"""The tables of shift.md, worked out again row by row."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from appliance.domain import market as markets
from appliance.domain.errors import CountError
from appliance.domain.payment import Tender, Tendered
from appliance.domain.sale import Kind
from appliance.domain.shift import Closing, Opening, Period, Perpetual, Place, Z
from appliance.domain.shift_books import (
    CASH_MOVED,
    PERIOD_CLOSED,
    SALE,
    SHIFT_CLOSED,
    SHIFT_OPENED,
    Books,
)
from appliance.domain.shift_causes import CauseKind, Evidence, Trace, likely_causes
from appliance.domain.shift_count import Count
from appliance.domain.shift_totals import ShiftTotals
from tests.domain.receipts import receipt
from tests.domain.strategies import NOW

PAGE = (resources.files("appliance.domain") / "shift.md").read_text(encoding="utf-8")
NL = markets.load("nl")


def table(name):
    """Return the rows of a table of the page, each a dict by the words of its heading."""
    block = PAGE.split(f"<!-- table: {name} -->\n")[1].split("\n\n")[0]
    heading, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
    ]
    return [pytest.param(dict(zip(heading, row, strict=True)), id=" ".join(row)) for row in rows]


def minor(text):
    """12.50 is 1250; an amount without a point has no decimals."""
    return int(text.replace(".", ""))


def test_every_table_of_the_page_is_worked_out():
    names = re.findall(r"<!-- table: (.*) -->", PAGE)
    here = Path(__file__).read_text()
    tested = re.findall(r'parametrize\("row", table\("(.*)"\)\)', here)
    assert sorted(names) == sorted(tested)


@pytest.mark.parametrize("row", table("count"))
def test_count(row):
    pieces = {}
    for each in row["pieces"].split():
        number, _, value = each.partition("×")
        pieces[minor(value)] = int(number)
    market = markets.load(row["market"])
    if row["total"] == "refused":
        with pytest.raises(CountError):
            Count.of(market, pieces)
        return
    count = Count.of(market, pieces)
    assert count.total_minor == minor(row["total"])
    assert Count.from_data(count.to_data()) == count


def counted(amount):
    """Any count of an amount."""
    return Count(((1, amount),)) if amount else Count()


@pytest.mark.parametrize("row", table("drawer"))
def test_drawer(row):
    books = Books(left_minor=minor(row["float"]))
    opening = books.opening(at=NOW, day=NOW.date(), by="p1")
    books = books.after(SHIFT_OPENED, opening.to_data(), Place(1, 1))
    for number, amount in enumerate(map(minor, row["cash of sales"].split()), 2):
        cash = [Tendered(Tender.CASH, amount)]
        sold = receipt(("goods", amount), tendered=cash, number=number)
        books = books.after(SALE, sold.to_data(), Place(1, number))
    for number, moved in enumerate(filter(None, row["moved"].split(", ")), 1):
        word, amount = moved.split()
        kind = {"in": "paid_in", "out": "paid_out", "drop": "drop"}[word]
        data = {"kind": kind, "amount_minor": minor(amount), "number": number}
        books = books.after(CASH_MOVED, data, Place(1, 100 + number))
    z = books.closing(
        Closing(
            NOW,
            "p1",
            count=None if row["counted"] == "nobody" else counted(minor(row["counted"])),
            left_minor=None if row["left"] == "all" else minor(row["left"]),
        ),
        register="2",
        currency="EUR",
        last=Place(1, 9),
    )
    assert z.expected_minor == minor(row["expected"])
    assert z.difference_minor == minor(row["difference"])
    assert z.taken_minor == minor(row["to the safe"])
    assert Z.from_data(z.to_data()).to_data() == z.to_data()
    assert Books.from_data(books.to_data()) == books


@pytest.mark.parametrize("row", table("sorts"))
def test_sorts(row):
    totals = ShiftTotals()
    for number, told in enumerate(row["receipts"].split("; "), 1):
        words = told.split()
        void = words[0] == "void"
        words = words[void:]
        lines = [(words[i], minor(words[i + 1])) for i in range(0, len(words), 2)]
        kind = Kind.VOID if void else Kind.SALE
        totals = totals.after_sale(receipt(*lines, kind=kind, number=number))
    for name in ("sold", "returned", "deposits", "gift cards", "voided"):
        count, amount = row[name].split(": ")
        tally = getattr(totals, name.replace(" ", "_"))
        assert (tally.count, tally.amount_minor) == (int(count), minor(amount)), name
    assert totals.gross_minor == minor(row["total"])
    assert totals.turnover_minor == minor(row["turnover"])
    assert sum(part.gross_minor for part in totals.taxes) == totals.gross_minor
    assert sum(each.amount_minor for each in totals.tenders.values()) == totals.gross_minor


@pytest.mark.parametrize("row", table("perpetual"))
def test_perpetual(row):
    perpetual = Perpetual()
    for amount in row["receipts"].split():
        perpetual = perpetual.after(minor(amount))
    expected = Perpetual(minor(row["gross"]), minor(row["absolute"]), int(row["count"]))
    assert perpetual == expected


def evidence(text):
    """Read what the page says is known."""
    traces, said = [], {"moved_minor": []}
    for each in text.split(", "):
        word, *rest = each.split()
        if word in ("cash", "card", "terminal"):
            amount, change = minor(rest[0]), minor(rest[2]) if "change" in rest else 0
            by_hand = (amount,) if word == "card" else ()
            cash = amount if word == "cash" else 0
            traces.append(Trace(f"R{len(traces) + 1}", cash, by_hand, change))
        elif word == "opened":
            said["openings"] = int(rest[0])
        elif word == "float":
            said["float_minor"] = minor(rest[0])
            said["float_counted"] = "not" not in rest
            said["proposed_minor"] = minor(rest[2] if rest[1] == "of" else rest[0])
        else:
            said["moved_minor"].append(minor(rest[0]) * (1 if word == "in" else -1))
    return Evidence(traces=traces, **said)


def told(cause):
    words = [cause.kind.value, *cause.receipts]
    if cause.notes_minor:
        words.append(" for ".join(f"{note / 100:.2f}" for note in cause.notes_minor))
    if cause.kind is CauseKind.OPENED_WITHOUT_SALE:
        words.append(str(cause.times))
    return " ".join(words)


@pytest.mark.parametrize("row", table("causes"))
def test_causes(row):
    found = likely_causes(minor(row["difference"]), evidence(row["what is known"]), NL)
    assert ", ".join(map(told, found)) == row["likely causes"]


@pytest.mark.parametrize("row", table("periods"))
def test_periods(row):
    books, closed, place = Books(), {period: [] for period in Period}, 0
    for number, day in enumerate(map(date.fromisoformat, row["shifts begun"].split()), 1):
        for period in Period:
            if books.periods[period].is_over(day):
                data = books.period_data(period, at=NOW, by="p1")
                names = "{number}: {name} Z{first_z}–{last_z}".format(**data)
                closed[period].append(names)
                place += 1
                books = books.after(PERIOD_CLOSED, data, Place(1, place))
        opening = Opening(number, NOW, day, "p1")
        assert books.opening(at=NOW, day=day, by="p1") == opening
        books = books.after(SHIFT_OPENED, opening.to_data(), Place(1, place + 1))
        z = books.closing(
            Closing(NOW, "p1"), register="2", currency="EUR", last=Place(1, place + 1)
        )
        place += 2
        books = books.after(SHIFT_CLOSED, z.to_data(), Place(1, place))
    for period, name in ((Period.DAY, "days"), (Period.MONTH, "months"), (Period.YEAR, "years")):
        assert ", ".join(closed[period]) == row[f"{name} closed"]
