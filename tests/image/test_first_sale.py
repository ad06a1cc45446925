"""The image starts, a cashier sells, and the sale is in the back office: all seen from outside.

The tests of this file are steps of one morning and run in order on one machine.
"""

from tests.image import places
from tests.image.machine import DRAWER_LINE, SENSOR_LINE
from tests.world import goods
from tests.world.shop import DEVICE


def colours(picture):
    """How many colours a picture has: a screen of text has few, a desk has many."""
    return len(picture.getcolors(maxcolors=1 << 24) or ())


def brightest(picture):
    return max(high for _, high in picture.getextrema())


def test_the_start_up_script_chooses_a_slot_and_the_kernel_starts(machine):
    said = machine.await_text("Starting kernel")
    assert "Balie: slot A, trying 0" in said


def test_the_place_of_what_is_sold_grows_to_the_whole_card(machine):
    machine.await_text("now reaches to the end of the card")


def test_the_desk_opens(machine):
    machine.await_text("Balie desk: the counter")
    machine.wait("a picture of the desk", lambda: colours(machine.look("desk")) > 200)
    assert brightest(machine.look("first-screen")) > 128


def test_prices_and_people_arrive_over_the_line_it_was_let_in_by(machine, shop):
    def arrived():
        standing = shop.standing()
        return standing["sequence"] > 0

    machine.wait("the first entries of the machine in the back office", arrived, pause_s=2)


def test_a_cashier_signs_in_scans_and_is_paid(machine, shop):
    machine.touch(*places.PERSON)
    machine.settle("pin")
    for digit in goods.PIN:
        machine.touch(*places.PIN[digit])
    machine.touch(*places.ENTER)
    machine.settle("basket")
    for code in goods.SCANNED:
        machine.scan(code)
    machine.settle("scanned")
    machine.touch(*places.EXACT_CASH)
    machine.settle("done")


def test_the_drawer_s_line_pulses_and_its_sensor_is_answered(machine):
    machine.wait("the drawer's pulse", lambda: machine.lines.pulses(DRAWER_LINE) == 1)
    machine.lines.set(SENSOR_LINE, high=True)
    machine.settle("drawer-open")
    machine.lines.set(SENSOR_LINE, high=False)


def test_the_receipt_comes_out_of_the_printer(machine):
    def sold():
        return next((text for text in machine.paper.texts() if "2-000001" in text), None)

    said = machine.wait("the receipt", sold)
    assert "8.42" in said


def test_the_sale_is_in_the_back_office_once(machine, shop):
    total = sum(goods.SCANNED.values())
    machine.wait("the sale", lambda: shop.sales() == [("2-000001", total)], pause_s=2)
    assert shop.standing()["device"] == DEVICE
