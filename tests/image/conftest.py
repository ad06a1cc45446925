"""The image under test, its machine and its shop; left out where no image was built."""

import os
from pathlib import Path

import pytest

from provisioning.image import recipe
from provisioning.image.testing import VARIABLE
from tests.image.machine import SENSOR_LINE, Machine, copy_of, give_time, lay_into
from tests.image.paper import Paper
from tests.image.shop import GuestShop

CARD_MIB = 4096
"""A card larger than the image, as every card is."""


def pytest_collection_modifyitems(items):
    if VARIABLE in os.environ:
        return
    skip = pytest.mark.skip(reason="starts the image: python3 -m provisioning test --image")
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def image():
    return Path(os.environ[VARIABLE])


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with GuestShop(tmp_path_factory.mktemp("shop")) as shop:
        shop.make()
        shop.start("broker", "ingest")
        yield shop


@pytest.fixture(scope="module")
def machine(image, shop, tmp_path_factory):
    """A device that has been let in, on a card just flashed, switched on for the first time."""
    folder, chosen = tmp_path_factory.mktemp("machine"), recipe.read()
    card = copy_of(image, folder / "card.img", mib=CARD_MIB)
    disk = chosen.disk
    give_time(card, first_mib=1 + disk.start_mib, size_mib=disk.root_mib)
    lay_into(shop.partition(chosen), card, disk.card_mib - disk.data_mib)
    with Machine(card, folder) as machine:
        machine.start()
        machine.paper = Paper(machine.folder / "printer", machine.alive)
        machine.lines.set(SENSOR_LINE, high=False)
        yield machine
        machine.look("last")
    card.unlink()
