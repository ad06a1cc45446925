"""Opens the door's desk: the notes, the scanners, the presenter."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic

from appliance.desks.door.presenter import DoorPresenter
from appliance.door.box import Box
from appliance.door.finding import Finder
from appliance.ui.inbox import Inbox
from drivers.scanner import Scan

LOOK_S = 2.0
"""How often it is looked whether a scanner was plugged in."""


class Door:
    """A door that is open; `close` lets go of its scanners.

    Args:
        folder: The device's own.
        language: Which language is shown first.
        again: Starts the whole program anew, as a register.

    Attributes:
        presenter: What it shows and whom it tells.
        inbox: Calls for the screen's thread.
    """

    def __init__(self, folder: Path, *, language: str, again: Callable[[], object]) -> None:
        self.inbox = Inbox()
        self._finder = Finder(self._deliver)
        self._closed = threading.Event()
        self.presenter = DoorPresenter(
            Box(folder), self._finder, language=language, again=self._leave, monotonic=monotonic
        )
        self._again = again
        self._looking = threading.Thread(target=self._look, name="scanners", daemon=True)
        self._looking.start()

    def close(self) -> None:
        """Let go of the scanners; again is allowed."""
        self.inbox.close()
        self._closed.set()
        self._looking.join()
        self._finder.close()

    def _leave(self) -> None:
        # The register reads the same scanners: they must be free by then.
        self.close()
        self._again()

    def _look(self) -> None:
        while not self._closed.is_set():
            self._finder.look()
            self._closed.wait(LOOK_S)

    def _deliver(self, scan: Scan) -> None:
        """Hand a scan to the screen's thread; called on the scanner's."""
        self.inbox.put(partial(self.presenter.scanned, scan.text, scan.source, scan.fault))
