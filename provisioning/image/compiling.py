"""Compiles every Python file of the root beforehand: the root is read-only, so a Pi never could.

The very Python of the release does it, the one for this machine's own processor: under emulation
it would take a quarter of an hour. A compiled file says by nothing but its place what it was made
from, so neither times nor a rebuilt source change it: what is in the image is never edited.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from provisioning.image.recipe import Recipe
from provisioning.workstation.progress import SetupError

PLACES = ("usr/lib/python{version}", "usr/lib/python3", "usr/lib/balie/site")
"""Where Python lies in the root."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """A Python of the image's own version that runs here.

    Attributes:
        folder: Where it was unpacked.
        version: Such as ``3.13``.
    """

    folder: Path
    version: str

    def compile(self, root: Path, log: Path) -> int:
        """Compile everything, and return how many files.

        Raises:
            SetupError: A file is not Python.
        """
        places = [root / place.format(version=self.version) for place in PLACES]
        for place in places:
            for old in sorted(place.rglob("__pycache__")):
                shutil.rmtree(old)
        (loader,) = (*self.folder.glob("usr/lib64/ld-*.so*"), *self.folder.glob("usr/lib/ld-*.so*"))
        (libraries,) = self.folder.glob("usr/lib/*-linux-gnu*")
        command = [
            *(str(loader), "--library-path", str(libraries)),
            *(str(self.folder / f"usr/bin/python{self.version}"), "-S", "-m", "compileall", "-q"),
            *("--invalidation-mode", "unchecked-hash", "-s", str(root), "-p", "/"),
            *map(str, places),
        ]
        with log.open("ab") as out:
            # One process, and sets in one order: the same files make the same bits.
            ended = subprocess.run(
                command, stdout=out, stderr=out, env={"PYTHONHASHSEED": "0"}, check=False
            )
        if ended.returncode:
            raise SetupError(f"A Python file could not be compiled. {log} says which.")
        return sum(1 for place in places for _ in place.rglob("*.pyc"))


def compiler(recipe: Recipe, sources: Path, folder: Path, log: Path) -> Compiler:
    """Return the release's Python for this machine's processor, unpacked but not installed.

    Args:
        recipe: Names the release.
        sources: The file that tells apt where to look.
        folder: Where it is kept.
        log: What the programs say.

    Raises:
        SetupError: It could not be had.
    """
    made = Compiler(folder, recipe.python)
    if folder.exists():
        return made
    aside = folder.with_suffix(".new")
    shutil.rmtree(aside, ignore_errors=True)
    command = [
        *("mmdebstrap", "--variant=extract", "--format=directory"),
        '--aptopt=Apt::Install-Recommends "false"',
        "--include=python3-minimal,libpython3-stdlib",
        *(recipe.suite, str(aside), str(sources)),
    ]
    with log.open("ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=out, check=False)
    if ended.returncode:
        raise SetupError(f"Python {recipe.python} could not be had to compile with. See {log}.")
    aside.rename(folder)
    return made
