"""What stands in the data of ZVT's messages: amounts in BCD, fields by number, the TLV container.

Source: PA00P015, the list of bitmap fields (BMPs), and PA00P016, the TLV container. The fields that
hold a card's data are let go of here, at the door: of the number four digits are kept, of its
tracks, its check value and its expiry nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CHARSET = "cp437"
"""What a terminal writes in, unless something else was agreed on."""

AMOUNT, CURRENCY, RESULT, PAYMENT_TYPE, SERVICE, TLV = 0x04, 0x49, 0x27, 0x19, 0x03, 0x06
TRACE, ORIGINAL_TRACE, TIME, DATE, TERMINAL_ID = 0x0B, 0x37, 0x0C, 0x0D, 0x29
RECEIPT, CARD_NUMBER, CARD_NAME, TEXT, TOTALS = 0x87, 0x22, 0x8B, 0x3C, 0x60

_FIXED = {
    **dict.fromkeys((0x01, 0x02, 0x03, 0x05, 0x19, 0x27, 0x8A, 0x8C, 0xA0, 0xD0, 0xD2, 0xD3), 1),
    **dict.fromkeys((0x0D, 0x0E, 0x17, 0x3A, 0x49, 0x87), 2),
    **dict.fromkeys((0x0B, 0x0C, 0x37, 0x3D, 0x88, 0xAA), 3),
    **dict.fromkeys((0x29,), 4),
    **dict.fromkeys((0xBA,), 5),
    **dict.fromkeys((0x04,), 6),
    **dict.fromkeys((0x3B, 0xEB), 8),
    **dict.fromkeys((0x2A,), 15),
}
"""Bytes of the fields that always have as many."""

_COUNTED = {
    **dict.fromkeys((0x22, 0x23, 0x2D, 0x8B, 0xA7, 0xD1, *range(0xF1, 0xF9)), 2),
    **dict.fromkeys((0x24, 0x2E, 0x3C, 0x60, 0x9A, 0xAF), 3),
}
"""How many digits say the length of the others: one in the low half of each byte, ``F0 F8`` is 8."""

_CARD = frozenset({0x0E, 0x17, 0x23, 0x24, 0x2D, 0x2E, 0x3A, 0xA7, 0xAF, 0xD1})
"""Tracks, chip, PIN, check value, expiry: never looked at, never kept."""

_DEEPEST = 8
_CONSTRUCTED = 0x20


class FieldError(ValueError):
    """The data of a message is not what the protocol says; the message tells where."""


def to_bcd(number: int, size: int) -> bytes:
    """A number as two digits a byte, with zeros before it.

    Raises:
        ValueError: It is below zero or has more digits than there is room for.
    """
    digits = str(number).zfill(2 * size)
    if number < 0 or len(digits) > 2 * size:
        raise ValueError(f"{2 * size} digits were expected, found {number}. Choose another.")
    return bytes.fromhex(digits)


def from_bcd(data: bytes) -> int:
    """The number written as two digits a byte.

    Raises:
        FieldError: A half byte is no digit.
    """
    digits = data.hex()
    if not digits.isdecimal():
        raise FieldError("A number in BCD has a sign in it that is no digit.")
    return int(digits)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a message, without what belongs to the card.

    Attributes:
        values: Bytes by the field's number.
        whole: False when a field came that nobody knows the length of: the rest was not read.
        last_four: The card number's last digits, where the terminal shows them.
    """

    values: dict[int, bytes]
    whole: bool
    last_four: str = ""

    def number(self, field: int) -> int | None:
        """A field as a number; None where it is not there.

        Raises:
            FieldError: It is not in BCD.
        """
        data = self.values.get(field)
        return None if data is None else from_bcd(data)

    def text(self, field: int) -> str:
        """A field as text, empty where it is not there."""
        return to_text(self.values.get(field, b""))


def read(data: bytes) -> Fields:
    """Read a sequence of fields.

    Raises:
        FieldError: A field is longer than what came.
    """
    values: dict[int, bytes] = {}
    last_four, place = "", 0
    while place < len(data):
        field = data[place]
        size, start = _length(data, place)
        if size is None:
            return Fields(values, whole=False, last_four=last_four)
        if start + size > len(data):
            raise FieldError(f"The field {field:02X} is longer than its message.")
        content = data[start : start + size]
        if field == CARD_NUMBER:
            last_four = _last_four(content)
        elif field not in _CARD:
            values[field] = content
        place = start + size
    return Fields(values, whole=True, last_four=last_four)


def counted(text: bytes, digits: int) -> bytes:
    """``text`` behind its length in ``digits`` bytes, each with one digit."""
    length = str(len(text)).zfill(digits)
    return bytes(0xF0 | int(digit) for digit in length) + text


def items(container: bytes, depth: int = 0) -> Iterator[tuple[int, bytes]]:
    """The tags of a TLV container with what they hold, those inside others too, in order.

    Raises:
        FieldError: A tag or a length is cut off, or they are nested without an end.
    """
    if depth > _DEEPEST:
        raise FieldError("A TLV container has too many containers in each other.")
    place = 0
    while place < len(container):
        tag, first, place = _tag(container, place)
        size, place = tlv_length(container, place)
        if place + size > len(container):
            raise FieldError(f"The tag {tag:X} is longer than its container.")
        content = container[place : place + size]
        yield tag, content
        if first & _CONSTRUCTED:
            yield from items(content, depth + 1)
        place += size


def tlv_length(data: bytes, place: int) -> tuple[int, int]:
    """The length that stands at ``place``, and where what it counts begins.

    Raises:
        FieldError: It is cut off, or of a form that the protocol does not use.
    """
    if place >= len(data):
        raise FieldError("A TLV length was expected, found the end.")
    first = data[place]
    if first < 0x80:  # noqa: PLR2004  # the forms are told by their first byte
        return first, place + 1
    more = first & 0x7F
    if more not in {1, 2} or place + 1 + more > len(data):
        raise FieldError(f"A TLV length of the form {first:02X} is not of this protocol.")
    return int.from_bytes(data[place + 1 : place + 1 + more], "big"), place + 1 + more


def tlv(tag: int, content: bytes) -> bytes:
    """A tag with its length and what it holds."""
    size = len(content)
    length = (
        bytes((size,))
        if size < 0x80  # noqa: PLR2004  # as in `tlv_length`
        else b"\x82" + size.to_bytes(2, "big")
    )
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + length + content


def to_text(data: bytes) -> str:
    """What a terminal wrote, without signs that move a cursor."""
    return "".join(sign for sign in data.decode(CHARSET) if sign.isprintable())


def _tag(container: bytes, place: int) -> tuple[int, int, int]:
    first = container[place]
    end = place + 1
    if first & 0x1F == 0x1F:  # noqa: PLR2004  # all five bits: the tag goes on
        while end < len(container) and container[end] & 0x80:
            end += 1
        end += 1
    if end > len(container):
        raise FieldError("A TLV tag is cut off.")
    return int.from_bytes(container[place:end], "big"), first, end


def _length(data: bytes, place: int) -> tuple[int | None, int]:
    """How long the field at ``place`` is and where its content begins; None for an unknown one."""
    field, start = data[place], place + 1
    if field in _FIXED and not (field == ORIGINAL_TRACE and _is_counted(data[start : start + 3])):
        return _FIXED[field], start
    if field == TLV:
        size, begins = tlv_length(data, start)
        return size, begins
    digits = 3 if field == ORIGINAL_TRACE else _COUNTED.get(field)
    if digits is None:
        return None, start
    head = data[start : start + digits]
    if len(head) < digits or not _is_counted(head):
        raise FieldError(f"The field {field:02X} has no length where one was expected.")
    return int("".join(str(byte & 0x0F) for byte in head)), start + digits


def _is_counted(head: bytes) -> bool:
    """Whether each byte is a digit of a length. Some makes write one where none should stand."""
    return all(byte & 0xF0 == 0xF0 and byte & 0x0F <= 9 for byte in head)  # noqa: PLR2004


def _last_four(number: bytes) -> str:
    """The last four digits of a card number, where all of them are shown."""
    digits = number.hex().rstrip("f")[-4:]
    return digits if len(digits) == 4 and digits.isdecimal() else ""  # noqa: PLR2004
