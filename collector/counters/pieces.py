"""Ready pieces of a counter: a short form each, that comes to a section of its settings.

They say what drivers want in the drivers' own words, and know nothing more of them: a test reads
every piece as the device does.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_VALUE = 200
_LARGEST_PORT = 65_535
_HEAD = re.compile(r"^\s*\[+\s*([\w-]+)\s*(?:\.[^\]]*)?\]+\s*(?:#.*)?$")


class PieceRefused(ValueError):  # noqa: N818  # reads as what happened
    """A piece cannot be put in; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked of a piece.

    Attributes:
        key: Its name in the section.
        title: What it is called.
        value: What stands in it before anything is typed.
        choices: What may be chosen; empty where it is typed.
        is_number: Whether it is a whole number.
        may_be_empty: Whether it is left out where nothing is typed.
    """

    key: str
    title: Any
    value: str = ""
    choices: tuple[str, ...] = ()
    is_number: bool = False
    may_be_empty: bool = False

    def read(self, typed: str) -> str | int | None:
        """Return what was typed as the section has it; None where it is left out.

        Raises:
            PieceRefused: It cannot be.
        """
        text = typed.strip()
        if not text:
            if self.may_be_empty:
                return None
            raise PieceRefused(_("Fill in: {field}.").format(field=self.title))
        if self.choices and text not in self.choices:
            raise PieceRefused(_("Choose one of the list: {field}.").format(field=self.title))
        if len(text) > LONGEST_VALUE or not text.isprintable():
            raise PieceRefused(_("Type it on one line, shorter: {field}.").format(field=self.title))
        if not self.is_number:
            return text
        if not self.choices and not (
            text.isascii() and text.isdecimal() and 1 <= int(text) <= _LARGEST_PORT
        ):
            raise PieceRefused(
                _("Expected a whole number of 1 to {most}: {field}.").format(
                    most=_LARGEST_PORT, field=self.title
                )
            )
        return int(text)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something at a counter.

    Attributes:
        key: Its name in the form.
        title: What it is called.
        section: The section it comes to.
        fields: What is asked.
        driver: Its driver, where that is not asked.
        note: What to know before.
    """

    key: str
    title: Any
    section: str
    fields: tuple[Field, ...]
    driver: str = ""
    note: Any = ""

    def write(self, typed: Mapping[str, str]) -> str:
        """Return the section as TOML.

        Args:
            typed: What was typed, by a field's key; what is missing is as the form proposes it.

        Raises:
            PieceRefused: Something typed cannot be.
        """
        said = {each.key: each.read(typed.get(each.key, each.value)) for each in self.fields}
        values = {"driver": self.driver, **said} if self.driver else said
        lines = [
            # A text or a number of JSON is one of TOML.
            f"{key} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in values.items()
            if value is not None
        ]
        return "\n".join([f"[{self.section}]", *lines, ""])


_ADDRESS = Field("host", gettext_lazy("Address or name in the network"))
_COLUMNS = Field(
    "columns", gettext_lazy("Letters on a line"), "48", ("48", "42", "32"), is_number=True
)
_SERIAL = "/dev/balie-serial-1.2"
_SPEEDS = ("9600", "19200", "38400", "57600", "115200")

PIECES = (
    Piece(
        "network-printer",
        gettext_lazy("Receipt printer in the network"),
        "printer",
        (_ADDRESS, Field("port", gettext_lazy("Port"), "9100", is_number=True), _COLUMNS),
        "network",
    ),
    Piece(
        "usb-printer",
        gettext_lazy("Receipt printer at USB"),
        "printer",
        (Field("path", gettext_lazy("Device file"), "/dev/balie-printer"), _COLUMNS),
        "file",
    ),
    Piece(
        "serial-printer",
        gettext_lazy("Receipt printer at a serial line"),
        "printer",
        (
            Field("port", gettext_lazy("Device file"), _SERIAL),
            Field("baudrate", gettext_lazy("Bits per second"), "38400", _SPEEDS, is_number=True),
            _COLUMNS,
        ),
        "serial",
        gettext_lazy("Also one at USB that comes as a serial line."),
    ),
    Piece(
        "printer-drawer",
        gettext_lazy("Cash drawer on the printer"),
        "drawer",
        (),
        "printer_kick",
    ),
    Piece(
        "pin-drawer",
        gettext_lazy("Cash drawer on pins of the board"),
        "drawer",
        (
            Field("pin", gettext_lazy("Pin that opens it"), "GPIO17"),
            Field("sensor_pin", gettext_lazy("Pin of its switch"), "GPIO27", may_be_empty=True),
        ),
        "gpio",
    ),
    Piece(
        "terminal",
        gettext_lazy("Card terminal in the network"),
        "terminal",
        (
            _ADDRESS,
            Field("port", gettext_lazy("Port"), "20007", is_number=True),
            Field("password", gettext_lazy("Six digits registers send"), "000000"),
        ),
        "zvt",
        gettext_lazy("One that speaks ZVT; it serves one register only."),
    ),
    Piece(
        "scale",
        gettext_lazy("Scale"),
        "scale",
        (
            Field("driver", gettext_lazy("What it speaks"), "toledo_8217", ("toledo_8217", "sics")),
            Field("port", gettext_lazy("Device file"), _SERIAL),
        ),
    ),
    Piece(
        "display",
        gettext_lazy("Customer display of two lines"),
        "display",
        (
            Field("driver", gettext_lazy("What it speaks"), "escpos", ("escpos", "cd5220")),
            Field("port", gettext_lazy("Device file"), _SERIAL),
        ),
    ),
)
"""In the order of the form."""


def put_in(text: str, piece: Piece, typed: Mapping[str, str]) -> str:
    """Return settings with a piece in the place of what they say of the same thing.

    Args:
        text: The settings; where they cannot be read, the piece comes below them.
        piece: What is put in.
        typed: What was typed of it, by a field's key.

    Raises:
        PieceRefused: Something typed cannot be, or the section cannot be told from the rest.
    """
    section = piece.write(typed)
    try:
        before = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return _below(text, section)
    rest = _without(text, piece.section)
    expected = {name: value for name, value in before.items() if name != piece.section}
    try:
        is_whole = tomllib.loads(rest) == expected
    except tomllib.TOMLDecodeError:
        is_whole = False
    if not is_whole:
        raise PieceRefused(
            _("Take [{section}] out of the settings yourself first.").format(section=piece.section)
        )
    return _below(rest, section)


def _without(text: str, section: str) -> str:
    """Leave out the lines of a section and of those within it."""
    kept, leaves_out = [], False
    for line in text.splitlines():
        if head := _HEAD.match(line):
            leaves_out = head[1] == section
        if not leaves_out:
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _below(text: str, section: str) -> str:
    above = text.rstrip()
    return f"{above}\n\n{section}" if above else section
