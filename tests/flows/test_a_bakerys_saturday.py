"""A bakery's real Saturday, sold again at the counter: the totals are those of a plain sum."""

from __future__ import annotations

from collections import Counter

import pytest

from appliance.domain.shift_books import SHIFT_CLOSED
from tests.flows import bakery
from tests.flows.shop import Shop
from tests.flows.test_the_drawers_day import count

HOW = ("money-exact", "money-card", "money-note-2000", "money-exact", "money-card")
"""What customers do, in turn; a note only where it is enough."""


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path, market="gb", language="en")
    made.data.mkdir()
    made.times.now = bakery.tickets()[0].at.replace(hour=7, minute=30)
    made.send(**bakery.directory(bakery.tickets()))
    made.cashier = made.open()
    yield made
    made.close()


def sell(shop, number, ticket):
    """Serve one customer: a key for each thing, then the money."""
    cashier = shop.cashier
    shop.times.now = max(shop.times.now, ticket.at)
    for item in ticket.items:
        cashier.touch(f"key-{bakery.code_of(item)}")
    how = HOW[number % len(HOW)]
    if how not in {f"money-{key}" for key in cashier.money()}:
        how = "money-exact"
    cashier.touch(how)
    cashier.see_page("done")
    shop.drawer.shut()
    cashier.touch("done-next")
    return "card" if how == "money-card" else "cash"


def test_the_whole_saturday(shop):
    cashier, sold = shop.cashier.sign_in("p2", "4711"), bakery.tickets()
    cashier.touch("language", "language-en")
    cashier.touch("action-more", "list-drawer", "list-open")
    count(cashier, n20_00=5)
    cashier.see_notice("Shift 1 is open.")
    paid = Counter()
    for number, ticket in enumerate(sold):
        how = sell(shop, number, ticket)
        paid[how] += sum(map(bakery.price_of, ticket.items))

    # The independent sum knows nothing but the file and the prices.
    by_item = Counter(item for ticket in sold for item in ticket.items)
    total = sum(bakery.price_of(item) * times for item, times in by_item.items())
    assert (len(sold), sum(by_item.values())) == (139, 292)
    found = shop.sales()
    assert len(found) == len(sold)
    assert sum(sale["totals"]["gross_minor"] for sale in found) == total
    for sale, ticket in zip(found, sold, strict=True):
        assert sale["totals"]["gross_minor"] == sum(map(bakery.price_of, ticket.items))
        assert sale["completed"][:16] == ticket.at.isoformat()[:16]
    lines = Counter()
    for sale in found:
        for line in sale["lines"]:
            lines[line["name"]] += line["quantity_milli"]
    assert lines == {item: times * 1000 for item, times in by_item.items()}

    # The Z says the same, and the drawer holds what a person would count.
    cashier.touch("action-more", "list-drawer", "list-count")
    in_drawer = 10_000 + paid["cash"]
    pence = {2000: in_drawer // 2000, 100: in_drawer % 2000 // 100, 1: in_drawer % 100}
    for value, pieces in pence.items():
        cashier.touch(f"field-{value}", *(f"form-type-{digit}" for digit in str(pieces)))
    cashier.touch("form-confirm")
    cashier.see(lambda s: s.body.kind == "form" and [f.key for f in s.body.fields] == ["left"])
    cashier.touch("form-confirm")
    paper = "\n".join(cashier.see_page("paper").paper)
    (z,) = shop.entries(SHIFT_CLOSED)
    assert (z["expected_minor"], z["difference_minor"]) == (in_drawer, 0)
    assert z["totals"]["gross_minor"] == total
    assert f"{total // 100:,}.{total % 100:02d}" in paper
    net = sum(bakery.price_of(i) * n for i, n in by_item.items() if i in bakery.FOOD)
    taxed = {part["rate_bp"]: part["gross_minor"] for part in z["totals"]["taxes"]}
    assert taxed == {0: net, 2000: total - net}
