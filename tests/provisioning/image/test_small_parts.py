"""What the image is put together from, each part as small as it can be: no root, no emulation."""

import filecmp
import importlib.metadata
import os
import shutil
import struct
import subprocess
import time
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.card import first_start
from provisioning.image import archive, emulation, house, inputs, kernel, recipe, start, units
from provisioning.image import root as roots
from provisioning.image.disk import MIB, Builder
from provisioning.image.recipe import Disk, RecipeError
from provisioning.workstation.debian import SYSTEM_PATH
from provisioning.workstation.progress import SetupError

EPOCH = 1_700_000_000

needs_makers = pytest.mark.skipif(
    any(shutil.which(name, path=SYSTEM_PATH) is None for name in ("mkfs.vfat", "mcopy", "sfdisk")),
    reason="dosfstools, mtools and fdisk are not installed",
)


def test_the_recipe_is_whole_and_its_card_is_the_one_the_device_knows():
    chosen = recipe.read()
    assert chosen.architecture == "arm64"
    assert int(chosen.disk.signature, 16) == first_start.SIGNATURE
    fstab = (house.OVERLAY / "etc/fstab").read_text()
    rauc = (house.OVERLAY / "etc/rauc/system.conf").read_text()
    number = chosen.disk.signature.removeprefix("0x")
    assert f"PARTUUID={number}-04  /var/lib/balie" in fstab
    assert f"{number}-02" in rauc
    assert f"{number}-03" in rauc


def test_without_its_watchdog_a_broken_slot_would_never_fall_back():
    assert "bcm2835_wdt" in recipe.read().initrd


def test_a_recipe_that_lacks_something_names_it(tmp_path):
    file = tmp_path / "recipe.toml"
    file.write_text('[archive]\nsuite = "trixie"\n[packages]\nkernel = []\n')
    with pytest.raises(RecipeError, match="kernel_from"):
        recipe.read(file)


def test_the_slow_root_is_made_anew_only_for_what_it_is_made_of():
    chosen = recipe.read()
    name = roots.fingerprint(chosen)
    assert roots.fingerprint(replace(chosen, keep=(), masked=())) == name
    assert roots.fingerprint(replace(chosen, packages=(*chosen.packages, "vim"))) != name
    assert roots.fingerprint(chosen, ("deb somewhere trixie main",)) != name


def test_a_kept_driver_keeps_what_it_needs():
    needs = kernel.read_needs(
        "kernel/net/core/failover.ko.xz:\n"
        "kernel/drivers/net/net_failover.ko.xz: kernel/net/core/failover.ko.xz\n"
        "kernel/drivers/net/virtio_net.ko.xz: kernel/drivers/net/net_failover.ko.xz"
        " kernel/net/core/failover.ko.xz\n"
        "kernel/sound/isa/old.ko.xz:\n"
    )
    assert kernel.staying(needs, ("drivers/net/virtio_net",), needs) == {
        "kernel/drivers/net/virtio_net.ko.xz",
        "kernel/drivers/net/net_failover.ko.xz",
        "kernel/net/core/failover.ko.xz",
    }


def test_a_kernel_ends_before_its_initial_ram_disk_begins(tmp_path):
    words = f"setexpr ramdisk_at ${{kernel_addr_r}} + {kernel.ROOM_BYTES:x}\n"
    assert words in start.SCRIPT.read_text()
    image = tmp_path / "vmlinuz"
    image.write_bytes(struct.pack("<16xQ", 60 * MIB))
    kernel.require_room(image)
    image.write_bytes(struct.pack("<16xQ", 127 * MIB))
    with pytest.raises(SetupError, match=r"needs 127 MiB .* leaves it 126"):
        kernel.require_room(image)


def test_of_a_later_release_nothing_is_taken_but_what_the_recipe_names():
    chosen = replace(recipe.read(), later=(("forky", ("rauc", "libnl-3-200")),))
    first, rest = archive.preferences(chosen).split("\n\n")
    assert first == "Package: rauc libnl-3-200\nPin: release n=forky\nPin-Priority: 990"
    assert rest == "Package: *\nPin: release n=forky\nPin-Priority: -1\n"
    assert roots.fingerprint(chosen) != roots.fingerprint(replace(chosen, later=()))


def test_rauc_understands_the_kernel_it_runs_on():
    """Before 1.15.1 it refuses every bundle from Linux 6.19 on, which the backports have."""
    later = dict(recipe.read().later)
    assert "rauc" in later["forky"]


def test_the_start_up_script_is_wrapped_as_u_boot_checks_it():
    wrapped = start.script(b"echo hello\n", epoch=EPOCH)
    head, body = wrapped[:64], wrapped[64:]
    assert body.endswith(b"echo hello\n")
    assert zlib.crc32(body) == int.from_bytes(head[24:28], "big")
    zeroed = head[:4] + bytes(4) + head[8:]
    assert zlib.crc32(zeroed) == int.from_bytes(head[4:8], "big")
    assert wrapped == start.script(b"echo hello\n", epoch=EPOCH)


def make_card(folder):
    folder.mkdir()
    tree, first = folder / "tree", folder / "first"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/hostname").write_text("balie\n")
    (first / "slots/0").mkdir(parents=True)
    (first / "slots/0/state").write_bytes(b"A" * 512)
    for each in (tree, first):
        start.age(each, EPOCH)
    built = Builder(EPOCH, folder / "log")
    built.start(first, folder / "start", mib=34)
    built.root(tree, folder / "root", mib=8)
    built.data(folder / "data", mib=64)
    card = folder / "card"
    parts = {"start": folder / "start", "root-a": folder / "root", "data": folder / "data"}
    built.card({**parts, "root-b": folder / "root"}, card, Disk("0xfea51234", 34, 8, 64))
    return card


@needs_makers
def test_the_same_parts_make_the_same_card_bit_for_bit(tmp_path):
    one = make_card(tmp_path / "one")
    second = int((tmp_path / "one/tree/etc/hostname").stat().st_ctime)
    while int(time.time()) == second:  # what is made within one second is the same by chance
        time.sleep(0.05)
    other = make_card(tmp_path / "other")
    same = filecmp.cmp(one, other, shallow=False)  # not compared by pytest, which would print it
    assert same


@needs_makers
def test_the_card_is_cut_up_as_the_device_expects_it(tmp_path):
    card = make_card(tmp_path / "card")
    with card.open("rb") as opened:
        table = opened.read(512)
    assert table[440:444] == bytes.fromhex("3412a5fe")
    grown = first_start.grown(table, (card.stat().st_size + 64 * MIB) // 512)
    assert grown is not None, "the last partition is the one that grows"
    listed = subprocess.run(
        ["mdir", "-b", "-/", "-i", f"{card}@@1M"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MTOOLS_SKIP_CHECK": "1"},
    )
    assert "::/slots/0/state" in listed.stdout


@pytest.fixture
def bare_root(tmp_path, monkeypatch):
    monkeypatch.setattr(units, "_make_accounts", lambda *_: None)
    root = tmp_path / "root"
    (root / "usr/lib").mkdir(parents=True)
    (root / "etc").mkdir()
    return root


def test_every_unit_of_ours_is_put_in_and_starts_when_it_says_so(bare_root, tmp_path):
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "balie-new.service").write_text(
        "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
        "WantedBy=graphical.target\nAlias=other.service\n"
    )
    (ours / "balie-asked.service").write_text("[Service]\nExecStart=/bin/true\n")
    (ours / "balie-asked.path").write_text(
        "[Path]\nPathExists=/x\n[Install]\nWantedBy=paths.target"
    )
    (ours / "90-balie.rules").write_text("# none\n")
    (ours / "sysusers.conf").write_text("u balie 640\n")
    chosen = replace(recipe.read(), enabled=(), masked=("getty@tty1.service",))
    enabled = units.install(bare_root, chosen, epoch=EPOCH, log=tmp_path / "log", ours=ours)
    assert enabled == ["balie-asked.path", "balie-new.service"]
    chosen_by = bare_root / "etc/systemd/system"
    for target in ("multi-user", "graphical"):
        link = chosen_by / f"{target}.target.wants/balie-new.service"
        assert link.readlink() == Path("/usr/lib/systemd/system/balie-new.service")
    assert (chosen_by / "other.service").is_symlink()
    assert (bare_root / "usr/lib/udev/rules.d/90-balie.rules").exists()
    assert (bare_root / "usr/lib/sysusers.d/balie.conf").exists()
    assert (chosen_by / "getty@tty1.service").readlink() == Path("/dev/null")


def test_the_root_knows_neither_the_machine_it_was_made_on_nor_its_servers(bare_root, tmp_path):
    (bare_root / "etc/machine-id").write_text("0123456789abcdef\n")
    (bare_root / "etc/resolv.conf").write_text("nameserver 192.0.2.1\n")
    chosen = replace(recipe.read(), enabled=(), masked=())
    units.install(bare_root, chosen, epoch=EPOCH, log=tmp_path / "log")
    assert (bare_root / "etc/machine-id").read_bytes() == b""
    assert (bare_root / "etc/resolv.conf").readlink().parts[:2] == ("..", "run")


def test_balie_is_put_in_with_its_translations_compiled_and_nothing_of_the_workshop(tmp_path):
    house._install_own(tmp_path, "0.7.1")
    assert (tmp_path / "appliance/__main__.py").exists()
    assert (tmp_path / "drivers/printer/escpos.py").exists()
    assert (tmp_path / "appliance/locale/nl/LC_MESSAGES/balie.mo").exists()
    assert not list(tmp_path.rglob("*.po"))
    assert not list(tmp_path.rglob("__pycache__"))
    assert not (tmp_path / "collector").exists()
    (said,) = importlib.metadata.distributions(name="balie", path=[str(tmp_path)])
    assert said.version == "0.7.1"


def project(folder):
    (folder / "appliance/__pycache__").mkdir(parents=True)
    (folder / "appliance/desk.py").write_text("one")
    (folder / "pyproject.toml").write_text("[project]")
    return folder


def test_the_list_of_a_package_tells_nothing_of_where_the_image_was_made():
    record = "../../bin/tool,sha256=made-of-this-folder-s-path,180\ntool/__init__.py,sha256=a,1\n"
    assert house.listed(record) == "tool/__init__.py,sha256=a,1\n"


def test_the_image_is_made_anew_when_what_it_is_made_from_changes_and_only_then(tmp_path):
    folder = project(tmp_path)
    key = inputs.key(project=folder)
    (folder / "appliance/__pycache__/desk.pyc").write_bytes(b"compiled")
    (folder / "README.md").write_text("words")
    assert inputs.key(project=folder) == key
    assert inputs.key("another root", project=folder) != key
    (folder / "appliance/desk.py").write_text("two")
    assert inputs.key(project=folder) != key


def test_the_time_in_the_image_is_told_or_that_of_its_last_change(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    assert inputs.made_at(tmp_path) == EPOCH


def test_without_emulation_the_remedy_is_said(monkeypatch):
    monkeypatch.setattr(emulation, "_try", lambda *_: False)
    with pytest.raises(SetupError, match="update-binfmts --enable"):
        emulation.require("arm64")


def test_the_kernel_knows_every_kind_of_device_before_the_desk_starts():
    loaded = (house.OVERLAY / "usr/lib/modules-load.d/balie.conf").read_text().splitlines()
    desk = (units.OURS / "balie-desk.service").read_text()
    brought = {"ttyUSB": "usbserial", "ttyACM": "cdc_acm", "usblp": "usblp", "alsa": "snd"}
    for kind, module in brought.items():
        assert f"DeviceAllow=char-{kind} rw" in desk
        assert module in loaded
