"""Devices that were plugged in while the desk runs and that no driver was set up for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from appliance.services.ports import Post
from appliance.services.worker import DeviceWorker
from drivers.plugged import Plugged

LOOKS = 3
"""At every so many looks of the worker."""


class Newcomers:
    """Notices what is plugged in, and says it until it is pulled or the desk starts anew.

    What was there at the start is no news: a screen, a keyboard, what the drivers look for.

    Args:
        look: Tells what hangs there now.
        settings: What the drivers were set up with: device files and identities.
        worker: Where looking may block.
        post: Brings results back to the screen's thread.
        changed: Called there after each change.

    Attributes:
        strangers: What nobody was set up for; replaced, never changed.
    """

    def __init__(
        self,
        *,
        look: Callable[[], Sequence[Plugged]],
        settings: Collection[str],
        worker: DeviceWorker,
        post: Post,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.changed = changed
        self.strangers: tuple[Plugged, ...] = ()
        self._look_there = look
        self._settings = settings
        self._post = post
        self._known: frozenset[tuple[str, str]] | None = None
        self._said: tuple[Plugged, ...] = ()
        self._looks = 0
        worker.watch(self._look)

    def _look(self) -> None:
        self._looks += 1
        if self._known is not None and self._looks % LOOKS:
            return
        there = self._look_there()
        if self._known is None:
            self._known = frozenset((each.place, each.identity) for each in there)
        strangers = tuple(
            each
            for each in there
            if (each.place, each.identity) not in self._known and not each.is_used(self._settings)
        )
        if strangers != self._said:
            self._said = strangers
            self._post(lambda: self._show(strangers))

    def _show(self, strangers: tuple[Plugged, ...]) -> None:
        self.strangers = strangers
        self.changed()
