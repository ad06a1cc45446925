"""Waiting for something to be really so, with a ceiling and a sentence for when it is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from provisioning.workstation.demo.fault import DemoError

Found = TypeVar("Found")

PAUSE_S = 0.05
CEILING_S = 60.0
"""Generous: a slow or busy machine is no fault of the shop's."""


def wait_for(
    what: str,
    look: Callable[[], Found | None],
    *,
    ceiling_s: float = CEILING_S,
    fault: Callable[[str], DemoError] = DemoError,
    watch: Callable[[], None] = lambda: None,
) -> Found:
    """Look again and again until something is found, and return it.

    Args:
        what: What is awaited, as the rest of a sentence: "the broker to answer".
        look: Returns what it found, or None (or False) when it is not there yet.
        ceiling_s: After how many seconds to give up.
        fault: Makes the error from its sentence.
        watch: Called each time; raises when waiting has become useless.

    Raises:
        DemoError: What is awaited did not come.
    """
    end = time.monotonic() + ceiling_s
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        watch()
        if time.monotonic() > end:
            raise fault(f"Waited {ceiling_s:.0f} seconds for {what}, in vain")
        time.sleep(PAUSE_S)
