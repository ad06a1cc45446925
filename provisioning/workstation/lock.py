"""Makes the lock files anew: every package with its version and hashes, and no host named.

The versions come from ``pyproject.toml``. The resolver, uv, is itself locked; it gets a virtual
environment of its own when this one has none.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from provisioning.workstation.places import HOME, PYTHON, REQUIREMENTS, ROOT, shown
from provisioning.workstation.progress import SetupError

SETS: dict[str, tuple[str, ...]] = {
    "device": ("device", "build"),
    "collector": ("collector", "build"),
    "demo": ("device", "collector", "build"),
    "tests": ("device", "collector", "tests", "build"),
}
"""Each lock file with what it adds to what both ends of the wire need."""

OPTIONS = (
    "--universal",
    "--generate-hashes",
    "--python-version=3.11",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
)


def remake(*, upgrade: bool) -> None:
    """Write all lock files; versions already locked stay unless ``upgrade``.

    Raises:
        SetupError: The resolver could not be had, or found no versions that fit together.
    """
    uv = _uv()
    if upgrade:
        for name in (*SETS, "lock"):
            (REQUIREMENTS / f"{name}.txt").unlink(missing_ok=True)
    for name, extras in SETS.items():
        _compile(uv, name, ["pyproject.toml", *(f"--extra={extra}" for extra in extras)])
    _compile(uv, "lock", [shown(REQUIREMENTS / "lock.in")])


def _compile(uv: Path, name: str, source: list[str]) -> None:
    target = REQUIREMENTS / f"{name}.txt"
    command = [str(uv), "pip", "compile", *source, *OPTIONS, "--output-file", str(target)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SetupError(f"uv could not make {shown(target)}; what it found is above.")
    sys.stdout.write(f"{shown(target)} written\n")


def _uv() -> Path:
    """Return the resolver: the one on the path, else one installed from its own lock file."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    place = HOME / "lock"
    uv = place / "bin" / "uv"
    if not uv.exists():
        python = str(PYTHON if PYTHON.exists() else sys.executable)
        for command in (
            [python, "-m", "venv", str(place)],
            [
                str(place / "bin" / "python"),
                *("-m", "pip", "install", "--quiet", "--require-hashes"),
                *("--requirement", str(REQUIREMENTS / "lock.txt")),
            ],
        ):
            if subprocess.run(command, cwd=ROOT, check=False).returncode:
                raise SetupError(
                    "uv, which makes the lock files, could not be installed; see above."
                )
    return uv
