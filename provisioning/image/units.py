"""Puts our units into the root, says which start by themselves, and makes who they run as.

Every file in ``systemd/`` is taken, whatever its name; a unit starts by itself when its
``[Install]`` says so, as ``systemctl enable`` would have it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from provisioning.image.recipe import Recipe
from provisioning.workstation.places import ROOT
from provisioning.workstation.progress import SetupError

OURS = ROOT / "systemd"
SYSTEM = Path("usr/lib/systemd/system")
CHOSEN = Path("etc/systemd/system")

UNITS = (".service", ".timer", ".path", ".socket", ".target", ".mount")
NAMED = {
    "sysusers.conf": "usr/lib/sysusers.d/balie.conf",
    "tmpfiles.conf": "usr/lib/tmpfiles.d/balie.conf",
    "README.md": "usr/share/doc/balie/systemd.md",
}
"""Files that have another name in the root."""

_CLOCK = Path("usr/lib/clock-epoch")
"""systemd never lets the clock be earlier than this file's time: a Pi has none of its own."""


def install(root: Path, recipe: Recipe, *, epoch: int, log: Path, ours: Path = OURS) -> list[str]:
    """Copy units and rules, and let start what should.

    Args:
        root: The root, with everything else in it.
        recipe: Says which of Debian's own units start and which never do.
        epoch: No account is younger than this, in seconds since 1970.
        log: What the programs say.
        ours: The folder of our units.

    Returns:
        The names of our units that start by themselves.

    Raises:
        SetupError: The accounts could not be made.
    """
    enabled = []
    for file in sorted(ours.iterdir()):
        target = _place(file, root)
        if target is None:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            shutil.copytree(file, target, dirs_exist_ok=True)
            continue
        shutil.copyfile(file, target)
        target.chmod(0o644)
        if file.suffix in UNITS and enable(root, file.name):
            enabled.append(file.name)
    for name in recipe.enabled:
        enable(root, name)
    for name in recipe.masked:
        _link(root / CHOSEN / name, "/dev/null")
    _link(root / "etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")
    (root / "etc/machine-id").write_bytes(b"")  # each start gets its own; nothing is kept by it
    (root / _CLOCK).touch()
    _make_accounts(root, epoch, log)
    return enabled


def enable(root: Path, name: str) -> bool:
    """Let a unit start as its ``[Install]`` says; tell whether that says anything."""
    install = _install_of((root / SYSTEM / name).read_text(encoding="utf-8"))
    for key, folder in (("WantedBy", "wants"), ("RequiredBy", "requires")):
        for target in install.get(key, ()):
            _link(root / CHOSEN / f"{target}.{folder}" / name, f"/{SYSTEM / name}")
    for alias in install.get("Alias", ()):
        _link(root / CHOSEN / alias, f"/{SYSTEM / name}")
    return bool(install)


def _install_of(unit: str) -> dict[str, list[str]]:
    """Return what a unit's ``[Install]`` says: each key with its words."""
    said: dict[str, list[str]] = {}
    inside = False
    for line in map(str.strip, unit.splitlines()):
        if line.startswith("["):
            inside = line == "[Install]"
        elif inside and "=" in line and not line.startswith(("#", ";")):
            key, _, words = line.partition("=")
            said.setdefault(key.strip(), []).extend(words.split())
    return said


def _place(file: Path, root: Path) -> Path | None:
    if file.name in NAMED:
        return root / NAMED[file.name]
    if file.suffix == ".rules":
        return root / "usr/lib/udev/rules.d" / file.name
    if file.suffix in (*UNITS, ".d"):
        return root / SYSTEM / file.name
    return None


def _link(place: Path, target: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def _make_accounts(root: Path, epoch: int, log: Path) -> None:
    """Make who services run as now: the root is read-only when the device starts."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    command = ["chroot", str(root), "/usr/bin/systemd-sysusers"]
    with log.open("ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=out, env=environment, check=False)
    if ended.returncode:
        raise SetupError(f"The accounts of the image could not be made. See {log}.")
    for old in (root / "etc").glob("*-"):
        old.unlink()
