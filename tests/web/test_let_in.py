"""The pages that let devices in and shut them out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cryptography.x509 import load_pem_x509_crl
from django.utils import timezone

from appliance.domain import admission as codes
from collector.__main__ import main
from collector.counters.telling import keep_profile
from collector.enrolment.authority import Authority
from collector.enrolment.models import Admission
from collector.ingest.models import Device

SCALE = '[scale]\ndriver = "sics"\nport = "x"\n'


@pytest.fixture
def authority(tmp_path, settings, db):
    settings.BALIE_STATE = tmp_path / "state"
    settings.BALIE_DOOR = "shop.example:8443"
    main(["authority", "init"])
    return Authority.open(tmp_path / "state" / "authority")


@pytest.fixture
def office(authority, sign_in):
    return sign_in("technician")


def proposed(office):
    """What stands in the form before anybody types."""
    page = office.get("/devices/let-in/").content.decode()
    return dict(re.findall(r'name="(device|name|register)" value="([^"]*)"', page))


def make(office, **more):
    return office.post("/devices/let-in/", {**proposed(office), "language": "nl", **more})


def test_a_code_is_made_without_typing_anything(office, shop):
    assert proposed(office)["device"] == "register-4"
    page = make(office).content.decode()
    assert "<svg" in page
    short = re.search(r'<code class="large">([A-Z2-7-]+)</code>', page)[1]
    code = codes.read_typed("shop.example:8443", short)
    kept = Admission.objects.get()
    assert (kept.device, kept.register, kept.replaces) == ("register-4", "4", False)
    assert kept.handle == code.token[:2].hex()
    assert short not in repr(kept.__dict__), "the code itself is kept nowhere"
    assert proposed(office)["device"] == "register-5", "what waits is not proposed again"


def test_a_second_code_for_the_same_device_withdraws_the_first(office):
    told = proposed(office)
    for _ in range(2):
        office.post("/devices/let-in/", {**told, "language": "nl"})
    second, first = Admission.objects.all()
    assert first.closed_because(timezone.now()) == "revoked"
    assert second.closed_because(timezone.now()) == ""


def test_a_code_can_be_withdrawn_once(office):
    make(office)
    number = Admission.objects.get().pk
    assert office.get(f"/devices/let-in/{number}/withdraw/").status_code == 405
    said = office.post(f"/devices/let-in/{number}/withdraw/", follow=True).content.decode()
    assert "The code is withdrawn" in said
    again = office.post(f"/devices/let-in/{number}/withdraw/", follow=True).content.decode()
    assert "Nothing to withdraw" in again


def test_what_became_of_a_code_is_shown_without_the_code(office):
    make(office)
    kept = Admission.objects.get()
    assert "waits for its device" in office.get(f"/devices/let-in/{kept.pk}/").content.decode()
    kept.used, kept.fingerprint = timezone.now(), "554F CDFD 9C3E C17B"
    kept.save()
    page = office.get(f"/devices/let-in/{kept.pk}/").content.decode()
    assert "554F CDFD 9C3E C17B" in page
    assert "<svg" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"device": "collector"}, "kept for the collector"),
        ({"device": "a b"}, "Choose another"),
        ({"name": " "}, "what people call the device"),
        ({"register": "2-3"}, "letters or digits"),
        ({"device": "register-1"}, "is enrolled already"),
        ({"replaces": "register-99"}, "from the list"),
    ],
)
def test_a_device_that_cannot_be_gets_no_code(office, shop, typed, said):
    answer = make(office, **typed)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Admission.objects.exists()


def test_a_profile_goes_along(office):
    keep_profile("bakery", SCALE, by="Marieke", now=timezone.now())
    make(office, profile="bakery")
    kept = Admission.objects.get()
    assert (kept.profile, kept.settings, kept.keeps_counter) == ("bakery", SCALE, False)


def test_a_profile_that_was_removed_meanwhile_is_not_passed_over(office):
    answer = make(office, profile="bakery")
    assert answer.status_code == 400
    assert "There is no profile called bakery any more" in answer.content.decode()
    assert not Admission.objects.exists()


@pytest.mark.parametrize(
    ("chosen", "profile", "keeps"),
    [("", "", True), ("/found", "", False), ("bakery", "bakery", False)],
)
def test_in_the_place_of_a_device_its_counter_stays_unless_another_is_chosen(
    office, shop, chosen, profile, keeps
):
    keep_profile("bakery", SCALE, by="Marieke", now=timezone.now())
    page = office.get("/devices/let-in/?replaces=register-1").content.decode()
    assert "As the one it replaces" in page
    make(office, replaces="register-1", profile=chosen)
    kept = Admission.objects.get()
    assert (kept.profile, kept.keeps_counter) == (profile, keeps)


def test_a_device_is_replaced_under_its_name(office, shop):
    make(office, replaces="register-1")
    kept = Admission.objects.get()
    assert (kept.device, kept.replaces) == ("register-1", True)
    assert kept.expires - kept.made == timedelta(minutes=15)


def test_a_device_is_shut_out_after_being_asked(office, authority, shop, tmp_path, settings):
    settings.BALIE_BROKER_FOLDER = tmp_path / "broker"
    main(["broker-config", "--folder", str(tmp_path / "broker")])
    authority.issue_device("register-1")
    assert "Shut out" in office.get("/devices/register-1/shut-out/").content.decode()
    assert Device.objects.get(pk="register-1").revoked is None
    office.post("/devices/register-1/shut-out/", {"sure": "register-1"})
    assert Device.objects.get(pk="register-1").revoked is not None
    assert len(list(load_pem_x509_crl((tmp_path / "broker" / "crl.pem").read_bytes()))) == 1
    assert "user register-1\ntopic deny #" in (tmp_path / "broker" / "acl").read_text()


@pytest.mark.parametrize("role", ["finance", "marketing", "stock"])
def test_others_let_nobody_in(authority, sign_in, shop, role):
    client = sign_in(role)
    assert client.get("/devices/let-in/").status_code == 403
    assert client.post("/devices/register-1/shut-out/", {"sure": "register-1"}).status_code == 403
