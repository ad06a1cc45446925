"""Tampering with Zs, closings and training, everything after them made anew."""

from __future__ import annotations

import orjson

from tests.journal.exhibits import place_of
from tests.journal.exhibits_drawer import HAPPENS
from tests.journal.tampering_book import AT, found, honest, tampering


def place(name, which=0):
    """Return the place at which something happens, the first or a later time."""
    return [number for number, what in HAPPENS.items() if what == name][which]


Z, NEXT_Z = place("close"), place("close", 1)


def drawer_changed(name, at, change, finds=None, kind="shift"):
    @tampering(name, found(kind, f"1.{finds or at}"), alike=True)
    def _(ex):
        ex.data(at - 1, change)
        ex.rehash(at - 1)
        honest(ex)


def _smaller(data):
    """Make a sale of half of everything, so that all its sums agree."""
    for line in data["lines"]:
        line["quantity_milli"] *= 2
    for part in (*data["lines"], *data["taxes"], data["totals"]):
        for name in ("gross_minor", "net_minor", "tax_minor", "payable_minor", "items_milli"):
            if name in part:
                part[name] *= 2
    for payment in data["payments"]:
        for name in ("amount_minor", "tendered_minor"):
            payment[name] *= 2


def _less_sold(data):
    data["totals"]["sold"]["amount_minor"] -= 100
    data["totals"]["gross_minor"] -= 100
    data["totals"]["turnover_minor"] -= 100


def _less_tax(data):
    part = data["totals"]["taxes"][0]
    part["tax_minor"] -= 1
    part["net_minor"] += 1


def _fewer_openings(data):
    data["totals"]["openings"] = []


def _counted_right(data):
    """Count what should have been there."""
    data["difference_minor"] = data["taken_minor"] = data["left_minor"] = 0
    data["counted"] = None
    data["left_minor"] = data["expected_minor"]


def _own_sums(data):
    data["expected_minor"] += 100


def _number(name, by):
    def change(data):
        data[name] += by

    return change


def _perpetual(data):
    data["perpetual"]["gross_minor"] -= 100


def _covers(data):
    data["covers"]["first"]["sequence"] += 1


def _covers_less(data):
    data["covers"]["last"]["sequence"] -= 1


def _float(data):
    data["proposed_minor"] += 500
    data["float_minor"] += 500


def _amount(data):
    data["amount_minor"] -= 1000


def _opened_otherwise(data):
    data["by"] = "p9"


def _period_total(data):
    data["totals"]["sold"]["amount_minor"] -= 100
    data["totals"]["gross_minor"] -= 100
    data["totals"]["turnover_minor"] -= 100


def _other_zs(data):
    data["first_z"] += 1


def _other_name(data):
    data["name"] = "2026-10"


def _ours(data):
    data["ours_minor"] += 100


for _name, _at, _change, _finds in (
    ("a sale made larger in all its parts", 47, _smaller, Z),
    ("the takings in a Z altered", Z, _less_sold, None),
    ("the tax in a Z altered", Z, _less_tax, None),
    ("openings of the drawer left out of a Z", Z, _fewer_openings, None),
    ("the count in a Z removed", Z, _counted_right, None),
    ("what a Z expects in the drawer altered", Z, _own_sums, None),
    ("a Z given another number", NEXT_Z, _number("shift", 1), None),
    ("a Z given the number of another", NEXT_Z, _number("shift", -1), None),
    ("the totals since the register was new set back", NEXT_Z, _perpetual, None),
    ("a Z that begins later than the one before ended", NEXT_Z, _covers, None),
    ("a Z that ends before its own place", NEXT_Z, _covers_less, None),
    ("a Z of a shift that began otherwise", NEXT_Z, _opened_otherwise, None),
    ("the money at a shift's beginning altered", place("open", 1), _float, None),
    ("a shift's number skipped", place("open", 1), _number("shift", 1), None),
    ("money taken out made less", place("pay_out"), _amount, Z),
    ("a slip of money moved left out", place("pay_out"), _number("number", 1), None),
    ("the total of a day's closing altered", place("close_day"), _period_total, None),
    ("a day's closing skipped", place("close_day", 1), _number("number", 1), None),
    ("a Z left out of a month's closing", place("close_month"), _other_zs, None),
    ("a month's closing given another month", place("close_month"), _other_name, None),
    ("the totals beside a closing set back", place("close_month"), _perpetual, None),
    ("what was taken by the card terminal altered", place("close_terminal"), _ours, None),
):
    drawer_changed(_name, _at, _change, _finds)


def _exchange(ex, index):
    """Let two entries that follow each other change places, renumbered and made anew."""
    one, other = (orjson.loads(ex.raws[each]) for each in (index, index + 1))
    ex.change(index, type=other["type"], data=other["data"])
    ex.change(index + 1, type=one["type"], data=one["data"])
    ex.rehash(index)
    honest(ex)


@tampering("a shift's beginning put after its first sale", found("shift", f"1.{place('open', 1)}"))
def _(ex):
    _exchange(ex, place("open", 1) - 1)


TRAINED = place("end_training")


@tampering("a sale put into training", found("training", f"1.{TRAINED}"))
def _(ex):
    _exchange(ex, TRAINED - 1)


@tampering("a receipt of training put among those that count", found("training", place_of(AT)))
def _(ex):
    def rename(data):
        data["register"] = "TRAINING"
        data["receipt"] = f"TRAINING-{data['number']:06}"

    ex.data(AT, rename)
    ex.rehash(AT)
    honest(ex)


@tampering("the beginning of training replaced", found("training", f"1.{TRAINED}"))
def _(ex):
    ex.change(
        TRAINED - 2, type="balie.staff.signed_out.v1", data={"person": "p2", "reason": "lock"}
    )
    ex.rehash(TRAINED - 2)
    honest(ex)
