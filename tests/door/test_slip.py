"""A printer at a device that waits to be let in gets one slip: who it is, and how it is let in."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from appliance.desks.door.slip import DoorSlip
from appliance.doctor.plugging import AGAIN_S, GONE_S
from appliance.services.words import LANGUAGES

FINGERPRINT = "554F CDFD 9C3E C17B"


class Door:
    """The device's folder, a printer that may be plugged in, and a clock moved by hand."""

    def __init__(self, folder):
        self.folder, self.language, self.now = folder, "en", 1000.0
        self.fingerprint = FINGERPRINT
        folder = str(folder / "paper")
        self.printer = {"driver": "simulated", "folder": folder, "pictures": False}
        self.open()

    def open(self):
        self.slip = DoorSlip(
            self.folder,
            found=lambda: self.printer,
            fingerprint=lambda: self.fingerprint,
            language=lambda: self.language,
            software="balie 1.2.3",
            clock=lambda: datetime(2026, 11, 22, 20, 0, tzinfo=UTC),
            monotonic=lambda: self.now,
        )

    def looks(self, times=3):
        for _ in range(times):
            self.slip.look()
            self.now += 2

    def plug_anew(self):
        self.slip._printer.unplug()
        self.looks()
        self.now += GONE_S
        self.slip._printer.plug()
        self.looks()

    def papers(self):
        return [each.read_text() for each in sorted((self.folder / "paper").glob("*.txt"))]


@pytest.fixture
def door(tmp_path):
    door = Door(tmp_path)
    yield door
    door.slip.close()


def test_the_printer_that_is_there_gets_one_slip_and_none_at_the_next_start(door):
    door.looks()
    (paper,) = door.papers()
    assert FINGERPRINT in paper
    assert "This device is not let in yet." in paper
    assert "balie 1.2.3" in paper
    door.slip.close()
    door.open()
    door.looks()
    assert len(door.papers()) == 1


def test_plugged_in_anew_it_gets_another(door):
    door.looks()
    door.plug_anew()
    assert len(door.papers()) == 1, "a loose cable"
    door.now += AGAIN_S
    door.plug_anew()
    assert len(door.papers()) == 2


def test_one_that_comes_later_and_one_that_comes_after_it(door):
    later, door.printer = door.printer, None
    door.looks()
    door.printer = later
    door.looks()
    door.printer = {**later, "drawer_sensor": "low"}
    door.looks()
    assert len(door.papers()) == 2


def test_nothing_is_printed_before_the_device_knows_who_it_is(door):
    door.fingerprint = ""
    door.looks()
    assert door.papers() == []
    door.fingerprint = FINGERPRINT
    door.looks()
    assert len(door.papers()) == 1


def test_a_device_that_became_another_says_so_once(door):
    door.looks()
    door.slip.close()
    door.fingerprint = "0000 1111 2222 3333"
    door.open()
    door.looks()
    assert "0000 1111 2222 3333" in door.papers()[1]


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbar-tools reads codes in pictures")
def test_its_code_is_read_from_the_paper_and_says_the_fingerprint(door):
    door.printer["pictures"] = True
    door.looks()
    (picture,) = (door.folder / "paper").glob("*.png")
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", str(picture)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout.strip() == FINGERPRINT


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_of_the_screen(door, language):
    door.language = language
    door.looks()
    heading = {
        "nl": "Hoe het met dit apparaat gaat",
        "fr": "État de cet appareil",
        "id": "Keadaan perangkat ini",
        "en": "How this device is",
    }
    assert heading[language] in door.papers()[0]
