"""Puts Balie into the root: its packages and its own files.

The packages are wheels made for the Pi's processor and its Python, pinned with their hashes in
``provisioning/requirements/image.txt``; nothing is compiled.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from provisioning.image.recipe import Recipe
from provisioning.workstation.places import REQUIREMENTS, ROOT
from provisioning.workstation.progress import SetupError
from provisioning.workstation.translations import compile_catalogue

SITE = Path("usr/lib/balie/site")
"""Where the image keeps what it runs; Debian's own packages for Python stay apart."""

OVERLAY = ROOT / "image" / "root"
"""Files laid over what the packages bring."""

UNUSED = (
    *("bin", "share", "docs", "garden", "pip", "setuptools", "_distutils_hack"),
    *("distutils-precedence.pth", "pygments", "docutils", "kivy/tests"),
    *("kivy/tools", "kivy/include", "PIL/*.pyi"),
)
"""What the packages bring and a register never opens; their licences stay beside the others."""

OWN = ("appliance", "drivers")
"""What of Balie runs on a device; the back office and the workshop stay at home."""

WHEELS = ("2_17", "2_24", "2_26", "2_27", "2_28", "2_31", "2_34", "2_36", "2_39")
"""Versions of glibc that Debian 13, which has 2.41, satisfies; wheels are named by them."""


def install(root: Path, recipe: Recipe, *, version: str, wheels: Path, log: Path) -> None:
    """Install everything of ours.

    Args:
        root: The root, unpacked.
        recipe: Says which Python it has.
        version: What the device says it runs.
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
    for name in UNUSED:
        for each in site.glob(name):
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    for record in site.glob("*.dist-info/RECORD"):
        record.write_text(listed(record.read_text(encoding="utf-8")), encoding="utf-8")
    _install_own(site, version)
    shutil.copytree(OVERLAY, root, dirs_exist_ok=True, symlinks=True)


def listed(record: str) -> str:
    """Return a list of installed files without programs.

    Those are not put in, and what pip writes of them tells where this very project lies: another
    folder would make other bits.
    """
    lines = record.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("../../bin/"))


def project() -> dict[str, Any]:
    """Return what pyproject.toml says of the project."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = told["project"]
    return found


def _install_own(site: Path, version: str) -> None:
    """Copy the project itself, with its translations compiled, and say which version it is."""
    for name in OWN:
        shutil.copytree(ROOT / name, site / name, ignore=_not_run)
    for source in sorted(site.glob("*/locale/*/LC_MESSAGES/*.po")):
        compile_catalogue(source)
        source.unlink()
    told = project()
    name = told["name"]
    about = site / f"{name}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"
        f"License-Expression: {told['license']}\n",
        encoding="utf-8",
    )


def _not_run(_folder: str, names: list[str]) -> list[str]:
    """Name what of a folder is not copied."""
    left = ("__pycache__", ".mo", ".md")  # catalogues are compiled anew from what people wrote
    return [name for name in names if name.endswith(left)]


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
