"""Amounts, quantities, shares and moments as the reader's language writes them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from babel.numbers import format_percent, get_currency_symbol
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from appliance.domain.money import format_minor


def language() -> str:
    """The reader's language."""
    return get_language() or "en"


def amount(amount_minor: int, decimals: int, currency: str = "") -> str:
    """Write an amount; with a currency its symbol stands by it."""
    symbol = get_currency_symbol(currency, language()) if currency else ""
    return format_minor(amount_minor, decimals, language(), symbol=symbol)


def number(count: int) -> str:
    """Write a whole number, grouped."""
    return format_minor(count, 0, language())


def quantity(quantity_milli: int, unit: str) -> str:
    """Write a quantity in thousandths: whole pieces plainly, weights with their unit."""
    if unit == "kg":
        return f"{format_minor(quantity_milli, 3, language())}\u00a0kg"
    if quantity_milli % 1000:
        return format_minor(quantity_milli, 3, language())
    return number(quantity_milli // 1000)


def share(part: Decimal) -> str:
    """Write a share of one as a percentage, with as many decimals as it has."""
    return str(format_percent(part, locale=language(), decimal_quantization=False))


def briefly(moment: datetime) -> str:
    """Say a moment as people do: the time when it is today, the day before that."""
    local, now = timezone.localtime(moment), timezone.localtime()
    if local.date() == now.date():
        return date_format(local, "H:i")
    return date_format(local, "j F" if local.year == now.year else "j F Y")


def exactly(moment: datetime) -> str:
    """Write a moment to the second, in the shop's time zone."""
    return date_format(timezone.localtime(moment), "j F Y H:i:s")
