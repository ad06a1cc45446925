"""What the image is made from: one key for all of it, and the time that it carries."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from provisioning.workstation.environment import digest
from provisioning.workstation.places import ROOT

PATHS = (
    *("appliance", "drivers", "image", "systemd", "provisioning/image"),
    *("provisioning/requirements/image.txt", "pyproject.toml"),
)
"""Everything of the project's that goes into the image or says how it is made."""

_NOT_READ = (".pyc", ".mo", ".md")


def key(*more: str | bytes, project: Path = ROOT) -> str:
    """Return a key over the content of every input: other content, another key.

    Args:
        more: What else the image is made from.
        project: The folder that the inputs are in.
    """
    parts: list[str | bytes] = [*more]
    for path in (project / name for name in PATHS):
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.is_file() and not file.name.endswith(_NOT_READ):
                mode = file.stat().st_mode & 0o111
                parts += [f"{file.relative_to(project)} {mode:o}", file.read_bytes()]
    return digest(*parts)


def made_at(project: Path = ROOT) -> int:
    """Return the time that everything in the image carries, in seconds since 1970.

    It is SOURCE_DATE_EPOCH where that is set, else when an input was last committed, so that the
    same commit makes the same bits. Without git it is now.
    """
    if told := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(told)
    asked = ["git", "log", "-1", "--format=%ct", "--", *PATHS]
    said = subprocess.run(asked, cwd=project, capture_output=True, text=True, check=False).stdout
    return int(said) if said.strip() else int(time.time())
