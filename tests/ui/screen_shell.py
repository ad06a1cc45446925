"""A register with sample screens in a real window, for the tests that press and type from outside.

What is pressed is written to the file named first, one JSON list a line; ``key-a1`` and a scan add
a line to the basket so that something happens.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from screen_samples import screens
from screen_stage import Pressed

from appliance.ui.app import run
from appliance.ui.inbox import Inbox


class Told(Pressed):
    """Writes down what it is told."""

    def __init__(self, path: Path) -> None:
        super().__init__(screens("nl")["sale"])
        self._file = path.open("a", buffering=1)

    def press(self, control: str) -> None:
        self._tell("press", control)
        if control == "status-scanner":
            self.show(screens("nl")["status"])
        elif control == "action-quantity":
            self.show(screens("nl")["asked"])
        elif control == "money-exact":
            self.show(screens("nl")["done"])
        elif control == "pad-8":
            raise RuntimeError("A fault in one key.")

    def scanned(self, text: str, source: str, fault: str | None = None) -> None:
        self._tell("scanned", text, source, threading.current_thread().name)

    def searched(self, text: str) -> None:
        self._tell("searched", text)
        self.show(replace(self.screen, body=replace(self.screen.body, search=text)))

    def tick(self) -> None:
        self._tell("tick")

    def _tell(self, *call: Any) -> None:
        self._file.write(json.dumps(call) + "\n")


def main() -> None:
    """Run until the window is closed."""
    presenter = Told(Path(sys.argv[1]))
    inbox = Inbox()
    scanner = threading.Timer(
        0.5, lambda: inbox.put(lambda: presenter.scanned("5410013114697", "thread"))
    )
    scanner.start()
    run(
        presenter,
        inbox,
        width=1280,
        height=800,
        fullscreen=False,
        title="Balie",
        on_close=lambda: presenter._tell("closed"),
    )


if __name__ == "__main__":
    main()
