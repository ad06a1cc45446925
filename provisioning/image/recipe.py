"""What the image is made of: ``image/recipe.toml``, read and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from provisioning.workstation.places import ROOT

FILE = ROOT / "image" / "recipe.toml"


class RecipeError(ValueError):
    """The recipe lacks something; the message names it."""


@dataclass(frozen=True, slots=True)
class Disk:
    """How the card is cut up.

    Attributes:
        signature: The disk's own number; every PARTUUID begins with it.
        start_mib: The partition that the Pi starts from (FAT), in MiB.
        root_mib: Each of the two root partitions, in MiB.
        data_mib: What is sold is kept here, in MiB; grows to the whole card at the first start.
    """

    signature: str
    start_mib: int
    root_mib: int
    data_mib: int

    @property
    def card_mib(self) -> int:
        """The whole card as it leaves the builder, in MiB; the first is the partition table."""
        return 1 + self.start_mib + 2 * self.root_mib + self.data_mib


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the image is made of.

    Attributes:
        suite: The release of the archive.
        kernel_from: The release that the kernel is taken from.
        components: The parts of the archive.
        architecture: As Debian calls it.
        python: The version of Python in that release, as wheels name it: ``3.13``.
        packages: Every package asked for, without the kernel.
        kernel: The kernel's packages.
        later: Packages of later releases, by release.
        initrd: The modules of the initial RAM disk.
        keep: Which modules stay: beginnings of paths under ``/lib/modules/*/kernel``.
        excluded: Paths left out of every package.
        but: Paths kept although they are excluded.
        enabled: Units of Debian's that start by themselves.
        masked: Units of Debian's that never start.
        disk: How the card is cut up.
    """

    suite: str
    kernel_from: str
    components: tuple[str, ...]
    architecture: str
    python: str
    packages: tuple[str, ...]
    kernel: tuple[str, ...]
    later: tuple[tuple[str, tuple[str, ...]], ...]
    initrd: tuple[str, ...]
    keep: tuple[str, ...]
    excluded: tuple[str, ...]
    but: tuple[str, ...]
    enabled: tuple[str, ...]
    masked: tuple[str, ...]
    disk: Disk


def read(file: Path = FILE) -> Recipe:
    """Read the recipe.

    Raises:
        RecipeError: Something is missing or of the wrong kind.
    """
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    try:
        archive, packages = table["archive"], dict(table["packages"])
        kernel = tuple(packages.pop("kernel"))
        return Recipe(
            suite=archive["suite"],
            kernel_from=archive["kernel_from"],
            components=tuple(archive["components"]),
            architecture=archive["architecture"],
            python=archive["python"],
            packages=tuple(name for group in packages.values() for name in group),
            kernel=kernel,
            later=tuple((release, tuple(names)) for release, names in table["later"].items()),
            initrd=tuple(table["kernel"]["initrd"]),
            keep=tuple(table["kernel"]["keep"]),
            excluded=tuple(table["exclude"]["paths"]),
            but=tuple(table["exclude"]["but"]),
            enabled=tuple(table["units"]["enabled"]),
            masked=tuple(table["units"]["masked"]),
            disk=Disk(**table["disk"]),
        )
    except (KeyError, TypeError) as missing:
        raise RecipeError(f"{file}: expected the whole recipe, found no {missing}") from missing
