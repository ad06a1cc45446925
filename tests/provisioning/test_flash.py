"""Writing a card: which are refused and in what words, and that every byte is as it should be."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from appliance.journal.reader import JournalReader
from provisioning.flash import command, disks, guarding, writing
from provisioning.flash.source import Source
from provisioning.workstation.progress import Progress, SetupError
from tests.recovery.cards import MIB, Register

ROOT = Path(__file__).resolve().parents[2]
SIZE = 9 * MIB + 1234


@pytest.fixture
def image(tmp_path):
    """An image of several pieces, the last of them not whole."""
    content = bytearray(random.Random(5).randbytes(2 * MIB) + bytes(SIZE - 2 * MIB))
    content[510:512] = b"\x55\xaa"
    file = tmp_path / "balie.img"
    file.write_bytes(content)
    file.with_name("balie.img.sha256").write_text(
        f"{hashlib.sha256(content).hexdigest()}  balie.img\n"
    )
    return file


def compressed(image, kind):
    target = image.with_name(f"{image.name}.{kind}")
    if kind == "xz":
        target.write_bytes(lzma.compress(image.read_bytes(), preset=0))
    elif kind == "gz":
        target.write_bytes(gzip.compress(image.read_bytes(), 1))
    else:
        subprocess.run(["zstd", "-q", "-1", image, "-o", target], check=True)
    return target


def flash(*words):
    """Run it as on a fresh machine: -S leaves out everything that pip ever installed."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "provisioning", "flash", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kind", ["", "zst", "xz", "gz"])
def test_every_kind_of_image_is_written_byte_for_byte(image, tmp_path, kind):
    if kind == "zst" and shutil.which("zstd") is None:
        pytest.skip("zstd is needed to unpack what it packed")
    source = compressed(image, kind) if kind else image
    assert Source(source).size_bytes in ({SIZE} if kind != "gz" else {None})
    ended = flash(source, tmp_path / "card")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "card").read_bytes() == image.read_bytes()
    assert "every byte is as written" in ended.stdout
    assert hashlib.sha256(image.read_bytes()).hexdigest() in ended.stdout


def test_without_a_card_named_the_cards_are_listed(image):
    ended = flash(image)
    assert ended.returncode == 0, ended.stderr
    assert "card" in ended.stdout


def test_an_image_that_is_not_the_one_that_was_built_leaves_a_card_that_does_not_start(
    image, tmp_path
):
    image.with_name("balie.img.sha256").write_text("ab" * 32)
    ended = flash(image, tmp_path / "card")
    assert ended.returncode == 1
    assert "is not the image that was built" in ended.stderr
    assert not (tmp_path / "card").read_bytes()[:512].strip(b"\0")


@pytest.mark.parametrize("kind", ["zst", "xz", "gz"])
def test_a_torn_image_is_refused_and_the_card_does_not_start(image, tmp_path, kind):
    if kind == "zst" and shutil.which("zstd") is None:
        pytest.skip("zstd is needed to unpack what it packed")
    torn = compressed(image, kind)
    torn.write_bytes(torn.read_bytes()[: -MIB // 2])
    ended = flash(torn, tmp_path / "card")
    assert ended.returncode == 1
    assert "damaged" in ended.stderr
    assert not (tmp_path / "card").read_bytes()[:512].strip(b"\0")


def test_what_is_no_image_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear sir,\n")
    for file in ("letter.txt", "none.img"):
        ended = flash(tmp_path / file, tmp_path / "card")
        assert ended.returncode == 1
        assert "image" in ended.stderr
    assert not (tmp_path / "card").exists()


def test_the_image_is_not_written_over_itself(image):
    before = image.read_bytes()
    with pytest.raises(SetupError, match="is the image itself"):
        guarding.check(Source(image), image)
    assert image.read_bytes() == before


def test_a_card_that_gives_back_other_bytes_is_thrown_away(image, tmp_path):
    card = tmp_path / "card"
    with Progress(2).step("Writing") as step:
        written = writing.write(Source(image), card, step)
    with card.open("r+b") as file:
        file.seek(5 * MIB)
        file.write(b"x")
    with pytest.raises(SetupError, match="at 4 MiB: it gives back other bytes"):
        writing.compare(card, written, Progress(1).step("Reading back"))


def test_a_card_that_lies_about_its_size_is_too_small(image):
    step = Progress(1).step("Writing")
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full to write to")
    with pytest.raises(SetupError, match=r"too small|failed while it was written"):
        writing.write(Source(image), full, step)


# Which disks there are.


def block(root, name, *, number="8:16", sectors=1 << 24, parts=(), **files):
    """Lay out a disk as the kernel tells of it."""
    folder = root / "sys" / "block" / name
    told = {"size": str(sectors), "dev": number, "removable": "1", "ro": "0", **files}
    told = {path.replace("__", "/"): value for path, value in told.items()}
    for at, part in enumerate(parts, 1):
        told[f"{part}/dev"] = f"{number.split(':')[0]}:{16 + at}"
        told[f"{part}/partition"] = str(at)
    for path, value in told.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"{value}\n")
    return folder


def mounts(root, *lines):
    (root / "proc" / "self").mkdir(parents=True, exist_ok=True)
    (root / "proc" / "self" / "mountinfo").write_text("\n".join(lines) + "\n")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A computer with its own disk, a card in a reader, a memory card and some that are no cards."""
    root = tmp_path / "machine"
    block(root, "sda", number="259:0", parts=["sda1"], removable="0", device__model="INNER DISK")
    block(root, "sdb", number="8:16", parts=["sdb1", "sdb2"], device__model="SD Reader")
    block(root, "mmcblk0", number="179:0", removable="0", device__name="SL32G", sectors=62333952)
    block(root, "mmcblk0boot0", number="179:8")
    block(root, "loop0", number="7:0")
    block(root, "sdc", number="8:32", sectors=0, device__model="Empty slot")
    mounts(root, "29 1 259:17 / / rw - ext4 /dev/sda1 rw")
    monkeypatch.setattr(
        disks, "is_device", lambda target: (root / "sys/block").exists() and "dev" in target.parts
    )
    return root


def test_cards_are_listed_with_size_and_name(machine):
    said = guarding.listing(machine)
    assert "sdb" in said
    assert "8.0 GiB  SD Reader" in said
    assert "29.7 GiB  SL32G" in said
    for name in ("sda", "loop0", "boot0", "Empty"):
        assert name not in said


def test_a_system_disk_is_refused(machine, image):
    block(machine, "sda", number="259:0", parts=["sda1"])
    mounts(machine, "29 1 259:17 / / rw - ext4 /dev/sda1 rw")
    with pytest.raises(SetupError, match="the disk this computer runs from"):
        guarding.check(Source(image), machine / "dev" / "sda", root=machine)


def test_a_system_disk_behind_a_volume_is_refused(machine, image):
    disk = block(machine, "sdd", number="8:48", parts=["sdd1"])
    (disk / "sdd1" / "holders" / "dm-0").mkdir(parents=True)
    block(machine, "dm-0", number="254:0")
    mounts(machine, "29 1 254:0 / / rw - ext4 /dev/mapper/root rw")
    with pytest.raises(SetupError, match="the disk this computer runs from"):
        guarding.check(Source(image), machine / "dev" / "sdd", root=machine)
    mounts(machine, "")
    with pytest.raises(SetupError, match="part of a volume"):
        guarding.check(Source(image), machine / "dev" / "sdd", root=machine)


def test_a_mounted_card_is_refused_with_where(machine, image):
    mounts(machine, r"40 1 8:18 / /media/my\040card rw - ext4 /dev/sdb2 rw")
    with pytest.raises(SetupError, match="umount '/media/my card'"):
        guarding.check(Source(image), machine / "dev" / "sdb", root=machine)


def test_a_swap_area_a_locked_one_a_part_and_a_small_one_are_refused(machine, image):
    (machine / "proc" / "swaps").write_text("Filename Type\n/dev/sdb2 partition 1 0 -2\n")
    with pytest.raises(SetupError, match="swapping"):
        guarding.check(Source(image), machine / "dev" / "sdb", root=machine)
    (machine / "proc" / "swaps").unlink()
    with pytest.raises(SetupError, match="name the whole disk"):
        guarding.check(Source(image), machine / "dev" / "sdb2", root=machine)
    block(machine, "sde", number="8:64", ro="1")
    with pytest.raises(SetupError, match="little switch"):
        guarding.check(Source(image), machine / "dev" / "sde", root=machine)
    block(machine, "sdf", number="8:80", sectors=1000)
    with pytest.raises(SetupError, match="too small"):
        guarding.check(Source(image), machine / "dev" / "sdf", root=machine)


def test_a_card_that_is_not_there_is_said_with_those_that_are(image):
    with pytest.raises(SetupError, match="is not there"):
        guarding.check(Source(image), Path("/dev/no-such-card"))


# What an old card of ours still holds.


@pytest.fixture
def register(tmp_path):
    register = Register(tmp_path / "device")
    register.sell()
    register.sell()
    yield register
    register.journal.close()


def test_a_card_with_unsent_sales_is_refused_until_they_are_recovered(register, image, tmp_path):
    card = register.card(tmp_path / "card.img")
    before = card.read_bytes()
    ended = flash(image, card)
    assert ended.returncode == 1
    assert "3 entries that were never sent" in ended.stderr
    assert f"balie recover {card} --output FILE" in ended.stderr
    assert card.read_bytes() == before

    from appliance.__main__ import main  # noqa: PLC0415 - what a technician does next

    kept = tmp_path / "kept.balie"
    assert main(["recover", str(card), "--output", str(kept)]) == 0
    ended = flash(image, card, "--recovered", kept)
    assert ended.returncode == 0, ended.stderr
    assert card.read_bytes() == image.read_bytes()


def test_what_was_recovered_of_another_time_is_not_enough(register, image, tmp_path):
    from appliance.__main__ import main  # noqa: PLC0415 - as above

    kept = tmp_path / "kept.balie"
    main(["recover", str(register.card(tmp_path / "early.img")), "--output", str(kept)])
    register.sell()
    with pytest.raises(SetupError, match=r"ends at 1\.3 of register-2, the card at 1\.4"):
        guarding.check(Source(image), register.card(tmp_path / "late.img"), recovered=kept)


def test_a_card_whose_sales_are_all_sent_may_be_written_over(register, image, tmp_path):
    register.acknowledged(register.journal.head)
    guarding.check(Source(image), register.card(tmp_path / "card.img"))


def test_a_register_that_never_sold_may_be_written_over(image, tmp_path):
    from tests.recovery.cards import make_card, make_ext4  # noqa: PLC0415

    make_ext4(tmp_path / "part")
    guarding.check(Source(image), make_card(tmp_path / "part", tmp_path / "card.img"))


def test_a_journal_that_cannot_be_read_counts_as_unsent(register, image, tmp_path):
    register.journal.close()
    with (register.folder / "data" / "journal.db").open("r+b") as file:
        file.write(b"\0" * 4096)
    with pytest.raises(SetupError, match="never sent"):
        guarding.check(Source(image), register.card(tmp_path / "card.img"))


def test_it_counts_as_the_desk_does(register):
    """`count_unsent` reads the tables itself, for it must run on a bare Python."""
    from appliance.recovery.card import copy_off, count_unsent  # noqa: PLC0415

    first = next(register.journal.entries(None, 1)).watermark
    register.acknowledged(first)
    aside = register.folder / "aside"
    aside.mkdir()
    counted = count_unsent(copy_off(register.folder, aside))
    with JournalReader.open(register.folder / "data/journal.db") as journal:
        assert counted == journal.count_above(first) == 2
    with closing(sqlite3.connect(aside / "journal.db")) as opened:
        assert opened.execute("select count(*) from entry").fetchone() == (3,)


def test_a_real_disk_is_written_read_back_and_refused_while_mounted(image, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root may write to a disk")
    backing = tmp_path / "disk.img"
    with backing.open("wb") as file:
        file.truncate(12 * MIB)
    attached = subprocess.run(
        ["losetup", "--find", "--show", backing], capture_output=True, text=True, check=False
    )
    if attached.returncode:
        pytest.skip("this machine gives no loop device")
    disk = Path(attached.stdout.strip())
    try:
        ended = flash(image, disk)
        assert ended.returncode == 0, ended.stderr
        assert "Take the card out" in ended.stdout
        assert backing.read_bytes()[:SIZE] == image.read_bytes()
        subprocess.run(["mkfs.ext4", "-q", disk], check=True)
        place = tmp_path / "mounted"
        place.mkdir()
        subprocess.run(["mount", disk, place], check=True)
        try:
            ended = flash(image, disk)
            assert ended.returncode == 1
            assert "is mounted" in ended.stderr
        finally:
            subprocess.run(["umount", place], check=True)
    finally:
        subprocess.run(["losetup", "--detach", disk], check=True)


def test_a_file_is_not_ejected(tmp_path):
    assert command.let_go(tmp_path / "card.img") == f"The image is in {tmp_path / 'card.img'}."
