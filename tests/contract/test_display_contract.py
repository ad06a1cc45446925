"""What every customer display driver does, in Epson's language, in CD5220, and without any glass."""

from __future__ import annotations

import json

import pytest
from PIL import Image

import drivers
from drivers.bench.bench import Bench
from drivers.bench.client import send
from drivers.display import COLUMNS, DisplayAwayError, NoDisplayError
from tests.contract.rigs import until


class BenchRig:
    """A display driver on the bench's glass."""

    def __init__(self, folder, driver):
        self.driver = driver
        self.bench = Bench(folder / "bench", pictures=False).start()
        self.port = self.bench.folder / f"display-{driver}.tty"

    def open(self, **options):
        values = {"port": str(self.port), **options}
        if self.driver == "cd5220":
            values.setdefault("code_page", "CP437")
        chosen = drivers.configure("display", self.driver, values)
        return drivers.load("display", self.driver).open_device(chosen)

    def shown(self):
        return tuple(json.loads(send(self.bench.folder, "status"))["display"])

    def warnings(self):
        return json.loads(send(self.bench.folder, "status"))["warnings"]

    def does(self, word):
        send(self.bench.folder, f"display {word}")

    def close(self):
        self.bench.close()


class SimulatedRig:
    """The simulated display."""

    driver = "simulated"

    def __init__(self):
        self.display = drivers.load("display", "simulated").open_device(
            drivers.configure("display", "simulated", {})
        )

    def open(self):
        return self.display

    def shown(self):
        return self.display.lines

    def warnings(self):
        return []

    def does(self, word):
        {"unplug": self.display.unplug, "plug": self.display.plug}[word]()

    def close(self):
        pass


@pytest.fixture(params=["escpos", "cd5220", "simulated"])
def rig(request, tmp_path):
    made = SimulatedRig() if request.param == "simulated" else BenchRig(tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture
def display(rig):
    with rig.open() as made:
        yield made


def test_two_lines_are_shown_and_others_after_them(rig, display):
    assert (display.present, display.columns) == (True, COLUMNS)
    display.show("Volkorenbrood   2,89", "Totaal          2,89")
    until(lambda: rig.shown() == ("Volkorenbrood   2,89", "Totaal          2,89"), "the lines")
    display.show("Welkom", "")
    until(lambda: rig.shown() == ("Welkom", ""), "the next lines")
    assert rig.warnings() == []


def test_what_is_too_long_is_cut_and_never_runs_into_the_other_line(rig, display):
    display.show("x" * 50, "Totaal")
    until(lambda: rig.shown() == ("x" * COLUMNS, "Totaal"), "the lines")


def test_no_text_can_be_a_command(rig, display):
    display.show("\x1b@\x0c\x1fmelk\r\x1bQAweg", "a\tb\nc")
    until(lambda: rig.shown()[1] == "a b c", "the lines")
    assert rig.shown()[0].startswith("@melk")
    assert rig.warnings() == []


def test_letters_the_display_lacks_become_the_nearest(rig, display):
    display.show("Crème brûlée", "ł œ 漢")
    until(lambda: rig.shown() == ("Crème brûlée", "l oe ?"), "the lines")


def test_a_display_that_goes_away_comes_back_by_itself(rig, display):
    display.show("Welkom", "")
    until(lambda: rig.shown() == ("Welkom", ""), "the lines")
    rig.does("unplug")

    def away():
        try:
            display.show("Welkom", "")
        except DisplayAwayError:
            return True
        return False

    until(away, "the unplugging")
    rig.does("plug")
    display.show("Daar", "ben ik")
    until(lambda: rig.shown() == ("Daar", "ben ik"), "the return")


def test_it_may_be_closed_twice_and_is_away_from_then_on(rig):
    display = rig.open()
    display.close()
    display.close()
    with pytest.raises(DisplayAwayError, match="Plug it in"):
        display.show("Welkom", "")


def test_the_euro_is_shown_where_the_code_page_has_it(tmp_path):
    rig = BenchRig(tmp_path, "escpos")
    with rig.open() as display:
        display.show("€ 2,89", "")
        until(lambda: rig.shown() == ("€ 2,89", ""), "the euro")
    with rig.open(code_page="CP437") as display:
        display.show("€ 2,89", "")
        until(lambda: rig.shown() == ("EUR 2,89", ""), "the word")
    rig.close()


def test_the_bench_draws_what_the_customer_sees(tmp_path):
    with Bench(tmp_path, pictures=True) as bench:
        chosen = drivers.configure(
            "display", "escpos", {"port": str(tmp_path / "display-escpos.tty")}
        )
        with drivers.load("display", "escpos").open_device(chosen) as display:
            display.show("Totaal", "€ 12,50")
            text = tmp_path / "display.txt"
            until(lambda: text.is_file() and text.read_text() == "Totaal\n€ 12,50\n", "the text")
            with Image.open(tmp_path / "display.png") as picture:
                assert picture.width > 500
                assert picture.convert("L").getextrema()[1] > 150
        assert bench.display.glass.warnings == []
    assert not (tmp_path / "display.txt").exists()


@pytest.mark.parametrize("driver", ["escpos", "cd5220"])
@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"port": ""}, "port"),
        ({"port": "/dev/ttyS0", "baudrate": 12}, "baudrate"),
        ({"port": "/dev/ttyS0", "code_page": "UTF-8"}, "code_page"),
    ],
)
def test_wrong_options_are_told(driver, values, key):
    with pytest.raises(drivers.OptionError) as raised:
        drivers.configure("display", driver, values)
    assert raised.value.key == key


def test_no_display_says_that_it_is_not_there():
    driver = drivers.load("display", "none")
    with driver.open_device(driver.Options()) as display:
        assert not display.present
        with pytest.raises(NoDisplayError):
            display.show("a", "b")
