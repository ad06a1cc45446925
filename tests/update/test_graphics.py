"""A board that names a graphics chip must use it; one that names none may draw as it can."""

from __future__ import annotations

import pytest

from appliance.update.graphics import is_painted, lacks_chip, names_chip

LLVMPIPE = "llvmpipe (LLVM 19.1.7, 128 bits)"

BOARDS = [
    ("brcm,2711-v3d", "scb/v3d@7ec04000", True),
    ("brcm,2711-v3d", "scb/gpu@7ec00000", True),
    ("brcm,2712-v3d", "axi/gpu@1002000000", True),
    ("brcm,bcm2835-v3d", "soc/v3d@7ec00000", True),
    ("arm,mali-bifrost", "gpu@fde60000", True),
    ("pci-host-ecam-generic", "pcie@10000000", False),
    ("gpio-keys", "gpio-keys", False),
]


def lay(root, node, kinds, **properties):
    """Make a device tree as the kernel shows it: a folder per node, a file per property."""
    tree = root / "proc" / "device-tree"
    for place, said in (("", "linux,dummy-virt"), (node, kinds)):
        (tree / place).mkdir(parents=True)
        (tree / place / "compatible").write_bytes(said.encode() + b"\0")
    for name, said in properties.items():
        (tree / node / name).write_bytes(said.encode() + b"\0")


@pytest.mark.parametrize(("kinds", "node", "has"), BOARDS)
def test_the_board_says_whether_it_has_a_chip(tmp_path, kinds, node, has):
    lay(tmp_path, node, kinds)
    assert names_chip(tmp_path) is has
    assert lacks_chip(LLVMPIPE, tmp_path) is has


def test_a_chip_that_is_switched_off_is_a_fault_all_the_same(tmp_path):
    lay(tmp_path, "soc/v3d@7ec00000", "brcm,2711-v3d\0brcm,v3d", status="disabled")
    assert lacks_chip(LLVMPIPE, tmp_path)


def test_without_a_device_tree_a_chip_is_expected(tmp_path):
    assert names_chip(tmp_path) is None
    assert lacks_chip(LLVMPIPE, tmp_path)
    (tmp_path / "proc" / "device-tree").mkdir(parents=True)
    assert lacks_chip(LLVMPIPE, tmp_path)


def test_a_tree_that_cannot_be_read_is_no_tree(tmp_path):
    lay(tmp_path, "gpio-keys", "gpio-keys")
    (tmp_path / "proc/device-tree/leds/compatible").mkdir(parents=True)
    (tmp_path / "proc/device-tree/compatible").unlink()
    (tmp_path / "proc/device-tree/compatible").symlink_to("nowhere")
    assert names_chip(tmp_path) is None


def test_pictures_by_a_chip_are_never_a_fault(tmp_path):
    assert not lacks_chip("V3D 4.2", tmp_path)
    assert not is_painted("V3D 7.1")
