"""A back office that lies, stalls or is only newer: the device says so and stays as it was."""

from __future__ import annotations

import hashlib
import json
import threading

import pytest
from cryptography.x509 import load_pem_x509_certificate

from appliance.domain.admission import (
    FINGERPRINT_BYTES,
    TOKEN_BYTES,
    Admission,
    AdmissionError,
    read,
)
from appliance.door import asking
from appliance.door.admitting import Doorkeeper
from appliance.door.arriving import is_let_in
from appliance.door.box import Asked, State
from collector.enrolment.authority import Authority
from tests.door.liars import a_door, a_slow_door

DEVICE = {"id": "register-2", "name": "Kassa 2", "register": "2", "market": "nl", "language": "nl"}
ENROLMENT = 'device = "register-2"\nfirst_epoch = 1\nlast_number = 0\n'


@pytest.fixture
def authority(tmp_path):
    return Authority.create(tmp_path / "authority")


@pytest.fixture
def card(tmp_path):
    (tmp_path / "card").mkdir()
    return tmp_path / "card"


def code_of(authority, port, host="localhost"):
    der = load_pem_x509_certificate(authority.certificate).public_bytes(
        asking.serialization.Encoding.DER
    )
    fingerprint = hashlib.sha256(der).digest()[:FINGERPRINT_BYTES]
    return Admission(host, port, fingerprint, bytes(TOKEN_BYTES)).text()


def answered(card, code, **more):
    """Have a code taken to the back office as ``balie admit`` does; return what it says."""
    keeper = Doorkeeper(card)
    keeper._box.ask(Asked("t", code, **more))
    stop = threading.Event()
    thread = threading.Thread(target=keeper.run, args=(stop,))
    thread.start()
    try:
        for _ in range(6000):
            said = keeper._box.said()
            is_answered = said is not None and said.state in {State.REFUSED, State.LET_IN}
            if is_answered or not thread.is_alive():
                break
            stop.wait(0.05)
    finally:
        stop.set()
        thread.join()
    return keeper._box.said()


def office(authority, **lies):
    """What a back office tells that lets in whoever asks, but for its lies."""

    def tells(heard):
        request = json.loads(heard)["request"].encode()
        told = {
            "certificate": authority.sign_request(request, "register-2").decode(),
            "collector": authority.collector.certificate.decode(),
            "device": {**DEVICE, **lies.get("device", {})},
            "broker": {"host": "localhost", "port": 8883},
            "door": {"host": "localhost", "port": 8443},
            "settings": lies.get("settings", ""),
            "enrolment": lies.get("enrolment", ENROLMENT),
        }
        told |= {name: lie for name, lie in lies.items() if name != "device"}
        return 200, json.dumps(told).encode()

    return tells


def test_an_honest_one_lets_in(authority, tmp_path, card):
    with a_door(authority, tmp_path, tells=office(authority)) as (port, _):
        assert answered(card, code_of(authority, port)).state is State.LET_IN
    assert is_let_in(card)


LIES = {
    "a name that is no text": ({"device": {"name": "Kassa \ud800"}}, "odd"),
    "a name that rings": ({"device": {"name": "Kassa \x7f\x07"}}, "odd"),
    "a name of two lines": ({"device": {"name": "Kassa\n2"}}, "odd"),
    "a market of a newer version": ({"device": {"market": "zz"}}, "settings"),
    "a register like none": ({"device": {"register": "2-1"}}, "settings"),
    "settings nested without end": ({"settings": "[printer]\na = " + "[" * 50_000}, "settings"),
    "settings of more than a counter": ({"settings": '[broker]\nhost = "x"\n'}, "settings"),
    "an enrolment that is none": ({"enrolment": "hello"}, "odd"),
    "the enrolment of another": (
        {"enrolment": ENROLMENT.replace("register-2", "register-3")},
        "wrong",
    ),
    "books that are none": ({"enrolment": ENROLMENT + 'books = "[]"\n'}, "odd"),
    "a key that is none": ({"collector": "hello"}, "odd"),
    "a broker without a name": ({"broker": {"host": "", "port": 8883}}, "odd"),
    "a broker of two lines": ({"broker": {"host": "a\nb", "port": 8883}}, "odd"),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_could_not_be_used_is_refused_before_the_device_is_let_in(
    authority, tmp_path, card, lie
):
    told, key = LIES[lie]
    with a_door(authority, tmp_path, tells=office(authority, **told)) as (port, _):
        said = answered(card, code_of(authority, port))
    assert (said.state, said.refusal) == (State.REFUSED, key)
    assert not is_let_in(card)
    assert not (card / "identity").exists()


@pytest.mark.parametrize("status", [200, 403, 500, 503])
@pytest.mark.parametrize(
    "body",
    [b"", b"[" * 100_000, b"{" * 9, b'{"refused": ["unknown"]}', b'{"refused": {}}', b"\xff"],
)
def test_an_answer_that_makes_no_sense_is_said(authority, tmp_path, card, status, body):
    with a_door(authority, tmp_path, tells=lambda _: (status, body)) as (port, _):
        said = answered(card, code_of(authority, port))
    assert (said.state, said.refusal) == (State.REFUSED, "odd")


def test_a_stranger_nests_without_end(authority, tmp_path, card):
    with a_door(authority, tmp_path, answer=b"[" * 100_000) as (port, heard):
        said = answered(card, code_of(authority, port))
    assert (said.state, said.refusal, heard) == (State.REFUSED, "odd", [])


@pytest.mark.parametrize(
    "slowly",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-Odd: 1\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["its text comes by drops", "its head never ends", "it always says wait"],
)
def test_nobody_holds_the_device_for_ever(authority, tmp_path, card, monkeypatch, slowly):
    monkeypatch.setattr(asking, "LONGEST_S", 0.5)
    enough = threading.Event()
    try:
        with a_slow_door(authority, tmp_path, *slowly, enough) as port:
            said = answered(card, code_of(authority, port))
    finally:
        enough.set()
    assert said.state is State.REFUSED
    assert said.refusal in {"odd", "unreachable"}


@pytest.mark.parametrize("host", ["a\n", "a\r\nb", "a b", "", "-a", "a/"])
def test_a_place_that_would_break_the_question_is_none(host):
    with pytest.raises(AdmissionError):
        Admission(host, 8443, bytes(FINGERPRINT_BYTES), bytes(TOKEN_BYTES))


def test_what_nobody_thought_of_is_said_and_not_tried_for_ever(card, monkeypatch):
    def fails(*_):
        raise ArithmeticError("nobody thought of this")

    monkeypatch.setattr("appliance.door.admitting.ask", fails)
    said = answered(card, Admission("localhost", 1, bytes(16), bytes(16)).text())
    assert (said.state, said.refusal) == (State.REFUSED, "odd")
    assert not (card / "door" / "asked.json").exists()


@pytest.mark.parametrize("prefix", ["]Q1", "]Q3", "]d2"])
def test_a_scanner_may_name_the_kind_of_code_before_it(prefix):
    code = Admission("localhost", 8443, bytes(16), bytes(range(16)))
    assert read(prefix + code.text() + "\r\n") == code


@pytest.mark.parametrize(
    "text",
    [
        "{code}\x1a",
        "\ufeff# written by hand\r\n\r\n  {code}  \r\n",
        "{first}\r\n{second}\r\n",
        "{code}\x00\x00",
    ],
)
def test_a_file_as_editors_leave_it(card, tmp_path, text):
    code = Admission("localhost", 8443, bytes(16), bytes(range(16)))
    whole = code.text()
    file = tmp_path / "enrol.txt"
    file.write_bytes(text.format(code=whole, first=whole[:40], second=whole[40:]).encode("utf-8"))
    found = Doorkeeper(card, file)._found()
    assert read(found.code) == code
