"""Customer displays that speak CD5220, the language most other makers' displays can be set to.

Written from the public command lists of the CD5220 and of the displays that follow it: ``CLR``
leaves whatever mode it is in, ``ESC Q A`` text ``CR`` shows the upper line and ``ESC Q B`` text
``CR`` the lower one. No command chooses a code page on all of them: it is set with a switch, so it
is told here which; without accents is always right.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers import OptionError
from drivers.display import Display
from drivers.display.lit import LitDisplay, SerialDisplayOptions

CODE_PAGES = {
    "ASCII": "ascii",
    "CP437": "cp437",
    "CP850": "cp850",
    "CP852": "cp852",
    "CP858": "cp858",
    "CP1252": "cp1252",
}
"""Python's name of a code page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(SerialDisplayOptions):
    """What is set for a CD5220 display, beside what is set for every serial one.

    Attributes:
        code_page: The one its switch is set to.
    """

    code_page: str = "ASCII"

    def __post_init__(self) -> None:
        SerialDisplayOptions.__post_init__(self)
        if self.code_page not in CODE_PAGES:
            raise OptionError(
                "code_page",
                f"The code page is one of {', '.join(CODE_PAGES)}, found {self.code_page!r}.",
            )


def open_device(options: Options) -> Display:
    """The display; its port is opened when something is first shown."""
    return Cd5220Display(options)


class Cd5220Display(LitDisplay):
    """See ``drivers.display.Display``."""

    begin = b"\x0c"

    def __init__(self, options: Options) -> None:
        super().__init__(options, CODE_PAGES[options.code_page])

    def _command(self, upper: bytes, lower: bytes) -> bytes:
        return b"\x1bQA" + upper + b"\r\x1bQB" + lower + b"\r"
