"""The place of what is sold grows to the card, and is made where there is none, at any power cut."""

import shutil
import struct
import subprocess

import pytest

from appliance.card import first_start
from appliance.card.first_start import MAKING, SECTOR, CardError, fill, grow, grown

MIB = 1024 * 1024
START = 1929 * MIB // SECTOR

needs_mkfs = pytest.mark.skipif(
    shutil.which("mkfs.ext4", path="/usr/sbin:/sbin:/usr/bin") is None,
    reason="mkfs.ext4 is not installed (Debian package e2fsprogs)",
)


def table(length=256 * MIB // SECTOR, *, signature=first_start.SIGNATURE, kind=0x83):
    """The first sector of a card, with its fourth partition."""
    entry = struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", kind, b"\xfe\xff\xff", START, length)
    code = bytes(440) + struct.pack("<IH", signature, 0)
    return code + bytes(48) + entry + b"\x55\xaa"


def first_sector(file):
    with file.open("rb") as opened:
        return opened.read(SECTOR)


def length_in(sector):
    return struct.unpack_from("<I", sector, 446 + 48 + 12)[0]


def card(tmp_path, mib=4096, **wishes):
    file = tmp_path / "card"
    file.write_bytes(table(**wishes))
    with file.open("r+b") as opened:
        opened.truncate(mib * MIB)
    return file


def test_the_partition_reaches_to_the_end_of_the_card(tmp_path):
    told = []
    file = card(tmp_path)
    assert grow(file, tell_kernel=lambda *words: told.append(words[1:]))
    assert length_in(first_sector(file)) == (4096 - 1929) * MIB // SECTOR
    assert told == [(1929 * MIB, (4096 - 1929) * MIB)]


def test_only_the_length_of_that_partition_changes():
    before = table()
    after = grown(before, 4096 * MIB // SECTOR)
    differing = [at for at in range(SECTOR) if before[at] != after[at]]
    assert set(differing) <= set(range(446 + 48 + 12, 446 + 48 + 16))


def test_a_card_that_is_full_is_left_as_it_is(tmp_path):
    file = card(tmp_path, mib=1929 + 256)
    assert not grow(file, tell_kernel=lambda *_: pytest.fail("nothing grew"))


def test_growing_again_does_nothing(tmp_path):
    file = card(tmp_path)
    assert grow(file, tell_kernel=lambda *_: None)
    assert not grow(file, tell_kernel=lambda *_: pytest.fail("nothing grew"))


def test_a_cut_before_the_kernel_knows_is_made_good_by_the_next_start(tmp_path):
    file = card(tmp_path)

    def power_goes(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grow(file, tell_kernel=power_goes)
    # The table is whole and says the new length, which the kernel reads when it starts.
    assert not grow(file)


def test_a_card_larger_than_its_table_can_say_is_used_as_far_as_it_can():
    after = grown(table(), 2**33)
    assert length_in(after) < 2**32
    assert grown(after, 2**33) is None


@pytest.mark.parametrize("wishes", [{"signature": 0x12345678}, {"kind": 0x0C}])
def test_another_s_card_is_never_written(tmp_path, wishes):
    file = card(tmp_path, **wishes)
    before = first_sector(file)
    with pytest.raises(CardError, match="flash it anew"):
        grow(file)
    assert first_sector(file) == before


def parts(tmp_path):
    disk, part = tmp_path / "disk", tmp_path / "part"
    disk.write_bytes(table() + bytes(SECTOR * 7))
    with part.open("wb") as opened:
        opened.truncate(64 * MIB)
    return disk, part


def kind_of(part):
    asked = ["blkid", "-p", "-s", "TYPE", "-o", "value", str(part)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


@needs_mkfs
def test_a_blank_partition_gets_a_file_system_and_the_mark_is_gone(tmp_path):
    disk, part = parts(tmp_path)
    assert fill(disk, part)
    assert kind_of(part) == "ext4"
    assert disk.read_bytes()[SECTOR : 2 * SECTOR] == bytes(SECTOR)
    assert not fill(disk, part)


@needs_mkfs
def test_half_a_file_system_is_made_anew(tmp_path):
    disk, part = parts(tmp_path)
    with disk.open("r+b") as opened:
        opened.seek(SECTOR)
        opened.write(MAKING)
    with part.open("r+b") as opened:
        opened.write(b"half" * 4096)
    assert fill(disk, part)
    assert kind_of(part) == "ext4"


def test_what_is_not_blank_is_never_made_anew(tmp_path, monkeypatch):
    disk, part = parts(tmp_path)
    with part.open("r+b") as opened:
        opened.seek(MIB // 2)
        opened.write(b"somebody's sales")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it was made anew"))
    assert not fill(disk, part)


def test_where_no_file_system_can_be_made_the_mark_stays(tmp_path, monkeypatch):
    disk, part = parts(tmp_path)
    failed = subprocess.CompletedProcess([], 1, "", "no room")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(CardError, match="Use another storage card"):
        fill(disk, part)
    assert disk.read_bytes()[SECTOR : 2 * SECTOR] == MAKING
