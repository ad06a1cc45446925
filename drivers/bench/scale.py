"""The scale on the bench: one pan, two cables, and on each of them a protocol of its own."""

from __future__ import annotations

from collections.abc import Callable

from drivers.bench.pan import Pan
from drivers.scale.toledo_8217 import Status, with_even_parity, without_parity

GRAMS_PER_POUND = 453.592
_LETTERS = b"WZTC"


class ToledoEnd:
    """Answers in the 8217 protocol, with even parity."""

    def __init__(self, pan: Pan) -> None:
        self._pan = pan

    def hear(self, data: bytes) -> bytes:
        """What it answers to what came."""
        return b"".join(self._answer(bytes([byte])) for byte in without_parity(data))

    def _answer(self, letter: bytes) -> bytes:
        pan = self._pan
        if pan.silent or letter not in _LETTERS:
            return b""
        if pan.noise:
            return pan.noise
        if letter == b"W":
            answer = self._weight()
            pan.weighed()
        else:
            done = {b"Z": pan.zero, b"T": pan.tare, b"C": pan.clear_tare}[letter]()
            answer = self._status(refused=done is False)
        return with_even_parity(answer)

    def _weight(self) -> bytes:
        pan = self._pan
        if pan.moving or pan.over or pan.under or pan.unzeroed:
            return self._status()
        net = b"N" if pan.tare_milli else b""
        if pan.pounds:
            return b"\x02%05.2f%b\r" % (pan.net_milli / GRAMS_PER_POUND, net)
        return b"\x02%06.3f%b\r" % (pan.net_milli / 1000, net)

    def _status(self, *, refused: bool = False) -> bytes:
        pan, status = self._pan, 0x60
        status |= Status.MOTION * pan.moving
        status |= Status.OVER_CAPACITY * pan.over
        status |= Status.UNDER_ZERO * pan.under
        outside = pan.unzeroed or (refused and not pan.moving and not pan.over)
        status |= Status.OUTSIDE_ZERO_RANGE * outside
        status |= Status.CENTRE_OF_ZERO * (pan.gross_milli == 0)
        return b"\x02?%c\r" % status


class SicsEnd:
    """Answers in MT-SICS."""

    def __init__(self, pan: Pan) -> None:
        self._pan = pan
        self._heard = b""

    def hear(self, data: bytes) -> bytes:
        """What it answers to what came."""
        *lines, self._heard = (self._heard + data).split(b"\r\n")
        if self._pan.silent:
            return b""
        return b"".join(self._pan.noise or self._answer(line) + b"\r\n" for line in lines)

    def _answer(self, line: bytes) -> bytes:
        pan = self._pan
        match line:
            case b"SI":
                answer = self._weight()
                pan.weighed()
                return answer
            case b"TA":
                return b"TA A " + self._value(pan.tare_milli)
            case b"TAC":
                pan.clear_tare()
                return b"TAC A"
            case b"Z":
                return b"Z " + self._outcome(pan.zero, b"A")
            case b"T":
                return b"T " + self._outcome(pan.tare, b"S " + self._value(pan.gross_milli))
            case _:
                return b"ES"

    def _weight(self) -> bytes:
        pan = self._pan
        if pan.unzeroed:
            return b"S I"
        if pan.over:
            return b"S +"
        return (b"S D " if pan.moving else b"S S ") + self._value(pan.net_milli)

    def _outcome(self, do: Callable[[], bool], done: bytes) -> bytes:
        if self._pan.moving:
            return b"I"
        return done if do() else b"+"

    def _value(self, milli: int) -> bytes:
        if self._pan.pounds:
            return b"%10.4f lb" % (milli / GRAMS_PER_POUND)
        return b"%10.3f kg" % (milli / 1000)
