"""A card just flashed is let in by one scan, a cashier sells: all seen and done from outside.

The tests of this folder are steps of one day and run in order on one machine.
"""

import re

from tests.image.machine import DRAWER_LINE, SENSOR_LINE
from tests.world import goods
from tests.world.shop import DEVICE

CASH_STEP = 5
"""What cash is rounded to, in cents."""

DUE = CASH_STEP * round(sum(goods.SCANNED.values()) / CASH_STEP)


def colours(picture):
    """How many colours a picture has: a screen of text has few, a desk has many."""
    return len(picture.getcolors(maxcolors=1 << 24) or ())


def test_the_start_up_script_chooses_a_slot_and_the_kernel_starts(machine):
    assert "Balie: slot A, trying 0" in machine.await_text("Starting kernel")


def test_the_place_of_what_is_sold_grows_to_the_whole_card(machine):
    machine.await_text("now reaches to the end of the card")


def test_the_device_shows_how_it_is_let_in_and_its_fingerprint(machine, cashier):
    machine.await_text("its fingerprint is")
    cashier.await_desk(times=1)
    assert colours(machine.settle("door")) > 20


def test_one_scan_lets_it_in_and_nothing_is_typed(machine, shop):
    machine.scan(shop.code())
    machine.await_text(f"let in as {DEVICE}")
    machine.await_text("Started balie-uplink.service")


def test_it_prints_its_slip_kicks_its_drawer_and_sells_one_training_sale(machine):
    fingerprint = re.search(r"its fingerprint is ([0-9A-F ]+)", machine.text())[1].strip()
    slip = machine.wait("the slip", lambda: machine.paper.saying("This device was let in"))
    assert fingerprint in slip
    assert "TRAINING-000001" in slip
    machine.wait("the drawer", lambda: machine.lines.pulses(DRAWER_LINE) == 1)
    machine.lines.set(SENSOR_LINE, high=False)


def test_what_it_did_is_in_the_back_office(machine, shop):
    machine.wait("its first entries", lambda: shop.standing()["sequence"] > 0, pause_s=2)
    assert shop.standing()["device"] == DEVICE


def test_a_cashier_signs_in_scans_and_takes_cash(machine, cashier):
    cashier.await_desk(times=2)
    cashier.sign_in()
    cashier.sell()


def test_the_receipt_comes_out_of_the_printer(machine):
    receipt = machine.wait("the receipt", lambda: machine.paper.saying("2-000001"))
    assert f"{DUE / 100:.2f}" in receipt


def test_the_sale_is_in_the_back_office_once(machine, shop):
    machine.wait("the sale", lambda: shop.sales() == [("2-000001", DUE)], pause_s=2)
