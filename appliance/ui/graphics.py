"""What makes the pictures, and whether fingers, keys and scanners can be read: for the self-check.

A user outside the group ``render`` gets pictures from the processor and nobody is told; one outside
``input`` gets a screen that feels nothing. Both are found here.
"""

from __future__ import annotations

import os
from pathlib import Path

INPUTS = Path("/dev/input")
_RENDERER = 0x1F01
"""GL_RENDERER in OpenGL's own numbers."""


def renderer() -> str:
    """Return the name of what makes the pictures, such as ``V3D 4.2``; once a window is open."""
    from kivy.graphics.opengl import glGetString  # noqa: PLC0415  # loads the graphics library

    said = glGetString(_RENDERER)
    return said.decode("ascii", "replace") if isinstance(said, bytes) else str(said or "")


def inputs(folder: Path = INPUTS) -> tuple[int, tuple[str, ...]]:
    """Return how many inputs there are, and the names of those that this user may not read."""
    found = sorted(folder.glob("event*"))
    shut = []
    for each in found:
        try:
            os.close(os.open(each, os.O_RDONLY | os.O_NONBLOCK))
        except PermissionError:
            shut.append(each.name)
        except OSError:
            continue  # pulled out just now
    return len(found), tuple(shut)
