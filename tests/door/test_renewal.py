"""A certificate is made anew by itself: in time, after its end, and for nobody but its key."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import timedelta

import pytest
from cryptography import x509

from appliance.build import build_desk
from appliance.door import asking
from appliance.door.admitting import Doorkeeper
from appliance.door.box import Asked
from appliance.door.refusals import NotLetInError
from appliance.journal import signing
from appliance.journal.reader import JournalReader
from appliance.uplink import validity
from appliance.uplink.renewing import AGAIN_S, LONGEST_AGAIN_S, LOOK_S, Renewal
from appliance.uplink.state import LinkReader
from appliance.uplink.tls import Certificates
from appliance.uplink.validity import Validity
from collector.enrolment import certificates
from collector.enrolment.authority import Authority

DEVICE = "register-40"


@pytest.fixture(scope="module")
def admitted(shop):
    """A device that was let in."""
    shutil.rmtree(shop.card)
    shop.card.mkdir()
    keeper = Doorkeeper(shop.card)
    keeper._box.ask(Asked("1", shop.code(DEVICE)))
    assert keeper.run(_Never())
    return shop.settings_of_the_card()


class _Never:
    """Nobody says stop."""

    def is_set(self):
        return False

    def wait(self, _seconds):
        return False


@pytest.fixture
def files(admitted):
    return Certificates(admitted.broker.ca, admitted.broker.certificate, admitted.broker.key)


@pytest.fixture
def renewal(admitted, files):
    return Renewal(DEVICE, admitted.door, files, admitted.device.data)


def end(files):
    return x509.load_pem_x509_certificate(files.certificate.read_bytes()).not_valid_after_utc


def shorten(shop, files, days):
    """Have the device's only certificate end in so many days."""
    folder = shop.folder / "state" / "authority"
    for issued in (folder / "issued").glob(f"{DEVICE}-*.pem"):
        issued.unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(certificates, "CERTIFICATE_LASTS", timedelta(days=days))
        key = signing.load_private(files.key)
        pem = Authority.open(folder).renew(DEVICE, signing.public_pem(key).encode())
    files.certificate.write_bytes(pem)
    return end(files)


def test_one_that_lasts_is_left_alone(shop, admitted, files, renewal):
    before = shorten(shop, files, 31)
    assert renewal.step() == LOOK_S
    assert end(files) == before
    assert validity.read(admitted.device.data) == Validity(before, renews=True)


def test_the_day_it_ends_is_known_without_a_door_too(shop, admitted, files):
    before = shorten(shop, files, 3)
    assert Renewal(DEVICE, None, files, admitted.device.data).step() == LOOK_S
    assert end(files) == before
    assert validity.read(admitted.device.data) == Validity(before, renews=False)


def test_a_card_that_cannot_keep_the_day_keeps_nobody_from_renewing(shop, admitted, files):
    before = shorten(shop, files, 3)
    (no_folder := shop.folder / "no-folder").write_text("a file where the data should be")
    assert Renewal(DEVICE, admitted.door, files, no_folder).step() == LOOK_S
    assert end(files) > before


def test_one_that_was_damaged_is_fetched_again(shop, files, renewal):
    shorten(shop, files, 3)
    files.certificate.write_text("-----BEGIN CERTIFICATE-----\n")
    assert renewal.step() == LOOK_S
    assert files.context(), "it goes with the key"


def test_a_clock_that_wakes_in_the_past_is_looked_at_again_within_minutes(shop, admitted, files):
    """A Pi without a battery wakes on the day it was switched off; the network sets it later."""
    before = shorten(shop, files, -30)
    clock = iter([before - timedelta(days=200), before + timedelta(days=30)])
    renewal = Renewal(DEVICE, admitted.door, files, admitted.device.data, clock=lambda: next(clock))
    assert renewal.step() <= 60
    assert end(files) == before
    renewal.step()
    assert end(files) > before


@pytest.mark.parametrize("days", [29, 1, -1, -400])
def test_one_near_its_end_or_past_it_is_made_anew(shop, admitted, files, renewal, days):
    before = shorten(shop, files, days)
    assert renewal.step() == LOOK_S
    assert end(files) > before + timedelta(days=1000)
    assert validity.read(admitted.device.data) == Validity(end(files), renews=True)
    renewed = files.certificate.read_bytes()
    shutil.copy(files.certificate, files.certificate.with_suffix(".kept"))
    assert renewal.step() == LOOK_S
    assert files.certificate.read_bytes() == renewed
    assert files.context(), "it goes with the key"


def test_asking_twice_gives_the_same(shop, admitted, files):
    shorten(shop, files, 5)
    told = {"request": asking.request_of(signing.load_private(files.key))}
    context = asking.believing(files.ca.read_text())
    door = (admitted.door.host, admitted.door.port, asking.RENEWAL, told, context)
    assert asking.send(*door) == asking.send(*door)


def test_a_stranger_gets_none(admitted, files):
    told = {"request": asking.request_of(signing.generate())}
    context = asking.believing(files.ca.read_text())
    with pytest.raises(NotLetInError, match="does not know"):
        asking.send(admitted.door.host, admitted.door.port, asking.RENEWAL, told, context)


def test_without_the_door_it_is_tried_again(shop, files, admitted):
    shorten(shop, files, 3)
    door = type(admitted.door)(admitted.door.host, 1)
    renewal = Renewal(DEVICE, door, files, admitted.device.data)
    pauses = [renewal.step() for _ in range(8)]
    assert 0 < pauses[0] <= AGAIN_S < pauses[-1] <= LONGEST_AGAIN_S
    assert validity.read(admitted.device.data) == Validity(end(files), True, "unreachable")


def test_switched_off_for_months_it_comes_back_by_itself(shop, admitted, files):
    """At a real broker, which refuses it; the door opens only when that has been said."""
    data = admitted.device.data
    with closing(build_desk(admitted)):
        pass
    ended = shorten(shop, files, -120)
    shop.kill("door")
    shop.start("uplink")
    link = LinkReader(data / "uplink.db")
    with closing(link):
        shop.wait("the broker to refuse it", lambda: _problem(link) == "expired")
        shop.wait("the day to be known", lambda: validity.read(data).refusal == "unreachable")
        assert validity.read(data).until == ended
        opened = shop.log("door").count("let in at")
        shop.start("door")
        shop.wait("the door", lambda: shop.log("door").count("let in at") > opened)
        with closing(JournalReader.open(data / "journal.db")) as journal:
            shop.wait("all of it to be sent", lambda: link.read().acked == journal.head)
        shop.wait("the trouble to be over", lambda: _problem(link) == "")
    shop.stop("uplink")
    assert end(files) > ended
    assert validity.read(data) == Validity(end(files), renews=True)


def _problem(link):
    problem = link.read().problem
    return problem.key if problem else ""


def test_a_device_that_was_shut_out_gets_none(shop, admitted, files, renewal):
    before = shorten(shop, files, 3)
    shop.collector("device", "revoke", DEVICE)
    assert renewal.step() <= AGAIN_S
    assert end(files) == before
    assert validity.read(admitted.device.data).refusal == "unknown"
