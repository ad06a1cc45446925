"""``python3 -m provisioning image``: builds the image, step by step, and keeps what it can.

Everything lies in ``.balie/image``: ``balie.img.zst`` the image, beside it its bill of materials,
its check sum and what takes space. What a later build may use again lies where `kept` says. A build
whose inputs are those of the last one is that one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from provisioning.image import (
    archive,
    compiling,
    disk,
    emulation,
    house,
    inputs,
    kept,
    kernel,
    materials,
    recipe,
    root,
    start,
    units,
)
from provisioning.workstation.places import HOME, LOGS, shown
from provisioning.workstation.progress import Progress, SetupError

PLACE = HOME / "image"

CARD = "balie.img"
LIMIT_BYTES = 1024**3
"""The compressed image is at most this large (F7)."""

_STEPS = 8


@dataclass(frozen=True, slots=True)
class Made:
    """What a build made.

    Attributes:
        card: The image, uncompressed and sparse.
        compressed: The image as it is handed out.
        root: The file system that fills a slot.
        digest: SHA-256 of the uncompressed image.
    """

    card: Path
    compressed: Path
    root: Path
    digest: str


def make(
    *, keyring: Path, version: str = "", mirrors: tuple[str, ...] = (), place: Path = PLACE
) -> Made:
    """Build the image, or take the last one where nothing changed.

    Args:
        keyring: Certificates (PEM) of those who may sign updates.
        version: What devices say they run; else the project's own.
        mirrors: Lines for apt to add: another archive laid over Debian's.
        place: Where everything is made.

    Raises:
        SetupError: Something is missing; the message says what to do.
    """
    if os.geteuid() != 0:
        raise SetupError("The image's files belong to root, so only root can make it. Use sudo.")
    LOGS.mkdir(parents=True, exist_ok=True)
    place.mkdir(parents=True, exist_ok=True)
    log = LOGS / "image.log"
    version = version or house.project()["version"]
    building = _Building(
        recipe.read(), version, inputs.made_at(), mirrors, place, kept.folder(), log
    )
    key = inputs.key(building.base, version, str(building.epoch), keyring.read_bytes())
    if (made := _last(place, key)) is not None:
        Progress(1).step("Nothing changed").result(shown(made.compressed))
        return made
    emulation.require(building.chosen.architecture)
    digest = building.run(keyring)
    (place / "made.json").write_text(json.dumps({"key": key, "digest": digest}), encoding="ascii")
    return _made(place, digest)


@dataclass(frozen=True, slots=True)
class _Building:
    """One build.

    Attributes:
        chosen: What goes in.
        version: What devices say they run.
        epoch: The time that everything carries, in seconds since 1970.
        mirrors: Lines for apt to add.
        place: Where everything is made.
        kept: What earlier builds left.
        log: What the programs say.
    """

    chosen: recipe.Recipe
    version: str
    epoch: int
    mirrors: tuple[str, ...]
    place: Path
    kept: Path
    log: Path

    @property
    def base(self) -> str:
        """The name of the root of Debian's packages that this begins with."""
        return root.fingerprint(self.chosen, self.mirrors)

    def run(self, keyring: Path) -> str:
        """Do every step, and return the digest of the card."""
        progress, tree = Progress(_STEPS), self.place / "tree"
        (self.place / "made.json").unlink(missing_ok=True)
        with progress.step("Debian's packages") as step:
            base = kept.use(self.kept, self.base)
            if base.exists():
                step.result("kept from before")
            else:
                step.working("unpacked and configured under emulation: 20 minutes or more")
                listed = archive.sources(self.chosen, mirrors=self.mirrors, later=True)
                root.build(self.chosen, listed, base, self.log, epoch=self.epoch)
        with progress.step("Unpacking") as step:
            shutil.rmtree(tree, ignore_errors=True)
            tree.mkdir()
            _run(self.log, "tar", "-xf", str(base), "-C", str(tree), "--numeric-owner")
            given = kernel.prune(tree, self.chosen)
            step.result(f"{given // disk.MIB} MiB of drivers and device trees left out")
        with progress.step("Balie") as step:
            wheels = self.kept / "wheels"
            house.install(tree, self.chosen, version=self.version, wheels=wheels, log=self.log)
            (tree / "etc/rauc").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(keyring, tree / "etc/rauc/keyring.pem")
            enabled = units.install(tree, self.chosen, epoch=self.epoch, log=self.log)
            step.result(f"starts by itself: {', '.join(enabled)}")
        with progress.step("Compiling") as step:
            count = self._compiler().compile(tree, self.log)
            step.result(f"{count} files of Python")
        with progress.step("What is inside") as step:
            step.result(self._take_stock(tree))
        with progress.step("The card"):
            card = self._join(tree)
        with progress.step("Check sum") as step:
            digest = _digest(card)
            step.result(digest[:16])
        with progress.step("Packing") as step:
            step.result(self._pack(card, digest))
        return digest

    def _compiler(self) -> compiling.Compiler:
        listed = self.kept / f"python-{self.base}.list"
        listed.write_text(archive.sources(self.chosen, mirrors=self.mirrors), encoding="utf-8")
        return compiling.compiler(self.chosen, listed, self.kept / f"python-{self.base}", self.log)

    def _take_stock(self, tree: Path) -> str:
        """List the packages inside, and what takes space."""
        made_at = datetime.fromtimestamp(self.epoch, UTC).isoformat()
        bill = materials.bill(tree, version=self.version, epoch_text=made_at)
        listed = json.dumps(bill, indent=1)
        (self.place / "balie.cdx.json").write_text(listed, encoding="utf-8")
        sizes = "".join(
            f"{size / disk.MIB:8.1f} MiB  {name}\n" for name, size in materials.largest(tree)
        )
        (self.place / "sizes.txt").write_text(sizes, encoding="utf-8")
        return f"{len(bill['components'])} packages, see {shown(self.place / 'balie.cdx.json')}"

    def _join(self, tree: Path) -> Path:
        """Make the partitions and the card of a whole root."""
        built = disk.Builder(self.epoch, self.log)
        first, sizes = self.place / "start", self.chosen.disk
        start.fill(first, tree, epoch=self.epoch)
        for folder in (tree, first):
            start.age(folder, self.epoch)
        parts = {name: self.place / f"{name}.part" for name in ("start", "root-a", "data")}
        built.start(first, parts["start"], mib=sizes.start_mib)
        built.root(tree, parts["root-a"], mib=sizes.root_mib)
        built.data(parts["data"], mib=sizes.data_mib)
        card = self.place / CARD
        # Both slots start alike: a card whose first slot is damaged has another at once.
        built.card({**parts, "root-b": parts["root-a"]}, card, sizes)
        return card

    def _pack(self, card: Path, digest: str) -> str:
        """Compress the card, and see that it is small enough."""
        compressed = card.with_name(f"{CARD}.zst")
        _run(self.log, "zstd", "-q", "-f", "-9", "-T0", str(card), "-o", str(compressed))
        (self.place / f"{CARD}.sha256").write_text(f"{digest}  {CARD}\n", encoding="ascii")
        size = compressed.stat().st_size
        if size > LIMIT_BYTES:
            raise SetupError(
                f"The image was to be at most 1 GiB when packed and is {size / disk.MIB:.0f} MiB. "
                f"{shown(self.place / 'sizes.txt')} says what takes the space."
            )
        return f"{size / disk.MIB:.0f} MiB in {shown(compressed)}"


def _last(place: Path, key: str) -> Made | None:
    """Return what the last build made, if this one would make the same."""
    try:
        said = json.loads((place / "made.json").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    made = _made(place, said["digest"])
    whole = all(file.exists() for file in (made.card, made.compressed, made.root))
    return made if said["key"] == key and whole else None


def _made(place: Path, digest: str) -> Made:
    return Made(place / CARD, place / f"{CARD}.zst", place / "root-a.part", digest)


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _run(log: Path, *command: str) -> None:
    with log.open("ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=out, check=False)
    if ended.returncode:
        raise SetupError(f"{command[0]} failed. What it said is in {shown(log)}.")
