"""Real invoices of a gift shop, and what its customers brought back of them, to the penny."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.flows import gift_shop
from tests.flows.shop import Shop
from tests.flows.test_discounts import fill_in


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path, market="gb", language="en")
    made.data.mkdir()
    made.times.now = gift_shop.invoices()[0].at
    made.send(**gift_shop.directory(gift_shop.invoices()))
    made.cashier = made.open().sign_in("p2", "4711")
    made.cashier.touch("language", "language-en")
    yield made
    made.close()


def sell(shop, invoice):
    """Scan each article, say how many, and set the price where it was another that day."""
    cashier = shop.cashier
    for line in invoice.lines:
        cashier.scan(line.code)
        cashier.touch("action-quantity")
        cashier.type(str(line.quantity))
        if shop.prices[line.code] != line.pence:
            cashier.touch("action-more", "list-price")
            fill_in(cashier, price=f"{line.pence // 100}.{line.pence % 100:02d}")
            cashier.touch("list-0")
            cashier.see_page("sale")
    cashier.touch("money-card")
    done = cashier.see_page("done")
    cashier.touch("done-next")
    return next(row.amount for row in done.rows if row.label == "Receipt")


def take_back(shop, taken, receipts):
    """Scan the receipts, touch what comes back, and give the money."""
    cashier = shop.cashier
    by_receipt = {}
    for (invoice, line), pieces in taken.items():
        by_receipt.setdefault(receipts[invoice], {})[line] = pieces
    for receipt, lines in by_receipt.items():
        cashier.scan(receipt)
        assert cashier.see_page("list").title == f"What comes back of {receipt}?"
        for line, pieces in lines.items():
            cashier.touch(f"list-{line}", f"list-{line}")
            fill_in(cashier, quantity=str(pieces))
            cashier.see_page("list")
        cashier.touch("list-do-take")
    cashier.touch("money-exact")
    cashier.see_page("done")
    shop.drawer.shut()
    cashier.touch("done-next")


def test_what_was_sold_and_what_came_back(shop):
    known = gift_shop.invoices()
    shop.prices = {}
    for line in (line for invoice in known for line in invoice.lines):
        shop.prices.setdefault(line.code, line.pence)
    come_back, receipts = gift_shop.sources(known), {}
    assert len(come_back) == 16
    for invoice in known:
        shop.times.now = max(shop.times.now, invoice.at)
        if invoice.brings_back:
            take_back(shop, come_back[invoice.number], receipts)
        else:
            receipts[invoice.number] = sell(shop, invoice)

    sales = shop.sales()
    assert len(sales) == len(known)
    for sale, invoice in zip(sales, known, strict=True):
        assert sale["totals"]["gross_minor"] == invoice.pence, invoice.number
        assert sale["kind"] == ("return" if invoice.brings_back else "sale")
    plain = sum(line.quantity * line.pence for invoice in known for line in invoice.lines)
    assert sum(sale["totals"]["gross_minor"] for sale in sales) == plain
    pieces, wanted = Counter(), Counter()
    for line in (line for sale in sales for line in sale["lines"]):
        pieces[line["article"]] += line["quantity_milli"] // 1000
    for line in (line for invoice in known for line in invoice.lines):
        wanted[line.code] += line.quantity
    assert pieces == wanted

    # What came back whole cannot come back again, on this day or any other.
    gone = next(i for i in known if i.number == "537410")
    shop.restart().sign_in("p2", "4711")
    shop.cashier.scan(receipts[gone.number])
    rows = shop.cashier.see_page("list").rows
    assert [row.enabled for row in rows] == [False]
    shop.cashier.touch("list-do-all", "list-do-take")
    assert shop.cashier.see_page("list")
    assert len(shop.sales()) == len(known)
