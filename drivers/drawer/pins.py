"""gpiozero's pins over libgpiod, the kernel's own library for them.

gpiozero's usual ways want lgpio, which has no ready package for the Python of a Pi of today, or a
register layout that the Pi 5 no longer has. libgpiod's does for every Pi and every other board;
the chip with the header's pins is known by its name, because its number changed with kernels.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import gpiod
from gpiod.line import Bias, Direction, Edge, Value
from gpiozero.exc import PinFixedPull, PinInvalidFunction, PinInvalidPull, PinSetInput, PinUnknownPi
from gpiozero.pins.local import LocalPiFactory, LocalPiPin

HEADERS = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""Names of the chips that carry a Pi's header: Pi 5, Pi 4, older ones."""

LIKE_A_PI_4 = 0xC03112
"""The revision assumed on other boards: their lines are named by their numbers all the same."""

WHO = "balie"
"""What the kernel says of a line that is taken."""

_LOOK_S = 0.2
_BIASES = {"up": Bias.PULL_UP, "down": Bias.PULL_DOWN, "floating": Bias.DISABLED}
_EDGES = {"both": Edge.BOTH, "rising": Edge.RISING, "falling": Edge.FALLING}


class NoHeaderError(OSError):
    """No chip of this board carries a Pi's header."""


def header(folder: Path = Path("/dev"), *, label_of: Callable[[Path], str] | None = None) -> Path:
    """Return the chip with the header's pins.

    Raises:
        NoHeaderError: There is none.
    """
    read = label_of or _label
    for chip in sorted(folder.glob("gpiochip*")):
        if read(chip) in HEADERS:
            return chip
    raise NoHeaderError(
        "A Raspberry Pi's header was expected and no chip here carries one. "
        "Name the chip's number in the drawer's settings: chip = 0."
    )


class GpiodFactory(LocalPiFactory):  # type: ignore[misc]  # gpiozero has no types
    """Gives gpiozero its pins.

    Args:
        chip: The chip with the pins.

    Raises:
        OSError: It cannot be opened.
    """

    def __init__(self, chip: Path) -> None:
        super().__init__()
        self.chip = gpiod.Chip(str(chip))
        self.pin_class = GpiodPin

    def close(self) -> None:
        """Let go of all pins and of the chip; again is allowed."""
        super().close()
        self.pins.clear()
        if self.chip:
            self.chip.close()

    def _get_revision(self) -> int:
        try:
            revision: int = super()._get_revision()
        except PinUnknownPi:
            return LIKE_A_PI_4
        return revision


class GpiodPin(LocalPiPin):  # type: ignore[misc]  # gpiozero has no types
    """One line: input with a pull, or output; an input tells its edges from a thread."""

    def __init__(self, factory: GpiodFactory, info: Any) -> None:
        super().__init__(factory, info)
        self._pull = "floating"
        self._bounce_s: float | None = None
        self._edge_names = "both"
        self._watching: threading.Event | None = None
        self._request = self._ask(self._as_input())

    def close(self) -> None:
        """Leave the line as an input, and let go of it."""
        self._disable_event_detect()
        if self._request:
            with suppress(OSError):
                self._request.reconfigure_lines({self._number: self._as_input()})
            self._request.release()

    def output_with_state(self, state: bool) -> None:  # noqa: FBT001  # gpiozero's signature
        """Become an output that has its state from the first moment, without a spike."""
        settings = gpiod.LineSettings(
            direction=Direction.OUTPUT, output_value=Value.ACTIVE if state else Value.INACTIVE
        )
        self._request.reconfigure_lines({self._number: settings})
        self._is_output = True

    def input_with_pull(self, pull: str) -> None:
        """Become an input with a pull."""
        self._set_function("input")
        self._set_pull(pull)

    def _ask(self, settings: Any) -> Any:
        self._is_output = False
        return self._factory.chip.request_lines({self._number: settings}, consumer=WHO)

    def _as_input(self, edge: Edge = Edge.NONE) -> Any:
        return gpiod.LineSettings(
            direction=Direction.INPUT,
            # A line that was never given a pull is left as the board made it.
            bias=_BIASES[self._pull] if self._pull != "floating" else Bias.AS_IS,
            edge_detection=edge,
            debounce_period=timedelta(seconds=self._bounce_s or 0),
        )

    def _get_function(self) -> str:
        return "output" if self._is_output else "input"

    def _set_function(self, value: str) -> None:
        if value == "output":
            self.output_with_state(False)  # gpiozero's signature
        elif value == "input":
            self._disable_event_detect()
            self._request.reconfigure_lines({self._number: self._as_input()})
            self._is_output = False
        else:
            raise PinInvalidFunction(f'invalid function "{value}" for pin {self!r}')

    def _get_state(self) -> bool:
        return bool(self._request.get_value(self._number) == Value.ACTIVE)

    def _set_state(self, value: float) -> None:
        if not self._is_output:
            raise PinSetInput(f"cannot set state of pin {self!r}")
        self._request.set_value(self._number, Value.ACTIVE if value else Value.INACTIVE)

    def _get_pull(self) -> str:
        return self._pull

    def _set_pull(self, value: str) -> None:
        if self._is_output:
            raise PinFixedPull(f"cannot set pull on non-input pin {self!r}")
        if value not in _BIASES:
            raise PinInvalidPull(f'invalid pull "{value}" for pin {self!r}')
        self._pull = value
        self._request.reconfigure_lines({self._number: self._as_input()})

    def _get_bounce(self) -> float | None:
        return self._bounce_s

    def _set_bounce(self, value: float | None) -> None:
        self._bounce_s = value
        if not self._is_output:
            self._request.reconfigure_lines({self._number: self._as_input()})

    def _get_edges(self) -> str:
        return self._edge_names

    def _set_edges(self, value: str) -> None:
        self._edge_names = value

    def _enable_event_detect(self) -> None:
        edges = self._as_input(_EDGES[self._edge_names])
        self._request.reconfigure_lines({self._number: edges})
        self._watching = threading.Event()
        threading.Thread(
            target=self._watch, args=(self._watching,), name=f"pin {self!r}", daemon=True
        ).start()

    def _disable_event_detect(self) -> None:
        if self._watching is not None:
            self._watching.set()
            self._watching = None

    def _watch(self, ended: threading.Event) -> None:
        while not ended.is_set():
            try:
                if not self._request.wait_edge_events(timedelta(seconds=_LOOK_S)):
                    continue
                events = self._request.read_edge_events()
            except (OSError, gpiod.RequestReleasedError):
                return
            for event in events:
                if not ended.is_set():
                    rising = event.event_type is event.Type.RISING_EDGE
                    self._call_when_changed(event.timestamp_ns / 1_000_000_000, rising)


def _label(chip: Path) -> str:
    with suppress(OSError), gpiod.Chip(str(chip)) as opened:
        return str(opened.get_info().label)
    return ""
