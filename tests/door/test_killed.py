"""Killed at every step of writing: the device is let in, or it is not and the same code lets it in."""

from __future__ import annotations

import pytest

from appliance import counter_files, enrolment
from appliance.config import load
from appliance.counter_files import CounterFiles
from appliance.domain.admission import Admission
from appliance.door import arriving
from appliance.door.asking import Answer, request_of
from appliance.enrolment import Enrolment
from collector.enrolment.authority import Authority
from tests.killing import KilledError, killing

FILES = ("ca.pem", "collector.pem", "device.pem", "device.key")
FOUND = {"printer": {"driver": "file", "path": "/dev/found"}, "scale": {"driver": "simulated"}}
"""On the counter, when the device was let in."""
TOLD = '[printer]\ndriver = "network"\nhost = "192.0.2.7"\n'


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority.create(tmp_path_factory.mktemp("authority"))


def answer_for(authority, key, settings=TOLD):
    """What the back office would tell this device."""
    certificate = authority.sign_request(request_of(key).encode(), "register-2")
    told = {"id": "register-2", "name": "Kassa 2", "register": "2"}
    return Answer(
        certificate=certificate.decode(),
        authority=authority.certificate.decode(),
        collector=authority.collector.certificate.decode(),
        device={**told, "market": "nl", "language": "nl"},
        broker={"host": "localhost", "port": 8883},
        door={"host": "localhost", "port": 8443},
        settings=settings,
        enrolment='device = "register-2"\nfirst_epoch = 3\nlast_number = 7\n',
    )


def let_in(card, authority, settings=TOLD):
    """Do what ``balie admit`` does from its start, once the back office has answered."""
    arriving.finish(card)
    if not arriving.is_let_in(card):
        key = arriving.own_key(card)
        arriving.write(card, answer_for(authority, key, settings), key, FOUND)


def whole(card):
    """Tell whether the device is let in, and assert that it is then whole."""
    if not arriving.is_let_in(card):
        return False
    settings = load(card / "balie.toml")
    assert settings.broker.key == card / "identity" / "device.key"
    assert all((card / "identity" / name).stat().st_size for name in FILES)
    assert enrolment.read(settings) == Enrolment("register-2", first_epoch=3, last_number=7)
    assert (card / arriving.COMMISSIONING).exists()
    assert settings.told.text == TOLD
    assert (settings.printer.driver, settings.scale.driver) == ("network", "simulated")
    assert (card / "identity" / "device.key").stat().st_mode & 0o077 == 0
    return True


def test_killed_at_every_step(tmp_path, authority, monkeypatch):
    let_in(card_of(tmp_path, "first"), authority)  # what is loaded only once opens files too
    with monkeypatch.context() as counting:
        made = killing(counting, 0)
        let_in(card_of(tmp_path, 0), authority)
    assert whole(tmp_path / "0")
    states = []
    for at in range(1, made[0] + 1):
        card = card_of(tmp_path, at)
        with monkeypatch.context() as patched:
            killing(patched, at)
            with pytest.raises(KilledError):
                let_in(card, authority)
        states.append(whole(card))
        let_in(card, authority)
        assert whole(card), f"killed at {at}: the same code lets it in"
    assert made[0] > 15
    assert states == sorted(states), "first not let in, then let in, and never half"


def card_of(folder, number):
    card = folder / str(number)
    card.mkdir()
    return card


def test_the_key_outlives_a_power_cut_before_the_answer(tmp_path):
    key = arriving.own_key(tmp_path)
    assert arriving.own_key(tmp_path).private_bytes_raw() == key.private_bytes_raw()
    (tmp_path / "arriving" / "device.key").write_bytes(b"torn")
    assert arriving.own_key(tmp_path).private_bytes_raw() != key.private_bytes_raw()


def test_an_identity_of_before_is_put_aside(tmp_path, authority):
    let_in(tmp_path, authority)
    before = (tmp_path / "identity" / "device.key").read_bytes()
    (tmp_path / "balie.toml").unlink()
    let_in(tmp_path, authority)
    assert whole(tmp_path)
    assert (tmp_path / "identity-before" / "device.key").read_bytes() == before
    assert (tmp_path / "identity" / "device.key").read_bytes() != before


def test_the_devices_own_file_keeps_all_that_it_found(tmp_path, authority):
    let_in(tmp_path, authority)
    for name in counter_files.FILES:
        (tmp_path / name).unlink(missing_ok=True)
    settings = load(tmp_path / "balie.toml")
    assert settings.told is None
    assert settings.printer.options == {"path": "/dev/found"}
    assert settings.screen.fullscreen


def test_what_was_told_in_an_earlier_life_is_gone(tmp_path, authority):
    let_in(tmp_path, authority)
    files = CounterFiles(tmp_path)
    files.keep(TOLD)
    files.refuse('[scale]\ndriver = "moon"\n', "no such scale", "balie 1", instead=TOLD)
    (tmp_path / "balie.toml").unlink()
    let_in(tmp_path, authority, settings="")
    assert (files.told, files.good, files.refused, files.taken()) == (None, None, None, None)
    assert load(tmp_path / "balie.toml").printer.driver == "file"


def test_an_answer_before_leaves_nothing_in_the_next(tmp_path, authority):
    key = arriving.own_key(tmp_path)
    answer = answer_for(authority, key, settings='[printer]\ndriver = "moon"\n')
    with pytest.raises(arriving.NotLetInError, match="do not fit"):
        arriving.write(tmp_path, answer, key, FOUND)
    let_in(tmp_path, authority, settings="")
    assert CounterFiles(tmp_path).told is None


def test_settings_that_no_desk_would_take_are_refused_before_anything_is_let_in(
    tmp_path, authority
):
    key = arriving.own_key(tmp_path)
    answer = answer_for(authority, key)
    told = {name: getattr(answer, name) for name in answer.__slots__}
    for settings in (
        "[device]\nid = 'x'\n",
        "[printer\n",
        '[printer]\ndriver = "moon"\n',
        '[drawer]\ndriver = "printer_kick"\n',
        "# \ud800\n",
    ):
        with pytest.raises(arriving.NotLetInError, match="do not fit"):
            arriving.write(tmp_path, Answer(**{**told, "settings": settings}), key, {})
        assert not arriving.is_let_in(tmp_path)


def test_a_code_says_its_authority(authority):
    code = Admission("localhost", 1, b"\x00" * 16, b"\x00" * 16)
    assert not code.trusts(authority.certificate)
