"""The cash drawer: opened for money, watched while it stands open."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.services.ports import Clock, Post
from appliance.services.worker import DeviceWorker
from drivers import DeviceError
from drivers.drawer import Drawer, DrawerState

log = logging.getLogger(__name__)


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
        changed: Called there after each.

    Attributes:
        view: What the screen knows; replaced, never changed.
    """

    def __init__(
        self,
        *,
        drawer: Drawer,
        worker: DeviceWorker,
        clock: Clock,
        post: Post,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.changed = changed
        self.view = DrawerView(drawer.present)
        self._drawer = drawer
        self._worker = worker
        self._clock = clock
        self._post = post
        worker.watch(self._look)

    def open(self) -> None:
        """Open the drawer for money that changes hands."""
        if self.view.present:
            self._worker.do(self._kick)

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
        self.changed()
