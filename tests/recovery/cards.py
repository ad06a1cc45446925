"""Cards as devices leave them: a partition table, and the file system of what is sold."""

from __future__ import annotations

import shutil
import struct
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.journal.entry import Entry, Watermark
from appliance.journal.signing import generate, public_pem, save
from appliance.journal.store import Event, Journal
from appliance.uplink.state import LinkState, LinkStore
from collector.ingest.models import Device
from tests.collector.till import SALE, Till, sale_data

MIB = 1 << 20
PATH = "/usr/sbin:/sbin:/usr/bin:/bin"
SIZE_MIB = 24


@dataclass
class Register:
    """A device with a journal on disk, whose sales are real ones."""

    folder: Path
    device: str = "register-2"
    key: Any = field(default_factory=generate)
    number: int = 0

    def __post_init__(self):
        for name in ("data", "identity"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "balie.toml").write_text(
            f'[device]\nid = "{self.device}"\nname = "Till"\nregister = "2"\n'
            'data = "/var/lib/balie/data"\n[broker]\nhost = "127.0.0.1"\n'
            'ca = "/var/lib/balie/identity/ca.pem"\n'
            'certificate = "/var/lib/balie/identity/device.pem"\n'
            'key = "/var/lib/balie/identity/device.key"\n'
        )
        save(self.key, self.folder / "identity" / "device.key")
        self.till = Till(self.device, key=self.key)
        self.journal = Journal.open(self.folder / "data" / "journal.db", self.device)

    def enrol(self) -> Device:
        return Device.objects.create(
            id=self.device, name=self.device, register="2", public_key=public_pem(self.key)
        )

    def sell(self, *quantities: int) -> Entry:
        self.till.number += 1
        (entry,) = self.journal.append(Event(SALE, sale_data(self.till, quantities or (2, 1, 1))))
        return entry

    def acknowledged(self, mark: Watermark) -> None:
        link = LinkStore.open(self.folder / "data" / "uplink.db")
        link.keep(LinkState(acked=mark, remote=mark))
        link.close()

    def batch(self, after: Watermark | None = None) -> bytes:
        from appliance.journal.batch import pack  # noqa: PLC0415

        entries = list(self.journal.entries(after))
        return pack(entries, stream="journal", device=self.device, signer=self.key)

    def card(self, target: Path) -> Path:
        """Cut its power: what lies on the disk now, log and all, becomes a card."""
        part = target.with_suffix(".part")
        files = target.with_suffix(".files")
        shutil.copytree(self.folder, files, ignore=shutil.ignore_patterns("*-shm", "*.sock"))
        make_ext4(part, files)
        return make_card(part, target)


def make_ext4(target: Path, files: Path | None = None, *, label: str = "balie-data") -> None:
    """Make the data partition as the image has it."""
    with target.open("wb") as file:
        file.truncate(SIZE_MIB * MIB)
    features = "has_journal,extent,metadata_csum,^64bit"
    command = ["mkfs.ext4", "-q", "-L", label, "-O", features, "-b", "4096", "-m", "0"]
    command += ["-d", str(files)] if files else []
    run(*command, str(target))


def make_card(part: Path, target: Path) -> Path:
    """Lay a partition into a card behind one that the Pi would start from."""
    table = bytearray(512)
    entry = struct.Struct("<B3xB3xII")
    entry.pack_into(table, 446, 0x80, 0x0C, 2048, 2048)
    entry.pack_into(table, 446 + 3 * 16, 0, 0x83, 4096, SIZE_MIB * MIB // 512)
    table[510:] = b"\x55\xaa"
    with target.open("wb") as card, part.open("rb") as source:
        card.write(table)
        card.seek(2 * MIB)
        shutil.copyfileobj(source, card)
    return target


@contextmanager
def mounted(image: Path, place: Path):
    """Mount a file system that is being used; needs root and a loop device."""
    place.mkdir()
    run("mount", "-o", "loop", str(image), str(place))
    try:
        yield place
    finally:
        run("umount", str(place))


def can_mount(folder: Path) -> bool:
    """Whether this machine lets us."""
    image = folder / "try.img"
    make_ext4(image)
    try:
        with mounted(image, folder / "try"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        image.unlink()


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, env={"PATH": PATH})
