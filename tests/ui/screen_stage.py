"""A window for tests, the presenter they press on, and frames made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from kivy.lang import Builder
from kivy.tests.common import UnitTestTouch
from kivy.uix.scrollview import ScrollView
from PIL import Image

from appliance.desks.register.view import Screen
from appliance.ui import outline, theme
from appliance.ui.app import open_window
from appliance.ui.damage import Redraw

SIZES = ((1280, 800), (800, 480))

Box = tuple[float, float, float, float]


class Pressed:
    """A presenter that shows what it is given and remembers what was pressed."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.calls: list[tuple[Any, ...]] = []
        self._listener: Callable[[Screen], None] = lambda _: None

    def watch(self, listener: Callable[[Screen], None]) -> None:
        self._listener = listener

    def show(self, screen: Screen) -> None:
        self.screen = screen
        self._listener(screen)

    def press(self, control: str) -> None:
        self.calls.append(("press", control))

    def scanned(self, text: str, source: str, fault: str | None = None) -> None:
        self.calls.append(("scanned", text, source, fault))

    def searched(self, text: str) -> None:
        self.calls.append(("searched", text))

    def tick(self) -> None:
        self.calls.append(("tick",))


@dataclass
class Seen:
    """A widget as it stands in the window.

    Attributes:
        box: Left, bottom, right, top in window pixels.
        clip: What of the window it may be seen in.
        fill: Colour of the ground it stands on.
        above: The widgets it stands in, the uppermost first.
        blocks: Those of them that it must not stick out of, with their boxes: all up to the sheet
            that scrolls.
    """

    widget: Any
    box: Box
    clip: Box
    fill: tuple[float, ...]
    above: tuple[Any, ...] = ()
    blocks: tuple[tuple[Any, Box], ...] = ()

    @cached_property
    def sight(self) -> Box:
        """What of its box can be seen."""
        return cut(self.box, self.clip)

    @cached_property
    def letters(self) -> Box:
        """Where the letters of a text are, seen or not; the box around them is mostly empty."""
        words = self.widget
        left = self.box[0] - words.x + words._box.pos[0]
        low = self.box[1] - words.y + words._box.pos[1]
        return (left, low, left + words._box.size[0], low + words._box.size[1])

    @cached_property
    def legible(self) -> Box:
        """What of its letters can be seen."""
        return cut(self.letters, self.clip)

    @property
    def whole(self) -> bool:
        """Whether no part is scrolled out of sight."""
        left, low, right, top = self.box
        clip = self.clip
        return (
            left >= clip[0] - 1
            and low >= clip[1] - 1
            and right <= clip[2] + 1
            and top <= clip[3] + 1
        )

    @property
    def modal(self) -> bool:
        """Whether it keeps fingers from what lies below."""
        return bool(getattr(self.widget, "modal", False))

    @property
    def hidden(self) -> bool:
        left, low, right, top = self.box
        clip = self.clip
        return (
            min(right, clip[2]) - max(left, clip[0]) < 1
            or min(top, clip[3]) - max(low, clip[1]) < 1
        )


@dataclass(frozen=True)
class Stands:
    """What a widget stands in; see `Seen`, and how far it was scrolled."""

    clip: Box
    slid: tuple[float, float] = (0.0, 0.0)
    fill: tuple[float, ...] = theme.PAPER
    above: tuple[Any, ...] = ()
    blocks: tuple[tuple[Any, Box], ...] = ()


class Stage:
    """The one window of the test process; it can be made smaller, never larger than at first."""

    def __init__(self, width: int = 1280, height: int = 800) -> None:
        self.window = open_window(width, height, fullscreen=False)
        EventLoop.ensure_window()
        self.redraw = Redraw(self.window)
        Clock._max_fps = 0  # nobody watches: frames need not wait for one another
        EventLoop.status = "started"
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        self.window.size = (width, height)
        self.frames(2)
        assert tuple(self.window.size) == (width, height)
        theme.look.fit(width, height)

    def show(self, widget: Any) -> None:
        for child in list(self.window.children):
            self.window.remove_widget(child)
        if widget is not None:
            self.window.add_widget(widget)
        self.settle()

    def frames(self, count: int = 3) -> None:
        for _ in range(count):
            EventLoop.idle()

    def settle(self) -> None:
        """Let everything find its place without drawing it."""
        for _ in range(4):
            Clock.tick()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()

    def outline(self) -> dict[str, outline.Item]:
        items = outline.survey(self.window.children[::-1], *self.window.size)
        return {item.name: item for item in items if item.name}

    def touch(self, name: str) -> None:
        """Put a finger on the control called ``name`` and lift it."""
        item = self.outline()[name]
        self.touch_at(item.x + item.w / 2, item.y + item.h / 2)

    def touch_at(self, x: float, y: float) -> None:
        """Put a finger on a place, y from the top, and lift it."""
        finger = UnitTestTouch(x, self.window.height - y)
        finger.touch_down()
        EventLoop.dispatch_input()
        self.settle()
        finger.touch_up()
        EventLoop.dispatch_input()
        self.settle()
        while any(getattr(one.widget, "state", "normal") == "down" for one in self.seen()):
            self.settle()  # Kivy shows a key pressed for a moment longer

    def drag(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Push what lies under a finger from one place to another, y from the top."""
        height = self.window.height
        finger = UnitTestTouch(begin[0], height - begin[1])
        finger.touch_down()
        self.settle()
        for step in range(1, 11):
            share = step / 10
            x = begin[0] + (end[0] - begin[0]) * share
            finger.touch_move(x, height - begin[1] - (end[1] - begin[1]) * share)
            EventLoop.dispatch_input()
            self.settle()
        finger.touch_up()
        EventLoop.dispatch_input()
        self.settle()

    def pixels(self) -> bytes:
        """Give what the last frame left, four bytes a pixel, the lowest row first."""
        width, height = self.window.size
        return bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))

    def photograph(self) -> Image.Image:
        """Draw what is shown, and give it as a picture."""
        self.frames(1)
        picture = Image.frombytes("RGBA", tuple(self.window.size), self.pixels()).convert("RGB")
        return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)

    def seen(self) -> Iterator[Seen]:
        """Give every visible widget, the lowest first."""
        width, height = self.window.size
        for root in self.window.children[::-1]:
            yield from _below(root, Stands((0.0, 0.0, float(width), float(height))))


def _below(widget: Any, stands: Stands) -> Iterator[Seen]:
    if not widget.opacity:
        return
    x, y = widget.x + stands.slid[0], widget.y + stands.slid[1]
    box = (x, y, x + widget.width, y + widget.height)
    fill = tuple(getattr(widget, "fill", stands.fill))
    seen = Seen(widget, box, stands.clip, fill, stands.above, stands.blocks)
    if not seen.hidden:
        yield seen
    inside = replace(
        stands,
        fill=fill,
        above=(*stands.above, widget),
        blocks=(*stands.blocks, (widget, box)),
    )
    if isinstance(widget, ScrollView):
        more = widget.to_parent(0, 0)
        inside = replace(
            inside,
            clip=cut(box, stands.clip),
            slid=(stands.slid[0] + more[0], stands.slid[1] + more[1]),
            blocks=(),
        )
    elif stands.above and isinstance(stands.above[-1], ScrollView):
        inside = replace(inside, blocks=())  # a sheet is as large as it likes
    for child in reversed(widget.children):
        yield from _below(child, inside)


def cut(box: Box, clip: Box) -> Box:
    """Give what of ``box`` lies in ``clip``."""
    return (max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3]))
