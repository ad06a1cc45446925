"""The tokens of the look: colours, sizes of type, and the one scale everything is drawn at.

Colours are `(red, green, blue, alpha)` from 0 to 1, the way Kivy takes them. Sizes are in units:
at 1280 × 800 on a 10 inch screen a unit is one pixel. `look.unit` says what it is on this screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, NumericProperty

Colour = tuple[float, float, float, float]


def colour(text: str) -> Colour:
    """Read ``#RRGGBB``.

    Raises:
        ValueError: The text is not a colour.
    """
    digits = text.removeprefix("#")
    if len(digits) != len("RRGGBB"):
        raise ValueError(f"A colour is written #RRGGBB, not {text!r}.")
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue, 1.0


def tint(text: str) -> Colour:
    """Read a colour the shop chose for an article; one that is no colour becomes the hairline's."""
    try:
        return colour(text)
    except ValueError:
        return LINE


GAMMA_FROM = 0.04045

CLEAR: Colour = (0.0, 0.0, 0.0, 0.0)
PAPER = colour("#F5F3EE")
CARD = colour("#FFFFFF")
LINE = colour("#D9D5CB")
BAR = colour("#ABA596")
INK = colour("#1B2330")
SOFT = colour("#5A6472")
TEAL = colour("#0B5F5B")
TEAL_LIGHT = colour("#E2F0EE")
TEAL_FLASH = colour("#A9D8D2")
BLUE = colour("#1F4E8C")
BLUE_LIGHT = colour("#E6EDF7")
GREEN = colour("#1B6B43")
AMBER = colour("#8A4B00")
AMBER_LIGHT = colour("#FBEFD9")
MARK = AMBER
"""The bar and the frame of a counter where nothing is sold."""
RED = colour("#A3201A")
RED_LIGHT = colour("#FBE6E4")

ON_INK_SOFT = colour("#C3CAD4")
ON_INK_OK = colour("#63C88F")
ON_INK_LOOK = colour("#F2B544")
ON_INK_BAD = colour("#FF9F97")

HUGE = 150
TOTAL = 56
HEADING = 28
FIGURE = 24
TEXT = 20
BUTTON = 17
SECOND = 15
SMALLEST = 13
"""Nothing is written smaller than this to make it fit, but receipts as they are printed."""

RADIUS = 12
GAP = 10
TOUCH = 56
HAIR = 1.5

FONT = "Roboto"
MONO = "data/fonts/RobotoMono-Regular.ttf"
SIGNS = "data/fonts/DejaVuSans.ttf"
"""The font in Kivy's wheel that has arrows, ticks and crosses."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a key is drawn: at rest, under a finger."""

    fill: Colour
    text: Colour
    line: Colour
    down: Colour


STYLES: dict[str, Style] = {
    "plain": Style(CARD, INK, LINE, colour("#EAE6DC")),
    "strong": Style(CARD, INK, INK, colour("#EAE6DC")),
    "main": Style(TEAL, CARD, TEAL, colour("#074845")),
    "money": Style(CARD, TEAL, TEAL, TEAL_LIGHT),
    "card": Style(BLUE, CARD, BLUE, colour("#173B6A")),
    "danger": Style(CARD, RED, LINE, RED_LIGHT),
    "chosen": Style(INK, CARD, INK, colour("#39445A")),
    "bar": Style(INK, CARD, INK, colour("#39445A")),
    "quiet": Style(PAPER, INK, PAPER, colour("#E6E2D8")),
    "off": Style(PAPER, SOFT, LINE, PAPER),
}


def contrast(one: Colour, other: Colour) -> float:
    """Tell how well two opaque colours can be told apart, from 1 to 21 (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(value: Colour) -> float:
    red, green, blue = (_linear(part) for part in value[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    """Undo the gamma of sRGB (IEC 61966-2-1)."""
    return part / 12.92 if part <= GAMMA_FROM else ((part + 0.055) / 1.055) ** 2.4


WIDE_HEIGHT, STACKED_WIDTH = 640, 640
"""Units below which an arrangement is made compact."""


class Look(EventDispatcher):
    """The scale and the shape of the screen; every size in the kv files hangs on it.

    Attributes:
        unit: Pixels in one unit. Below 0.85 text could not be read and keys not be hit on a
            7 inch screen of 800 × 480, so small screens get another arrangement, not smaller
            letters.
        wide: Width of the window in units.
        tall: Height of the window in units.
        compact: True where there is little room, and everything stands closer together.
        portrait: True where the window is higher than wide and the same blocks are stacked.
        left_handed: True where the things to reach for stand at the left hand's side.
        least: The smallest unit; a screen that nobody touches may set less.
    """

    unit = NumericProperty(1.0)
    wide = NumericProperty(1280.0)
    tall = NumericProperty(800.0)
    compact = BooleanProperty(False)
    portrait = BooleanProperty(False)
    left_handed = BooleanProperty(False)
    least = NumericProperty(0.85)

    def fit(self, width: float, height: float) -> None:
        """Choose scale and arrangement for a window of ``width`` by ``height`` pixels."""
        long, short = max(width, height), min(width, height)
        unit = max(self.least, min(long / 1280, short / 800))
        self.portrait = height > width
        # What the arrangement needs: the wide one so much height, the stacked one so much width.
        self.compact = (
            width / unit < STACKED_WIDTH if self.portrait else height / unit < WIDE_HEIGHT
        )
        self.wide = width / unit
        self.tall = height / unit
        self.unit = unit


look = Look()
