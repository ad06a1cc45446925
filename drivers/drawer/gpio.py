"""A drawer on a pin of the Raspberry Pi, through a driver board that carries the coil's current.

The coil is switched on for a moment and switched off again whatever happens. A process that is
killed in that moment leaves the pin on: the board must limit the time by itself too, and must hold
the coil off while the pin is an input, as it is before the start and after ``close``.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpiozero import Button, DigitalOutputDevice, GPIOZeroError

from drivers import Closing, OptionError
from drivers.drawer import Drawer, DrawerState, DrawerUnreachableError
from drivers.drawer.coil import KickGuard, await_open

LONGEST_PULSE_S = 0.5
"""More than that burns the coil of some drawers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a drawer on a pin.

    Attributes:
        pin: The pin that kicks, by gpiozero's names: ``GPIO17`` or ``BOARD11``.
        active_high: The board kicks when the pin is high.
        pulse_s: How long the coil gets current, at most half a second.
        gap_s: The least time from one kick to the next.
        sensor_pin: The pin of the drawer's switch, to ground; empty where there is none.
        sensor_open_high: The switch is open, so its pin is high, while the drawer is open.
        opens_within_s: How soon the sensor must say that the drawer is open.
        chip: Number of the GPIO chip, for machines where it is not found by itself; -1 finds it.
    """

    pin: str
    active_high: bool = True
    pulse_s: float = 0.1
    gap_s: float = 1.0
    sensor_pin: str = ""
    sensor_open_high: bool = True
    opens_within_s: float = 1.0
    chip: int = -1

    def __post_init__(self) -> None:
        if not self.pin:
            raise OptionError("pin", "The drawer needs a pin. Name it, such as GPIO17.")
        if not 0 < self.pulse_s <= LONGEST_PULSE_S:
            raise OptionError(
                "pulse_s",
                f"A drawer's pulse is above 0 and at most {LONGEST_PULSE_S} s, "
                f"found {self.pulse_s}. Most drawers need 0.1.",
            )
        if self.gap_s < 2 * self.pulse_s:
            raise OptionError(
                "gap_s",
                f"The gap between kicks is at least twice the pulse, found {self.gap_s} s. "
                "The coil needs it to cool.",
            )
        if self.pin == self.sensor_pin:
            raise OptionError("sensor_pin", "Kick and sensor cannot be the same pin. Choose two.")


def open_device(options: Options, _printer: object = None) -> Drawer:
    """The drawer. Where its pins cannot be had, every kick says so and tries again."""
    return GpioDrawer(options, factory=lambda: _factory(options.chip))


class GpioDrawer(Closing):
    """See ``drivers.drawer.Drawer``.

    Args:
        options: What is set for it.
        factory: Gives gpiozero's pin factory; None leaves the choice to gpiozero, for tests.
        clock: Seconds that never go back.
    """

    present = True

    def __init__(
        self,
        options: Options,
        *,
        factory: Callable[[], Any] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options = options
        self._clock = clock
        self._guard = KickGuard(options.gap_s, clock)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._coil: Any = None
        self._sensor: Any = None
        self._factory = factory
        with contextlib.suppress(DrawerUnreachableError):
            self._take_pins()

    def kick(self) -> None:
        """See ``drivers.drawer.Drawer``."""
        with self._lock:
            self._take_pins()
            self._guard.note()
            try:
                self._coil.on()
                self._closing.wait(self._options.pulse_s)
            finally:
                self._coil.off()
        await_open(self.state, self._options.opens_within_s, self._clock)

    def state(self) -> DrawerState:
        """See ``drivers.drawer.Drawer``."""
        sensor = self._sensor
        if sensor is None:
            return DrawerState.UNKNOWN
        high = not sensor.is_pressed  # the pull-up holds the pin high while the switch is open
        is_open = high == self._options.sensor_open_high
        return DrawerState.OPEN if is_open else DrawerState.SHUT

    def close(self) -> None:
        """See ``drivers.drawer.Drawer``."""
        self._closing.set()
        with self._lock:
            self._let_go()

    def _take_pins(self) -> None:
        """Have the pins, with the coil off."""
        if self._closing.is_set():
            raise DrawerUnreachableError("The drawer is closed.")
        if self._coil is not None:
            return
        options = self._options
        try:
            factory = self._factory()
            self._coil = DigitalOutputDevice(
                options.pin,
                active_high=options.active_high,
                initial_value=False,
                pin_factory=factory,
            )
            if options.sensor_pin:
                self._sensor = Button(options.sensor_pin, pull_up=True, pin_factory=factory)
        except (GPIOZeroError, OSError) as error:
            self._let_go()
            raise DrawerUnreachableError(str(error)) from error

    def _let_go(self) -> None:
        coil, self._coil = self._coil, None
        sensor, self._sensor = self._sensor, None
        if coil is not None:
            coil.off()
            coil.close()
        if sensor is not None:
            sensor.close()


def _factory(chip: int) -> Any:
    """The pins of a chip that was named, or of the one with the Pi's header."""
    from drivers.drawer.pins import GpiodFactory, header  # noqa: PLC0415  # Linux alone has it

    return GpiodFactory(Path(f"/dev/gpiochip{chip}") if chip >= 0 else header())
