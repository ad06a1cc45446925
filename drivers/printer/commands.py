"""ESC/POS taken apart: the bytes of a job, as commands.

A job is sent in pieces that end where a command ends, and the bench, which is a printer, obeys
command after command. Only what receipt printers share is known here; the rest is ``unknown``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        name: ``text``, a name such as ``ESC a`` or ``LF``, or ``unknown``.
        data: The text's bytes, or what follows the command's name.
    """

    name: str
    data: bytes = b""


_CONTROLS = {0x00: "NUL", 0x09: "HT", 0x0A: "LF", 0x0D: "CR", 0x18: "CAN"}

_ARGUMENTS = {
    ESC: {
        b"@": 0, b"2": 0, b"3": 1, b"!": 1, b"-": 1, b"{": 1, b" ": 1, b"=": 1, b"a": 1, b"d": 1,
        b"E": 1, b"G": 1, b"J": 1, b"M": 1, b"R": 1, b"V": 1, b"t": 1, b"p": 3, b"c": 2,
    },
    GS: {
        b"!": 1, b"B": 1, b"H": 1, b"I": 1, b"L": 2, b"P": 2, b"W": 2, b"a": 1, b"b": 1, b"f": 1,
        b"h": 1, b"r": 1, b"w": 1, b"|": 1,
    },
    FS: {b".": 0, b"&": 0},
}  # fmt: skip
"""How many bytes follow a command whose length never changes."""

_PREFIXES = {ESC: "ESC", FS: "FS", GS: "GS"}
_CUT_WITH_FEED = b"ABab"
_BARCODE_B = 65
_SHORTEST = 2


def take(buffer: bytearray) -> Command | None:
    """Take the first command off ``buffer``; None while its end has not come."""
    command, length = _first(bytes(buffer))
    if length > len(buffer):
        return None
    del buffer[:length]
    return command


def pieces(job: bytes, size: int) -> Iterator[bytes]:
    """``job`` in pieces of whole commands, each as long as fits into ``size`` bytes.

    A command that is longer than that, a picture, is a piece of its own.
    """
    begin = end = 0
    while end < len(job):
        length = _first(job[end:])[1]
        if end > begin and end + length - begin > size:
            yield job[begin:end]
            begin = end
        end += length
    if begin < len(job):
        yield job[begin:]


def missing(buffer: bytearray) -> int:
    """How many bytes the first command in ``buffer`` still lacks, as far as can be told."""
    return max(0, _first(bytes(buffer))[1] - len(buffer))


def real_time_length(data: bytes) -> int:
    """The length of the DLE command that ``data`` begins with; 0 when it begins with none.

    It may be longer than ``data``: then the rest has not come yet.
    """
    if data[:1] != b"\x10":
        return 0
    kind = data[1:2]
    if kind == b"\x14":
        return {b"\x01": 5, b"\x02": 5, b"\x08": 10}.get(data[2:3], 3)
    return {b"\x04": 3, b"\x05": 3, b"": 2}.get(kind, 0)


def _first(data: bytes) -> tuple[Command, int]:
    """The first command and its whole length, which may be longer than ``data``."""
    if not data:
        return Command("text"), 1
    first = data[0]
    if first >= ord(" "):
        length = next((i for i, byte in enumerate(data) if byte < ord(" ")), len(data))
        return Command("text", data[:length]), length
    if first in _CONTROLS:
        return Command(_CONTROLS[first]), 1
    if first == DLE and (length := real_time_length(data)):
        return Command("DLE", data[:length]), length
    if first in _PREFIXES:
        return _prefixed(data)
    return Command("unknown", data[:1]), 1


def _prefixed(data: bytes) -> tuple[Command, int]:
    if len(data) < _SHORTEST:
        return Command("text"), _SHORTEST
    letter = data[1:2]
    length = _ARGUMENTS[data[0]].get(letter)
    total = _SHORTEST + length if length is not None else _varying(data)
    if total == 0:
        return Command("unknown", data[:_SHORTEST]), _SHORTEST
    name = f"{_PREFIXES[data[0]]} {letter.decode('latin-1')}"
    return Command(name, data[_SHORTEST:total]), total


def _varying(data: bytes) -> int:
    """The whole length of a command that says its length itself; 0 for an unknown command."""
    rest = data[2:]
    match data[:2]:
        case b"\x1dV":
            return 4 if rest[:1] and rest[:1] in _CUT_WITH_FEED else 3
        case b"\x1dk" if len(rest) >= _SHORTEST:
            return 4 + rest[1] if rest[0] >= _BARCODE_B else _to_nul(rest)
        case b"\x1dk":
            return 4
        case b"\x1dv":
            return 8 + _number(rest[2:4]) * _number(rest[4:6])
        case b"\x1d(" | b"\x1c(":
            return 5 + _number(rest[1:3])
        case _:
            return 0


def _to_nul(rest: bytes) -> int:
    end = rest.find(b"\0", 1)
    return 2 + (end if end >= 0 else len(rest)) + 1


def _number(two_bytes: bytes) -> int:
    return int.from_bytes(two_bytes, "little")
