"""What scales that are asked over a serial line have in common."""

from __future__ import annotations

from dataclasses import dataclass

import serial

from drivers import Closing, OptionError
from drivers.scale import Reading, ScaleAwayError, ScaleState
from drivers.wire import Wire

LONGEST_ANSWER = 64
"""Bytes. No answer of these protocols is longer; what is longer is no answer."""

LONGEST_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialScaleOptions:
    """What is set for every serial scale.

    Attributes:
        port: The port's device file, best one below ``/dev/serial/by-id``.
        baudrate: Bits per second, as set in the scale.
        answer_timeout_s: How long the scale may take to answer.
    """

    port: str
    baudrate: int = 9600
    answer_timeout_s: float = 1.0

    def __post_init__(self) -> None:
        if not self.port:
            raise OptionError("port", "The scale needs a port. Give its device file.")
        if self.baudrate not in serial.Serial.BAUDRATES:
            raise OptionError(
                "baudrate", f"No serial port runs at {self.baudrate} bits/s. Read its manual."
            )
        if not 0 < self.answer_timeout_s <= LONGEST_TIMEOUT_S:
            raise OptionError(
                "answer_timeout_s",
                f"A scale answers within {LONGEST_TIMEOUT_S:g} s and not at once, "
                f"found {self.answer_timeout_s}. Most need 1.",
            )


class AskedScale(Closing):
    """A scale that says something only when asked. See ``drivers.scale.Scale``.

    Args:
        options: Its port.
    """

    present = True
    end = b"\r"
    """The last byte of every answer."""

    def __init__(self, options: SerialScaleOptions) -> None:
        self._wire = Wire(options.port, options.baudrate)
        self._timeout_s = options.answer_timeout_s

    def read(self) -> Reading:
        """See ``drivers.scale.Scale``."""
        try:
            return self._weigh()
        except ScaleAwayError:
            return Reading(ScaleState.AWAY)

    def close(self) -> None:
        """See ``drivers.scale.Scale``."""
        self._wire.close()

    def _weigh(self) -> Reading:
        raise NotImplementedError

    def _ask(self, question: bytes) -> bytes:
        """What the scale answers, as it came.

        Raises:
            ScaleAwayError: It does not answer.
        """
        try:
            return self._wire.ask(
                question, end=self.end, most=LONGEST_ANSWER, wait_s=self._timeout_s
            )
        except OSError as error:
            raise ScaleAwayError(str(error)) from error
