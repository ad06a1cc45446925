"""The messages of ZVT as they stand on the wire, and nothing of what they mean.

Written from the public description of the protocol: PA00P015, "ECR-Interface ZVT-Protocol", and
PA00P016 for its TLV container. A message is a control field of two bytes, a length of one byte, or
``FF`` and two more with the low byte first, and so many bytes of data.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST_DATA = 0xFFFF
_LONG = 0xFF
_SHORT_HEAD, _LONG_HEAD = 3, 5

Control = tuple[int, int]
"""Class and instruction of a message."""

# From the register to the terminal.
STATUS_ENQUIRY: Control = (0x05, 0x01)
REGISTRATION: Control = (0x06, 0x00)
AUTHORISATION: Control = (0x06, 0x01)
LOG_OFF: Control = (0x06, 0x02)
REPEAT_RECEIPT: Control = (0x06, 0x20)
REVERSAL: Control = (0x06, 0x30)
END_OF_DAY: Control = (0x06, 0x50)
STOP: Control = (0x06, 0xB0)

# From the terminal to the register.
STATUS_INFORMATION: Control = (0x04, 0x0F)
INTERMEDIATE_STATUS: Control = (0x04, 0xFF)
COMPLETION: Control = (0x06, 0x0F)
ABORT: Control = (0x06, 0x1E)
PRINT_LINE: Control = (0x06, 0xD1)
PRINT_TEXT: Control = (0x06, 0xD3)

# Both ways.
POSITIVE = 0x80
NEGATIVE = 0x84
UNKNOWN_COMMAND = 0x83
"""Result code: function not possible."""


@dataclass(frozen=True, slots=True)
class Apdu:
    """One message. What is in it is not shown by ``repr``: it may hold what a log must not.

    Attributes:
        control: Class and instruction.
        data: What follows the length.
    """

    control: Control
    data: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if len(self.data) > LONGEST_DATA:
            raise ValueError(
                f"A message has at most {LONGEST_DATA} bytes, found {len(self.data)}. Send less."
            )

    @property
    def accepts(self) -> bool:
        """Whether it is a positive acknowledgement: ``80 00``, or ``84 00``."""
        return self.control in {(POSITIVE, 0x00), (NEGATIVE, 0x00)}

    @property
    def refuses(self) -> int | None:
        """The result code of a negative acknowledgement; None for any other message."""
        head, code = self.control
        return code if head == NEGATIVE and code else None

    def to_bytes(self) -> bytes:
        """The message as it is sent."""
        size = len(self.data)
        if size < _LONG:
            return bytes((*self.control, size)) + self.data
        return bytes((*self.control, _LONG)) + size.to_bytes(2, "little") + self.data


ACCEPTED = Apdu((POSITIVE, 0x00))


def refusal(code: int) -> Apdu:
    """A negative acknowledgement with a result code above zero."""
    return Apdu((NEGATIVE, code))


class Assembly:
    """Puts messages together from bytes as they come, in pieces of any size."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what came."""
        self._held += data

    def take(self) -> Apdu | None:
        """The next whole message; None while its end has not come."""
        if len(self._held) < _SHORT_HEAD:
            return None
        head, size = _SHORT_HEAD, self._held[2]
        if size == _LONG:
            if len(self._held) < _LONG_HEAD:
                return None
            head, size = _LONG_HEAD, int.from_bytes(self._held[3:5], "little")
        if len(self._held) < head + size:
            return None
        taken = Apdu((self._held[0], self._held[1]), bytes(self._held[head : head + size]))
        del self._held[: head + size]
        return taken
