"""What a build keeps for the next, of this clone or another: outside the project, named by content.

The root of Debian's packages takes most of a build, and is the same wherever its recipe is. It lies
where programs keep what may be thrown away at any time (XDG Base Directory Specification):
``$XDG_CACHE_HOME/balie/image``, else ``~/.cache/balie/image``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

ROOTS = 3
"""So many roots of other recipes stay, the latest used; each takes some 800 MB."""


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where it is kept; the folder is there."""
    told = Path(environment.get("XDG_CACHE_HOME", ""))
    base = told if told.is_absolute() else Path.home() / ".cache"
    found = base / "balie" / "image"
    found.mkdir(parents=True, exist_ok=True)
    return found


def use(kept: Path, name: str) -> Path:
    """Return where the root of a name lies, or is to be laid; the longest unused make room.

    Args:
        kept: The folder of `folder`.
        name: What its recipe is called; see `provisioning.image.root.fingerprint`.
    """
    mine = kept / f"root-{name}.tar"
    if mine.exists():
        os.utime(mine)
    others = sorted(
        (each for each in kept.glob("root-*.tar") if each != mine),
        key=lambda each: each.stat().st_mtime,
    )
    for old in others[: max(0, len(others) + 1 - ROOTS)]:
        old.unlink()
        python = kept / old.stem.replace("root-", "python-", 1)
        shutil.rmtree(python, ignore_errors=True)
        python.with_name(f"{python.name}.list").unlink(missing_ok=True)
    return mine
