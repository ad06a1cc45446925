"""The page: a version is uploaded, offered and paused by whoever may, and devices say how far they are."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile

from appliance.domain.update import EVERYONE, FIRST
from collector.ingest.models import Device
from collector.updates.models import Bundle, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(client):
    def sign_in(role):
        user = User.objects.create_user(role)
        user.groups.set(Group.objects.filter(name=role))
        client.force_login(user)
        return client

    return sign_in


def upload(client, file):
    data = SimpleUploadedFile("balie.raucb", file.read_bytes())
    return client.post("/updates/upload/", {"bundle": data}, follow=True)


def test_uploaded_offered_paused_and_removed(who, office, make_bundle):
    client = who("technician")
    assert b"Version 0.2.0 is here." in upload(client, make_bundle("0.2.0")).content
    bundle = Bundle.objects.get()
    change = f"/updates/{bundle.pk}/change/"
    client.post(change, {"do": "offer", "reach": str(EVERYONE)})
    client.post(change, {"do": "pause"})
    client.post(change, {"do": "again"})
    bundle.refresh_from_db()
    assert (bundle.reach, bundle.paused, bundle.turn) == (EVERYONE, True, 2)
    client.post(change, {"do": "go-on"})
    client.post(change, {"do": "offer", "reach": "0"})
    client.post(change, {"do": "remove"})
    assert not Bundle.objects.exists()


def test_what_cannot_be_taken_is_said_on_the_page(who, office, tmp_path):
    client = who("manager")
    (tmp_path / "cat.jpg").write_bytes(b"\xff\xd8" * 5000)
    page = upload(client, tmp_path / "cat.jpg")
    assert page.status_code == 400
    assert b"This is no update of Balie." in page.content
    assert client.post("/updates/upload/").status_code == 400
    assert not list(office.glob("*.raucb"))


@pytest.mark.parametrize("data", [{}, {"do": "offer", "reach": "9"}, {"do": "offer", "reach": "x"}])
def test_an_odd_wish_changes_nothing(who, office, make_bundle, data):
    client = who("manager")
    upload(client, make_bundle("0.2.0"))
    bundle = Bundle.objects.get()
    assert client.post(f"/updates/{bundle.pk}/change/", data).status_code == 400
    bundle.refresh_from_db()
    assert bundle.reach == 0


def test_a_device_is_put_into_a_ring(who, office):
    Device.objects.create(id="register-1", name="Kassa 1", register="1")
    client = who("manager")
    client.post("/updates/rings/register-1/", {"ring": str(FIRST)})
    assert Place.objects.get().ring == FIRST
    client.post("/updates/rings/register-1/", {"ring": str(EVERYONE)})
    assert not Place.objects.exists()
    assert client.post("/updates/rings/register-1/", {"ring": "7"}).status_code == 400


def test_who_may_not_offer_cannot(who, office, make_bundle):
    client = who("finance")
    assert upload(client, make_bundle("0.2.0")).status_code == 403
    assert client.get("/updates/").status_code == 403


def test_why_a_device_fell_back_is_said(who, office, make_bundle):
    client = who("manager")
    upload(client, make_bundle("0.2.0"))
    client.post(
        f"/updates/{Bundle.objects.get().pk}/change/", {"do": "offer", "reach": str(EVERYONE)}
    )
    told = {"version": "0.2.0", "stage": "fell_back", "why": "graphics", "detail": "llvmpipe"}
    Device.objects.create(
        id="register-1",
        name="Kassa 1",
        register="1",
        reported={"slot": "A", "versions": {"balie": "0.1.0"}, "update": told},
    )
    page = client.get("/updates/").content.decode()
    assert "Fell back" in page
    assert "its pictures were not made by the graphics chip" in page
