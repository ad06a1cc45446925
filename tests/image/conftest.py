"""The image under test, its machine and its shop; left out where no image was built."""

import os
import random
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from drivers.bench.bench import Bench
from provisioning.image import bundle, house
from provisioning.image.__main__ import KEYS
from provisioning.image.testing import VARIABLE
from tests.image.cashier import Cashier
from tests.image.machine import MIB, Machine, edit, flashed, give_time
from tests.image.shop import GuestShop

OLD, NEXT = "0.0.9", "0.2.0"


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
    """A signed bundle of the same system, which says that it is the next version."""
    folder = tmp_path_factory.mktemp("update")
    root = folder / "root.ext4"
    shutil.copyfile(image.with_name("root-a.part"), root)
    give_time(root, 0)
    call(root, NEXT, folder)
    made = folder / f"balie-{NEXT}.raucb"
    bundle.make(root, made, version=NEXT, keys=KEYS, log=folder / "log")
    root.unlink()
    return made


@pytest.fixture(scope="session")
def network_printer(tmp_path_factory):
    """A printer in the network, beside the one on the cable."""
    with closing(Bench(tmp_path_factory.mktemp("printer"), pictures=False).start()) as bench:
        yield bench


@pytest.fixture
def old_stick(tmp_path):
    """A stick with a signed version on it that is older than what runs."""
    root, made, stick = (tmp_path / name for name in ("root.ext4", f"balie-{OLD}.raucb", "stick"))
    root.write_bytes(random.Random(1).randbytes(MIB))  # zeros alone are too small a bundle
    bundle.make(root, made, version=OLD, keys=KEYS, log=tmp_path / "log")
    subprocess.run(["mkfs.vfat", "-C", str(stick), "65536"], check=True, capture_output=True)
    subprocess.run(["mcopy", "-i", str(stick), str(made), "::"], check=True)
    return stick


def call(root, version, folder):
    """Have the program in a slot's file system say that it is another version."""
    told = house.project()
    place = f"/{house.SITE}/{told['name']}-{told['version']}.dist-info/METADATA"
    before, after = folder / "before", folder / "after"
    edit(root, 0, f"dump {place} {before}", f"rm {place}")
    words = before.read_text(encoding="utf-8")
    assert f"\nVersion: {told['version']}\n" in words
    after.write_text(words.replace(f": {told['version']}\n", f": {version}\n"), encoding="utf-8")
    edit(root, 0, f"write {after} {place}")
