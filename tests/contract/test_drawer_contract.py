"""What every cash drawer driver does, on a pin, on a printer and on nothing."""

from __future__ import annotations

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

import drivers
from drivers.drawer import (
    DrawerState,
    DrawerStuckError,
    DrawerUnreachableError,
    KickedTooSoonError,
    NoDrawerError,
    gpio,
)


class GpioRig:
    """A drawer on pin 17, with its switch on pin 27, in gpiozero's mock of the pins."""

    def __init__(self, _folder):
        self.stuck = False
        self.pulses = 0
        rig = self

        class CoilPin(MockPin):
            def _change_state(self, value):
                changed = super()._change_state(value)
                if changed and value and self.function == "output":
                    rig.pulses += 1
                    if not rig.stuck:
                        self.factory.pin("GPIO27").drive_high()
                return changed

        self.factory = MockFactory(pin_class=CoilPin)

    def open(self, **options):
        values = {"pin": "GPIO17", "sensor_pin": "GPIO27", "pulse_s": 0.01, "gap_s": 0.02}
        chosen = drivers.configure("drawer", "gpio", {**values, "opens_within_s": 0.2, **options})
        drawer = gpio.GpioDrawer(chosen, factory=lambda: self.factory)
        self.shut()  # the pull-up has just pulled it open
        return drawer

    def shut(self):
        self.factory.pin("GPIO27").drive_low()

    def force(self):
        self.factory.pin("GPIO27").drive_high()

    def close(self):
        self.factory.reset()


class PrinterRig:
    """A drawer on the simulated printer."""

    def __init__(self, folder):
        chosen = drivers.configure("printer", "simulated", {"folder": str(folder)})
        self.printer = drivers.load("printer", "simulated").open_device(chosen)

    @property
    def pulses(self):
        return self.printer.bench.drawer.pulses

    def open(self, **options):
        values = {"gap_s": 0.001, "opens_within_s": 0.2, **options}
        chosen = drivers.configure("drawer", "printer_kick", values)
        return drivers.load("drawer", "printer_kick").open_device(chosen, self.printer)

    @property
    def stuck(self):
        return self.printer.bench.drawer.stuck

    @stuck.setter
    def stuck(self, value):
        self.printer.bench.drawer.stuck = value

    def shut(self):
        self.printer.bench.drawer.is_open = False

    def force(self):
        self.printer.bench.drawer.is_open = True

    def close(self):
        self.printer.close()


class SimulatedRig:
    """The simulated drawer driver."""

    def __init__(self, _folder):
        self.drawer = None
        self.stuck = False

    @property
    def pulses(self):
        return self.drawer.kicks

    def open(self, **options):
        chosen = drivers.configure("drawer", "simulated", {"gap_s": 0.0, **options})
        self.drawer = drivers.load("drawer", "simulated").open_device(chosen)
        self.drawer.stuck = self.stuck
        return self.drawer

    def shut(self):
        self.drawer.shut()

    def force(self):
        self.drawer.pull_open()

    def close(self):
        pass


@pytest.fixture(params=[GpioRig, PrinterRig, SimulatedRig], ids=["gpio", "printer", "simulated"])
def rig(request, tmp_path):
    made = request.param(tmp_path)
    yield made
    made.close()


def test_a_kick_opens_it_and_a_hand_shuts_it(rig):
    with rig.open() as drawer:
        assert drawer.present
        assert drawer.state() is DrawerState.SHUT
        drawer.kick()
        assert drawer.state() is DrawerState.OPEN
        rig.shut()
        assert drawer.state() is DrawerState.SHUT
        assert rig.pulses == 1


def test_the_sensor_sees_a_drawer_that_a_key_or_force_opened(rig):
    with rig.open() as drawer:
        rig.force()
        assert drawer.state() is DrawerState.OPEN
        assert rig.pulses == 0
        rig.shut()
        assert drawer.state() is DrawerState.SHUT


def test_the_coil_may_cool_between_two_kicks(rig):
    with rig.open(gap_s=3600.0) as drawer:
        drawer.kick()
        rig.shut()
        with pytest.raises(KickedTooSoonError, match="Wait a second"):
            drawer.kick()
        assert drawer.state() is DrawerState.SHUT
        assert rig.pulses == 1


def test_a_drawer_that_stays_shut_is_told(rig):
    rig.stuck = True
    with rig.open() as drawer, pytest.raises(DrawerStuckError, match="not locked"):
        drawer.kick()
    assert rig.pulses == 1


def test_it_may_be_closed_twice(rig):
    drawer = rig.open()
    drawer.close()
    drawer.close()
    assert isinstance(drawer.state(), DrawerState)


def test_a_drawer_on_a_printer_that_is_away_is_told(tmp_path):
    rig = PrinterRig(tmp_path)
    with rig.open() as drawer:
        rig.printer.unplug()
        assert drawer.state() is DrawerState.UNKNOWN
        with pytest.raises(DrawerUnreachableError, match="Check the printer"):
            drawer.kick()


def test_a_drawer_on_a_printer_needs_a_printer():
    driver = drivers.load("drawer", "printer_kick")
    with pytest.raises(drivers.OptionError, match="needs a printer"):
        driver.open_device(driver.Options())
    none = drivers.load("printer", "none")
    with driver.open_device(driver.Options(), none.open_device(none.Options())) as drawer:
        assert drawer.state() is DrawerState.UNKNOWN
        with pytest.raises(DrawerUnreachableError):
            drawer.kick()


def test_no_drawer_says_that_it_is_not_there():
    driver = drivers.load("drawer", "none")
    with driver.open_device(driver.Options()) as drawer:
        assert not drawer.present
        assert drawer.state() is DrawerState.UNKNOWN
        with pytest.raises(NoDrawerError):
            drawer.kick()
