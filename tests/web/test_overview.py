"""Today: figures that are the sales' own sums, compared with last week, and what needs a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db.models import Sum

from appliance.domain.payment import Tender
from collector.desks.register.models import Sale
from collector.office.overview import moment_of
from tests.web.shop import COFFEE, MILK, NUTELLA, Shop, ordinary_shop, trouble


def at(text):
    return datetime.fromisoformat(f"{text}+01:00")


@pytest.fixture
def small_shop(db, now):
    """Three sales today, two last week of which one was later in the day."""
    shop = Shop()
    shop.register("register-1", "Kassa 1", "1", link="online", last_seen=now)
    for moment, items in (
        ("2026-11-15T10:00:00", [(NUTELLA, 2)]),
        ("2026-11-15T16:00:00", [(COFFEE, 1)]),
        ("2026-11-22T09:30:00", [(NUTELLA, 1)]),
        ("2026-11-22T10:15:00", [(MILK, 1)]),
        ("2026-11-22T14:00:00", [(COFFEE, 1)]),
    ):
        shop.sell("register-1", at(moment), items, tender=Tender.CARD_TERMINAL)
    shop.deliver()
    return shop


def cards(response):
    return {str(card.title): card for card in response.context["part"].cards}


def test_the_figures_are_the_sums_of_the_sales(sign_in, small_shop):
    shown = cards(sign_in("manager").get("/"))
    assert shown["Turnover"].figure == "€12.77"
    assert shown["Receipts"].figure == "3"
    assert shown["Average receipt"].figure == "€4.26"


def test_a_day_going_on_is_compared_up_to_the_same_time(sign_in, small_shop):
    shown = cards(sign_in("manager").get("/"))
    assert shown["Turnover"].note == "▲ 60%"  # 12.77 against 7.98
    assert shown["Receipts"].note == "▲ 2"
    assert shown["Average receipt"].note == "▼ 3.72"


def test_a_day_that_is_over_is_compared_as_a_whole(sign_in, small_shop, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-11-23T08:00:00"))
    response = sign_in("manager").get("/?day=2026-11-22")
    assert cards(response)["Turnover"].note == "▼ 17.5%"  # 12.77 against 15.47
    assert "Sunday 22 November 2026" in response.content.decode()


def test_figures_are_written_as_the_reader_writes_them(sign_in, shop):
    gross = Sale.objects.filter(day=date(2026, 11, 22)).aggregate(sum=Sum("gross_minor"))["sum"]
    dutch = cards(sign_in("manager", language="nl").get("/"))["Omzet"].figure
    assert (
        dutch.replace("\u00a0", " ")
        == f"€ {gross // 100:,}".replace(",", ".") + f",{gross % 100:02}"
    )


def test_every_figure_leads_to_the_sales_it_is_made_of(sign_in, shop):
    client = sign_in("manager")
    today = client.get("/")
    link = cards(today)["Turnover"].link
    listed = client.get(link)
    assert [sums.receipts for sums in listed.context["sums"]] == [
        Sale.objects.filter(day=date(2026, 11, 22)).count()
    ]
    chart = today.context["part"].panels[0].panel["chart"]
    for bar in chart.bars:
        (sums,) = client.get(bar.column.link).context["sums"] or [None]
        assert (sums.gross_minor if sums else 0) == bar.column.value


def test_the_hours_of_the_chart_add_up_to_the_turnover(sign_in, shop):
    chart = sign_in("manager").get("/").context["part"].panels[0].panel["chart"]
    gross = Sale.objects.filter(day=date(2026, 11, 22)).aggregate(sum=Sum("gross_minor"))["sum"]
    assert sum(bar.column.value for bar in chart.bars) == gross


def test_what_needs_a_person_is_said_in_words(sign_in, shop, now):
    trouble(shop, now)
    response = sign_in("manager").get("/")
    said = [matter.sentence for matter in response.context["matters"]]
    assert said[:2] == [
        "till-x: Something unknown tries to send sales",
        "Kassa 3: Two histories of the same device",
    ]
    assert set(said[2:]) == {
        "Kassa 3: 41 to send",
        "Kassa 3: not connected",
        "Kiosk 1: 2 changes not received yet",
    }
    assert response.context["proof"].figure == "not complete"


def test_missing_entries_are_never_glossed_over(sign_in, db, now):
    shop = Shop()
    shop.register("register-1", "Kassa 1", "1", link="online", last_seen=now)
    for minute in range(6):
        shop.sell("register-1", now - timedelta(minutes=6 - minute), [(MILK, 1)])
    shop.deliver(missing={("register-1", 3), ("register-1", 4)})
    response = sign_in("manager").get("/")
    assert [m.sentence for m in response.context["matters"]] == ["Kassa 1: 2 entries missing"]
    assert response.context["proof"].note == "1 device · gaps 2"
    assert cards(response)["Receipts"].figure == "2"  # what lies above a gap is not counted
    assert "device 6 · collector 2 · gaps 2" in response.content.decode()


def test_nothing_to_do_is_said_too(sign_in, small_shop):
    response = sign_in("manager").get("/")
    assert "Nothing. Everything sold is here and proven" in response.content.decode()
    assert response.context["proof"].figure == "complete"


def test_an_empty_shop_is_taught_how_to_begin(sign_in, db, now, settings):
    settings.BALIE_MARKET = "id"
    response = sign_in("manager").get("/")
    page = response.content.decode()
    assert response.context["proof"].figure == "–"
    assert cards(response)["Turnover"].figure == "IDR\u00a00"
    assert "Let the first register in to begin" in page
    assert 'href="/devices/let-in/"' in page
    assert "Sell something at a register" in page


def test_a_day_without_sales_leads_to_the_last_one_with_some(sign_in, small_shop, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-12-25T11:00:00"))
    page = sign_in("manager").get("/").content.decode()
    assert '?day=2026-11-22">The last day with sales is Sunday 22 November 2026' in page


@pytest.mark.parametrize("day", ["2026-02-31", "yesterday", "9999-99-99", "2030-01-01"])
def test_an_impossible_day_shows_today(sign_in, small_shop, day):
    assert sign_in("manager").get(f"/?day={day}").context["moment"].is_today


def test_currencies_are_never_added_together(sign_in, small_shop):
    Sale.objects.filter(receipt="1-000005").update(currency="GBP")
    response = sign_in("manager").get("/")
    assert cards(response)["Turnover"].figure == "€5.28"
    assert "Besides, £7.49 on one receipt" in response.content.decode()


def test_the_day_of_the_clock_change_is_compared_by_the_clock(db):
    winter = moment_of(None, at("2026-10-25T12:00:00"))
    assert (winter.until - timedelta(days=7)).isoformat() == "2026-10-18T12:00:00+02:00"


def test_a_whole_fortnight_costs_a_bounded_number_of_queries(
    sign_in, db, now, django_assert_max_num_queries
):
    ordinary_shop(now)
    client = sign_in("manager")
    with django_assert_max_num_queries(60):
        client.get("/")
