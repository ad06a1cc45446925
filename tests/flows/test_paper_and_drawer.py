"""What happens when paper and drawer do not do what they should."""

from __future__ import annotations

import pytest

from appliance.services import events
from drivers.bench.printer import Condition
from tests.flows.shop import BREAD, MILK, NUTELLA


def printed(screen):
    """What the done page says of the paper."""
    return next((row.amount for row in screen.body.rows if row.label == "Papier"), "")


def sell(cashier, code=NUTELLA):
    cashier.scan(code)
    cashier.touch("money-exact")
    return cashier.see_page("done")


def test_a_printer_out_of_paper_says_so_and_prints_when_told_again(shop, cashier):
    shop.printer.behave(Condition.PAPER_OUT)
    done = sell(cashier)
    assert done.headline == "Betaald", "the sale is done whatever the printer does"
    cashier.see_notice("De printer heeft geen papier. Leg een nieuwe rol in")
    assert cashier.screen.notice.action.label == "Opnieuw afdrukken"
    cashier.see(lambda _: cashier.status("printer").label == "Geen papier")
    shop.printer.behave(Condition.OK)
    cashier.touch("notice")
    assert "2-000001" in cashier.see_paper(1)
    assert "KOPIE" not in shop.papers()[0]
    cashier.see(lambda screen: screen.notice is None and printed(screen) == "afgedrukt")


def test_a_receipt_that_failed_waits_while_selling_goes_on(shop, cashier):
    shop.printer.behave(Condition.COVER_OPEN)
    sell(cashier)
    cashier.see_notice("De klep van de printer staat open.")
    cashier.scan(MILK)
    assert cashier.notice == ""
    shop.printer.behave(Condition.OK)
    cashier.see(lambda _: cashier.status("printer").label == "1 bon wacht")
    cashier.touch("status-printer")
    assert cashier.screen.detail.meaning == "Een bon is niet afgedrukt."
    cashier.touch("notice")
    assert "2-000001" in cashier.see_paper(1)


def test_a_receipt_that_failed_is_offered_after_a_restart(shop, cashier):
    shop.printer.behave(Condition.PAPER_OUT)
    sell(cashier)
    cashier.see_notice("De printer heeft geen papier")
    again = shop.restart()
    assert again.notice == "Een bon is niet afgedrukt."
    again.touch("notice")
    assert "2-000001" in again.see_paper(1)


def test_a_copy_is_marked_numbered_and_recorded(shop, cashier):
    sell(cashier)
    cashier.see_paper(1)
    cashier.see(lambda s: s.body.actions[0].label == "Bon nog eens (kopie)")
    cashier.touch("done-reprint")
    assert "KOPIE 1" in cashier.see_paper(2)
    cashier.see(lambda s: s.body.actions[0].enabled)
    cashier.touch("done-reprint")
    assert "KOPIE 2" in cashier.see_paper(3)
    copies = shop.entries(events.REPRINTED)
    assert [(c["receipt"], c["copy"]) for c in copies] == [("2-000001", 1), ("2-000001", 2)]


def test_a_gift_receipt_names_no_amount_and_is_no_copy(shop, cashier):
    sell(cashier)
    cashier.see(lambda s: printed(s) == "afgedrukt")
    cashier.touch("done-gift")
    cashier.see(lambda _: len(shop.papers()) == 2)
    gift = shop.papers()[-1]
    assert "RUILBON" in gift
    assert "Nutella 400 g" in gift
    assert "2-000001" in gift
    assert "3,99" not in gift
    assert "4,00" not in gift
    assert shop.entries(events.REPRINTED) == []


def test_the_receipt_as_a_code_to_take_along(cashier):
    sell(cashier)
    assert "TE BETALEN                    EUR 4,00" in cashier.body.paper
    assert len({len(line) for line in cashier.body.paper}) == 1
    cashier.touch("done-qr")
    assert cashier.body.qr.splitlines() == [
        "Buurtwinkel De Hoek",
        "Dorpsstraat 1",
        "Nutella 400 g 3,99",
        "Totaal EUR 4,00",
        "btw 9% 0,33",
        "22-11-2026 14:07 2-000001",
    ]
    cashier.touch("done-qr")
    assert cashier.body.qr == ""


@pytest.mark.parametrize("wish", ["ask", "none"])
def test_nothing_is_printed_unasked(shop, cashier, wish):
    shop.send(settings={"receipt": wish})
    sell(cashier)
    assert cashier.body.actions[0].label == "Bon afdrukken"
    cashier.touch("done-reprint")
    assert "KOPIE" not in cashier.see_paper(1)
    assert len(shop.papers()) == 1


def test_a_stuck_drawer_is_said_and_tried_again(shop, cashier):
    shop.drawer.stuck = True
    sell(cashier)
    cashier.see_notice("De lade kreeg een duw maar ging niet open.")
    assert cashier.status("drawer").state.value == "bad"
    shop.drawer.stuck = False
    cashier.touch("notice")
    cashier.see(lambda _: cashier.status("drawer").label.startswith("Lade open"))
    cashier.see(lambda screen: screen.notice is None)


def test_the_bar_tells_how_long_the_drawer_stands_open(shop, cashier):
    sell(cashier)
    cashier.see(lambda _: cashier.status("drawer").label == "Lade open 0:00")
    shop.times.pass_by(64)
    cashier.see(lambda _: cashier.status("drawer").label == "Lade open 1:04")


def test_an_unplugged_scanner_is_named(shop, cashier):
    shop.scanner.unplug()
    cashier.see(lambda _: cashier.status("scanner").label == "Scanner weg")
    cashier.touch("status-scanner")
    assert "scanner" in cashier.screen.detail.meaning
    shop.scanner.plug()
    cashier.see(lambda _: cashier.status("scanner").label == "Scanner")
    cashier.touch("status-close", f"key-{BREAD}")


def test_a_clock_that_jumps_is_said(shop, cashier):
    shop.times.now = shop.times.now.replace(year=2031)
    cashier.see(lambda _: cashier.status("clock").label == "Klok?")


def test_a_receipt_stays_printed_whatever_comes_out_after_it(selling):
    selling.touch("money-exact")
    selling.see_page("done")
    selling.see_paper(1)
    selling.touch("done-gift")
    selling.see_paper(2)
    selling.see(lambda screen: screen.body.actions[0].enabled)
    assert selling.body.actions[0].label == "Bon nog eens (kopie)"
