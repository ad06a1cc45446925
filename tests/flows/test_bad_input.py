"""What cannot be, typed, scanned or answered: clear words, and nothing lost.

Held elsewhere: a weight from an unplugged or babbling scale (test_weighing), a count with letters
(test_the_drawers_day), a receipt returned at two devices that were offline
(tests/collector/test_what_came_back), gift cards that ran out (test_cards_and_vouchers).
"""

from __future__ import annotations

import pytest

from drivers.bench.printer import Condition
from tests.contract.terminal_rigs import ZvtRig
from tests.flows.shop import APPLES, BREAD, MILK, NUTELLA
from tests.flows.test_discounts import allow, fill_in

LARGEST = "999999999999"


def lines(cashier):
    return [(line.quantity, line.amount) for line in cashier.body.lines]


def pay(cashier):
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.touch("done-next")


@pytest.fixture
def counter(cashier):
    cashier.scan(NUTELLA)
    return cashier


class TestImpossibleAmounts:
    @pytest.mark.parametrize("typed", [LARGEST, "0", ""])
    def test_of_pieces(self, counter, typed):
        counter.touch("action-quantity")
        counter.type(typed)
        assert counter.body.keypad.hint != "Nutella 400 g", "the hint says why not"
        counter.touch("pad-cancel")
        assert lines(counter) == [("1", "3,99")]
        pay(counter)

    @pytest.mark.parametrize("typed", ["99999999,999", "0,000", ",", "1,2345"])
    def test_of_a_weight(self, cashier, typed):
        cashier.touch("category-fruit", f"key-{APPLES}")
        cashier.type(typed)
        assert cashier.body.lines == ()
        assert cashier.body.keypad is not None
        cashier.touch("pad-cancel")
        cashier.scan(NUTELLA)
        pay(cashier)

    @pytest.mark.parametrize("typed", ["9999999999,9", ""])
    def test_of_a_price(self, counter, typed):
        counter.touch("action-more", "list-price")
        allow(counter)
        fill_in(counter, price=typed)
        form = counter.body
        if form.kind == "list":
            counter.touch("list-0")
            assert counter.notice
        else:
            assert form.text or form.fields[0].refused
            counter.touch("form-back")
        assert counter.presenter._parts.register.totals().gross_minor == 399

    @pytest.mark.parametrize("typed", ["101", "0", LARGEST])
    def test_of_a_discount(self, counter, typed):
        counter.touch("action-more", "list-discount-line")
        allow(counter)
        fill_in(counter, percent=typed)
        form = counter.body
        assert form.kind == "form"
        assert form.text or form.fields[0].refused
        counter.touch("form-back")
        assert counter.presenter._parts.register.totals().gross_minor == 399

    @pytest.mark.parametrize("typed", [LARGEST, "0"])
    def test_of_money_handed_over(self, counter, typed):
        counter.touch("money-other", "tender-cash")
        counter.type(typed)
        assert counter.shop.sales() == []
        assert counter.body.kind == "tenders"
        assert counter.body.keypad.hint or counter.notice


class TestMoreBackThanWasSold:
    @pytest.fixture
    def sold(self, counter):
        pay(counter)
        counter.scan("2-000001")
        return counter

    def test_in_one_go(self, shop, sold):
        sold.touch("list-1", "list-1")
        fill_in(sold, quantity="2")
        assert sold.see_page("form").text == "Er kan hoogstens 1 terugkomen."
        fill_in(sold, quantity="1")
        sold.see_page("form")
        assert shop.sales()[0]["totals"]["gross_minor"] == 399

    def test_in_two_goes_of_which_one_waits_parked(self, shop, sold):
        sold.touch("list-do-all", "list-do-take", "action-park")
        sold.type("1")
        sold.scan("2-000001")
        (row,) = sold.see_page("list").rows
        assert (row.enabled, row.detail) == (False, "er kan niets meer terugkomen")
        sold.touch("list-do-all", "list-do-take")
        assert sold.see_page("list")
        sold.touch("list-back", "action-parked")
        sold.touch(f"parked-{sold.see_page('parked').baskets[0].article}")
        pay(sold)
        assert sum(sale["totals"]["gross_minor"] for sale in shop.sales()) == 0

    def test_by_raising_the_quantity_of_what_comes_back(self, shop, sold):
        sold.touch("list-do-all", "list-do-take", "line-1", "action-quantity")
        if sold.body.keypad is not None:
            sold.type("3")
        assert lines(sold) == [("−1", "−3,99")]
        pay(sold)
        assert sum(sale["totals"]["gross_minor"] for sale in shop.sales()) == 0

    def test_of_another_registers_receipt(self, sold):
        sold.touch("list-back")
        sold.scan("7-000001")
        sold.see_notice("Bon 7-000001 is van een andere kassa.")
        assert sold.body.lines == ()


class TestNegativeTotal:
    def test_is_given_back_in_cash_and_never_asked_of_the_terminal(self, shop, counter):
        pay(counter)
        counter.scan("2-000001")
        counter.touch("list-do-all", "list-do-take")
        counter.scan(MILK)
        assert (counter.body.total_label, counter.body.total) == ("Terug te geven", "€\u00a02,70")
        assert not counter.money()["card"].enabled
        counter.touch("money-card")
        assert shop.terminal.charges == {}
        assert len(shop.sales()) == 1
        counter.touch("money-exact")
        done = counter.see_page("done")
        assert (done.headline, done.amount) == ("Teruggeven", "€\u00a02,70")


class TestTerminalNonsense:
    def test_is_found_out_and_never_charged_twice(self, tmp_path, closed_shop):
        rig = ZvtRig(tmp_path / "zvt")
        try:
            closed_shop.terminal = rig.open()
            cashier = closed_shop.open().sign_in()
            cashier.scan(NUTELLA)
            rig.does("nonsense")
            cashier.touch("money-card")
            cashier.see(lambda s: s.body.kind == "done" or not getattr(s.body, "waiting", True))
            rig.does("approve")
            if cashier.body.kind != "done":
                assert cashier.body.message
                assert closed_shop.sales() == []
                cashier.touch("terminal-look_up")
            cashier.see_page("done")
            assert rig.charges == [399]
            assert len(closed_shop.sales()) == 1
        finally:
            closed_shop.close()
            rig.close()


class TestPrinterNobodyUnderstands:
    @pytest.mark.parametrize("condition", [Condition.SILENT, Condition.FAULT, Condition.OFFLINE])
    def test_stops_no_sale_and_loses_no_receipt(self, shop, counter, condition):
        shop.printer.behave(condition)
        counter.touch("money-exact")
        assert counter.see_page("done").headline == "Betaald"
        counter.see(lambda screen: screen.notice is not None, "what is wrong with the printer")
        assert counter.screen.notice.action.label == "Opnieuw afdrukken"
        counter.scan(BREAD)
        pay(counter)
        assert len(shop.sales()) == 2
        counter.see(lambda _: counter.status("printer").label == "2 bonnen wachten")
        shop.printer.behave(Condition.OK)
        counter.touch("status-printer", "notice")
        counter.see(lambda _: {"2-000001", "2-000002"} <= receipts(shop), "both receipts")


def receipts(shop):
    return {word for paper in shop.papers() for word in paper.split() if word.startswith("2-")}
