"""Small files that a power cut leaves as they were or as they are to be, never a part of either."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def replace(file: Path, content: bytes) -> None:
    """Put a new content in the place of a file's, and see it on the card before returning.

    Raises:
        OSError: The card refuses; the file is as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    with new.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
    sync_folder(file.parent)


def write(file: Path, data: dict[str, Any]) -> None:
    """Do the same with data that JSON can say.

    Raises:
        OSError: The card refuses; the file is as it was.
    """
    replace(file, json.dumps(data).encode())


def read(file: Path) -> dict[str, Any]:
    """Return what was written; empty where there is nothing, or it is not one of ours."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def sync_folder(folder: Path) -> None:
    """See to it that what was renamed or removed in a folder stays so."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
