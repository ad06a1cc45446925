"""The image starts, a cashier sells, and the sale is in the back office: all seen from outside.

The tests of this file are steps of one morning and run in order on one machine.
"""

from tests.image import places
from tests.image.machine import DRAWER_LINE, SENSOR_LINE
from tests.world import goods
from tests.world.shop import DEVICE

CASH_STEP = 5
"""What cash is rounded to, in cents."""


def colours(picture):
    """How many colours a picture has: a screen of text has few, a desk has many."""
    return len(picture.getcolors(maxcolors=1 << 24) or ())


def brightest(picture):
    return max(high for _, high in picture.getextrema())


def scan_until_taken(machine, code):
    """Scan, and again when the desk says that the scan was torn: the machine's keys may come late."""
    before = amount(machine.settle("before"))
    machine.scan(code)

    def taken():
        seen = machine.settle("scanned")
        if amount(seen) != before:
            return True
        if is_refused(seen):
            machine.scan(code)
        return False

    machine.wait(f"{code} on the list", taken)


def amount(picture):
    return picture.crop(places.AMOUNT).tobytes()


def is_refused(picture):
    red, green, _ = picture.getpixel(places.MESSAGE)
    return red > green + 15


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


def test_a_cashier_signs_in_and_scans(machine):
    machine.touch(*places.PERSON)
    machine.settle("pin")
    for digit in goods.PIN:
        machine.touch(*places.PIN[digit])
    machine.touch(*places.ENTER)
    machine.settle("basket")
    for code in goods.SCANNED:
        scan_until_taken(machine, code)


def test_cash_is_taken_the_drawer_s_line_pulses_and_its_sensor_is_answered(machine):
    machine.touch(*places.EXACT_CASH)
    machine.wait("the drawer's pulse", lambda: machine.lines.pulses(DRAWER_LINE) == 1, pause_s=0.1)
    machine.lines.set(SENSOR_LINE, high=True)
    machine.settle("drawer-open")
    machine.lines.set(SENSOR_LINE, high=False)


def test_the_receipt_comes_out_of_the_printer(machine):
    def sold():
        return next((text for text in machine.paper.texts() if "2-000001" in text), None)

    said = machine.wait("the receipt", sold)
    assert "8.42" in said


def test_the_sale_is_in_the_back_office_once(machine, shop):
    due = CASH_STEP * round(sum(goods.SCANNED.values()) / CASH_STEP)
    machine.wait("the sale", lambda: shop.sales() == [("2-000001", due)], pause_s=2)
    assert shop.standing()["device"] == DEVICE
