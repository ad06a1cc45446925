"""What of the window must be drawn again.

Kivy draws the whole window for every change. Where no graphics card helps, a scan would cost the
painting of a million dots for two lines of text, so widgets report here where they change, and
`Redraw` draws those parts and the widgets in them, nothing else. Three habits keep the picture
true: a change that nobody reported draws everything; the parts of the last frames are drawn too,
for a display may hold up to three pictures in turn; and with a graphics card, or without a window
system, everything is always drawn, for there the picture before is not kept.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping
from typing import Any

from kivy.graphics.opengl import (
    GL_RENDERER,
    GL_SCISSOR_TEST,
    glDisable,
    glEnable,
    glGetString,
    glScissor,
)
from kivy.graphics.scissor_instructions import ScissorPop, ScissorPush
from kivy.uix.scrollview import ScrollView

from appliance.ui.widgets.block import Block

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in window pixels, y upwards."""

EVERYTHING: Box = (0, 0, 100_000, 100_000)
FRAMES = 3
"""Pictures a display may hold in turn."""
BOXES = 3
"""Parts drawn apart; more are joined."""
SLACK = 20_000
"""Dots that may be drawn in vain to draw two parts as one."""
SOFTWARE = (b"llvmpipe", b"softpipe", b"swrast")
"""Renderers that keep the picture before, and for which dots are dear."""
STRAIGHT = "kmsdrm"
"""SDL's way to a screen without a window system: it takes a new, black picture when it likes."""


class Damage:
    """Collects what changes until the next frame, and remembers the last frames."""

    def __init__(self) -> None:
        self._now: list[Box] = []
        self._before: deque[list[Box]] = deque([[EVERYTHING]] * FRAMES, maxlen=FRAMES)

    def add(self, box: Box | None) -> None:
        """Report a part of the window; None is nothing."""
        if box is not None:
            self._now = join(self._now, box)

    def everything(self) -> None:
        """Report the whole window."""
        self._now = [EVERYTHING]

    def report(self, widget: Any) -> None:
        """Report a widget: where it stood when it was last reported, and where it stands now."""
        self.add(getattr(widget, "seen_at", None))
        widget.seen_at = window_box(widget, widget.x, widget.y, widget.width, widget.height)
        self.add(widget.seen_at)

    def take(self) -> list[Box]:
        """Give the parts the coming frame must draw; everything if nobody reported anything."""
        self._before.append(self._now or [EVERYTHING])
        self._now = []
        parts: list[Box] = []
        for boxes in self._before:
            for box in boxes:
                parts = join(parts, box)
        return parts


damage = Damage()


def window_box(widget: Any, x: float, y: float, width: float, height: float) -> Box | None:
    """Give a box inside ``widget`` in window pixels, or None while it is not shown."""
    node = widget
    while node is not None and not hasattr(node, "render_context"):
        if isinstance(node, ScrollView) and node is not widget:
            slid_x, slid_y = node.to_parent(0, 0)
            x, y = x + slid_x, y + slid_y
        node = node.parent
    return None if node is None else (x, y, x + width, y + height)


def join(boxes: list[Box], box: Box) -> list[Box]:
    """Add a box to boxes, as one with those it is close to, and keep them few."""
    apart: list[Box] = []
    for other in boxes:
        together = _around(box, other)
        if _area(together) <= _area(box) + _area(other) + SLACK:
            box = together
        else:
            apart.append(other)
    apart.append(box)
    if len(apart) == len(boxes) + 1 and len(apart) > BOXES:
        nearest = min(apart[:-1], key=lambda other: _area(_around(box, other)) - _area(other))
        apart.remove(nearest)
        return join(apart[:-1], _around(box, nearest))
    return apart


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def keeps_pictures(renderer: bytes, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether what was drawn before stays, so that parts may be drawn alone.

    Args:
        renderer: What draws, as OpenGL names it.
        environment: Says how SDL reaches the screen.
    """
    software = any(name in renderer for name in SOFTWARE)
    return software and environment.get("SDL_VIDEODRIVER", "").lower() != STRAIGHT


class Redraw:
    """Draws the damaged parts of a window instead of all of it.

    Args:
        window: Kivy's window. Its bindings hold this object weakly; the shell keeps it.
        partly: Whether parts may be drawn at all; by default where pictures are kept.
    """

    def __init__(self, window: Any, *, partly: bool | None = None) -> None:
        kept = keeps_pictures(glGetString(GL_RENDERER))
        self.partly = kept if partly is None else partly
        with window.canvas.before:
            self._scissor = ScissorPush(x=0, y=0, width=window.width, height=window.height)
        with window.canvas.after:
            ScissorPop()
        window.bind(on_draw=self._draw, on_resize=self._resized)

    def _resized(self, *_: object) -> None:
        damage.everything()

    def _draw(self, window: Any) -> bool:
        for box in damage.take() if self.partly else [EVERYTHING]:
            self._draw_part(window, box)
        return True

    def _draw_part(self, window: Any, box: Box) -> None:
        x, y = max(0, int(box[0]) - 2), max(0, int(box[1]) - 2)
        right, top = (
            min(int(window.width), int(box[2]) + 3),
            min(int(window.height), int(box[3]) + 3),
        )
        if right <= x or top <= y:
            return
        scissor = self._scissor
        scissor.x, scissor.y, scissor.width, scissor.height = x, y, right - x, top - y
        glEnable(GL_SCISSOR_TEST)
        glScissor(x, y, right - x, top - y)
        if not all(getattr(child, "opaque", False) for child in window.children):
            window.clear()
        glDisable(GL_SCISSOR_TEST)
        passed: list[Passed] = []
        if self.partly:
            for child in window.children:
                passed += _pass_over(child, (x, y, right, top))
        window.render_context.draw()
        for parts, place, part in reversed(passed):
            parts.insert(place, part)


Passed = tuple[list[Any], int, Any]
"""The parts of a canvas, a place among them, and what was taken from there."""


def _pass_over(parent: Any, box: Box) -> list[Passed]:
    """Take out of the picture what stands beside ``box``: going over it takes time too."""
    passed: list[Passed] = []
    if Block not in type(parent).__mro__:
        return passed
    parts = parent.canvas.children
    for child in parent.children:
        left, low, right, top = child.x, child.y, child.x + child.width, child.y + child.height
        if right < box[0] or left > box[2] or top < box[1] or low > box[3]:
            place = parts.index(child.canvas)
            passed.append((parts, place, parts.pop(place)))
        else:
            passed += _pass_over(child, box)
    return passed
