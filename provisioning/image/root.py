"""Makes the file system of the image from Debian's packages, for another processor.

mmdebstrap unpacks and configures the packages; what must run on the Pi's processor runs under
emulation (qemu-user). That is the slow part, so its result is kept until the recipe changes.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
from pathlib import Path

from provisioning.image.recipe import Recipe
from provisioning.workstation.places import ROOT
from provisioning.workstation.progress import SetupError

OVERLAY = ROOT / "image" / "root"
"""Files laid over what the packages bring."""

_NO_EMULATION = (
    "The programs of the Pi's processor cannot be run here, and the image is configured by running "
    "them. As root, run: mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc; "
    "update-binfmts --enable. A container must be allowed to do that."
)


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
    require_emulation(recipe.architecture)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside, listed = target.with_suffix(".new.tar"), target.with_suffix(".list")
    listed.write_text(sources, encoding="utf-8")
    wanted = (*recipe.packages, *(f"{name}/{recipe.kernel_from}" for name in recipe.kernel))
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


def require_emulation(architecture: str) -> None:
    """See that programs of another processor run here.

    Raises:
        SetupError: They do not; the message says how to allow it.
    """
    try:
        asked = subprocess.run(["arch-test", architecture], capture_output=True, check=False)
    except FileNotFoundError:
        raise SetupError("arch-test is missing: apt-get install arch-test") from None
    if asked.returncode:
        raise SetupError(_NO_EMULATION)


def prune_kernel(root: Path, recipe: Recipe) -> int:
    """Take away modules and device trees that a counter never needs, and second copies.

    Returns:
        How many bytes that gave.
    """
    given = _prune_trees(root)
    for kernel in sorted((root / "usr/lib/modules").glob("*/kernel")):
        for module in sorted(kernel.rglob("*.ko*")):
            name = module.relative_to(kernel).as_posix()
            if not name.startswith(recipe.keep):
                given += module.stat().st_size
                module.unlink()
        for folder in sorted(kernel.rglob("*"), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        version = kernel.parent.name
        subprocess.run(["depmod", "--basedir", str(root), version], check=True)
    return given


def _prune_trees(root: Path) -> int:
    """Leave the device trees of Broadcom's chips, once, and the kernel itself, once."""
    given = 0
    modules = root / "usr/lib/modules"
    unwanted = [each for each in modules.glob("*/dtb/*") if each.name != "broadcom"]
    unwanted += modules.glob("*/vmlinuz")
    for each in unwanted:
        given += sum(file.lstat().st_size for file in (each, *each.rglob("*")))
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()
    for name in ("vmlinuz", "initrd.img"):  # what the start-up script asks for
        (kernel,) = root.glob(f"boot/{name}-*")
        link = root / "boot" / name
        link.unlink(missing_ok=True)
        link.symlink_to(kernel.name)
    return given


def _hooks(recipe: Recipe) -> list[str]:
    """What happens before packages are configured: the rules they must find."""
    modules = " ".join(map(shlex.quote, recipe.initrd))
    rules = (
        'mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/boot/firmware"',
        'printf "MODULES=list\\nCOMPRESS=zstd\\n" > "$1/etc/initramfs-tools/conf.d/balie"',
        f'printf "%s\\n" {modules} > "$1/etc/initramfs-tools/modules"',
    )
    return [f"--essential-hook={' && '.join(rules)}"]
