"""The image under test, its machine and its shop; left out where no image was built."""

import os
import shutil
from pathlib import Path

import pytest

from provisioning.image import bundle
from provisioning.image.__main__ import KEYS
from provisioning.image.testing import VARIABLE
from tests.image.cashier import Cashier
from tests.image.machine import Machine, flashed, give_time
from tests.image.shop import GuestShop

NEXT = "0.2.0"


def pytest_collection_modifyitems(items):
    here = [item for item in items if Path(item.fspath).is_relative_to(Path(__file__).parent)]
    if VARIABLE in os.environ:
        return
    skip = pytest.mark.skip(reason="starts the image: python3 -m provisioning test --image")
    for item in here:
        item.add_marker(skip)


@pytest.fixture(scope="session")
def image():
    return Path(os.environ[VARIABLE])


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    with GuestShop(tmp_path_factory.mktemp("shop")) as shop:
        shop.make()
        yield shop


@pytest.fixture(scope="session")
def machine(image, tmp_path_factory):
    """A card just flashed, in a machine that is switched on for the first time."""
    folder = tmp_path_factory.mktemp("machine")
    card = flashed(image, folder)
    with Machine(card, folder) as machine:
        machine.start()
        yield machine
        machine.look("last")
    card.unlink()


@pytest.fixture(scope="session")
def cashier(machine):
    return Cashier(machine)


@pytest.fixture(scope="session")
def update(image, tmp_path_factory):
    """A signed bundle of the same system, under the next version's name."""
    folder = tmp_path_factory.mktemp("update")
    root = folder / "root.ext4"
    shutil.copyfile(image.with_name("root-a.part"), root)
    give_time(root, 0)
    made = folder / f"balie-{NEXT}.raucb"
    bundle.make(root, made, version=NEXT, keys=KEYS, log=folder / "log")
    root.unlink()
    return made
