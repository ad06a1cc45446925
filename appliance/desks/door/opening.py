"""Opens the door's desk: the notes, the scanners, the printer, the presenter."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic

from appliance.desks.door.presenter import DoorPresenter
from appliance.desks.door.slip import DoorSlip
from appliance.door.box import Box
from appliance.door.finding import Finder
from appliance.ui.inbox import Inbox
from drivers.scanner import Scan

log = logging.getLogger("balie.door")

LOOK_S = 2.0
"""How often it is looked whether a scanner or a printer was plugged in."""
PAPER_S = 8.0
"""So long a slip that is being printed is waited for before the register begins."""


class Door:
    """A door that is open; `close` lets go of what is plugged in.

    Args:
        folder: The device's own.
        language: Which language is shown first.
        software: The program's name and version, for paper.
        again: Starts the whole program anew, as a register.

    Attributes:
        presenter: What it shows and whom it tells.
        inbox: Calls for the screen's thread.
    """

    def __init__(
        self, folder: Path, *, language: str, software: str, again: Callable[[], object]
    ) -> None:
        self.inbox = Inbox()
        self._finder = Finder(self._deliver)
        self._closed = threading.Event()
        self.presenter = DoorPresenter(
            Box(folder), self._finder, language=language, again=self._leave, monotonic=monotonic
        )
        self._again = again
        box = Box(folder)
        self._slip = DoorSlip(
            folder,
            found=self._finder.printer,
            fingerprint=lambda: said.fingerprint if (said := box.said()) else "",
            language=lambda: self.presenter.language,
            software=software,
            clock=lambda: datetime.now(UTC).astimezone(),
            monotonic=monotonic,
        )
        self._scanners = threading.Thread(
            target=self._each, args=(self._finder.look,), name="scanners", daemon=True
        )
        self._printer = threading.Thread(
            target=self._each, args=(self._slip.look,), name="printer", daemon=True
        )
        self._scanners.start()
        self._printer.start()

    def close(self) -> None:
        """Let go of scanners and printer; again is allowed."""
        self.inbox.close()
        self._closed.set()
        self._scanners.join()
        self._finder.close()
        self._printer.join(PAPER_S)
        if not self._printer.is_alive():
            self._slip.close()

    def _leave(self) -> None:
        # The register reads the same scanners: they must be free by then.
        self.close()
        self._again()

    def _each(self, look: Callable[[], object]) -> None:
        """Look again and again until the door closes; what fails once is tried again."""
        while not self._closed.is_set():
            try:
                look()
            except Exception:
                # A supervising loop: somebody must still be able to let this device in.
                log.exception("it could not be looked what is plugged in")
            self._closed.wait(LOOK_S)

    def _deliver(self, scan: Scan) -> None:
        """Hand a scan to the screen's thread; called on the scanner's."""
        self.inbox.put(partial(self.presenter.scanned, scan.text, scan.source, scan.fault))
