"""The back office tells what stands on the counter now: the desk takes it when nobody is there."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from appliance.build import build_desk, software
from appliance.counter_files import CounterFiles
from appliance.counter_trial import MOST_STARTS, Trial
from appliance.doctor.device import examine_desk
from appliance.domain import counter
from appliance.domain.counter import Stage, digest
from appliance.domain.update import Stage as VersionStage
from appliance.services.words import Words
from appliance.update.notes import Installed, Notes
from appliance.update.system import Started
from drivers.bench.bench import Bench
from tests.flows.shop import BADGE, DIRECTORY, NUTELLA, Cashier, Shop
from tests.flows.test_updates import pass_time, title

READY = "Er zijn nieuwe instellingen voor deze kassa"
REST = '[[scanner]]\ndriver = "simulated"\n'
SOLD = DIRECTORY | {"settings": DIRECTORY["settings"] | {"printer_slip": False}}
"""What comes out of the printers is receipts and nothing else."""


class ToldShop(Shop):
    """A register whose devices are those that its settings name; it begins anew as the program does.

    Attributes:
        begun: How often it asked to begin anew.
    """

    begun = 0

    def __init__(self, folder, own):
        super().__init__(folder)
        with (folder / "balie.toml").open("a") as file:
            file.write(own)
        self.files = CounterFiles(folder)

    def open(self):
        self.settings = Trial(self.folder / "balie.toml", software()).begin()
        self.desk = build_desk(
            self.settings,
            clock=self.times.clock,
            monotonic=self.times.monotonic,
            again=self._begin_anew,
        )
        (self.scanner,) = self.desk.devices.scanners
        self.cashier = Cashier(self)
        return self.cashier

    def tell(self, text):
        """Have the back office tell something, and the desk look at it."""
        self.send(settings={counter.key("winkel-2"): counter.to_setting(text)})
        self.cashier.see(
            lambda _: (taken := self.files.taken()) and taken.digest == digest(text), "it heard"
        )

    def show(self):
        """The first picture is shown."""
        self.desk.shown("V3D 4.2", 1, [])

    def see_stage(self, stage):
        self.cashier.see(lambda _: (t := self.files.taken()) and t.stage is stage, stage)

    def see_waiting(self):
        parts = self.desk.presenter.session.parts
        self.cashier.see(lambda _: parts.counter_settings.waits, "that new settings wait")

    def sell(self, bench):
        """Sell a jar, and take the receipt from a printer."""
        before = bench.tray.count
        self.cashier.sign_in().scan(NUTELLA)
        self.cashier.touch("money-exact")
        self.cashier.see_page("done")
        self.cashier.see(lambda _: bench.tray.count == before + 1, "the receipt")
        self.cashier.touch("lock")
        self.cashier.see_page("sign_in")

    def _begin_anew(self):
        self.begun += 1


@pytest.fixture
def benches(tmp_path):
    """Two printers in the shop's network."""
    with ExitStack() as held:
        yield [
            held.enter_context(Bench(tmp_path / name, pictures=False)) for name in ("one", "two")
        ]


def printing_on(bench):
    host, port = bench.address
    return f'[printer]\ndriver = "network"\nhost = "{host}"\nport = {port}\n'


@pytest.fixture
def shop(tmp_path, benches):
    shop = ToldShop(tmp_path, printing_on(benches[0]) + REST)
    shop.send(**SOLD)
    shop.open()
    shop.show()
    yield shop
    shop.close()


def test_another_printer_is_taken_at_a_quiet_moment_and_prints(shop, benches):
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    shop.send(
        settings={counter.key("winkel-2"): counter.to_setting(printing_on(benches[1]) + REST)}
    )
    pass_time(shop, 250)
    assert cashier.lines() == [("1", "Nutella 400 g", "3,99")], "the sale goes on"
    assert shop.files.taken() is None, "nothing is even looked at"
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.see(lambda _: benches[0].tray.count == 1, "the receipt where it always was")
    cashier.touch("lock")
    shop.see_waiting()
    pass_time(shop, 58)
    assert title(shop) != READY
    pass_time(shop, 6)
    assert title(shop) == READY
    assert shop.begun == 0
    pass_time(shop, 16)
    assert shop.begun == 1
    assert not shop.cashier.body.back.enabled

    shop.restart()
    assert shop.files.taken().stage is Stage.WAITING, "not seen yet"
    shop.show()
    shop.see_stage(Stage.IN_USE)
    shop.sell(benches[1])
    assert benches[0].tray.count == 1
    pass_time(shop, 300)
    assert shop.begun == 1
    assert len(shop.sales()) == 2


def test_told_nothing_any_more_it_prints_where_it_did_when_it_was_let_in(shop, benches):
    shop.tell(printing_on(benches[1]))
    shop.restart()
    shop.show()
    shop.see_stage(Stage.IN_USE)
    shop.tell("")
    shop.see_waiting()
    pass_time(shop, 80)
    assert shop.begun == 1
    shop.restart()
    shop.show()
    shop.see_stage(Stage.IN_USE)
    shop.sell(benches[0])


def test_whoever_comes_puts_it_off(shop, benches):
    shop.tell(printing_on(benches[1]))
    shop.see_waiting()
    pass_time(shop, 65)
    assert title(shop) == READY
    shop.cashier.scan(BADGE)
    shop.cashier.see(lambda screen: screen.body.kind != "sign_in" and title(shop) != READY)
    shop.cashier.scan(NUTELLA)
    assert shop.cashier.lines()
    pass_time(shop, 250)
    assert shop.begun == 0


def test_put_off_by_touch_it_asks_again_later(shop, benches):
    shop.tell(printing_on(benches[1]))
    shop.see_waiting()
    pass_time(shop, 65)
    shop.cashier.touch("list-back")
    pass_time(shop, 600)
    assert shop.cashier.body.kind == "sign_in"
    pass_time(shop, 365)
    assert title(shop) == READY


def test_corrected_while_it_counts_down_the_screen_goes_on(shop, benches):
    shop.tell(printing_on(benches[1]))
    shop.see_waiting()
    pass_time(shop, 65)
    shop.tell("# as it was\n")
    shop.cashier.see_page("sign_in")
    assert shop.begun == 0


def test_what_cannot_be_used_is_refused_and_said_to_the_technician(shop, benches):
    shop.tell('[printer]\ndriver = "network"\nhots = "192.0.2.7"\n')
    pass_time(shop, 300)
    assert shop.begun == 0
    shop.sell(benches[0])
    found = examine_desk(shop.settings, software=software(), clock=shop.times.clock)
    (finding,) = [each for each in found if each.check == "counter_settings"]
    said = finding.said(Words("nl"))
    assert said.title == "Instellingen van de kassa"
    assert said.remedy == "Verbeter het in de backoffice, bij Apparaten."
    assert "no option 'hots'" in finding.detail


def test_what_breaks_the_start_is_given_up_and_the_shop_sells_as_before(shop, benches):
    shop.tell(printing_on(benches[1]))
    for _ in range(MOST_STARTS):
        shop.restart()
        assert shop.settings.printer.options["port"] == benches[1].address[1]
    shop.restart()
    shop.show()
    shop.see_stage(Stage.REFUSED)
    shop.sell(benches[0])
    pass_time(shop, 300)
    assert shop.begun == 0


def test_a_version_that_waits_goes_first_and_tries_alone(tmp_path, benches, monkeypatch):
    started = {"as": Started("A")}
    monkeypatch.setattr(Started, "read", lambda *_: started["as"])
    shop = ToldShop(tmp_path, printing_on(benches[0]) + REST)
    shop.send(**SOLD)
    shop.open()
    shop.show()
    notes = Notes(shop.data)
    shop.tell(printing_on(benches[1]))
    notes.installed = Installed("0.2.0", "0" * 64, VersionStage.INSTALLED, slot="B")
    notes.ask_for_quiet("0.2.0")
    updating = shop.desk.presenter.session.parts.updating
    shop.cashier.see(lambda _: updating.view.wanted == "0.2.0", "that a version waits")
    shop.see_waiting()
    pass_time(shop, 85)
    assert title(shop) == "Er is een nieuwe versie: 0.2.0"
    shop.cashier.see(lambda _: notes.is_agreed, "that the desk agrees")
    assert shop.begun == 0

    started["as"] = Started("B", trying=True, tries=1)
    notes.asked_enough()
    notes.installed = Installed("0.2.0", "0" * 64, VersionStage.TRYING, slot="B")
    shop.restart()
    shop.show()
    updating = shop.desk.presenter.session.parts.updating
    shop.cashier.see(lambda _: updating.view.report is not None, "that it is tried")
    shop.see_waiting()
    pass_time(shop, 200)
    assert shop.begun == 0
    shop.sell(benches[0])

    notes.installed = Installed("0.2.0", "0" * 64, VersionStage.RUNNING, slot="B")
    shop.cashier.see(lambda _: updating.view.report.stage is VersionStage.RUNNING, "that it stays")
    pass_time(shop, 80)
    assert shop.begun == 1
    shop.restart()
    shop.show()
    shop.see_stage(Stage.IN_USE)
    shop.sell(benches[1])
    shop.close()
