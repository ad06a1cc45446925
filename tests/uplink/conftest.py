from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization

from tests.uplink.rig import DEVICE, MOSQUITTO, Authority, Device, Mosquitto, Office


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("pki") / "shop", "Shop authority")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("pki") / "stranger", "Somebody else")


@pytest.fixture
def absent_broker(tmp_path, authority):
    """A broker that was not started yet."""
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed (Debian package mosquitto)")
    broker = Mosquitto(tmp_path / "broker", authority, authority.issue("broker"))
    yield broker
    broker.kill()


@pytest.fixture
def broker(absent_broker):
    return absent_broker.start()


@pytest.fixture
def identity(authority, tmp_path):
    """The device's own certificate and key, in files of its own that a test may replace."""
    (tmp_path / "identity").mkdir()
    return authority.issue(DEVICE, into=tmp_path / "identity")


@pytest.fixture
def open_office(absent_broker, authority, identity):
    """Start a collector; a test may start it late, or a second time."""
    certificates, offices = authority.issue("collector"), []
    public = serialization.load_pem_private_key(identity.key.read_bytes(), None).public_key()

    def start(kept=()):
        office = Office(absent_broker.port, certificates, public)
        office.kept = list(kept)
        offices.append(office)
        return office

    yield start
    for office in offices:
        office.close()


@pytest.fixture
def make_device(absent_broker, identity, tmp_path):
    devices = []

    def build(folder="data", certificates=identity):
        devices.append(Device(tmp_path / folder, absent_broker.port, certificates))
        return devices[-1]

    yield build
    for device in devices:
        device.close()


@pytest.fixture
def device(make_device):
    return make_device()
