"""Makes the lock files anew: every package with its version and hashes, and no host named.

The versions come from ``pyproject.toml``. The resolver, uv, is itself locked; it gets a virtual
environment of its own when this one has none.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

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
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
)

ANYWHERE = ("--universal", "--python-version=3.11")

DEVICE = (
    *("--python-platform=aarch64-manylinux_2_40", "--python-version=3.13"),
    "--only-binary=:all:",
)
"""The image has one processor and one Python, and compiles nothing: Debian 13's and a Pi's."""

FROM_DEBIAN = ("evdev",)
"""What the image takes from Debian: there is no wheel of it for a Pi."""


def remake(*, upgrade: bool) -> None:
    """Write all lock files; versions already locked stay unless ``upgrade``.

    Raises:
        SetupError: The resolver could not be had, or found no versions that fit together.
    """
    uv = _uv()
    if upgrade:
        for name in (*SETS, "image", "lock"):
            (REQUIREMENTS / f"{name}.txt").unlink(missing_ok=True)
    for name, extras in SETS.items():
        extra = [f"--extra={each}" for each in extras]
        _compile(uv, name, ["pyproject.toml", *extra, *ANYWHERE])
    with TemporaryDirectory() as folder:
        left_out = Path(folder) / "overrides.txt"
        left_out.write_text("".join(f'{name}; python_version < "3"\n' for name in FROM_DEBIAN))
        words = ["pyproject.toml", "--extra=device", f"--override={left_out}", *DEVICE]
        _compile(uv, "image", words)
    _compile(uv, "lock", [shown(REQUIREMENTS / "lock.in"), *ANYWHERE])


def _compile(uv: Path, name: str, words: list[str]) -> None:
    target = REQUIREMENTS / f"{name}.txt"
    command = [str(uv), "pip", "compile", *words, *OPTIONS, "--output-file", str(target)]
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
