"""From a page of the back office to the first sale there: one scan, nothing typed, six steps."""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
import urllib.parse
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from appliance import enrolment
from appliance.build import build_desk
from appliance.door.admitting import Doorkeeper
from appliance.door.box import Asked
from appliance.journal.reader import JournalReader
from appliance.store.directory import Directory
from drivers.drawer import DrawerState
from provisioning.workstation.demo.office import hidden_fields, link_to
from tests.door.way import CEILING_S, scanned_from
from tests.world.goods import PERSON, SCANNED

pytestmark = pytest.mark.skipif(
    shutil.which("zbarimg") is None, reason="zbar-tools reads codes in pictures"
)


@dataclass
class Technician:
    """Counts what a technician does; reading is no step."""

    steps: list[str] = field(default_factory=list)
    typed: str = ""

    def does(self, what: str) -> None:
        self.steps.append(what)


def proposed(page):
    """Every value of the form for a new device as it stands there."""
    form = page[page.index("<form", page.index("A new device")) :]
    form = form[: form.index("</form>")]
    told = dict(re.findall(r'name="(device|name|register)" value="([^"]*)"', form))
    chosen = re.search(r'name="language">.*?value="(\w+)" selected', form)
    return hidden_fields(page) | told | {"language": chosen[1], "profile": "bench"}


def query(shop, question, *values):
    with closing(sqlite3.connect(shop.folder / "state" / "collector.db")) as database:
        return database.execute(question, values).fetchall()


def test_one_scan_lets_a_device_in_and_its_first_sale_arrives(shop, card, screen, tmp_path):
    technician = Technician()
    technician.does("flash the card")
    technician.does("put it in, plug everything in")
    shop.start("admit")
    shop.wait("the fingerprint", lambda: re.match(r"[0-9A-F]{4} ", screen.view.fingerprint))
    assert screen.view.kind == "wait"

    office = shop.pages()
    technician.does("open Devices, choose Let in")
    form = office.page(link_to("Let in", office.page("devices/")))
    technician.does("make the code")
    asked = urllib.parse.urlencode(proposed(form)).encode()
    address = f"http://127.0.0.1:{shop.web_port}/devices/let-in/"
    _, page = office._send(urllib.request.Request(address, asked))
    code = scanned_from(page, tmp_path)

    technician.does("scan it")
    screen.scan(code)
    shop.wait("the device to be let in", lambda: screen.view.kind == "good")
    name, fingerprint = screen.view.said, screen.view.fingerprint
    shop.running.pop("admit").process.wait(60)
    shop.wait("the register to open", lambda: screen.begun)
    assert name == "Let in as Register 1"
    settings = shop.settings_of_the_card()
    device = settings.device.id

    shop.start("uplink")
    screen.close()
    with closing(build_desk(settings)) as desk:
        slip = commissioned(shop, desk, settings)
        technician.does("compare the fingerprint on the slip, shut the drawer")
        assert fingerprint in slip
        assert fingerprint in office.page("devices/let-in/")
        assert "TRAINING-000001" in slip
        sell(desk)
        shop.wait(
            "the sale at the collector",
            lambda: query(shop, "select 1 from register_sale where device_id = ?", device) or None,
        )
    assert query(shop, "select count(*) from register_sale where device_id = ?", device) == [(1,)]
    assert len(technician.steps) <= 6
    assert technician.typed == ""
    types = entry_types(settings)
    assert types.count("balie.training.ended.v1") == 1
    assert "balie.drawer.opened.v1" in types
    shop.balie("journal", "verify", settings.device.data / "journal.db")
    nothing_secret(shop, code)
    with closing(build_desk(settings)) as desk:
        shop.wait("the desk to beat", lambda: desk.inbox.run_pending() or True)
    assert entry_types(settings).count("balie.training.ended.v1") == 1, "once is enough"


def commissioned(shop, desk, settings):
    """Wait until the register has printed its first slip and opened its drawer, as the shell would."""

    def turn():
        desk.inbox.run_pending()
        desk.presenter.tick()
        slips = [file.read_text() for file in (shop.folder / "paper").glob("*.txt")]
        return next((slip for slip in slips if "This device was let in" in slip), None)

    slip = shop.wait("the slip", turn)
    till = desk.presenter.session.parts.till
    shop.wait("the drawer", lambda: turn() and till.view.state is DrawerState.OPEN)
    desk.devices.drawer.shut()
    opened = "balie.drawer.opened.v1"
    shop.wait("its opening to be recorded", lambda: turn() and opened in entry_types(settings))
    assert desk.devices.drawer.kicks == 1
    return slip


def entry_types(settings):
    with JournalReader.open(settings.device.data / "journal.db") as journal:
        return [entry.type for entry in journal.entries(None)]


def sell(desk):
    register = desk.presenter._parts.register
    register.cashier = PERSON
    register.scan(next(iter(SCANNED)))
    register.pay_cash().finish()


def nothing_secret(shop, code):
    """The code, and whatever of it is secret, stands in no log, and nowhere on the card."""
    key = (shop.card / "identity" / "device.key").read_text().splitlines()[1]
    secret = code[-40:-8]
    for file in (*(shop.folder / "logs").glob("*"), *shop.card.rglob("*")):
        if file.is_file() and file.name != "device.key":
            said = file.read_bytes()
            assert secret.encode() not in said, file
            assert key.encode() not in said, file


def test_the_directory_came_by_itself(shop):
    with closing(Directory(shop.card / "data" / "directory.db")) as directory:
        assert directory.find(next(iter(SCANNED)))


def test_what_takes_its_place_goes_on_above_its_numbers(shop, request):
    """The card was lost: its name comes back on a new one, and no receipt number comes twice."""
    ((device,),) = query(shop, "select device_id from register_sale")
    shop.kill("uplink")
    card = request.getfixturevalue("card")
    keeper = Doorkeeper(card)
    keeper._box.ask(Asked("1", shop.code(device, "--replace", "--language", "en")))
    enough = threading.Event()
    late = threading.Timer(CEILING_S, enough.set)
    late.start()
    assert keeper.run(enough)
    late.cancel()
    settings = shop.settings_of_the_card()
    told = enrolment.read(settings)
    assert (told.device, told.last_number) == (device, 1)
    assert told.first_epoch >= 2

    shutil.rmtree(shop.folder / "paper")
    shop.start("uplink")
    with closing(build_desk(settings)) as desk:
        commissioned(shop, desk, settings)
        sell(desk)
        numbers = "select number from register_sale where device_id = ? order by number"
        shop.wait("its sale at the collector", lambda: query(shop, numbers, device)[1:] or None)
    assert query(shop, numbers, device) == [(1,), (2,)]
    assert shop.running["broker"].process.poll() is None
