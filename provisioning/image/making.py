"""``python3 -m provisioning image``: builds the image, step by step, and keeps what it can.

Everything lies in ``.balie/image``: ``kept/`` what a later build may use again, ``card.img.zst``
the image, beside it its bill of materials, its check sum and what takes space.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from provisioning.image import archive, disk, house, materials, recipe, root, start
from provisioning.workstation.places import HOME, LOGS, shown
from provisioning.workstation.progress import Progress, SetupError

PLACE = HOME / "image"
KEPT = PLACE / "kept"

CARD = "balie.img"
LIMIT_BYTES = 1024**3
"""The compressed image is at most this large (F7)."""

_STEPS = 7


@dataclass(frozen=True, slots=True)
class Made:
    """What a build made.

    Attributes:
        card: The image, uncompressed and sparse.
        compressed: The image as it is handed out.
        tree: The root as a folder, for whoever looks inside.
        digest: SHA-256 of the uncompressed image.
    """

    card: Path
    compressed: Path
    tree: Path
    digest: str


def make(*, keyring: Path, mirrors: tuple[str, ...] = (), place: Path = PLACE) -> Made:
    """Build the image.

    Args:
        keyring: Certificates (PEM) of those who may sign updates.
        mirrors: Lines for apt to add: another archive laid over Debian's.
        place: Where everything is made.

    Raises:
        SetupError: Something is missing; the message says what to do.
    """
    if os.geteuid() != 0:
        raise SetupError("The image's files belong to root, so only root can make it. Use sudo.")
    chosen, epoch, log = recipe.read(), start.built_at(), LOGS / "image.log"
    LOGS.mkdir(parents=True, exist_ok=True)
    kept = place / "kept"
    kept.mkdir(parents=True, exist_ok=True)
    progress, tree = Progress(_STEPS), place / "tree"

    with progress.step("Debian's packages") as step:
        listed = archive.sources(chosen, mirrors=mirrors)
        base = kept / f"root-{root.fingerprint(chosen, mirrors)}.tar"
        if base.exists():
            step.result("kept from before")
        else:
            root.build(chosen, listed, base, log, epoch=epoch)
    with progress.step("Unpacking") as step:
        shutil.rmtree(tree, ignore_errors=True)
        tree.mkdir()
        _run(log, "tar", "-xf", str(base), "-C", str(tree), "--numeric-owner")
        given = root.prune_kernel(tree, chosen)
        step.result(f"{given // disk.MIB} MiB of modules and device trees left out")
    with progress.step("Balie"):
        house.install(tree, chosen, wheels=kept / "wheels", log=log)
        target = tree / "etc/rauc/keyring.pem"
        shutil.copyfile(keyring, target)
    with progress.step("What is inside") as step:
        made_at = datetime.fromtimestamp(epoch, UTC).isoformat()
        bill = materials.bill(tree, version=version("balie"), epoch_text=made_at)
        (place / "balie.cdx.json").write_text(json.dumps(bill, indent=1), encoding="utf-8")
        sizes = "".join(
            f"{size / disk.MIB:8.1f} MiB  {name}\n" for name, size in materials.largest(tree)
        )
        (place / "sizes.txt").write_text(sizes, encoding="utf-8")
        step.result(f"{len(bill['components'])} packages")
    with progress.step("The card"):
        card = _join(tree, chosen, place, epoch=epoch, log=log)
    with progress.step("Check sum") as step:
        digest = _digest(card)
        step.result(digest[:16])
    with progress.step("Packing") as step:
        compressed = place / f"{CARD}.zst"
        _run(log, "zstd", "-q", "-f", "-9", "-T0", str(card), "-o", str(compressed))
        size = compressed.stat().st_size
        (place / f"{CARD}.sha256").write_text(f"{digest}  {CARD}\n", encoding="ascii")
        step.result(f"{size / disk.MIB:.0f} MiB in {shown(compressed)}")
    if size > LIMIT_BYTES:
        raise SetupError(
            f"The image was to be at most 1 GiB when packed and is {size / disk.MIB:.0f} MiB. "
            f"{shown(place / 'sizes.txt')} says what takes the space."
        )
    return Made(card, compressed, tree, digest)


def _join(tree: Path, chosen: recipe.Recipe, place: Path, *, epoch: int, log: Path) -> Path:
    """Make the partitions and the card of a whole root."""
    built = disk.Builder(epoch, log)
    first = place / "start"
    start.fill(first, tree, epoch=epoch)
    for folder in (tree, first):
        start.age(folder, epoch)
    parts = {name: place / f"{name}.part" for name in ("start", "root-a", "data")}
    built.start(first, parts["start"], mib=chosen.disk.start_mib)
    built.root(tree, parts["root-a"], mib=chosen.disk.root_mib)
    built.data(parts["data"], mib=chosen.disk.data_mib)
    card = place / CARD
    # Both slots start alike: a card whose first slot is damaged has another at once.
    built.card({**parts, "root-b": parts["root-a"]}, card, chosen.disk)
    return card


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _run(log: Path, *command: str) -> None:
    with log.open("ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=out, check=False)
    if ended.returncode:
        raise SetupError(f"{command[0]} failed. What it said is in {shown(log)}.")
