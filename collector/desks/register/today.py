"""The register's part of today: turnover, receipts, their average, the hours, the last sales."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appliance.domain.market import load
from appliance.domain.money import Rounding, divide
from collector.desks.register.figures import Turnover, by_hour, names_of, turnovers
from collector.desks.register.models import Sale
from collector.office import writing
from collector.office.chart import Chart, Column, draw
from collector.office.desk import Card, Moment, Panel, Today

WEEK = timedelta(days=7)
LAST_SALES = 8
HOURS_SHOWN = range(9, 18)
"""The chart shows at least these."""


def today(moment: Moment) -> Today:
    """Make the register's part of a day, compared with the same day last week.

    A day still going on is compared up to the same time on the clock. Where a day has several
    currencies, the figures are of the one with most receipts and the others are named.
    """
    day = moment.start.date()
    sales, before = Sale.objects.filter(day=day), Sale.objects.filter(day=day - WEEK)
    found = turnovers(sales)
    main = found[0] if found else _empty_like(before)
    before = before.filter(currency=main.currency)
    until = before.filter(completed__lte=moment.until - WEEK) if moment.is_today else before
    was = next(iter(turnovers(until)), None)
    return Today(
        cards=_cards(main, was, day),
        panels=(
            Panel("register/today_hours.html", _hours(moment, main, before, found), wide=True),
            Panel("register/today_sales.html", _last_sales(sales, day), wide=True),
        ),
    )


def _empty_like(before: QuerySet[Sale]) -> Turnover:
    """Return nothing sold, in the currency the shop sold in last, else in its market's."""
    last = before.first() or Sale.objects.first()
    if last is not None:
        return Turnover(last.currency, last.decimals, 0, 0)
    market = load(settings.BALIE_MARKET)
    return Turnover(market.currency, market.decimals, 0, 0)


def _cards(now: Turnover, was: Turnover | None, day: date) -> tuple[Card, ...]:
    link = sales_of(day)

    def write(amount_minor: int) -> str:
        return writing.amount(amount_minor, now.decimals, now.currency)

    turnover_note = receipts_note = average_note = _no_comparison(day)
    turnover_trend = receipts_trend = average_trend = ""
    if was is not None:
        turnover_note, turnover_trend = _change_in_share(now.gross_minor, was.gross_minor, now)
        change = now.receipts - was.receipts
        receipts_note, receipts_trend = _signed(writing.number(abs(change)), change)
        change = now.average_minor - was.average_minor
        average_note, average_trend = _signed(writing.amount(abs(change), now.decimals), change)
    return (
        Card(_("Turnover"), write(now.gross_minor), turnover_note, link, turnover_trend),
        Card(_("Receipts"), writing.number(now.receipts), receipts_note, link, receipts_trend),
        Card(_("Average receipt"), write(now.average_minor), average_note, link, average_trend),
    )


def _no_comparison(day: date) -> str:
    return _("no sales on %(day)s last week") % {"day": date_format(day, "l")}


def _change_in_share(now_minor: int, was_minor: int, of: Turnover) -> tuple[str, str]:
    """Say by which share something changed; by how much where a share would mean nothing."""
    change = now_minor - was_minor
    if was_minor <= 0:
        return _signed(writing.amount(abs(change), of.decimals), change)
    tenths_of_percent = divide(abs(change) * 1000, was_minor, Rounding.HALF_UP)
    return _signed(writing.share(Decimal(tenths_of_percent) / 1000), change)


def _signed(size: str, change: int) -> tuple[str, str]:
    """Return a change with its sign and its trend."""
    if change == 0:
        return _("the same"), ""
    return (f"▲ {size}", "up") if change > 0 else (f"▼ {size}", "down")


def _hours(
    moment: Moment, main: Turnover, before: QuerySet[Sale], found: list[Turnover]
) -> Mapping[str, object]:
    day = moment.start.date()
    now = by_hour(Sale.objects.filter(day=day, currency=main.currency), moment.start)
    was = by_hour(before, moment.start - WEEK)
    last = Sale.objects.order_by("-day").first() if not found else None
    return {
        "chart": _chart(now, was, main, day),
        "has_before": bool(was),
        "is_today": moment.is_today,
        "others": [
            (writing.amount(each.gross_minor, each.decimals, each.currency), each)
            for each in found
            if each != main
        ],
        "is_empty": not found,
        "last_day": last.day if last else None,
    }


def _chart(now: Mapping[int, int], was: Mapping[int, int], main: Turnover, day: date) -> Chart:
    hours = sorted({*now, *was, *HOURS_SHOWN})
    unit = 10**main.decimals
    columns = [
        Column(
            label=str(hour % 24),
            value=now.get(hour, 0),
            compared=was.get(hour, 0) if was else None,
            link=sales_of(day, hour=hour % 24),
            words=_hour_words(hour, now.get(hour, 0), was.get(hour, 0), main),
        )
        for hour in range(hours[0], hours[-1] + 1)
    ]
    return draw(
        columns, unit=unit, write=lambda level: writing.number(divide(level, unit, Rounding.DOWN))
    )


def _hour_words(hour: int, now_minor: int, was_minor: int, main: Turnover) -> str:
    return _("%(from)s to %(to)s: %(now)s, last week %(was)s") % {
        "from": f"{hour % 24}:00",
        "to": f"{(hour + 1) % 24}:00",
        "now": writing.amount(now_minor, main.decimals, main.currency),
        "was": writing.amount(was_minor, main.decimals, main.currency),
    }


def _last_sales(sales: QuerySet[Sale], day: date) -> Mapping[str, object]:
    last = list(sales.select_related("device")[:LAST_SALES])
    names = names_of(sale.cashier for sale in last)
    return {"sales": [(sale, names[sale.cashier]) for sale in last], "link": sales_of(day)}


def sales_of(day: date, **more: object) -> str:
    """Return the address of the list of a day's sales."""
    asked = {"since": day.isoformat(), "until": day.isoformat(), **more}
    return f"{reverse('sales')}?{urlencode(asked)}"
