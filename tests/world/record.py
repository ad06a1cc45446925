"""What was shown at the counter, written down outside of everything that can be killed.

One JSON line for each thing, on the disk before the next begins: a sale whose completion was on
the screen (``shown``), what lies on the counter (``kept``), what should never be (``wrong``).
"""

from __future__ import annotations

import json
import os
from pathlib import Path


class Record:
    """Writes the notes of one life of a desk."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, what: str, **facts: object) -> None:
        """Write a note and wait until it is on the disk."""
        os.write(self._file, json.dumps({"what": what, **facts}).encode() + b"\n")
        os.fsync(self._file)


def read(path: Path, what: str) -> list[dict]:
    """Return the notes of one kind, the oldest first."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return []
    return [note for note in map(json.loads, lines) if note["what"] == what]
