"""What was taken from day to day, added up from the same receipts as the Zs."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from appliance.domain.money import parse_minor
from appliance.domain.shift import Z
from appliance.domain.shift_totals import ShiftTotals
from collector.desks.register.models import Sale, Shift
from collector.desks.register.period_totals import period_totals
from collector.desks.register.proof import data_of
from collector.desks.register.total_filter import Days
from tests.web.money import MoneyShop, counted_shop

CLOSED = "since=2026-11-20&until=2026-11-21"
"""Two days whose shifts are all closed; on the third they are open."""


@pytest.fixture
def counted(db, now):
    return counted_shop(now)


def text(response):
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def rows_of(client, asked):
    response = client.get(f"/totals.csv?{asked}")
    written = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(written)))


def of_zs(**chosen):
    """What the Zs themselves say, laid together."""
    found = ShiftTotals()
    for shift in Shift.objects.filter(**chosen).order_by("device", "number"):
        found = found.plus(Z.from_data(data_of(shift)).totals)
    return found


SAME = (
    *("gross_minor", "turnover_minor", "sold", "returned", "deposits", "gift_cards", "accounts"),
    *("voided", "tenders", "discounts", "rounding_minor", "tips_minor", "items_milli", "receipts"),
)


def same(found, said):
    for name in SAME:
        assert getattr(found, name) == getattr(said, name), name
    assert sorted(map(repr, found.taxes)) == sorted(map(repr, said.taxes))


def test_closed_days_come_to_what_their_zs_say(counted):
    (found,) = period_totals(Days(date(2026, 11, 20), date(2026, 11, 21)))
    same(found.totals, of_zs())
    assert list(found.by_day) == [date(2026, 11, 20), date(2026, 11, 21)]
    for day, totals in found.by_day.items():
        same(totals, of_zs(day=day))
    assert list(found.by_device) == ["register-1", "register-2"]
    for device, totals in found.by_device.items():
        same(totals, of_zs(device=device))
    assert (found.zs.count, found.zs.gross_minor) == (4, found.totals.gross_minor)


def test_one_register_alone(counted):
    days = Days(date(2026, 11, 21), date(2026, 11, 21), "register-2")
    (found,) = period_totals(days)
    same(found.totals, of_zs(day=date(2026, 11, 21), device="register-2"))
    assert found.zs.count == 1


def test_currencies_are_never_added_together(counted):
    other = Sale.objects.filter(device="register-2")
    other.update(currency="GBP")
    found = period_totals(Days(date(2026, 11, 20), date(2026, 11, 22)))
    assert [each.currency for each in found] == ["EUR", "GBP"]
    assert [list(each.by_device) for each in found] == [["register-1"], ["register-2"]]


def test_the_page_says_it_and_says_that_it_is_equal(sign_in, counted):
    client = sign_in("finance")
    page = text(client.get(f"/totals/?{CLOSED}"))
    assert "Friday 20 November 2026 – Saturday 21 November 2026 · all registers" in page
    assert "Equal: every receipt of these days is in one of them." in page
    assert "4 Zs of shifts that began on these days" in page
    assert page.count('scope="col">Cash</th>') == 0
    for words in ("Cash", "Without tax", "9%", "By register", "By day", "Fri 20 November 2026"):
        assert words in page, words


def test_left_open_it_is_this_month_and_says_what_is_in_no_z(sign_in, counted):
    page = text(sign_in("manager").get("/totals/"))
    assert "Sunday 1 November 2026 – Sunday 22 November 2026" in page
    assert "Receipts that are in no Z yet make a difference" in page


def test_the_csv_has_every_figure_of_every_day_and_register(sign_in, counted):
    rows = rows_of(sign_in("finance"), CLOSED)
    whole = {(row["what"], row["name"], row["rate"]): row for row in rows if not row["day"]}
    said = of_zs()
    assert minor(whole["total", "gross", ""]) == said.gross_minor
    assert int(whole["total", "gross", ""]["times"]) == said.receipts
    for name, tally in said.tenders.items():
        assert minor(whole["tender", name, ""]) == tally.amount_minor
    for part in said.taxes:
        assert (
            minor(whole["tax", f"{part.tax_class} tax", f"{part.rate_bp / 100:g}"])
            == part.tax_minor
        )
    parts = [row for row in rows if row["day"]]
    assert {(row["day"], row["device"]) for row in parts} == {
        (day, device)
        for day in ("2026-11-20", "2026-11-21")
        for device in ("register-1", "register-2")
    }
    for key, row in whole.items():
        added = sum(
            minor(each) for each in parts if (each["what"], each["name"], each["rate"]) == key
        )
        assert added == minor(row), key


def minor(row):
    sign = -1 if row["amount"].startswith("-") else 1
    return sign * parse_minor(row["amount"].removeprefix("-"), 2, "en")


def test_days_the_wrong_way_round_are_said(sign_in, counted):
    client = sign_in("finance")
    asked = "since=2026-11-21&until=2026-11-20"
    assert "This day should not lie before the first." in text(client.get(f"/totals/?{asked}"))
    assert rows_of(client, asked) == []
    assert "The filter could not be read" in text(client.get("/totals/?since=never"))


def test_days_on_which_nothing_was_sold(sign_in, counted):
    page = text(sign_in("finance").get("/totals/?since=2025-01-01&until=2025-01-31"))
    assert "Nothing was sold on these days" in page


@pytest.mark.parametrize("address", ["/totals/", "/totals.csv"])
def test_who_sells_or_mends_does_not_see_it(sign_in, db, address):
    assert sign_in("stock", "marketing", "technician").get(address).status_code == 403


def test_a_shift_past_midnight_stands_on_both_its_days(db, now):
    shop = MoneyShop()
    shop.register("register-1", "Kassa 1", "1", link="online", last_seen=now)
    late = timezone.localtime(now).replace(hour=23, minute=30) - timedelta(days=1)
    shop.open_shift("register-1", late)
    for minutes in (10, 40):
        shop.sell("register-1", late + timedelta(minutes=minutes))
    shop.close_shift("register-1", late + timedelta(minutes=50))
    shop.deliver()
    (found,) = period_totals(Days(date(2026, 11, 21), date(2026, 11, 22)))
    assert list(found.by_day) == [date(2026, 11, 21), date(2026, 11, 22)]
    assert found.totals.gross_minor == found.zs.gross_minor
    (one,) = period_totals(Days(date(2026, 11, 21), date(2026, 11, 21)))
    assert one.totals.gross_minor < one.zs.gross_minor
