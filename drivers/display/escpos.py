"""Customer displays with Epson's ESC/POS display commands, such as the DM-D110 and DM-D30.

Written from the public specification of the DM-D110: ``ESC @`` sets it up anew, ``ESC t`` n chooses
a code page, ``US MD1`` writes over what stands there, ``US $`` x y places the cursor.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers import OptionError
from drivers.display import Display
from drivers.display.lit import LitDisplay, SerialDisplayOptions

CODE_PAGES = {
    "CP437": (0, "cp437"),
    "CP850": (2, "cp850"),
    "CP1252": (16, "cp1252"),
    "CP852": (18, "cp852"),
    "CP858": (19, "cp858"),
}
"""Epson's number of a code page, and Python's name of it."""

_INITIALISE, _OVERWRITE, _NO_CURSOR = b"\x1b@", b"\x1f\x01", b"\x1fC\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(SerialDisplayOptions):
    """What is set for a display with Epson's commands, beside what is set for every serial one.

    Attributes:
        code_page: The one it is told to use; CP858 has the euro sign.
    """

    code_page: str = "CP858"

    def __post_init__(self) -> None:
        SerialDisplayOptions.__post_init__(self)
        if self.code_page not in CODE_PAGES:
            raise OptionError(
                "code_page",
                f"The code page is one of {', '.join(CODE_PAGES)}, found {self.code_page!r}.",
            )


def open_device(options: Options) -> Display:
    """The display; its port is opened when something is first shown."""
    return EscposDisplay(options)


class EscposDisplay(LitDisplay):
    """See ``drivers.display.Display``."""

    begin = _INITIALISE + _OVERWRITE + _NO_CURSOR

    def __init__(self, options: Options) -> None:
        number, page = CODE_PAGES[options.code_page]
        super().__init__(options, page)
        self._choose_page = b"\x1bt" + bytes([number])

    def _command(self, upper: bytes, lower: bytes) -> bytes:
        # The page is told each time: a display that lost its power in between has forgotten it.
        return self._choose_page + b"\x1f$\x01\x01" + upper + b"\x1f$\x01\x02" + lower
