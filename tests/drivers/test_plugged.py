"""What hangs on USB, read from a copy of what the kernel shows."""

from __future__ import annotations

import pytest

from drivers.plugged import Plugged, What, plugged


def device(root, place, identity="05f9:2204", *, names=("", ""), kind="00", interfaces=()):
    folder = root / place
    folder.mkdir(parents=True)
    vendor, product = identity.split(":")
    words = {"idVendor": vendor, "idProduct": product, "bDeviceClass": kind}
    words |= {"manufacturer": names[0], "product": names[1]}
    for name, word in words.items():
        if word:
            (folder / name).write_text(f"{word}\n")
    for number, (code, protocol, *files) in enumerate(interfaces):
        interface = folder / f"{place}:1.{number}"
        interface.mkdir()
        (interface / "bInterfaceClass").write_text(f"{code}\n")
        (interface / "bInterfaceProtocol").write_text(f"{protocol}\n")
        for file in files:
            (interface / file).mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("interfaces", "what", "files"),
    [
        ([("03", "01", "0003:05F9:2204.0001/input/input7/event4")], What.KEYS, {"event4"}),
        ([("03", "02")], What.POINTER, set()),
        ([("03", "00")], What.POINTER, set()),
        ([("02", "01", "tty/ttyACM0"), ("0a", "00")], What.SERIAL, {"ttyACM0"}),
        ([("ff", "00", "ttyUSB0")], What.SERIAL, {"ttyUSB0"}),
        ([("07", "02", "usbmisc/lp0")], What.PRINTER, {"lp0"}),
        ([("08", "50")], What.STORAGE, set()),
        ([("08", "50"), ("03", "01")], What.KEYS, set()),
        ([("0e", "00")], What.OTHER, set()),
        ([], What.OTHER, set()),
    ],
)
def test_a_device_is_told_by_what_it_says_of_itself(tmp_path, interfaces, what, files):
    device(tmp_path, "1-1.3", names=("Datalogic", "Gryphon"), interfaces=interfaces)
    assert plugged(tmp_path) == (
        Plugged("1-1.3", "05f9:2204", "Datalogic Gryphon", what, frozenset(files)),
    )


def test_hubs_and_half_gone_devices_are_left_out(tmp_path):
    device(tmp_path, "usb1", kind="09")
    (tmp_path / "1-1:1.0").mkdir()
    (device(tmp_path, "1-2") / "idProduct").unlink()
    assert plugged(tmp_path) == ()
    assert plugged(tmp_path / "nowhere") == ()


def test_a_name_can_hold_anything_and_stays_a_name(tmp_path):
    folder = device(tmp_path, "1-1")
    (folder / "product").write_bytes(b"\x1b[2Jevil\xff\n\x00" + b"x" * 500)
    (found,) = plugged(tmp_path)
    assert found.name.isprintable()
    assert len(found.name) <= 40


def test_a_device_is_used_where_a_setting_names_it(tmp_path):
    link = tmp_path / "usb-scale"
    link.symlink_to("/dev/ttyUSB0")
    scale = Plugged("1-1", "1a86:7523", "CH340", What.SERIAL, frozenset({"ttyUSB0"}))
    assert scale.is_used({str(link)})
    assert scale.is_used({"1A86:7523"})
    assert not scale.is_used({"", "/dev/ttyUSB1", "127.0.0.1"})
