"""MT-SICS, the Standard Interface Command Set of Mettler Toledo: most of their other scales.

Written from its public reference manual ("MT-SICS Interface Commands", levels 0 and 1):

* a command is a line that ends with CR LF: ``SI`` weigh at once, ``Z`` zero, ``T`` tare, ``TA``
  tell the tare, ``TAC`` clear it;
* ``SI`` is answered with ``S S`` weight unit (stable), ``S D`` weight unit (it moves), ``S +`` and
  ``S -`` (over and under what it can weigh), ``S I`` (not now);
* a command is answered with ``A`` or ``S`` where it was done, ``I`` not now, ``+`` and ``-`` out
  of range, ``L`` a wrong parameter; ``ES``, ``ET`` and ``EL`` say that the line was not understood.

The line has 8 bits and no parity, so nothing but the form of an answer shows that it is whole: an
answer that is not exactly of its form is thrown away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from drivers.scale import (
    HEAVIEST_MILLI,
    Reading,
    Scale,
    ScaleError,
    ScaleMovingError,
    ScaleRangeError,
    ScaleState,
)
from drivers.scale.asked import AskedScale, SerialScaleOptions

MILLI_PER_UNIT = {b"g": 1, b"kg": 1000}
"""Thousandths of a kilogram in a unit that was understood. Carats and pounds are not sold in."""

_VALUE = rb" +(?P<value>-?[0-9]{1,7}(?:\.[0-9]{1,6})?) +(?P<unit>[A-Za-z%]{1,4})"
_WEIGHT = re.compile(rb"S (?P<state>[SD])" + _VALUE + rb"\r\n")
_TARE = re.compile(rb"TA A" + _VALUE + rb"\r\n")
_STATES = {
    b"S I\r\n": ScaleState.MOVING,
    b"S +\r\n": ScaleState.OVER,
    b"S -\r\n": ScaleState.UNDER,
}
_NOT_UNDERSTOOD = (b"ES\r\n", b"ET\r\n", b"EL\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(SerialScaleOptions):
    """What is set for a scale that speaks MT-SICS: no more than for every serial scale."""


def open_device(options: Options) -> Scale:
    """The scale; its port is opened when it is first asked."""
    return SicsScale(options)


class SicsScale(AskedScale):
    """See ``drivers.scale.Scale``."""

    end = b"\n"

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._tells_tare = True

    def zero(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._command(b"Z")

    def tare(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._command(b"T")

    def clear_tare(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._command(b"TAC")

    def _weigh(self) -> Reading:
        reading = parse(self._ask(b"SI\r\n"))
        if reading.weight_milli is None or not self._tells_tare:
            return reading
        answer = self._ask(b"TA\r\n")
        if answer in _NOT_UNDERSTOOD:
            self._tells_tare = False  # a scale of level 0 cannot tare
            return reading
        tare_milli = parse_tare(answer)
        if tare_milli is None:
            return Reading(ScaleState.UNREADABLE)
        return Reading(reading.state, reading.weight_milli, tare_milli, net=tare_milli > 0)

    def _command(self, command: bytes) -> None:
        answer = self._ask(command + b"\r\n")
        done = re.match(re.escape(command) + rb" (?P<what>[AISL+-])[ \r]", answer)
        match done["what"] if done else b"":
            case b"A" | b"S":
                return
            case b"I":
                raise ScaleMovingError
            case b"+" | b"-":
                raise ScaleRangeError
            case _:
                raise ScaleError(f"It answered {answer!r}.")


def parse(answer: bytes) -> Reading:
    """Read the answer to ``SI``. Bytes that make no sense are ``UNREADABLE``."""
    if answer in _STATES:
        return Reading(_STATES[answer])
    found = _WEIGHT.fullmatch(answer)
    if found is None:
        return Reading(ScaleState.UNREADABLE)
    if found["unit"] not in MILLI_PER_UNIT:
        return Reading(ScaleState.WRONG_UNIT)
    weight_milli = _milli(found)
    state = ScaleState.STABLE if found["state"] == b"S" else ScaleState.MOVING
    if weight_milli < 0:
        return Reading(ScaleState.UNDER if state is ScaleState.STABLE else state)
    if weight_milli > HEAVIEST_MILLI:
        return Reading(ScaleState.UNREADABLE)
    return Reading(state, weight_milli)


def parse_tare(answer: bytes) -> int | None:
    """Read the answer to ``TA``, in thousandths of a kilogram; None where it makes no sense."""
    if answer == b"TA I\r\n":
        return 0
    found = _TARE.fullmatch(answer)
    if found is None or found["unit"] not in MILLI_PER_UNIT:
        return None
    tare_milli = _milli(found)
    return tare_milli if 0 <= tare_milli <= HEAVIEST_MILLI else None


def _milli(found: re.Match[bytes]) -> int:
    """The value of an answer; scales that are finer than a gram are rounded to it."""
    exact = Decimal(found["value"].decode()) * MILLI_PER_UNIT[found["unit"]]
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
