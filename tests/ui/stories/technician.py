"""A technician at the register: how the device is, and what to do about it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.doctor import (
    addresses,
    clock,
    counter,
    display,
    expected,
    office,
    power,
    records,
    storage,
)
from appliance.domain.counter import Stage, Taken
from appliance.peripherals import Place
from appliance.services.ports import Sending
from appliance.uplink import validity
from appliance.uplink.validity import Validity
from drivers.bench.printer import Condition
from stories.table import story
from tests.doctor.machine import Machine
from tests.flows.shop import pin_hash

NOW = datetime(2026, 11, 22, 13, 7, tzinfo=UTC)
GB = 1_000_000_000
TESS = {
    "id": "p8",
    "name": "Tess van der Meulen-Oosterhout",
    "pin_hash": pin_hash("8642"),
    "badge_hash": None,
    "roles": ["technician"],
    "language": "",
    "active": True,
}
PRINTER = Place("printer", "[printer] host", "192.168.178.150")
TAKEN = Taken("0" * 16, Stage.IN_USE)
REFUSED = Taken(
    "0" * 16,
    Stage.REFUSED,
    "[printer] hots: The printer driver 'network' has no option 'hots'. It knows: code_page, "
    "code_page_number, columns, connect_timeout_s, cut, drawer_on_ms, drawer_pin, host, port.",
)


def well():
    """What a device finds with which nothing is wrong."""
    files = {"proc/net/fib_trie": "|-- 192.168.178.120\n   /32 host LOCAL\n"}
    good = Validity(NOW + timedelta(days=1820), renews=True)
    return found(files, lambda _: (30 * GB, 20 * GB), Sending(connected=True), good, TAKEN)


def ailing():
    """The same for one with about everything."""
    files = {
        "sys/fs/ext4/mmcblk0p4/errors_count": "17",
        "sys/fs/ext4/mmcblk0p4/last_error_time": "1795000000",
        "sys/block/mmcblk0/device/life_time": "0x0b 0x01",
        "sys/class/thermal/thermal_zone0/temp": "83000",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "0x50005",
        "sys/class/drm/card1-HDMI-A-1/status": "disconnected",
    }
    waiting = Sending(unsent=1204, oldest=NOW - timedelta(days=5))
    soon = Validity(NOW + timedelta(days=12), renews=True, refusal="unreachable")
    return found(files, lambda _: (30 * GB, 80_000_000), waiting, soon, REFUSED)


def found(files, usage, sending, certificate, taken):
    with tempfile.TemporaryDirectory() as folder:
        validity.keep(Path(folder), certificate)
        machine = Machine(Path(folder))
        machine.lay(files)
        host = machine.host
        return [
            *storage.check(host, machine.data, usage),
            *power.check_power(host),
            *power.check_temperature(host),
            *clock.check(host, NOW, None),
            *display.check_screen(host, {}),
            *display.check_inputs(host, {}),
            *addresses.check(host),
            *office.check_certificate(None, Path(folder), NOW),
            *office.check_network(sending, ("office", 8883), None),
            *office.check_queue(sending, NOW),
            *counter.check(taken),
            expected._of(PRINTER, is_away=sending.unsent > 0),
            *records.check_version(host, "balie 0.1.0", "B", ""),
        ]


def begin(cashier, findings):
    cashier.shop.desk.presenter.session.parts.doctor._look = lambda: findings
    cashier.shop.send(staff=[TESS])
    cashier.touch("action-more", "list-doctor")
    cashier.see(lambda s: s.body.kind == "sign_in" and [p for p in s.body.people if p.key == "p8"])
    cashier.touch("person-p8", *(f"pin-{digit}" for digit in "8642"), "pin-enter")
    cashier.see(lambda s: any(row.key.startswith("version") for row in getattr(s.body, "rows", ())))


@story()
def checking_a_device(cashier):
    begin(cashier, well())
    yield "all is well"


@story()
def checking_an_ailing_device(cashier):
    cashier.shop.printer.behave(Condition.PAPER_OUT)
    cashier.see(lambda _: cashier.status("printer").state.value == "bad")
    begin(cashier, ailing())
    yield "what is wrong"
    cashier.touch("list-storage-0")
    yield "what one of them means"
    look_at(cashier, expected.CHECK)
    yield "where a printer in the network is expected"
    look_at(cashier, counter.CHECK)
    yield "why what it was told of its counter cannot be used"


def look_at(cashier, check):
    cashier.touch("list-back")
    cashier.touch(*(f"list-{row.key}" for row in cashier.body.rows if row.key.startswith(check)))
