"""A card spent at two devices that did not know of each other: seen and named when they meet."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from appliance.domain.money import format_plain
from collector.ingest.alarms import Complaint
from collector.ledgers.merging import family_of
from collector.ledgers.models import Balance, Movement

KIND = "overspent"

_WORDS = {
    "gift_card": gettext_noop(
        "Of gift card %(account)s %(amount)s more was spent than was on it, in the entries "
        "%(entries)s: two registers did not know of each other, or a copy of the card is about."
    ),
    "store_credit": gettext_noop(
        "Of store credit %(account)s %(amount)s more was spent than it was worth, in the entries "
        "%(entries)s: two registers did not know of each other, or a copy of the slip is about."
    ),
    "voucher": gettext_noop(
        "Voucher %(account)s counts once and was used more than once, in the entries %(entries)s: "
        "two registers did not know of each other, or a copy of it is about."
    ),
    "account": gettext_noop(
        "Customer %(account)s owes %(amount)s more than the limit, in the entries %(entries)s: "
        "two registers did not know of each other. Agree with the customer when it is paid."
    ),
    "merged": gettext_noop(
        "Customer %(account)s, with whom others were merged, owes %(amount)s more than the limit, "
        "in the entries %(entries)s. Set the limit anew, or agree with the customer when it is "
        "paid."
    ),
}


def overspent(balances: Iterable[Balance]) -> list[Complaint]:
    """Find balances of which more was spent than there was, whoever spoke last."""
    return [complaint for each in balances if (complaint := _complaint(each)) is not None]


def _complaint(balance: Balance) -> Complaint | None:
    sign = 1 if balance.kind == "account" else -1
    family = family_of(balance.kind, balance.account)
    moved = list(Movement.objects.filter(kind=balance.kind, account__in=family))
    spent = [each for each in moved if each.amount_minor * sign > 0]
    over = _over_minor(balance, moved)
    if over <= 0 or not spent:
        return None
    latest = max(spent, key=lambda each: (each.completed, each.device_id, each.sequence))
    facts = {
        "account": balance.shown,
        "amount": format_plain(over, balance.decimals),
        "entries": ", ".join(f"{each.device_id} {each.epoch}.{each.sequence}" for each in spent),
    }
    words = _WORDS[balance.kind if len(family) == 1 else "merged"]
    return Complaint(latest.device_id, KIND, words, facts=facts)


def _over_minor(balance: Balance, moved: Iterable[Movement]) -> int:
    """Return how much more was spent than there was; of a voucher, how often more than once."""
    if balance.kind == "account":
        return balance.balance_minor - balance.limit_minor
    if balance.kind == "voucher":
        return sum(-1 if each.amount_minor > 0 else 1 for each in moved) - 1
    return -balance.balance_minor
