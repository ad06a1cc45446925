"""Leaves of the kernel what a counter needs: it comes with drivers for every server and phone."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from provisioning.image.recipe import Recipe
from provisioning.workstation.progress import SetupError

ROOM_BYTES = 0x8000000
"""Between where U-Boot puts the kernel and where ``boot.cmd`` puts the initial RAM disk."""

_ALIGNED = 0x200000
"""U-Boot moves a kernel to a multiple of this; Linux, Documentation/arch/arm64/booting.rst."""

_SIZE = struct.Struct("<16xQ")
"""The head of an arm64 kernel: how much memory it takes once it runs; the same document."""


def prune(root: Path, recipe: Recipe) -> int:
    """Take away modules and device trees that a counter never needs, and second copies.

    Returns:
        How many bytes that gave.
    """
    given = _prune_trees(root)
    for kernel in sorted((root / "usr/lib/modules").glob("*/kernel")):
        modules = {path.relative_to(kernel.parent).as_posix(): path for path in _modules(kernel)}
        needed = read_needs((kernel.parent / "modules.dep").read_text(encoding="utf-8"))
        stay = staying(modules, recipe.keep, needed)
        for name, module in modules.items():
            if name not in stay:
                given += module.stat().st_size
                module.unlink()
        for folder in sorted(kernel.rglob("*"), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        subprocess.run(["depmod", "--basedir", str(root), kernel.parent.name], check=True)
    return given


def require_room(kernel: Path) -> None:
    """See that a kernel ends before its initial RAM disk begins.

    Raises:
        SetupError: It does not: no board could start it.
    """
    with kernel.open("rb") as file:
        (size,) = _SIZE.unpack(file.read(_SIZE.size))
    if size + _ALIGNED > ROOM_BYTES:
        raise SetupError(
            f"The kernel needs {size >> 20} MiB and the start-up script leaves it "
            f"{(ROOM_BYTES - _ALIGNED) >> 20}. Have image/start/boot.cmd put the initial RAM disk "
            "higher, and ROOM_BYTES say the same."
        )


def staying(
    modules: Iterable[str], keep: tuple[str, ...], needed: Mapping[str, tuple[str, ...]]
) -> set[str]:
    """Return which modules stay: those the recipe keeps, and those they cannot do without.

    Args:
        modules: Paths from the kernel's folder of modules: ``kernel/fs/ext4/ext4.ko.xz``.
        keep: How those that stay begin, after ``kernel/``.
        needed: What each module needs, whole: with what that needs in its turn.
    """
    chosen = {name for name in modules if name.removeprefix("kernel/").startswith(keep)}
    return chosen.union(*(needed.get(name, ()) for name in chosen))


def read_needs(text: str) -> dict[str, tuple[str, ...]]:
    """Read ``modules.dep``, as depmod writes it."""
    parted = (line.partition(":") for line in text.splitlines())
    return {name: tuple(needs.split()) for name, colon, needs in parted if colon}


def _modules(kernel: Path) -> list[Path]:
    return sorted(kernel.rglob("*.ko*"))


def _prune_trees(root: Path) -> int:
    """Leave the device trees of Broadcom's chips, once, and the kernel itself, once."""
    given = 0
    modules = root / "usr/lib/modules"
    unwanted = [each for each in modules.glob("*/dtb/*") if each.name != "broadcom"]
    unwanted += modules.glob("*/vmlinuz")
    # What raspi-firmware's hooks put here for a Pi without slots; our own partition covers it.
    unwanted += (root / "boot/firmware").glob("*")
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
        for old in (root / name, root / f"{name}.old"):
            old.unlink(missing_ok=True)
    require_room((root / "boot/vmlinuz").resolve())
    return given
