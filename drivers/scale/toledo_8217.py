"""The 8217 protocol of Mettler Toledo: checkout scales, and scanners with a scale in them.

Written from its public description in the service manual of the PSC Magellan 8500 ("8217 Mettler
Toledo": commands, answers and status byte) and, for the bits of the status byte, the manual of the
Rice Lake BenchPro, which speaks it too:

* the host sends one capital letter: ``W`` weigh, ``Z`` zero, ``T`` tare, ``C`` clear the tare; at
  least 200 ms lie between two of them;
* the scale answers ``STX`` weight ``CR``, with ``N`` after the weight where a tare is taken off;
  three decimals are kilograms, two are pounds;
* or, while it moves or cannot weigh, ``STX ?`` status byte ``CR``. A confidence test that failed
  makes it silent.

The line has 7 bits and even parity. Such a character is as long as one of 8 bits without parity,
so the line is opened like that, and the parity is made and checked here: a serial driver of the
system only checks it where somebody remembered to ask, and some USB adapters never do.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag

from drivers import OptionError
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

PARITIES = ("even", "none")

LONGEST_GAP_S = 1.0

_ANSWER = re.compile(rb"\x02 *(?:\?(?P<status>.)|(?P<weight>[0-9]{1,5}\.[0-9]{2,3})(?P<net>N?))\r")
_KILOGRAM_DECIMALS = 3


class Status(IntFlag):
    """The bits of the status byte. Bits 5 and 6 are 1 on some scales always, so they say nothing."""

    MOTION = 0x01
    OVER_CAPACITY = 0x02
    UNDER_ZERO = 0x04
    OUTSIDE_ZERO_RANGE = 0x08
    CENTRE_OF_ZERO = 0x10


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(SerialScaleOptions):
    """What is set for a scale that speaks 8217, beside what is set for every serial scale.

    Attributes:
        parity: ``even`` as the protocol has it, or ``none`` for scales that were set so.
        gap_s: The least time from one command to the next.
    """

    parity: str = "even"
    gap_s: float = 0.2

    def __post_init__(self) -> None:
        SerialScaleOptions.__post_init__(self)
        if self.parity not in PARITIES:
            raise OptionError("parity", f"Parity is even or none, found {self.parity!r}.")
        if not 0 <= self.gap_s <= LONGEST_GAP_S:
            raise OptionError(
                "gap_s",
                f"The gap between commands is 0 to {LONGEST_GAP_S:g} s, found {self.gap_s}.",
            )


def open_device(options: Options) -> Scale:
    """The scale; its port is opened when it is first asked."""
    return ToledoScale(options)


class ToledoScale(AskedScale):
    """See ``drivers.scale.Scale``.

    Args:
        options: What is set for it.
        clock: Seconds that never go back.
    """

    def __init__(self, options: Options, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(options)
        self._parity = options.parity == "even"
        self._gap_s = options.gap_s
        self._clock = clock
        self._next_s = 0.0
        self._closing = threading.Event()
        if self._parity:
            self.end = with_even_parity(b"\r")

    def zero(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._command(b"Z")

    def tare(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._command(b"T")

    def clear_tare(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._command(b"C")

    def close(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._closing.set()
        super().close()

    def _weigh(self) -> Reading:
        return parse(self._answer(b"W"))

    def _command(self, letter: bytes) -> None:
        found = _ANSWER.fullmatch(self._answer(letter))
        if found is None or not found["status"]:
            raise ScaleError("Its answer was not understood.")
        status = _status(found)
        if Status.MOTION in status:
            raise ScaleMovingError
        if status & (Status.OVER_CAPACITY | Status.UNDER_ZERO | Status.OUTSIDE_ZERO_RANGE):
            raise ScaleRangeError(str(status))

    def _answer(self, letter: bytes) -> bytes:
        """What it answers, without parity; nothing where the parity is wrong."""
        self._closing.wait(max(0.0, self._next_s - self._clock()))
        answer = self._ask(with_even_parity(letter) if self._parity else letter)
        self._next_s = self._clock() + self._gap_s
        return without_parity(answer) if self._parity else answer


def parse(answer: bytes) -> Reading:
    """Read one answer, without its parity bits. Bytes that make no sense are ``UNREADABLE``."""
    found = _ANSWER.fullmatch(answer)
    if found is None:
        return Reading(ScaleState.UNREADABLE)
    if found["status"]:
        return _from_status(_status(found))
    whole, _, part = found["weight"].partition(b".")
    if len(part) != _KILOGRAM_DECIMALS:
        return Reading(ScaleState.WRONG_UNIT)
    weight_milli = int(whole + part)
    if weight_milli > HEAVIEST_MILLI:
        return Reading(ScaleState.UNREADABLE)
    return Reading(ScaleState.STABLE, weight_milli, net=bool(found["net"]))


def _status(found: re.Match[bytes]) -> Status:
    return Status(found["status"][0] & 0x1F)


def _from_status(status: Status) -> Reading:
    """What a status byte means; the gravest bit counts."""
    for bit, state in (
        (Status.OVER_CAPACITY, ScaleState.OVER),
        (Status.OUTSIDE_ZERO_RANGE, ScaleState.UNZEROED),
        (Status.MOTION, ScaleState.MOVING),
        (Status.UNDER_ZERO, ScaleState.UNDER),
    ):
        if bit in status:
            return Reading(state)
    if Status.CENTRE_OF_ZERO in status:
        return Reading(ScaleState.STABLE, 0)
    return Reading(ScaleState.MOVING)  # it gave no weight, and will when it is asked again


def with_even_parity(text: bytes) -> bytes:
    """``text`` of 7 bits, each character with the bit that makes its ones even."""
    return bytes(byte | (byte.bit_count() & 1) << 7 for byte in text)


def without_parity(data: bytes) -> bytes:
    """``data`` without its parity bits; empty where one of them is wrong."""
    if any(byte.bit_count() & 1 for byte in data):
        return b""
    return bytes(byte & 0x7F for byte in data)
