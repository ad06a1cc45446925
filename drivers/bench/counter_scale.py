"""The words that rule the bench's scale."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

from drivers.bench.control import Refusal
from drivers.bench.loop import Loop
from drivers.bench.pan import Pan
from drivers.bench.scale import SicsEnd, ToledoEnd
from drivers.bench.talking import TalkingPort

TOLEDO_TTY = "scale-8217.tty"
SICS_TTY = "scale-sics.tty"
_HEAVIEST_KG = 1000
_NOISE = b"\x02\xff\x00?\r\n\x8d"
"""No answer in either protocol, though it has the end of both."""
_KNOWN = (
    "The scale knows: put KG, swing KG (it moves until still), still, unzeroed, pounds, kilograms, "
    "noise, silent, ok, unplug, plug."
)


class CounterScale:
    """A scale with a cable for each protocol.

    Args:
        loop: The bench's loop.
        folder: Where its cables end.
    """

    def __init__(self, loop: Loop, folder: Path) -> None:
        self.pan = Pan()
        self.ports = {
            TOLEDO_TTY: TalkingPort(loop, folder / TOLEDO_TTY, ToledoEnd(self.pan).hear),
            SICS_TTY: TalkingPort(loop, folder / SICS_TTY, SicsEnd(self.pan).hear),
        }

    def obey(self, words: str) -> str:
        """Carry out one line of control.

        Raises:
            Refusal: It is not understood; says what is.
        """
        word, _, rest = words.partition(" ")
        pan = self.pan
        if word in {"put", "swing"}:
            pan.put(_grams(rest), swings=-1 if word == "swing" else 0)
        elif word == "still":
            pan.swings = 0
        elif word in {"unplug", "plug"}:
            for port in self.ports.values():
                port.unplug() if word == "unplug" else port.plug()
        elif word in {"pounds", "kilograms"}:
            pan.pounds = word == "pounds"
        elif word in {"unzeroed", "noise", "silent", "ok"}:
            pan.unzeroed = word == "unzeroed"
            pan.noise = _NOISE if word == "noise" else b""
            pan.silent = word == "silent"
        else:
            raise Refusal(_KNOWN)
        return f"scale {words}"

    def status(self) -> dict[str, object]:
        """How it is."""
        pan = self.pan
        plugged = all(port.plugged for port in self.ports.values())
        return {"plugged": plugged, "load_g": pan.load_milli, "tare_g": pan.tare_milli}

    def close(self) -> None:
        """Take the cables away."""
        for port in self.ports.values():
            port.unplug()


def _grams(text: str) -> int:
    try:
        weight_kg = Decimal(text)
    except InvalidOperation as error:
        raise Refusal(f"{text!r} is no weight. Write kilograms, as 0.750.") from error
    if not (weight_kg.is_finite() and abs(weight_kg) <= _HEAVIEST_KG):
        raise Refusal(f"{text!r} is no weight a scale carries. Write kilograms, as 0.750.")
    return int(weight_kg * 1000)
