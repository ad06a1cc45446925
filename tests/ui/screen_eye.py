"""A careful eye: what is wrong with a screen as it stands in the window, and as it was photographed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from PIL import Image, ImageChops
from screen_stage import Box, Seen

from appliance.ui import outline, theme
from appliance.ui.widgets.words import Words

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, for text of any size; `LOOK.md` asks it of all pairs."""
LEAST_TYPE_PX = 11
"""Smaller letters cannot be read at arm's length on a seven inch screen."""
LEADING_PX = 4
"""Of a line of text: its box is that much higher than its letters, so boxes may share it."""
MOST_COLOURS = 4096
"""Among the dots of one text; smooth letters have some hundreds."""
MOST_OF = 0.7
"""Of a line of text: less of it, at the edge of a list, need not be read."""
SLACK_PX = 1.5
"""Sizes are fractions, dots are whole."""

Dot = tuple[int, ...]
"""Red, green and blue from 0 to 255."""


def look_closely(seen: Sequence[Seen], size: tuple[int, int]) -> list[str]:
    """Give what is wrong with what is seen in a window of ``size``."""
    covered, seen = seen, _uppermost(seen)
    texts = [one for one in seen if isinstance(one.widget, Words) and one.widget.text.strip()]
    controls = [one for one in seen if outline.is_control(one.widget)]
    return [
        *([] if texts else ["there is nothing to read"]),
        *nothing_is_cut(texts),
        *no_text_touches_another(texts),
        *no_control_touches_another(controls),
        *no_text_lies_on_a_strange_control(texts, controls),
        *all_stands_where_it_belongs([*texts, *controls]),
        *all_stands_in_the_window([*texts, *controls], size),
        *all_can_be_read(texts),
        *fingers_fit(controls),
        *the_total_is_free(covered),
    ]


def look_at_the_picture(seen: Sequence[Seen], picture: Image.Image) -> list[str]:
    """Give what cannot be read in a photograph of what is seen."""
    texts = [
        one for one in _uppermost(seen) if isinstance(one.widget, Words) and one.widget.text.strip()
    ]
    return list(all_stands_out(texts, picture))


def _uppermost(seen: Sequence[Seen]) -> list[Seen]:
    """Give what a finger can reach: all, or what stands on the card that covers the rest."""
    cards = [place for place, one in enumerate(seen) if one.modal]
    return list(seen[cards[-1] :] if cards else seen)


def nothing_is_cut(texts: Sequence[Seen]) -> Iterator[str]:
    """A text is whole, and no larger than its place; names from outside may end in an ellipsis."""
    for words in (one.widget for one in texts):
        width, height = words._box.size
        if not (words.drawn.whole or words.may_cut):
            yield f"{words.text!r} is cut"
        if width > words.width + 1 or height > words.height + 2:
            yield f"{words.text!r} is larger than its box"


def no_text_touches_another(texts: Sequence[Seen]) -> Iterator[str]:
    """No text lies on another."""
    for one, other in combinations(texts, 2):
        if _share(one.legible, other.legible, LEADING_PX):
            yield f"{one.widget.text!r} lies on {other.widget.text!r}"


def no_control_touches_another(controls: Sequence[Seen]) -> Iterator[str]:
    """A finger on one control is on no other, but for a cross inside its field."""
    for one, other in combinations(controls, 2):
        if other.widget.parent is one.widget:
            continue
        if _share(one.sight, other.sight, SLACK_PX):
            yield f"{one.widget.name} lies on {other.widget.name}"


def no_text_lies_on_a_strange_control(
    texts: Sequence[Seen], controls: Sequence[Seen]
) -> Iterator[str]:
    """No control covers a text that is not its own."""
    for text in texts:
        for control in controls:
            if control.widget not in text.above and _share(text.legible, control.sight, LEADING_PX):
                yield f"{text.widget.text!r} lies on {control.widget.name}"


def all_stands_where_it_belongs(things: Sequence[Seen]) -> Iterator[str]:
    """Nothing sticks out of the block it stands in, which would put it on the next one."""
    for one in things:
        box = one.letters if isinstance(one.widget, Words) else one.box
        for block, around in one.blocks:
            if _beyond(box, around) > SLACK_PX + (2 if isinstance(one.widget, Words) else 0):
                yield f"{_name(one)} sticks out of its {type(block).__name__}"
                break


def all_stands_in_the_window(things: Sequence[Seen], size: tuple[int, int]) -> Iterator[str]:
    """Nothing is partly outside, unless it scrolls."""
    window = (0.0, 0.0, *map(float, size))
    for one in things:
        if one.clip == window and _beyond(one.box, window) > SLACK_PX:
            yield f"{_name(one)} stands partly outside"


def all_can_be_read(texts: Sequence[Seen]) -> Iterator[str]:
    """Letters are large enough, and stand out from the ground they are said to stand on."""
    for one in texts:
        ratio = theme.contrast(tuple(one.widget.colour), one.fill)
        if ratio < LEAST_CONTRAST:
            yield f"{one.widget.text!r} has contrast {ratio:.2f}"
        if one.widget.drawn.size < LEAST_TYPE_PX and one.widget.name != "paper":
            yield f"{one.widget.text!r} has letters of {one.widget.drawn.size:.0f} pixels"


def fingers_fit(controls: Sequence[Seen]) -> Iterator[str]:
    """Every control is as large as the look says."""
    for one in controls:
        width, height = (size / theme.look.unit for size in one.widget.size)
        if min(width, height) < theme.TOUCH - 0.5:
            yield f"{one.widget.name} is {width:.1f} by {height:.1f} units"


def the_total_is_free(seen: Sequence[Seen]) -> Iterator[str]:
    """No card covers what is to be paid."""
    totals = [one for one in seen if getattr(one.widget, "name", "") in ("total", "remaining")]
    for card in (one.widget.card for one in seen if one.modal):
        for total in totals:
            if card.y < total.box[3] and card.x < total.box[2]:
                yield "the total is covered"


def all_stands_out(texts: Sequence[Seen], picture: Image.Image) -> Iterator[str]:
    """Every text is really there, and stands out from the dots that are really behind it."""
    for one in texts:
        left, low, right, top = (round(edge) for edge in one.legible)
        if right - left < LEADING_PX or top - low < MOST_OF * (one.letters[3] - one.letters[1]):
            continue  # scrolled away
        place = (left, picture.height - top, right, picture.height - low)
        dots = picture.crop(place)
        ground = max(dots.getcolors(maxcolors=MOST_COLOURS) or [(0, (0, 0, 0))])[1]
        ink = tuple(round(255 * part) for part in one.widget.colour[:3])
        said = f"{one.widget.text!r} on {_hex(ground)}"
        ratio = theme.contrast(tuple(one.widget.colour), _colour(ground))
        if ratio < LEAST_CONTRAST:
            yield f"{said} has contrast {ratio:.2f} in the picture"
        elif _farthest(dots, ground) < _apart(ground, ink) / 2:
            yield f"{said} cannot be seen in the picture"


def _apart(one: Dot, other: Dot) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _farthest(dots: Image.Image, ground: Dot) -> int:
    """Give how far the dot that differs most from the ground is from it."""
    plain = Image.new("RGB", dots.size, ground)
    return max(most for _, most in ImageChops.difference(dots, plain).getextrema())


def _colour(dot: Dot) -> theme.Colour:
    red, green, blue = dot
    return red / 255, green / 255, blue / 255, 1.0


def _hex(dot: Dot) -> str:
    return "#" + "".join(f"{part:02X}" for part in dot)


def _name(one: Seen) -> str:
    return repr(one.widget.text) if isinstance(one.widget, Words) else one.widget.name


def _share(one: Box, other: Box, height: float) -> bool:
    """Tell whether two boxes share more than a seam of ``height``."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > SLACK_PX and high > height


def _beyond(box: Box, around: Box) -> float:
    """Give how many pixels ``box`` sticks out of ``around``."""
    return max(around[0] - box[0], around[1] - box[1], box[2] - around[2], box[3] - around[3])
