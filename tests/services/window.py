"""A window for tests that draws nothing: it writes down what it is told and answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from appliance.services.faces import Message
from appliance.services.second_screen import MOST_BYTES, inherited


def main() -> None:
    """Take what is said until the desk goes; ``scan:CODE`` types that code into the window."""
    path, how, _option, number = sys.argv[1:]
    line = inherited(int(number))
    if how.startswith("scan:"):
        line.send(Message(scanned=how.removeprefix("scan:")).to_bytes())
    with Path(path).open("a", buffering=1) as told:
        while said := line.recv(MOST_BYTES):
            message = Message.from_bytes(said)
            told.write(json.dumps([message.number, message.view.headline]) + "\n")
            if how != "mute":
                line.send(Message(message.number).to_bytes())
        told.write(json.dumps([0, "left"]) + "\n")


if __name__ == "__main__":
    main()
