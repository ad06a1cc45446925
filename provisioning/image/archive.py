"""Where packages come from: the archive this machine's own apt uses, with another release."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from provisioning.image.recipe import Recipe
from provisioning.workstation.progress import SetupError

KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def sources(recipe: Recipe, *, mirrors: tuple[str, ...] = (), later: bool = False) -> str:
    """Return the lines that tell apt where to look.

    Args:
        recipe: Names the releases.
        mirrors: Lines to add, written as apt wants them: another archive laid over Debian's.
        later: Whether the later releases are among them; `preferences` holds them back.

    Raises:
        SetupError: The machine has no Debian archive to ask.
    """
    ordinary, security = _sites()
    parts = " ".join(recipe.components)
    lines = [
        f"deb {ordinary} {recipe.suite} {parts}",
        f"deb {ordinary} {recipe.suite}-updates {parts}",
        f"deb {security} {recipe.suite}-security {parts}",
    ]
    if recipe.kernel_from != recipe.suite:
        lines.append(f"deb {ordinary} {recipe.kernel_from} {parts}")
    if later:
        # A release that is not finished dates itself anew each week; a mirror may be older. What it
        # lists is signed all the same.
        lines.extend(
            f"deb [check-valid-until=no] {ordinary} {release} {parts}"
            for release, _ in recipe.later
        )
    return "\n".join((*lines, *mirrors, ""))


def preferences(recipe: Recipe) -> str:
    """Return what has apt take from later releases what was asked for, and never anything else."""
    return "\n".join(
        f"Package: {names}\nPin: release n={release}\nPin-Priority: {priority}\n"
        for release, packages in recipe.later
        for names, priority in ((" ".join(packages), 990), ("*", -1))
    )


def _sites() -> tuple[str, str]:
    """Return the addresses of the ordinary archive and of the security updates."""
    found = list(_indexed())
    ordinary = next((site for label, site in found if label == "Debian"), None)
    if ordinary is None:
        raise SetupError(
            "A Debian archive was expected in this machine's apt settings and none was found. "
            "Build the image on Debian 12 or newer, or in a container of it, after: apt-get update."
        )
    security = next((site for label, site in found if label == "Debian-Security"), None)
    return ordinary, security or ordinary


def _indexed() -> Iterator[tuple[str, str]]:
    """Yield whose archives apt knows here, each with its address."""
    asked = ["apt-get", "indextargets", "--format", "$(LABEL) $(SITE)", "Created-By: Packages"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    for line in said.splitlines():
        label, _, site = line.rpartition(" ")
        yield label, site
