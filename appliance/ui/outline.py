"""Where every visible control is, as a file: for scripted demonstrations and tests.

With ``BALIE_OUTLINE=<path>`` in its environment the shell keeps there a JSON list of
``{"name", "text", "x", "y", "w", "h", "enabled"}`` in window pixels, y from the top. Controls
have a stable name; plain texts are listed too, most of them with an empty name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kivy.uix.scrollview import ScrollView

from appliance.ui.widgets.words import Words

VARIABLE = "BALIE_OUTLINE"
PERIOD_S = 0.05

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in window pixels, y upwards."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be seen; ``x``, ``y`` is its upper left corner."""

    name: str
    text: str
    x: int
    y: int
    w: int
    h: int
    enabled: bool
    control: bool


class Outline:
    """Keeps the file in step with the window; written whole and only when it differs."""

    def __init__(self, path: Path, window: Any) -> None:
        self._path = path
        self._window = window
        self._latest: list[Item] = []
        self._written: list[Item] = []

    def refresh(self, *_: object) -> None:
        """Write the file if what can be seen has changed and has come to rest.

        Things are at rest when they stand where they stood at the call before: a finger sent to
        a place from a half-made screen would miss.
        """
        before, window = self._latest, self._window
        items = self._latest = survey(window.children[::-1], window.width, window.height)
        if items != before or items == self._written:
            return
        self._written = items
        part = self._path.with_name(f"{self._path.name}.part")
        part.write_text(json.dumps([asdict(item) for item in items], ensure_ascii=False))
        os.replace(part, self._path)  # noqa: PTH105 - the same call, but says what it does


def survey(roots: list[Any], width: float, height: float) -> list[Item]:
    """List what can be seen in ``roots``, from the lowest to the uppermost."""
    items: list[Item] = []
    for root in roots:
        for item, modal in _walk(root, (0, 0, width, height), 0, 0, height):
            if modal:
                items = [kept for kept in items if not kept.control and not _hides(item, kept)]
            else:
                items.append(item)
    return items


def _walk(widget: Any, clip: Box, x: float, y: float, height: float) -> Iterator[tuple[Item, bool]]:
    """Yield what is visible below ``widget``; a modal one comes with True before its children."""
    if not widget.opacity:
        return
    box = (widget.x + x, widget.y + y, widget.right + x, widget.top + y)
    if getattr(widget, "modal", False):
        card = widget.card
        yield _item("", "", (card.x + x, card.y + y, card.right + x, card.top + y), height), True
    control = is_control(widget)
    seen = _both(box, clip)
    if seen and (control or isinstance(widget, Words)):
        text = said(widget)
        if control or text:
            enabled = getattr(widget, "enabled", True)
            item = _item(widget.name, text, seen, height, enabled=enabled, control=control)
            yield item, False
    if isinstance(widget, ScrollView):
        if not seen:
            return
        clip = seen
        slid_x, slid_y = widget.to_parent(0, 0)
        x, y = x + slid_x, y + slid_y
    for child in reversed(widget.children):
        if not (control and isinstance(child, Words)):
            yield from _walk(child, clip, x, y, height)


def is_control(widget: Any) -> bool:
    """Tell whether a widget can be touched: it has a name and says it to ``touched``."""
    return bool(getattr(widget, "name", "")) and hasattr(widget, "touched")


def said(widget: Any) -> str:
    """Give all words on a widget, in the order they were added."""
    if isinstance(widget, Words):
        return str(widget.text)
    inner = [child for child in reversed(widget.children) if not is_control(child)]
    return " ".join(filter(None, map(said, inner)))


def _item(name: str, text: str, box: Box, height: float, **more: bool) -> Item:
    left, low, right, top = (round(edge) for edge in box)
    known = {"enabled": True, "control": False} | more
    return Item(name, text, left, round(height) - top, right - left, top - low, **known)


def _both(one: Box, other: Box) -> Box | None:
    left, low = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    return (left, low, right, top) if right - left >= 1 and top - low >= 1 else None


def _hides(card: Item, item: Item) -> bool:
    x, y = item.x + item.w / 2, item.y + item.h / 2
    return card.x <= x <= card.x + card.w and card.y <= y <= card.y + card.h
