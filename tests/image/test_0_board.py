"""The card in QEMU's Raspberry Pi 3, begun by the Pi's own U-Boot: as far as that board goes.

It is no board that Balie is made for, and its graphics and USB are not used; but its card slot,
U-Boot and device trees are a Pi's. What our first start does to the card is seen on the card.
"""

import json
import subprocess

import pytest

from tests.image.machine import MIB, Pi, flashed

SECTOR = 512


@pytest.fixture(scope="module")
def pi(image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pi")
    card = flashed(image, folder)
    with Pi(card, folder) as pi:
        pi.start()
        yield pi
    card.unlink()


def last_partition_mib(card):
    said = subprocess.run(["sfdisk", "-J", str(card)], check=True, capture_output=True).stdout
    parts = json.loads(said)["partitiontable"]["partitions"]
    return parts[-1]["size"] * SECTOR // MIB


def test_the_pi_s_own_start_up_runs_our_script_and_starts_the_kernel(pi):
    said = pi.await_text("Starting kernel")
    assert "Balie: slot A, trying 0" in said


def test_the_system_starts_and_makes_the_last_partition_as_large_as_the_card(pi):
    before = last_partition_mib(pi.card)
    pi.wait("the partition to grow", lambda: last_partition_mib(pi.card) > before, pause_s=2)
