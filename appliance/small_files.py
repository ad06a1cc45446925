"""Small files that a power cut leaves as they were or as they are to be, never a part of either."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def replace(file: Path, content: bytes, *, private: bool = False) -> None:
    """Put a new content in the place of a file's, and see it on the card before returning.

    Args:
        file: The file.
        content: What it is to hold.
        private: Whether nobody but its owner may read it.

    Raises:
        OSError: The card refuses; the file is as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, _NEW, 0o600 if private else 0o666), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
    sync_folder(file.parent)


def write(file: Path, data: dict[str, Any], *, private: bool = False) -> None:
    """Do the same with data that JSON can say.

    Raises:
        OSError: The card refuses; the file is as it was.
    """
    replace(file, json.dumps(data).encode(), private=private)


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
