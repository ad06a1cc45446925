"""Somebody learns at the counter: everything works, and nothing of it counts or can be hidden."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.domain.shift_books import DRAWER_OPENED
from appliance.domain.staff import hash_badge
from appliance.journal.reader import JournalReader
from appliance.journal.verify import verify
from appliance.services.events import (
    ABANDONED,
    COMPLETED,
    CUSTOMER_CHANGED,
    TRAINING_BEGUN,
    TRAINING_ENDED,
)
from tests.flows.shop import BADGE, BREAD, DIRECTORY, MILK, NUTELLA, Shop
from tests.flows.test_discounts import allow
from tests.journal.contract import faults

PROGRAM = Path(__file__).with_name("killed_desk.py")


def learn(cashier):
    """Turn the counter into one to learn at; Budi allows it."""
    cashier.touch("action-more", "list-training")
    allow(cashier)
    cashier.see(lambda screen: screen.top.training, "training")


def leave(cashier):
    cashier.touch("action-more", "list-training")
    cashier.see(lambda screen: not screen.top.training, "selling")


def sell(cashier, *codes, money="money-exact"):
    for code in codes:
        cashier.scan(code)
    cashier.touch(money)
    cashier.see_page("done")
    cashier.touch("done-next")


def learned(shop, kind=COMPLETED):
    with JournalReader.open(shop.data / "training" / "journal.db") as reader:
        return [entry.data for entry in reader.entries() if entry.type == kind]


def test_a_lesson_is_told_in_the_journal_and_counts_nowhere(shop, cashier):
    sell(cashier, NUTELLA)
    cashier.see_paper(1)
    cashier.see(lambda _: shop.drawer.kicks == 1)
    shop.drawer.shut()
    learn(cashier)
    assert cashier.screen.top.register == "TRAINING: er wordt niets verkocht"
    assert cashier.notice.startswith("Je oefent")
    assert cashier.lines() == []

    sell(cashier, MILK, MILK)
    sell(cashier, BREAD, money="money-card")
    for number in (2, 3):
        paper = cashier.see_paper(number)
        assert paper.count("TRAINING") >= 3, "above, below and in the number"
        assert paper.count("Dit is geen kassabon.") == 2
        assert f"TRAINING-00000{number - 1}" in paper
    cashier.scan("TRAINING-000001")
    cashier.see_page("list")
    cashier.touch("list-do-all", "list-do-take", "money-exact")
    cashier.see_page("done")
    assert any("TRAINING" in line for line in cashier.body.paper)
    cashier.touch("done-qr")
    assert cashier.body.qr.startswith("TRAINING\n")
    cashier.touch("done-next")
    assert shop.drawer.kicks == 1
    assert shop.terminal.charges == {}

    leave(cashier)
    assert "3 verkopen" in cashier.notice
    assert cashier.body.kind == "sale"
    assert cashier.screen.top.person == "Sanne"
    sell(cashier, BREAD)
    assert [sale["receipt"] for sale in shop.sales()] == ["2-000001", "2-000002"]
    assert [sale["kind"] for sale in learned(shop)] == ["sale", "sale", "return"]
    (begun,), (ended,) = shop.entries(TRAINING_BEGUN), shop.entries(TRAINING_ENDED)
    assert (begun["person"], begun["allowed_by"]) == ("p1", "p2")
    assert (ended["person"], ended["reason"]) == ("p1", "left")
    assert (ended["sales"], ended["gross_minor"]) == (3, 289)


def test_both_chains_hold_each_other_and_keep_the_contract(shop, cashier):
    learn(cashier)
    sell(cashier, NUTELLA)
    leave(cashier)
    learn(cashier)
    leave(cashier)
    shop.close()
    with JournalReader.open(shop.data / "training" / "journal.db") as reader:
        there = list(reader.entries())
    assert {entry.source for entry in there} == {"/devices/winkel-2-training"}
    heads = {entry.sequence: entry.hash for entry in there}
    marks = [*shop.entries(TRAINING_BEGUN), *shop.entries(TRAINING_ENDED)]
    assert len(marks) == 4
    for mark in marks:
        assert heads[mark["chain"]["sequence"]] == mark["chain"]["hash"]
    assert [each["sales"] for each in shop.entries(TRAINING_ENDED)] == [1, 0]
    for entry in (*there, *shop.entries()):
        assert faults(f"entries/{entry.type}.json", json.loads(entry.raw)["data"]) == []
    assert verify(shop.data / "journal.db").is_sound
    assert verify(shop.data / "training" / "journal.db").is_sound


def test_it_ends_by_itself_at_sign_out_and_when_nobody_is_there(shop, cashier):
    learn(cashier)
    cashier.scan(NUTELLA)
    cashier.touch("lock")
    cashier.see_page("sign_in")
    assert not cashier.screen.top.training
    cashier.sign_in()
    assert cashier.lines() == []
    learn(cashier)
    assert cashier.lines() == [], "the next lesson begins at an empty counter"
    assert [gone["gross_minor"] for gone in learned(shop, ABANDONED)] == [399]
    shop.times.pass_by(301)
    cashier.see_page("sign_in")
    assert [each["reason"] for each in shop.entries(TRAINING_ENDED)] == ["lock", "idle"]
    assert shop.sales() == []


def test_another_ones_badge_ends_it_and_takes_the_counter(shop, cashier):
    budi = next(each for each in DIRECTORY["staff"] if each["id"] == "p2")
    shop.send(staff=[{**budi, "badge_hash": hash_badge("staff-of-budi-11")}])
    learn(cashier)
    cashier.scan(BADGE)
    assert cashier.screen.top.training, "her own badge changes nothing"
    cashier.scan("staff-of-budi-11")
    cashier.see(lambda screen: screen.top.person == "Budi")
    assert not cashier.screen.top.training
    assert [each["reason"] for each in shop.entries(TRAINING_ENDED)] == ["switch"]


def test_it_begins_only_at_an_empty_counter_and_leaves_parked_sales_alone(shop, cashier):
    cashier.scan(NUTELLA)
    cashier.touch("action-more")
    row = next(row for row in cashier.body.rows if row.key == "training")
    assert not row.enabled
    assert row.detail == "Maak deze verkoop eerst af of parkeer hem."
    cashier.touch("list-back", "action-park")
    cashier.type("7")
    learn(cashier)
    cashier.touch("action-parked")
    assert cashier.see_page("parked").baskets == ()
    cashier.touch("parked-back")
    leave(cashier)
    cashier.touch("action-parked")
    assert [tile.label for tile in cashier.see_page("parked").baskets] == ["7"]


def test_who_may_turns_it_without_asking_anybody(shop):
    shop.cashier.sign_in("p2", "4711")
    shop.cashier.touch("action-more", "list-training")
    shop.cashier.see(lambda screen: screen.top.training)
    assert shop.entries(TRAINING_BEGUN)[0]["allowed_by"] == ""


def test_the_drawers_money_is_another_there(shop, cashier):
    sell(cashier, NUTELLA)
    learn(cashier)
    sell(cashier, MILK)
    cashier.touch("action-more", "list-drawer", "list-x")
    allow(cashier)
    paper = "\n".join(cashier.see_page("paper").paper)
    assert "1,29" in paper
    assert "3,99" not in paper
    cashier.touch("paper-back")
    leave(cashier)
    cashier.touch("action-more", "list-drawer", "list-x")
    allow(cashier)
    paper = "\n".join(cashier.see_page("paper").paper)
    assert "3,99" in paper
    assert "1,29" not in paper


def test_a_drawer_forced_open_meanwhile_is_told_in_the_real_journal(shop, cashier):
    sell(cashier, NUTELLA)
    cashier.see(lambda _: shop.drawer.kicks == 1)
    shop.drawer.shut()
    cashier.see(lambda _: shop.entries(DRAWER_OPENED))
    learn(cashier)
    shop.drawer.pull_open()
    cashier.see(lambda _: cashier.presenter._parts.till.view.open_since, "seen by its sensor")
    shop.drawer.shut()
    cashier.see(lambda _: len(shop.entries(DRAWER_OPENED)) == 2)
    assert shop.entries(DRAWER_OPENED)[1]["cause"] == "forced"


@pytest.mark.parametrize("chain_is_there", [True, False])
def test_a_power_cut_in_a_lesson_is_told_at_the_next_start(closed_shop, chain_is_there):
    run_and_kill(closed_shop, "learn", NUTELLA, "pay", MILK)
    if not chain_is_there:
        for file in (closed_shop.data / "training").iterdir():
            file.unlink()
    cashier = closed_shop.open().sign_in()
    assert not cashier.screen.top.training
    assert cashier.lines() == [], "what lay on the training counter is not on the real one"
    cashier.see(lambda _: closed_shop.entries(TRAINING_ENDED))
    (ended,) = closed_shop.entries(TRAINING_ENDED)
    assert ended["reason"] == "restart"
    assert ended["sales"] == (1 if chain_is_there else None)
    assert faults(f"entries/{TRAINING_ENDED}.json", ended) == []
    sell(cashier, BREAD)
    assert [sale["number"] for sale in closed_shop.sales()] == [1]
    closed_shop.restart()
    assert len(closed_shop.entries(TRAINING_ENDED)) == 1


def run_and_kill(shop, *script):
    process = subprocess.Popen(
        [sys.executable, PROGRAM, shop.folder, *script],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROGRAM.parents[2])},
        text=True,
    )
    try:
        assert process.stdout.readline() == "ready\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def test_a_training_chain_that_cannot_be_trusted_is_said_and_selling_goes_on(shop, cashier):
    folder = shop.data / "training"
    folder.mkdir()
    (folder / "journal.db").write_bytes(b"torn" * 4000)
    cashier.touch("action-more", "list-training")
    allow(cashier)
    cashier.see(lambda screen: screen.notice is not None)
    assert not cashier.screen.top.training
    assert shop.entries(TRAINING_BEGUN) == []
    cashier.touch("list-back")
    sell(cashier, NUTELLA)
    assert len(shop.sales()) == 1


def test_the_customer_reads_that_nothing_is_sold(tmp_path, closed_shop):
    shop = Shop(tmp_path, display=True)
    shop.directory = closed_shop.directory
    try:
        cashier = shop.open().sign_in()
        learn(cashier)
        cashier.scan(NUTELLA)
        cashier.see(lambda _: "TRAINING" in shop.display.lines[0])
        leave(cashier)
        cashier.see(lambda _: "Welkom" in shop.display.lines[1])
    finally:
        shop.close()


def test_nothing_is_kept_about_people_whose_names_are_typed_there(shop, cashier):
    learn(cashier)
    cashier.touch("action-more", "list-customer", "list-do-new")
    cashier.touch("field-name", *(f"form-type-{letter}" for letter in "Zwanette"), "form-confirm")
    cashier.see_page("sale")
    sell(cashier, NUTELLA)
    leave(cashier)
    shop.close()
    assert len(learned(shop, CUSTOMER_CHANGED)) == 1
    for file in shop.data.rglob("*"):
        assert not file.is_file() or b"Zwanette" not in file.read_bytes(), file
