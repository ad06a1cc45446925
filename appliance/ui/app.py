"""The shell: a window, the inbox, the clock, the sounds. It only shows the active desk."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock
from kivy.config import Config

from appliance.ui import outline, theme
from appliance.ui.damage import Redraw
from appliance.ui.graphics import inputs, renderer
from appliance.ui.heartbeat import Heartbeat, notifier, period_s
from appliance.ui.inbox import Inbox
from appliance.ui.keyboard import Keyboard
from appliance.ui.sound import FULL, Sounds

log = logging.getLogger(__name__)

TICK_S = 1.0
FRAME_S = 1 / 60


class NoScreenError(OSError):
    """There is no display to open a window on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window's upper left corner stands, in pixels of the desktop of all screens."""

    left: int
    top: int


class Desk(Protocol):
    """What the shell asks of the active desk's presenter."""

    def tick(self) -> None:
        """MUST be cheap: called about once a second."""


def run(
    presenter: Desk,
    inbox: Inbox,
    *,
    width: int,
    height: int,
    fullscreen: bool,
    title: str,
    on_close: Callable[[], None],
    desk: str = "register",
    place: Place | None = None,
    left_handed: bool = False,
    silent: bool = False,
    percent: Callable[[], int] = lambda: FULL,
    shown: Callable[[str, int, Sequence[str]], None] | None = None,
) -> None:
    """Show a desk until its window is closed or the process is asked to end.

    Args:
        presenter: What the desk shows and whom it tells.
        inbox: Calls from other threads; drained here from now on.
        width: Width of the window in pixels; fullscreen takes the whole display.
        height: Height of the window in pixels.
        fullscreen: True on a counter, False in a window.
        title: Of the window.
        on_close: Called once, when the window has gone.
        desk: Name of the folder in `appliance.desks` whose ``screen.build(presenter, play)``
            makes the widget; its ``typist`` takes what is typed.
        place: Where the window opens; fullscreen takes the display that lies there.
        left_handed: Whether the things to reach for stand at the left.
        silent: True for a window that makes no sound.
        percent: How loud sounds are, from 0 to 100; asked for each.
        shown: Told once, after the first frame, what makes the pictures, how many inputs there are
            and which of them cannot be read.

    Raises:
        NoScreenError: There is no display.
    """
    window = open_window(width, height, fullscreen=fullscreen, place=place)
    shell = _Shell(presenter, inbox, desk, title, Sounds(percent=percent), silent=silent)
    window.bind(on_resize=shell.fit)
    if shown is not None:
        _tell_once_shown(window, shown)
    look_at = (window.width, window.height)
    theme.look.fit(*look_at)
    theme.look.left_handed = left_handed
    ExceptionManager.add_handler(_Carry())
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, shell.ask_to_end)
    try:
        shell.run()
    finally:
        inbox.close()
        on_close()


def open_window(width: int, height: int, *, fullscreen: bool, place: Place | None = None) -> Any:
    """Open the one window of this process.

    Raises:
        NoScreenError: There is no display.
    """
    for section, key, value in (
        ("kivy", "exit_on_escape", "0"),
        ("graphics", "width", str(width)),
        ("graphics", "height", str(height)),
        ("graphics", "fullscreen", "auto" if fullscreen else "0"),
        ("graphics", "show_cursor", "0" if fullscreen else "1"),
        ("graphics", "multisamples", "0"),  # edges are painted smooth, see widgets/patch.py
        ("graphics", "maxfps", "0"),  # `_Pace` waits instead, and wakes for a scan
        ("input", "mouse", "mouse,disable_multitouch"),
    ):
        Config.set(section, key, value)
    if place is not None:
        where = {"position": "custom", "left": place.left, "top": place.top, "borderless": 1}
        for key, number in where.items():
            Config.set("graphics", key, str(number))
    # The window hands over fingers itself; a second provider would double every touch.
    Config.remove_option("input", "%(name)s")
    from kivy.core.window import Window  # noqa: PLC0415 - importing it opens the window

    if Window is None:
        raise NoScreenError(
            "A window was to be opened, but there is no display: set DISPLAY, start on the "
            "device's own screen, or use SDL_VIDEODRIVER=offscreen."
        )
    Window.clearcolor = theme.PAPER
    return Window


def _tell_once_shown(window: Any, shown: Callable[[str, int, Sequence[str]], None]) -> None:
    def flipped(*_: object) -> None:
        window.unbind(on_flip=flipped)
        shown(renderer(), *inputs())

    window.bind(on_flip=flipped)


class _Shell(App):
    """Kivy's application object; nobody but `run` knows it."""

    def __init__(
        self, presenter: Desk, inbox: Inbox, desk: str, title: str, sounds: Sounds, *, silent: bool
    ) -> None:
        super().__init__()
        self.title = title
        self._presenter = presenter
        self._inbox = inbox
        self._desk = desk
        self._silent = silent
        self._sounds = sounds
        self._pace = _Pace()
        self._drain_soon = Clock.create_trigger(self._drain, -1)
        self._kept: list[Any] = []
        """Objects the window's bindings hold weakly."""

    def build(self) -> Any:
        """Make the desk's widget."""
        from kivy.core.window import Window  # noqa: PLC0415 - open by now

        if not self._silent:
            self._sounds.load()
        module = import_module(f"appliance.desks.{self._desk}.screen")
        screen = module.build(self._presenter, self._sounds.play)
        self._kept = [Keyboard(Window, screen.typist), Redraw(Window)]
        self._inbox.wake = self._wake
        self._drain()
        Clock.schedule_interval(self._tick, TICK_S)
        self._keep_alive(Window)
        where = os.environ.get(outline.VARIABLE)
        if where:
            kept = outline.Outline(Path(where), Window)
            self._kept.append(kept)
            Clock.schedule_interval(kept.refresh, outline.PERIOD_S)
        return screen

    def _keep_alive(self, window: Any) -> None:
        """Let systemd know of every beat, where it listens."""
        tell, pause_s = notifier(), period_s()
        if tell is None:
            return
        heart = Heartbeat(window, tell)
        self._kept.append(heart)
        if pause_s is not None:
            Clock.schedule_interval(heart.beat, pause_s)

    def open_settings(self, *_: object) -> bool:
        """Keep Kivy's own settings shut; F1 would open them."""
        return False

    def fit(self, _window: object, width: float, height: float) -> None:
        """Follow the window's size."""
        theme.look.fit(width, height)

    def ask_to_end(self, *_: object) -> None:
        """End after the current frame; safe inside a signal's handler."""
        Clock.schedule_once(self._end, 0)

    def _end(self, *_: object) -> None:
        self.stop()

    def _wake(self) -> None:
        self._drain_soon()
        self._pace.wake()

    def _drain(self, *_: object) -> None:
        self._inbox.run_pending()

    def _tick(self, *_: object) -> None:
        self._presenter.tick()


class _Pace:
    """Waits from frame to frame, and no longer than until a call arrives.

    Kivy would let a scan wait for the next sixtieth of a second; here it begins the next frame.
    """

    def __init__(self) -> None:
        self._alarm = threading.Event()
        self._due_s = 0.0
        Clock.schedule_interval(self._wait, 0)

    def wake(self) -> None:
        """Begin the next frame now; called from any thread."""
        self._alarm.set()

    def _wait(self, *_: object) -> None:
        self._alarm.wait(max(0.0, self._due_s - time.monotonic()))
        self._alarm.clear()
        self._due_s = time.monotonic() + FRAME_S


class _Carry(ExceptionHandler):
    """Logs what went wrong in the screen and goes on: a fault in one key must not end a sale."""

    def handle_exception(self, inst: BaseException) -> Any:
        """Go on after an error, but never swallow the wish to end."""
        if isinstance(inst, KeyboardInterrupt | SystemExit):
            return ExceptionManager.RAISE
        log.error("The screen went on after an error.", exc_info=inst)
        return ExceptionManager.PASS
