"""``device renew``, ``device replace`` and ``authority renew``."""

from __future__ import annotations

import json
import tomllib

import pytest
from cryptography import x509
from django.utils import timezone

from appliance import enrolment
from appliance.config import ConfigError, load
from appliance.journal.signing import load_public, public_pem, read_public
from collector.__main__ import main
from collector.desks.register.models import Sale
from collector.enrolment.authority import Authority
from collector.ingest.keys import keys_of
from collector.ingest.models import Device
from tests.collector.till import Collector, Till


@pytest.fixture
def collector(db):
    return Collector()


@pytest.fixture
def state(tmp_path, settings, db):
    settings.BALIE_STATE = tmp_path / "state"
    settings.BALIE_DIRECTORY_KEY_FILE = tmp_path / "directory.key"
    main(["authority", "init"])
    told = ("--name", "Kassa 2", "--register", "2", "--folder", str(tmp_path / "old"))
    main(["device", "add", "register-2", *told])
    return tmp_path


def certificate(folder):
    return x509.load_pem_x509_certificate((folder / "device.pem").read_bytes())


def replace(state, name="register-2"):
    main(["device", "replace", name, "--folder", str(state / "new")])
    return tomllib.loads((state / "new" / "enrolment.toml").read_text())


def test_renewal_keeps_the_key_and_revokes_nothing(state):
    main(["device", "renew", "register-2", "--folder", str(state / "new")])
    old, new = certificate(state / "old"), certificate(state / "new")
    assert new.public_key() == old.public_key()
    assert new.serial_number != old.serial_number
    assert not (state / "new" / "device.key").exists()
    assert keys_of("register-2") == [Device.objects.get().public_key]
    authority = Authority.open(state / "state" / "authority")
    assert list(x509.load_pem_x509_crl(authority.revoked)) == []


def test_what_is_not_enrolled_or_was_revoked_is_not_renewed(state):
    with pytest.raises(SystemExit, match="found none called register-9"):
        main(["device", "renew", "register-9", "--folder", str(state / "new")])
    Device.objects.update(revoked=timezone.now())
    with pytest.raises(SystemExit, match="device replace"):
        main(["device", "renew", "register-2", "--folder", str(state / "new")])


def test_a_replaced_device_gets_another_key_and_the_old_one_still_proves(state):
    before = Device.objects.get().public_key
    assert replace(state) == {"device": "register-2", "first_epoch": 1, "last_number": 0}
    present, former = keys_of("register-2")
    assert former == before
    assert read_public(present) == certificate(state / "new").public_key()
    authority = Authority.open(state / "state" / "authority")
    revoked = {each.serial_number for each in x509.load_pem_x509_crl(authority.revoked)}
    assert revoked == {certificate(state / "old").serial_number}


def test_a_replaced_device_begins_above_all_that_was_ever_heard_of_it(state, collector):
    till = Till("register-2")
    Device.objects.update(public_key=public_pem(till.key))
    till.open()
    for _ in range(3):
        till.sell(1)
    forked = till.fork()
    till.sell(1)
    forked.sell(1)
    forked.sell(1)
    collector.take(till.batch())
    collector.take(forked.batch(5))
    told = replace(state)
    perpetual = json.loads(told.pop("books"))["perpetual"]
    assert told == {"device": "register-2", "first_epoch": 2, "last_number": 5}
    assert perpetual["receipts"] == Sale.objects.count(), "what was set aside counts nowhere"
    Device.objects.update(reported={"head": {"epoch": 7, "sequence": 2}})
    assert replace(state)["first_epoch"] == 8
    Device.objects.update(reported={"head": {"epoch": 2**40}})
    assert replace(state)["first_epoch"] == 8, "no device has so many lives"


def test_the_collector_keeps_its_key(state):
    folder = state / "state" / "authority"
    before = (folder / "collector.pem").read_bytes()
    main(["authority", "renew"])
    assert (folder / "collector.pem").read_bytes() != before
    assert (
        load_public(folder / "collector.pem") == x509.load_pem_x509_certificate(before).public_key()
    )


@pytest.fixture
def settings_of(tmp_path):
    def write(text=None):
        (tmp_path / "balie.toml").write_text(
            '[device]\nid = "register-2"\nname = "Two"\nregister = "2"\ndata = "data"\n'
            '[broker]\nhost = "localhost"\nca = "ca.pem"\ncertificate = "device.pem"\n'
            'key = "device.key"\n'
        )
        if text is not None:
            (tmp_path / "enrolment.toml").write_text(text)
        return load(tmp_path / "balie.toml")

    return write


def test_the_device_reads_where_it_goes_on(state, settings_of):
    replace(state)
    text = (state / "new" / "enrolment.toml").read_text()
    assert enrolment.read(settings_of()) == enrolment.Enrolment("register-2", 1, 0)
    later = text.replace("first_epoch = 1", 'first_epoch = 4\nmoon = "full"')
    assert enrolment.read(settings_of(later)).first_epoch == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('device = "register-3"\n', "found that of register-3"),
        ("first_epoch = 3\n", "were expected"),
        ('device = "register-2"\nfirst_epoch = "3"\n', "were expected"),
        ('device = "register-2"\nfirst_epoch = 0\n', "counts from 1"),
        ("device = ", "a TOML file was expected"),
    ],
)
def test_a_wrong_enrolment_is_named(settings_of, text, said):
    with pytest.raises(ConfigError, match=said):
        enrolment.read(settings_of(text))
