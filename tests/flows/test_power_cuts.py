"""The plug is pulled, the process killed: nothing that was seen is lost, nothing is sold twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from appliance.domain.payment import PaymentOutcome
from appliance.domain.shift_books import SHIFT_OPENED
from appliance.journal.store import Journal
from appliance.services import events
from drivers.terminal.simulated import Behaviour
from tests.flows.shop import BREAD, MILK, NUTELLA

PROGRAM = Path(__file__).with_name("killed_desk.py")


@pytest.fixture
def kill(closed_shop):
    """Run a desk in a process of its own, kill it with -9 after a script, and start it here."""

    def kill_after(*script):
        root = PROGRAM.parents[2]
        process = subprocess.Popen(
            [sys.executable, PROGRAM, closed_shop.folder, *script],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(root)},
            text=True,
        )
        try:
            assert process.stdout.readline() == "ready\n"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
        return closed_shop.open()

    return kill_after


def test_an_open_basket_comes_back_with_every_line(kill):
    cashier = kill(NUTELLA, MILK, MILK, BREAD)
    assert cashier.notice == "De open bon is terug, met 3 regels."
    cashier.sign_in()
    assert cashier.lines() == [
        ("1", "Nutella 400 g", "3,99"),
        ("2", "Halfvolle melk 1 l", "2,58"),
        ("1", "Volkorenbrood heel", "2,89"),
    ]
    cashier.touch("money-exact")
    cashier.see_page("done")


def test_parked_sales_and_numbers_go_on_where_they_were(kill, closed_shop):
    cashier = kill(NUTELLA, "pay", BREAD, "park", MILK).sign_in()
    assert cashier.lines() == [("1", "Halfvolle melk 1 l", "1,29")]
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.touch("done-next", "action-parked")
    assert [tile.label for tile in cashier.body.baskets] == ["7"]
    assert [sale["number"] for sale in closed_shop.sales()] == [1, 2]


def test_a_question_to_the_terminal_is_not_forgotten(kill, closed_shop):
    closed_shop.terminal.behave(Behaviour.SILENT)
    cashier = kill(NUTELLA, "card", "unclear")
    closed_shop.terminal.behave(Behaviour.APPROVE)
    cashier.sign_in()
    assert cashier.body.title == "Niet bekend of er betaald is"
    cashier.touch("terminal-look_up")
    cashier.see_page("done")
    assert len(closed_shop.terminal.charges) == 1
    assert len(closed_shop.sales()) == 1


def test_a_sale_in_the_journal_is_sold_though_its_basket_still_lay_on_the_shelf(shop):
    """The cut comes after the commit and before desk.db heard of it, and before the paper."""
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    register = shop.desk.presenter._parts.register
    shelf = register._shelf
    commit = register.pay_cash()
    commit._future.result()
    shelf.flush()
    again = shop.restart()
    assert again.notice.startswith("Verkoop 2-000001 is vastgelegd")
    assert again.screen.notice.action.label == "Bon afdrukken"
    again.touch("notice")
    assert "2-000001" in again.see_paper(1)
    assert "KOPIE" not in shop.papers()[0], "it never was on paper before"
    again.sign_in()
    assert again.body.lines == ()
    again.scan(MILK)
    again.touch("money-exact")
    again.see_page("done")
    assert [sale["number"] for sale in shop.sales()] == [1, 2]


def test_an_approved_card_counts_though_the_cut_came_before_the_shelf_heard(shop):
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    cashier.scan(BREAD)
    register = shop.desk.presenter._parts.register
    attempt, asked = register.ask_terminal(399)
    asked.finish()
    register._shelf.flush()
    said = register.terminal_said(attempt, PaymentOutcome.APPROVED, "SLIP-1")
    said._future.result()
    again = shop.restart().sign_in()
    assert again.body.total == "€\u00a02,89"
    assert again.body.total_label == "Nog te betalen"
    again.touch("money-exact")
    again.see_page("done")
    payments = shop.sales()[0]["payments"]
    assert {p["tender"]: p["amount_minor"] for p in payments} == {"card_terminal": 399, "cash": 290}


def test_numbers_go_on_when_the_desks_own_notes_are_lost(shop):
    cashier = shop.cashier.sign_in()
    for _ in range(3):
        cashier.scan(NUTELLA)
        cashier.touch("money-exact")
        cashier.see_page("done")
    shop.close()
    for file in shop.data.glob("desk.db*"):
        file.unlink()
    again = shop.open().sign_in()
    again.scan(NUTELLA)
    again.touch("money-exact")
    again.see_page("done")
    assert [sale["number"] for sale in shop.sales()] == [1, 2, 3, 4]


def test_damaged_notes_are_said_and_selling_goes_on(shop):
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    cashier.touch("money-exact")
    cashier.see_page("done")
    shop.close()
    for file in shop.data.glob("desk.db-*"):
        file.unlink()
    (shop.data / "desk.db").write_bytes(b"torn" * 2000)
    again = shop.open()
    assert again.notice.startswith("De notities van open bonnen zijn beschadigd")
    again.sign_in()
    again.scan(NUTELLA)
    again.touch("money-exact")
    again.see_page("done")
    assert [sale["number"] for sale in shop.sales()] == [1, 2]


def test_an_abandoned_sale_stays_abandoned(shop):
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    commit = shop.desk.presenter._parts.register.abandon()
    commit._future.result()
    assert shop.restart().sign_in().body.lines == ()
    gone = shop.entries(events.ABANDONED)[0]
    assert (gone["gross_minor"], gone["cashier"]) == (399, "p1")
    assert [line["article"] for line in gone["lines"]] == [NUTELLA]


@pytest.fixture
def full_disk(monkeypatch):
    """The journal's disk is full while the event is set."""
    from appliance.journal.errors import JournalFull  # noqa: PLC0415 - for this fixture alone

    full, append = threading.Event(), Journal.append

    def append_if_there_is_room(journal, *happened):
        if full.is_set():
            raise JournalFull(28, "not recorded: no room on the disk")
        return append(journal, *happened)

    monkeypatch.setattr(Journal, "append", append_if_there_is_room)
    return full


def test_a_sale_that_cannot_be_recorded_is_not_shown_as_done(full_disk, shop):
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    full_disk.set()
    cashier.touch("money-note-500")
    cashier.see_notice("De verkoop is NIET vastgelegd")
    assert "De opslagkaart is vol." in cashier.notice
    assert cashier.body.kind == "sale"
    assert cashier.lines() == [("1", "Nutella 400 g", "3,99")]
    assert shop.drawer.kicks == 0
    assert shop.papers() == []
    full_disk.clear()
    cashier.touch("money-note-500")
    cashier.see_page("done")
    assert [sale["number"] for sale in shop.sales()] == [1]


def test_the_terminal_is_not_asked_while_nothing_can_be_recorded(full_disk, shop):
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    full_disk.set()
    cashier.touch("money-card")
    cashier.see_notice("De verkoop is NIET vastgelegd")
    assert shop.terminal.charges == {}
    full_disk.clear()
    cashier.touch("money-card")
    cashier.see_page("done")
    assert len(shop.terminal.charges) == 1


def test_money_the_terminal_took_is_not_lost_while_nothing_can_be_recorded(full_disk, shop):
    shop.terminal._options = type(shop.terminal._options)(customer_s=0.3)
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    cashier.touch("money-card")
    cashier.see(lambda _: shop.entries(events.ATTEMPTED))
    full_disk.set()
    cashier.see_notice("De verkoop is NIET vastgelegd")
    assert cashier.body.title == "Niet bekend of er betaald is"
    full_disk.clear()
    cashier.touch("terminal-look_up")
    cashier.see_page("done")
    assert list(shop.terminal.charges.values()) == [399]


def test_one_sync_of_the_journal_for_each_cash_sale(shop, monkeypatch):
    cashier = shop.cashier.sign_in()
    cashier.see(lambda _: shop.entries(events.SIGNED_IN))
    commits, append = [], Journal.append

    def counted(journal, *happened):
        commits.append(happened)
        return append(journal, *happened)

    monkeypatch.setattr(Journal, "append", counted)
    for _ in range(5):
        cashier.scan(NUTELLA)
        cashier.scan(MILK)
        cashier.touch("line-2", "action-remove", "money-exact")
        cashier.see_page("done")
    assert [[event.type for event in happened] for happened in commits] == [
        [SHIFT_OPENED, events.COMPLETED],
        *[[events.COMPLETED]] * 4,
    ]
