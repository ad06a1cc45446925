"""``python3 -m provisioning flash``."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from provisioning.flash import disks, guarding
from provisioning.flash.source import Source
from provisioning.flash.writing import compare, write
from provisioning.workstation.progress import Progress

_READ_TABLE_AGAIN = 0x125F
"""BLKRRPART of linux/fs.h."""


def add_command(commands: Any) -> None:
    """Add ``flash``; see `run`."""
    parser = commands.add_parser(
        "flash", help="write the image to a storage card and read it back; lists the cards"
    )
    parser.add_argument("image", type=Path, help="such as .balie/image/balie.img.zst")
    parser.add_argument(
        "target",
        type=Path,
        nargs="?",
        metavar="DEVICE|FILE",
        help="the card, such as /dev/sdb, or a file; without it the cards are listed",
    )
    parser.add_argument(
        "--recovered",
        type=Path,
        metavar="FILE",
        help="what 'balie recover' wrote of the sales that the old card holds unsent",
    )


def run(chosen: argparse.Namespace) -> None:
    """Write the image, or list the cards where none was named.

    Raises:
        SetupError: The image or the card is not as it should be; see `guarding` and `writing`.
    """
    source = Source(chosen.image)
    if chosen.target is None:
        sys.stdout.write(guarding.listing() + "\n")
        return
    guarding.check(source, chosen.target, recovered=chosen.recovered)
    progress = Progress(2)
    with progress.step("Writing") as step:
        written = write(source, chosen.target, step)
    with progress.step("Reading back") as step:
        compare(chosen.target, written, step)
    sys.stdout.write(f"SHA-256 {written.sha256}\n{let_go(chosen.target)}\n")


def let_go(target: Path) -> str:
    """Have the computer let go of a card, and say what to do with it.

    Everything is on the card by then; a reader that cannot eject only keeps it looking plugged in.
    """
    if not disks.is_device(target):
        return f"The image is in {target}."
    with contextlib.suppress(OSError):
        card = os.open(target, os.O_RDONLY)
        try:
            fcntl.ioctl(card, _READ_TABLE_AGAIN)
        finally:
            os.close(card)
    eject = shutil.which("eject")
    if eject is not None:
        subprocess.run([eject, str(target)], capture_output=True, check=False)
    return "Done. Take the card out and put it into the register."
