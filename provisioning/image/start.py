"""The partition that the Pi's firmware reads: firmware, device trees, U-Boot, the choice of slot."""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from pathlib import Path

from appliance.update.slots import COPIES, State
from provisioning.workstation.places import ROOT

SCRIPT = ROOT / "image" / "start" / "boot.cmd"
SETTINGS = ROOT / "image" / "start" / "config.txt"

FIRMWARE = ("start4.elf", "fixup4.dat", "bootcode.bin", "start.elf", "fixup.dat")
"""What a Pi 4 loads from the card, and a Pi 3 for the smoke test; a Pi 5 has its own in a chip."""

TREES = ("bcm2711-rpi-4-b", "bcm2711-rpi-400", "bcm2711-rpi-cm4-io", "bcm2712-", "bcm2837-rpi-3-b")

_MAGIC, _ARM64, _SCRIPT, _LINUX = 0x27051956, 22, 6, 5


def fill(tree: Path, root: Path, *, epoch: int) -> None:
    """Put together what the firmware reads.

    Args:
        tree: The folder to fill.
        root: The root it is taken from: packages raspi-firmware, u-boot-rpi and the kernel's.
        epoch: The time that is written into the script's head.
    """
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    firmware = root / "usr/lib/raspi-firmware"
    for name in FIRMWARE:
        shutil.copyfile(firmware / name, tree / name)
    shutil.copyfile(root / "usr/lib/u-boot/rpi_arm64/u-boot.bin", tree / "u-boot.bin")
    for each in device_trees(root):
        shutil.copyfile(each, tree / each.name)
    shutil.copyfile(SETTINGS, tree / "config.txt")
    (tree / "boot.scr").write_bytes(script(SCRIPT.read_bytes(), epoch=epoch))
    for turn, name in enumerate(COPIES, 1):
        (tree / name).parent.mkdir(parents=True)
        (tree / name).write_bytes(State("A", turn=turn).pack())
    (tree / "README.txt").write_text(_README, encoding="ascii")


def device_trees(root: Path) -> list[Path]:
    """Return the device trees of the boards that Balie runs on, as the kernel brings them."""
    found = sorted((root / "usr/lib").glob("linux-image-*/broadcom/*.dtb"))
    return [each for each in found if each.name.startswith(TREES)]


def script(words: bytes, *, epoch: int) -> bytes:
    """Wrap a script as U-Boot wants it: an image of the old kind, as ``mkimage -T script`` makes.

    Args:
        words: The script.
        epoch: Seconds since 1970.
    """
    body = struct.pack(">II", len(words), 0) + words
    fields = (
        *(_MAGIC, 0, epoch, len(body), 0, 0, zlib.crc32(body)),
        *(_LINUX, _ARM64, _SCRIPT, 0),
        b"balie",
    )
    head = struct.pack(">7I4B32s", *fields)
    check = zlib.crc32(head)
    return head[:4] + struct.pack(">I", check) + head[8:] + body


def age(tree: Path, epoch: int) -> None:
    """Give everything in a folder the same time, so that the same content makes the same bits."""
    for path in [tree, *tree.rglob("*")]:
        os.utime(path, (epoch, epoch), follow_symlinks=False)


_README = (
    "Balie. A register enrols by scanning the code that the back office shows.\r\n"
    "Without a scanner: put that code as text into a file here named enrol.txt.\r\n"
    "Leave all other files as they are.\r\n"
)
