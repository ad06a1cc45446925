"""A code in the wrong hands: used again, by another, after its time, or by whoever only guesses."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from cryptography import x509

from appliance.domain.admission import FINGERPRINT_BYTES
from appliance.door.asking import request_of
from appliance.journal import signing
from collector.enrolment.admissions import (
    MOST_WRONG_TRIES,
    RefusedError,
    Wanted,
    WantedError,
    admit,
    offer,
    withdraw,
)
from collector.enrolment.door import application
from collector.enrolment.models import Admission
from collector.ingest.models import Device


@pytest.fixture
def make(authority, now):
    def make(device="register-2", **more):
        wanted = Wanted(device, "Kassa 2", "2", **more)
        return offer(wanted, authority, by="office", now=now)

    return make


def a_request():
    return request_of(signing.generate()).encode()


def issued(authority, name="register-2"):
    return sorted((authority.folder / "issued").glob(f"{name}-*.pem"))


def refused(*said, **more):
    with pytest.raises(RefusedError) as caught:
        admit(*said, **more)
    return caught.value.reason


def test_a_used_code_makes_nobody_else_a_certificate(authority, make, now):
    """Not even one that stays here: it would be good for this device's name."""
    _, code = make()
    admit(code.token, a_request(), authority, now=now)
    before = issued(authority)
    for late in (timedelta(0), timedelta(hours=1)):
        for _ in range(3):
            assert refused(code.token, a_request(), authority, now=now + late) == "used"
    assert issued(authority) == before


def test_the_same_device_is_told_the_same_again(authority, make, now):
    """A power cut took the answer; a device that asks often fills no disk."""
    _, code = make()
    request = a_request()
    first = admit(code.token, request, authority, now=now)
    for _ in range(3):
        assert admit(code.token, request, authority, now=now) == first
    assert len(issued(authority)) == 1


def test_a_device_that_takes_anothers_place_is_told_the_same_again(authority, make, now):
    _, code = make()
    admit(code.token, a_request(), authority, now=now)
    (old,) = issued(authority)
    _, code = make(replaces=True)
    request = a_request()
    first = admit(code.token, request, authority, now=now)
    assert admit(code.token, request, authority, now=now) == first
    revoked = x509.load_pem_x509_crl(authority.revoked)
    gone = [
        revoked.get_revoked_certificate_by_serial_number(
            x509.load_pem_x509_certificate(pem).serial_number
        )
        is not None
        for pem in (old.read_bytes(), first["certificate"].encode())
    ]
    assert gone == [True, False]
    assert len(issued(authority)) == 2


def test_what_is_refused_leaves_nothing(authority, make, now):
    kept, code = make()
    assert refused(code.token, b"hello", authority, now=now) == "request"
    withdraw(kept, now)
    assert refused(code.token, a_request(), authority, now=now) == "revoked"
    assert issued(authority) == []
    assert not Device.objects.exists()


def test_who_was_shut_out_meanwhile_does_not_come_back_by_the_same_code(authority, make, now):
    _, code = make()
    request = a_request()
    admit(code.token, request, authority, now=now)
    Device.objects.update(revoked=now)
    assert refused(code.token, request, authority, now=now) == "used"


def test_guesses_close_only_the_code_they_come_near(authority, make, now):
    kept, code = make()
    other, _ = make("register-3")
    Admission.objects.filter(pk=other.pk).update(handle="0000" if kept.handle != "0000" else "1111")
    for number in range(MOST_WRONG_TRIES):
        guess = code.token[:2] + bytes([number]) * (len(code.token) - 2)
        assert refused(guess, a_request(), authority, now=now) == "unknown"
    assert refused(code.token, a_request(), authority, now=now) == "closed"
    other.refresh_from_db()
    assert other.wrong_tries == 0


@pytest.mark.parametrize("length", [0, 1, 2, 6, 8, 15, 17, 4096])
def test_a_token_of_another_length_is_unknown(authority, make, now, length):
    make()
    assert refused(b"\0" * length, a_request(), authority, now=now) == "unknown"


def test_the_fingerprint_of_the_shop_is_no_way_in(authority, make, now):
    """It stands in every code: whoever has seen one knows it."""
    _, code = make()
    assert (
        refused(code.fingerprint[:FINGERPRINT_BYTES], a_request(), authority, now=now) == "unknown"
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": "Kassa\n2"}, "on one line"),
        ({"name": "Kassa \x7f"}, "on one line"),
        ({"name": "\u202eKassa"}, "on one line"),
        ({"name": "K" * 101}, "on one line"),
        ({"market": "zz"}, "market"),
        ({"settings": "[printer]\na = " + "[" * 10_000}, "TOML"),
        ({"settings": "# long\n" * 10_000}, "Shorten"),
        ({"settings": "[device]\nid = 'x'"}, r"\[device\] cannot be told"),
        ({"profile": "bakery"}, "no profile called bakery"),
    ],
)
def test_what_no_device_could_take_gets_no_code(authority, now, more, said):
    told = {"device": "register-2", "name": "Kassa 2", "register": "2", **more}
    with pytest.raises(WantedError, match=said):
        offer(Wanted(**told), authority, by="office", now=now)


def posted(way, body):
    """Post to the door as gunicorn would hand it over."""
    told = []
    environment = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": way,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    text = b"".join(application(environment, lambda status, _: told.append(status)))
    return told[0], text


@pytest.mark.parametrize("way", ["/door", "/door/renew"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[]",
        b"[" * 10_000,
        b"{" * 10_000,
        b'{"request": 7, "token": 7}',
        b'{"request": "-----BEGIN CERTIFICATE REQUEST-----", "token": "AAAA"}',
        b'{"request": "x", "token": "\xc3\xa9"}',
        b"x" * 20_000,
    ],
)
def test_what_makes_no_sense_is_refused_as_such(authority, way, body):
    status, text = posted(way, body)
    assert status.startswith("403"), text
    assert b'"refused":"request"' in text or b'"refused":"unknown"' in text
