"""Power cuts in a sale and in an update, a broken slot, a version that is kept, another printer.

The tests go on where those of the first sale ended: the same machine, the same day.
"""

from pathlib import Path

from appliance.update.slots import State
from tests.image.conftest import NEXT, OLD
from tests.image.machine import SENSOR_LINE, SLOTS_MIB, choose, chosen, edit
from tests.image.shop import printer_at
from tests.image.test_1_first_sale import DUE
from tests.world import goods
from tests.world.shop import DEVICE

SYSTEMD = "/usr/lib/systemd/systemd"


def receipts(shop):
    return sorted(number for number, _ in shop.sales())


def texts(folder):
    return "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.txt"))


def break_slot(card, slot):
    """Put nonsense where the first program of a slot is."""
    nonsense = Path(card).with_name("nonsense")
    nonsense.write_text("this is no program\n")
    nonsense.chmod(0o755)
    edit(card, SLOTS_MIB[slot], f"rm {SYSTEMD}", f"write {nonsense} {SYSTEMD}")
    nonsense.unlink()


def test_the_power_goes_in_a_sale_and_the_new_slot_is_broken(machine, cashier):
    for code in list(goods.SCANNED)[:2]:
        cashier.scan(code)
    machine.due = cashier.due
    machine.cut_power()
    now = chosen(machine.card)
    assert (now.slot, now.trying) == ("A", False)
    break_slot(machine.card, "B")
    choose(machine.card, State("B", trying=True, tries=2, turn=now.turn + 1))
    machine.start()


def test_a_slot_that_cannot_start_is_left_after_two_starts(machine):
    said = machine.await_text("back to the other")
    assert said.count("Balie: slot B, trying 1") == 3  # two starts, and the third sees none is left
    assert said.count("Starting kernel") == 2
    now = chosen(machine.card)
    assert (now.slot, now.trying) == ("A", False)


def test_the_sale_goes_on_where_the_power_went(machine, cashier, shop):
    cashier.await_desk(times=1)
    cashier.sign_in()
    assert cashier.due == machine.due
    for code in list(goods.SCANNED)[2:]:
        cashier.scan(code)
    cashier.pay_cash()
    cashier.shut_drawer()
    machine.wait("the receipt", lambda: machine.paper.saying("2-000002"))
    both = [("2-000001", DUE), ("2-000002", DUE)]
    machine.wait("both sales", lambda: sorted(shop.sales()) == both, pause_s=2)


def test_a_new_version_is_offered_and_fetched_while_the_shop_sells(machine, shop, update):
    shop.collector("update", "add", update)
    shop.collector("update", "ring", DEVICE, "first")
    shop.collector("update", "offer", NEXT, "--to", "first")
    machine.await_text("installing")


def test_the_power_goes_in_the_update_just_after_a_sale(machine, cashier):
    cashier.sign_in_where_asked()
    for code in goods.SCANNED:
        cashier.scan(code)
    cashier.pay_cash()
    machine.cut_power()
    now = chosen(machine.card)
    assert (now.slot, now.trying) == ("A", False)
    machine.start()
    machine.lines.set(SENSOR_LINE, high=False)


def test_the_sale_that_was_shown_as_done_is_in_the_back_office_once(machine, cashier, shop):
    cashier.await_desk(times=1)
    all_three = [f"2-00000{number}" for number in (1, 2, 3)]
    machine.wait("the third sale", lambda: receipts(shop) == all_three, pause_s=2)


def test_it_is_installed_after_all_and_started_at_a_quiet_moment(machine, shop):
    machine.await_text("Balie: slot B, trying 1")
    # From here on the broker is away: a version is kept because it can sell, not because it is heard.
    shop.kill("broker")


def test_the_new_version_is_kept_with_the_broker_away(machine, cashier):
    cashier.await_desk(times=2)
    machine.wait("slot B to be kept", lambda: chosen(machine.card).trying is False, pause_s=2)
    now = chosen(machine.card)
    assert (now.slot, now.bad) == ("B", "")


def test_another_printer_is_told_by_the_back_office_and_taken_at_a_quiet_moment(
    machine, cashier, shop, network_printer
):
    shop.start("broker")
    shop.keep_profile(printer_at(*network_printer.address))
    cashier.await_desk(times=3)


def test_the_receipt_comes_out_of_the_printer_in_the_network(machine, cashier, network_printer):
    cashier.sign_in()
    cashier.sell()
    folder = network_printer.tray.folder
    machine.wait("the receipt", lambda: "2-000004" in texts(folder))
    assert machine.paper.saying("2-000004") is None


def test_the_back_office_is_told_and_the_new_version_sells(machine, shop):
    all_four = [f"2-00000{number}" for number in (1, 2, 3, 4)]
    machine.wait("the fourth sale", lambda: receipts(shop) == all_four, pause_s=2)
    told = f"{DEVICE}: runs {NEXT}, offered {NEXT}, running"
    machine.wait("the news", lambda: told in shop.collector("update", "status"), pause_s=2)


def test_a_stick_with_an_older_version_is_read_and_refused(machine, old_stick):
    machine.plug_in(old_stick)
    machine.await_text(f"Version {OLD} is older than {NEXT}, which runs here.")
    machine.settle("stick")


def test_the_journal_has_no_gap_and_no_fork(shop):
    standing = shop.standing()
    assert (standing["gaps"], standing["forks"]) == (0, 0)
