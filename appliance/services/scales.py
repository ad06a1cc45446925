"""The scale, followed on the device worker while somebody weighs.

The weight that is sold is asked anew at the touch that takes it, so what is shown a moment earlier
can never be sold instead of what lies there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from appliance.services.ports import Post
from appliance.services.worker import DeviceWorker
from drivers.scale import Reading, Scale, ScaleError

log = logging.getLogger(__name__)

EVERY_S = 0.2
"""How often the scale is asked while somebody weighs: a person sees no steps between."""

IDLE_LOOKS = 10
"""While nobody weighs it is asked at every so many looks only, to tell whether it is there."""


@dataclass(frozen=True, slots=True)
class ScaleView:
    """What the screen knows of the scale.

    Attributes:
        present: Whether there is a scale at all.
        reading: What it last said; None before it was asked.
        error: Why it did not zero or tare the last time it was asked to.
    """

    present: bool = False
    reading: Reading | None = None
    error: type[ScaleError] | None = None


class Scales:
    """Follows the scale.

    Args:
        scale: The scale.
        worker: Where its calls may block.
        post: Brings results back to the screen's thread.
        changed: Called there after each.

    Attributes:
        view: What the screen knows; replaced, never changed.
        following: Whether somebody weighs now, and wants to see the weight move.
    """

    def __init__(
        self,
        *,
        scale: Scale,
        worker: DeviceWorker,
        post: Post,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.changed = changed
        self.following = False
        self.view = ScaleView(scale.present)
        self._scale = scale
        self._worker = worker
        self._post = post
        self._looks = 0
        if scale.present:
            worker.watch(self._look)

    def weigh(self, answer: Callable[[Reading], object]) -> None:
        """Ask what lies on it now; ``answer`` is called on the screen's thread."""
        self._worker.do(partial(self._weigh, answer))

    def zero(self) -> None:
        """Call what lies on it nothing; why not, if not, is in `view`."""
        self._worker.do(partial(self._command, self._scale.zero))

    def tare(self) -> None:
        """Have the scale take what lies on it as the packing; see `zero`."""
        self._worker.do(partial(self._command, self._scale.tare))

    def clear_tare(self) -> None:
        """Have the scale weigh everything again; see `zero`."""
        self._worker.do(partial(self._command, self._scale.clear_tare))

    def _look(self) -> None:
        self._looks += 1
        if not self.following and self.view.reading is not None and self._looks % IDLE_LOOKS:
            return
        reading = self._scale.read()
        if reading != self.view.reading:
            self._post(partial(self._show, reading, self.view.error))

    def _weigh(self, answer: Callable[[Reading], object]) -> None:
        reading = self._scale.read()

        def told() -> None:
            self._show(reading, self.view.error)
            answer(reading)

        self._post(told)

    def _command(self, act: Callable[[], None]) -> None:
        error: type[ScaleError] | None = None
        try:
            act()
        except ScaleError as raised:
            log.warning("The scale refused: %s", raised)
            error = type(raised)
        self._post(partial(self._show, self._scale.read(), error))

    def _show(self, reading: Reading, error: type[ScaleError] | None) -> None:
        self.view = ScaleView(self.view.present, reading, error)
        self.changed()
