"""A window for tests, the presenter they press on, and frames made by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.base import EventLoop

from appliance.desks.register.view import Screen
from appliance.ui import outline, theme
from appliance.ui.app import open_window

SIZES = ((1280, 800), (800, 480))


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


class Stage:
    """The one window of the test process."""

    def __init__(self) -> None:
        self.window = open_window(1280, 800, fullscreen=False)
        EventLoop.ensure_window()
        EventLoop.status = "started"
        self.resize(1280, 800)

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
        self.frames(4)

    def frames(self, count: int = 3) -> None:
        for _ in range(count):
            EventLoop.idle()

    def outline(self) -> dict[str, outline.Item]:
        items = outline.survey(self.window.children[::-1], *self.window.size)
        return {item.name: item for item in items if item.name}

    def picture(self, path: Path) -> None:
        self.frames(2)
        self.window.screenshot(str(path))
