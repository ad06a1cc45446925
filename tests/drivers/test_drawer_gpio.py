"""The drawer on a pin: what the coil gets, and what the switch says."""

from __future__ import annotations

import threading

import pytest
from gpiozero.pins.mock import MockFactory

from drivers import OptionError
from drivers.drawer import DrawerState, DrawerUnreachableError
from drivers.drawer.coil import KickGuard
from drivers.drawer.gpio import GpioDrawer, Options, open_device


@pytest.fixture
def factory():
    made = MockFactory()
    yield made
    made.reset()


def wave(pin):
    """The levels a pin went through."""
    return [state.state for state in pin.states]


def test_the_coil_gets_one_pulse_of_the_set_length(factory):
    with GpioDrawer(Options(pin="GPIO17", pulse_s=0.1), factory=lambda: factory) as drawer:
        pin = factory.pin("GPIO17")
        pin.clear_states()
        drawer.kick()
        assert wave(pin) == [False, True, False]
        on_time_s = pin.states[2].timestamp
        assert on_time_s >= 0.1


def test_a_board_that_kicks_on_low_rests_on_high(factory):
    options = Options(pin="GPIO17", active_high=False, pulse_s=0.01)
    with GpioDrawer(options, factory=lambda: factory) as drawer:
        pin = factory.pin("GPIO17")
        assert pin.state
        pin.clear_states()
        drawer.kick()
        assert wave(pin) == [True, False, True]


def test_opening_it_gives_no_pulse(factory):
    pin = factory.pin("GPIO17")
    pin.clear_states()
    with GpioDrawer(Options(pin="GPIO17"), factory=lambda: factory):
        assert wave(pin) == [False]


def test_closing_it_ends_a_pulse_at_once_and_lets_go_of_the_pin(factory):
    drawer = GpioDrawer(Options(pin="GPIO17", pulse_s=0.5), factory=lambda: factory)
    pin = factory.pin("GPIO17")
    came_on = threading.Event()
    change = pin._change_state

    def watched(value):
        changed = change(value)
        if value:
            came_on.set()
        return changed

    pin._change_state = watched
    kicking = threading.Thread(target=drawer.kick)
    kicking.start()
    assert came_on.wait(30)
    drawer.close()
    kicking.join(30)
    assert not kicking.is_alive()
    assert not pin.state
    assert pin.function == "input"


def test_a_closed_drawer_is_not_kicked(factory):
    drawer = GpioDrawer(Options(pin="GPIO17"), factory=lambda: factory)
    drawer.close()
    with pytest.raises(DrawerUnreachableError):
        drawer.kick()


def test_without_a_switch_nobody_knows(factory):
    with GpioDrawer(Options(pin="GPIO17", pulse_s=0.01), factory=lambda: factory) as drawer:
        drawer.kick()
        assert drawer.state() is DrawerState.UNKNOWN


@pytest.mark.parametrize("open_high", [True, False])
def test_the_switch_may_close_or_open_with_the_drawer(factory, open_high):
    options = Options(pin="GPIO17", sensor_pin="GPIO27", sensor_open_high=open_high)
    with GpioDrawer(options, factory=lambda: factory) as drawer:
        switch = factory.pin("GPIO27")
        (switch.drive_high if open_high else switch.drive_low)()
        assert drawer.state() is DrawerState.OPEN
        (switch.drive_low if open_high else switch.drive_high)()
        assert drawer.state() is DrawerState.SHUT


def test_a_pin_that_is_taken_is_told_until_it_is_free(factory):
    first = GpioDrawer(Options(pin="GPIO17"), factory=lambda: factory)
    with GpioDrawer(Options(pin="GPIO17"), factory=lambda: factory) as second:
        assert second.state() is DrawerState.UNKNOWN
        with pytest.raises(DrawerUnreachableError, match="drawer's key"):
            second.kick()
        first.close()
        second.kick()


def test_a_machine_without_pins_is_told_at_the_kick():
    with open_device(Options(pin="GPIO17", chip=99)) as drawer:
        assert drawer.state() is DrawerState.UNKNOWN
        with pytest.raises(DrawerUnreachableError):
            drawer.kick()


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("pin", {"pin": ""}),
        ("pulse_s", {"pin": "GPIO17", "pulse_s": 2.0}),
        ("pulse_s", {"pin": "GPIO17", "pulse_s": 0.0}),
        ("gap_s", {"pin": "GPIO17", "gap_s": 0.1}),
        ("sensor_pin", {"pin": "GPIO17", "sensor_pin": "GPIO17"}),
    ],
)
def test_what_would_harm_the_coil_cannot_be_set(key, values):
    with pytest.raises(OptionError) as raised:
        Options(**values)
    assert raised.value.key == key


def test_the_guard_lets_a_kick_through_again_after_the_gap():
    now = [100.0]
    guard = KickGuard(1.0, lambda: now[0])
    guard.note()
    now[0] += 1.0
    guard.note()
