"""Whether pictures are made by a graphics chip, and whether this board has one at all.

A board says what it is made of in its device tree, before any driver is loaded: a Raspberry Pi names
its graphics chip there even while the driver or an overlay is missing, which is the very fault that
is looked for. A board that names none, such as QEMU's ``virt``, draws by the processor for good.
"""

from __future__ import annotations

import os
from pathlib import Path

NO_CHIP = "this board names no graphics chip"
"""What is noted where the processor draws and nothing else could."""

_PAINTED = ("llvmpipe", "softpipe", "swrast", "software")
"""Words in the name of what makes pictures without a graphics chip."""
_TREE = "proc/device-tree"
_CHIP = b"v3d"
"""In `compatible` of every Pi's chip: ``brcm,2711-v3d``, ``brcm,2712-v3d``, ``brcm,bcm2835-v3d``."""
_NODE = "gpu"
"""The device tree's own word (Devicetree Specification, generic names) for one of any maker."""


def is_painted(renderer: str) -> bool:
    """Tell whether the processor makes the pictures, from the name OpenGL has for what does."""
    return any(word in renderer.lower() for word in _PAINTED)


def lacks_chip(renderer: str, root: Path = Path("/")) -> bool:
    """Tell whether pictures are made without a chip that ought to make them.

    Where there is no device tree a chip is expected: a PC's parts are not named before they are
    found, and every PC that has a screen has something that draws on it. The same where the tree
    cannot be read: to doubt a good version costs two starts, to keep a bad one a slow counter.

    Args:
        renderer: The name OpenGL has for what makes the pictures.
        root: Where the machine's root folder is.
    """
    return is_painted(renderer) and names_chip(root) is not False


def names_chip(root: Path = Path("/")) -> bool | None:
    """Tell whether the device tree names a graphics chip, whatever its ``status``.

    Returns:
        None where there is no device tree to be read.
    """
    is_read = False
    try:
        for folder, _, properties in os.walk(root / _TREE, onerror=_fail):
            if "compatible" in properties:
                is_read = True
                kinds = Path(folder, "compatible").read_bytes()
                if _CHIP in kinds or Path(folder).name.partition("@")[0] == _NODE:
                    return True
    except OSError:
        return None
    return False if is_read else None


def _fail(error: OSError) -> None:
    """What cannot be read is not passed over: the chip may stand in it."""
    raise error
