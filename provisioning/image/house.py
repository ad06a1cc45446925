"""Puts Balie into the root: its packages, its own files, its units.

The packages are wheels made for the Pi's processor and its Python, pinned with their hashes in
``provisioning/requirements/image.txt``; nothing is compiled.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from provisioning.image.recipe import Recipe
from provisioning.workstation.places import REQUIREMENTS, ROOT
from provisioning.workstation.progress import SetupError

SITE = Path("usr/lib/balie/site")
"""Where the image keeps what it runs; Debian's own packages for Python stay apart."""

OVERLAY = ROOT / "image" / "root"
"""Files laid over what the packages bring."""

UNUSED = ("bin", "pip", "setuptools", "_distutils_hack", "pygments", "docutils", "babel/messages")
"""What the packages bring and a register never opens; their licences stay beside the others."""

UNITS = ROOT / "systemd"
WHEELS = ("2_17", "2_24", "2_26", "2_27", "2_28", "2_31", "2_34", "2_36", "2_39")
"""Versions of glibc that Debian 13, which has 2.41, satisfies; wheels are named by them."""


def install(root: Path, recipe: Recipe, *, wheels: Path, log: Path) -> None:
    """Install everything of ours.

    Args:
        root: The root, unpacked.
        recipe: Says which Python it has.
        wheels: A folder where downloaded wheels are kept from build to build.
        log: What the programs say.

    Raises:
        SetupError: A wheel could not be had.
    """
    site = root / SITE
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    requirements = REQUIREMENTS / "image.txt"
    _pip(
        log,
        *("download", "--dest", str(wheels), "--require-hashes", "--no-deps"),
        *("--requirement", str(requirements), *_platform(recipe)),
    )
    _pip(
        log,
        *("install", "--target", str(site), "--no-index", "--find-links", str(wheels)),
        *("--require-hashes", "--no-deps", "--no-compile", "--requirement", str(requirements)),
        *_platform(recipe),
    )
    _install_project(site, recipe, log)
    for name in UNUSED:
        for each in site.glob(name):
            shutil.rmtree(each)
    _lay_over(root)


def _install_project(site: Path, recipe: Recipe, log: Path) -> None:
    """Install the project itself, with its compiled translations."""
    built = site.parent / "own"
    shutil.rmtree(built, ignore_errors=True)
    _pip(log, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(ROOT))
    (wheel,) = built.glob("balie-*.whl")
    _pip(
        log,
        *("install", "--target", str(site), "--no-index", "--no-deps", "--no-compile"),
        *(str(wheel), *_platform(recipe)),
    )
    shutil.rmtree(built)
    for part in ("collector", "provisioning"):  # the back office and the workshop stay at home
        shutil.rmtree(site / part, ignore_errors=True)


def _lay_over(root: Path) -> None:
    """Copy our own files and units to their places."""
    shutil.copytree(OVERLAY, root, dirs_exist_ok=True, symlinks=True)
    places = {
        "*.service": "usr/lib/systemd/system",
        "*.timer": "usr/lib/systemd/system",
        "sysusers.conf": "usr/lib/sysusers.d/balie.conf",
        "tmpfiles.conf": "usr/lib/tmpfiles.d/balie.conf",
        "*.rules": "usr/lib/udev/rules.d",
    }
    for pattern, place in places.items():
        for file in sorted(UNITS.glob(pattern)):
            target = root / place
            if target.suffix != ".conf":
                target = target / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            target.chmod(0o644)


def _platform(recipe: Recipe) -> list[str]:
    """Tell pip which machine the wheels are for, instead of this one."""
    platforms = [f"--platform=manylinux_{glibc}_aarch64" for glibc in WHEELS]
    return [
        "--implementation=cp",
        f"--python-version={recipe.python}",
        "--only-binary=:all:",
        "--platform=manylinux2014_aarch64",
        *platforms,
    ]


def _pip(log: Path, *words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=out, env=environment, check=False)
    if ended.returncode:
        raise SetupError(
            f"pip could not {words[0]} what the image needs. What it said is in {log}."
        )
