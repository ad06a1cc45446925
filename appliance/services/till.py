"""The cash drawer: opened for money, watched while it stands open.

Each opening is told once: with how long it took where a sensor says when it is shut, at once where
nothing does. One that nobody asked for was forced.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from appliance.services.ports import Clock, Post
from appliance.services.worker import DeviceWorker
from drivers import DeviceError
from drivers.drawer import Drawer, DrawerState

log = logging.getLogger(__name__)

ANSWERS_WITHIN_S = 10.0
"""A drawer that opens later than this after a kick was not opened by it."""


class Cause(Enum):
    """Why the drawer was opened."""

    SALE = "sale"
    CASH_MOVED = "cash_moved"
    NO_SALE = "no_sale"
    COUNT = "count"
    FORCED = "forced"
    """Nobody asked for it: a key, or force."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of the drawer.

    Attributes:
        cause: Why.
        at: When it opened.
        reason: In the shop's words, for one with no sale.
        by: Id of who asked for it, or empty.
        allowed_by: Who allowed it where that person may not, or empty.
        open_s: How long it stood open; None while it does, and where no sensor tells.
    """

    cause: Cause
    at: datetime
    reason: str = ""
    by: str = ""
    allowed_by: str = ""
    open_s: int | None = None


@dataclass(frozen=True, slots=True)
class DrawerView:
    """What the screen knows of the drawer.

    Attributes:
        present: Whether there is a drawer at all.
        state: What its sensor last said.
        open_since: Since when it stands open.
        error: Why it did not open the last time it was asked to.
    """

    present: bool = False
    state: DrawerState = DrawerState.UNKNOWN
    open_since: datetime | None = None
    error: type[DeviceError] | None = None


class Till:
    """Opens the drawer on the device worker.

    Args:
        drawer: The drawer.
        worker: Where its calls may block.
        clock: Tells since when it stands open.
        post: Brings results back to the screen's thread.
        monotonic: Seconds of a clock that never jumps.
        changed: Called there after each.

    Attributes:
        opened: Called when the drawer has opened and a sensor will tell when it is shut.
        told: Called with an opening once all that can be known of it is known.
        view: What the screen knows; replaced, never changed.
    """

    def __init__(
        self,
        *,
        drawer: Drawer,
        worker: DeviceWorker,
        clock: Clock,
        post: Post,
        monotonic: Callable[[], float] = time.monotonic,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.changed = changed
        self.opened: Callable[[Opening], object] = lambda _: None
        self.told: Callable[[Opening], object] = lambda _: None
        self._monotonic = monotonic
        self._asked: tuple[Opening, float] | None = None
        self._standing: tuple[Opening, float | None] | None = None
        self.view = DrawerView(drawer.present)
        self._drawer = drawer
        self._worker = worker
        self._clock = clock
        self._post = post
        worker.watch(self._look)

    def open(
        self, cause: Cause = Cause.SALE, *, reason: str = "", by: str = "", allowed_by: str = ""
    ) -> None:
        """Open the drawer.

        Args:
            cause: Why; usually for money that changes hands.
            reason: In the shop's words.
            by: Id of who asks for it.
            allowed_by: Who allowed it where that person may not.
        """
        if self.view.present:
            asked = Opening(cause, self._clock(), reason, by, allowed_by)
            self._asked = (asked, self._monotonic())
            self._worker.do(self._kick)

    def go_on(self, opening: Opening) -> None:
        """Take over an opening of before the start, whose end nobody saw."""
        self._standing = (opening, None)

    def _kick(self) -> None:
        error: type[DeviceError] | None = None
        try:
            self._drawer.kick()
        except DeviceError as raised:
            log.warning("The drawer was not opened: %s", raised)
            error = type(raised)
        state = self._drawer.state()
        self._post(lambda: self._show(state, error))

    def _look(self) -> None:
        state = self._drawer.state() if self._drawer.present else DrawerState.UNKNOWN
        if state is not self.view.state:
            self._post(lambda: self._show(state, self.view.error))

    def _show(self, state: DrawerState, error: type[DeviceError] | None) -> None:
        opened = state is DrawerState.OPEN
        since = (self.view.open_since or self._clock()) if opened else None
        self.view = replace(
            self.view, state=state, open_since=since, error=None if opened else error
        )
        self._follow(state, error)
        self.changed()

    def _follow(self, state: DrawerState, error: type[DeviceError] | None) -> None:
        """Tell what the drawer's state says of an opening."""
        now = self._monotonic()
        if state is DrawerState.OPEN and self._standing is None:
            opening = replace(self._take_asked(now), at=self._clock())
            self._standing = (opening, now)
            self.opened(opening)
        elif state is DrawerState.OPEN:
            self._asked = None
        elif self._standing is not None:
            opening, since = self._standing
            self._standing = None
            known = since is not None and state is DrawerState.SHUT
            self.told(replace(opening, open_s=round(now - (since or 0.0)) if known else None))
        elif error is not None:
            self._asked = None
        elif state is DrawerState.UNKNOWN and self._asked is not None:
            self.told(self._take_asked(now))

    def _take_asked(self, now: float) -> Opening:
        """Return the opening that was asked for; else it was forced."""
        asked, self._asked = self._asked, None
        if asked is None or now - asked[1] > ANSWERS_WITHIN_S:
            return Opening(Cause.FORCED, self._clock())
        return asked[0]
