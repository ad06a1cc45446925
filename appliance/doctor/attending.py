"""The doctor at the open desk: looks on a thread of its own, so that selling never waits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from appliance.doctor.examination import unchecked
from appliance.doctor.findings import Finding
from appliance.doctor.report import HEADING
from appliance.services.ports import Post

log = logging.getLogger(__name__)

Answer = Callable[[Sequence[Finding]], object]


class Attending:
    """Examines the device when it is asked to.

    Args:
        look: Examines it; MAY take as long as its deadline.
        submit: Has a call made on another thread.
        post: Brings what was found to the screen's thread.
    """

    def __init__(
        self, *, look: Callable[[], Sequence[Finding]], submit: Callable[..., Any], post: Post
    ) -> None:
        self._look = look
        self._submit = submit
        self._post = post

    def ask(self, answer: Answer) -> None:
        """Examine the device; ``answer`` is called on the screen's thread when it is done."""
        self._submit(self._examine, answer)

    def _examine(self, answer: Answer) -> None:
        try:
            found = self._look()
        except Exception as error:
            # A supervising loop: whoever waits for the answer must get one.
            log.exception("The device could not be examined.")
            found = [unchecked("device", HEADING, error)]
        self._post(lambda: answer(found))
