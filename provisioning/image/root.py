"""Makes the file system of the image from Debian's packages, for another processor.

mmdebstrap unpacks and configures the packages; what must run on the Pi's processor runs under
emulation (qemu-user). That is the slow part, so its result is kept until the recipe changes.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
from pathlib import Path

from provisioning.image import archive, emulation
from provisioning.image.recipe import Recipe
from provisioning.workstation.progress import SetupError


def fingerprint(recipe: Recipe, mirrors: tuple[str, ...] = ()) -> str:
    """Return a name for the root that this recipe makes: other content, another name.

    Only what this slow step takes from the recipe counts. What is left out afterwards, how the
    card is cut up and which mirror of the same archive was asked change nothing.
    """
    content = (
        recipe.suite,
        recipe.kernel_from,
        recipe.components,
        recipe.architecture,
        recipe.packages,
        recipe.kernel,
        recipe.later,
        recipe.excluded,
        recipe.but,
        mirrors,
        _hooks(recipe),
    )
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def build(recipe: Recipe, sources: str, target: Path, log: Path, *, epoch: int) -> None:
    """Make the root as a tar file.

    Args:
        recipe: What goes into it.
        sources: Where apt looks.
        target: The tar file; written whole or not at all.
        log: Everything the programs say.
        epoch: No file is younger than this, in seconds since 1970.

    Raises:
        SetupError: Emulation is missing, or a package could not be had.
    """
    emulation.require(recipe.architecture)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside, listed = target.with_suffix(".new.tar"), target.with_suffix(".list")
    listed.write_text(sources, encoding="utf-8")
    wanted = (
        *recipe.packages,
        *(f"{name}/{recipe.kernel_from}" for name in recipe.kernel),
        *(name for _, names in recipe.later for name in names),
    )
    command = [
        "mmdebstrap",
        f"--architecture={recipe.architecture}",
        "--variant=minbase",
        "--format=tar",
        '--aptopt=Apt::Install-Recommends "false"',
        f"--include={','.join(wanted)}",
        *(f"--dpkgopt=path-exclude={path}" for path in recipe.excluded),
        *(f"--dpkgopt=path-include={path}" for path in recipe.but),
        *_hooks(recipe),
        recipe.suite,
        str(aside),
        str(listed),
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "TMPDIR": str(target.parent)}
    with log.open("ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=out, env=environment, check=False)
    if ended.returncode:
        aside.unlink(missing_ok=True)
        raise SetupError(
            f"The root could not be made (mmdebstrap ended with {ended.returncode}). "
            f"What it said is in {log}."
        )
    aside.replace(target)


def _hooks(recipe: Recipe) -> list[str]:
    """What happens before packages are chosen and configured: the rules they must find."""
    modules = " ".join(map(shlex.quote, recipe.initrd))
    rules = (
        'mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/boot/firmware"',
        'printf "MODULES=list\\nCOMPRESS=zstd\\n" > "$1/etc/initramfs-tools/conf.d/balie"',
        f'printf "%s\\n" {modules} > "$1/etc/initramfs-tools/modules"',
    )
    preferred = shlex.quote(archive.preferences(recipe))
    chosen = (
        'mkdir -p "$1/etc/apt/preferences.d"',
        f'printf "%s" {preferred} > "$1/etc/apt/preferences.d/balie"',
    )
    return [f"--setup-hook={' && '.join(chosen)}", f"--essential-hook={' && '.join(rules)}"]
