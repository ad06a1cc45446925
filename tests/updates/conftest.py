"""Bundles as `provisioning.image.bundle` makes them: with RAUC where it is, else by hand."""

from __future__ import annotations

from itertools import count

import pytest

from provisioning.image import bundle as real
from tests.updates.bundles import make


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    real.make_key(folder)
    return folder


@pytest.fixture(scope="session")
def make_bundle(tmp_path_factory, keys):
    """Make a bundle of the form verity: data, and who signed for it."""
    folder = tmp_path_factory.mktemp("bundles")

    numbers = count(1)

    def made(version="0.2.0", *, keys=keys, **more):
        return make(folder / f"{next(numbers)}.raucb", keys=keys, version=version, **more)

    return made


@pytest.fixture
def office(settings, tmp_path, keys):
    """The folder where the back office keeps versions, with the certificate it believes."""
    settings.BALIE_STATE = tmp_path / "state"
    folder = tmp_path / "state" / "updates"
    folder.mkdir(parents=True)
    (folder / "update.pem").write_bytes((keys / real.CERTIFICATE).read_bytes())
    return folder
