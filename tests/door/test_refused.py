"""Every code that lets nobody in is refused on the screen in words, and nothing is written."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from appliance.domain import admission as codes
from appliance.domain.admission import Admission
from appliance.door import asking
from appliance.door.admitting import Doorkeeper
from appliance.door.arriving import own_key
from appliance.door.box import Asked
from appliance.door.refusals import REFUSALS
from collector.enrolment import certificates
from collector.enrolment.authority import Authority
from drivers.scanner import FAULTS
from tests.door.liars import a_door
from tests.world.shop import _free_port


def refused(shop, screen):
    """Have the code taken to the back office as ``balie admit`` does; return what the screen says."""
    keeper, stop = Doorkeeper(screen.card), threading.Event()
    thread = threading.Thread(target=keeper.run, args=(stop,))
    thread.start()
    try:
        shop.wait("an answer", lambda: screen.view.kind in {"bad", "good"})
        view = screen.view
    finally:
        stop.set()
        thread.join()
    return view


def says(view, key):
    """Assert that the screen says why, in whole sentences, and that nobody was let in."""
    begins = REFUSALS[key].heading.partition("{")[0]
    assert view.kind == "bad"
    assert view.said.startswith(begins), view
    assert view.remedy.endswith(".")
    assert "{" not in view.said + view.remedy
    return True


def changed(code, **more):
    """The same code, but for some of what it says; its check sum is right."""
    found = codes.read(code)
    told = {name: getattr(found, name) for name in ("host", "port", "fingerprint", "token")}
    return Admission(**{**told, **more}).text()


TORN = {
    "its end is missing": lambda code: code[:-3],
    "its beginning is missing": lambda code: "BALIE1" + code[9:],
    "a letter is another": lambda code: code[:20] + ("A" if code[20] != "A" else "B") + code[21:],
    "two letters are swapped": lambda code: (
        code[:30] + code[31:30:-1] + code[30] + code[32:] if code[30] != code[31] else code[:-1]
    ),
    "a letter came twice": lambda code: code[:40] + code[40] + code[40:],
    "read twice in one": lambda code: code + code,
    "only its mark": lambda code: code[:6],
}
OTHER = {
    "an article": lambda _: "3017620422003",
    "a page": lambda _: "https://example.org/",
    "a badge": lambda _: "BADGE-17",
    "its mark is torn": lambda code: code[1:],
}


@pytest.fixture(scope="module")
def code(shop):
    return shop.code("register-7")


@pytest.mark.parametrize("how", TORN)
def test_a_torn_code_never_leaves_the_device(screen, code, how):
    screen.scan(TORN[how](code))
    assert says(screen.view, "torn")
    assert not (screen.presenter._notes._folder / "asked.json").exists()


@pytest.mark.parametrize("how", OTHER)
def test_something_else_is_named(screen, code, how):
    screen.scan(OTHER[how](code))
    assert says(screen.view, "other")


def test_a_code_of_a_newer_back_office(screen, code):
    screen.scan(code.replace("BALIE1", "BALIE2"))
    assert says(screen.view, "newer")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_scan_that_failed_is_said(screen, fault):
    screen.presenter.scanned("", "bench", fault)
    view = screen.view
    assert view.kind == "bad"
    assert f"{view.said}. {view.remedy}" == fault


def type_in(screen, place, code):
    screen.presenter.press("type")
    screen.presenter.typed(place)
    screen.presenter.press("code")
    screen.presenter.typed(code)
    screen.presenter.press("ask")


@pytest.mark.parametrize(
    "mistake",
    [
        ("localhost:{port}", lambda short: short[:-1], "mistyped"),
        ("localhost:{port}", lambda short: short[:4] + "QQQ" + short[7:], "mistyped"),
        ("local host", lambda short: short, "place"),
        ("localhost:door", lambda short: short, "place"),
    ],
)
def test_what_was_mistyped_is_said(shop, screen, code, mistake):
    place, wrong, key = mistake
    short = codes.read(code).short().replace("-", "")
    type_in(screen, place.format(port=shop.door_port), wrong(short))
    assert says(screen.view, key)


def test_a_typed_code_lets_in_as_well(shop, screen):
    short = codes.read(shop.code("register-8")).short()
    type_in(screen, f"localhost:{shop.door_port}", short)
    assert refused(shop, screen).kind == "good"


def test_an_unknown_code(shop, screen, code):
    screen.scan(changed(code, token=b"\x00" * 16))
    assert says(refused(shop, screen), "unknown")


def test_a_used_code_lets_in_nobody_else(shop, screen, card):
    used = shop.code("register-9")
    elsewhere = shop.folder / "another card"
    elsewhere.mkdir()
    asking.ask(codes.read(used), own_key(elsewhere), {})
    screen.scan(used)
    assert says(refused(shop, screen), "used")


def test_a_withdrawn_code(shop, screen):
    first = shop.code("register-10")
    shop.code("register-10")
    screen.scan(first)
    assert says(refused(shop, screen), "revoked")


def test_an_old_code(shop, screen):
    old = shop.code("register-11")
    when = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(" ")
    change(shop, "update enrolment_admission set expires = ? where device = ?", when, "register-11")
    screen.scan(old)
    assert says(refused(shop, screen), "expired")


def test_ten_wrong_tries_close_a_code(shop, screen, card):
    right = shop.code("register-12")
    found = codes.read(right)
    key = own_key(card)
    for number in range(10):
        guess = Admission(
            found.host, found.port, found.fingerprint, found.token[:2] + bytes([number]) * 14
        )
        with pytest.raises(asking.NotLetInError, match="does not know this code"):
            asking.ask(guess, key, {})
    screen.scan(right)
    assert says(refused(shop, screen), "closed")


def test_a_name_that_was_taken_meanwhile(shop, screen):
    late = shop.code("register-13")
    told = ("--name", "X", "--register", "13", "--folder", shop.folder / "thirteen")
    shop.collector("device", "add", "register-13", *told)
    screen.scan(late)
    assert says(refused(shop, screen), "taken")


def test_nobody_answers(shop, screen, code):
    screen.scan(changed(code, port=_free_port()))
    assert says(refused(shop, screen), "unreachable")


def test_a_name_that_no_network_has(shop, screen, code):
    screen.scan(changed(code, host="no-such-shop.invalid"))
    assert says(refused(shop, screen), "unreachable")


def test_another_authority_is_told_nothing(shop, screen, code, tmp_path):
    with a_door(Authority.create(tmp_path / "theirs"), tmp_path) as (port, heard):
        screen.scan(changed(code, port=port))
        assert says(refused(shop, screen), "stranger")
        assert not heard, "the token went nowhere"


def test_another_authority_that_shows_ours_is_told_nothing(shop, screen, code, tmp_path):
    """It passes on the right certificate, which is no secret, and has none that goes with it."""
    ours = Authority.open(shop.folder / "state" / "authority").certificate
    with a_door(Authority.create(tmp_path / "theirs"), tmp_path, shows=ours) as (port, heard):
        screen.scan(changed(code, port=port))
        assert says(refused(shop, screen), "stranger")
        assert not heard


def test_a_door_of_another_name_is_told_nothing(shop, screen, code, tmp_path):
    ours = Authority.open(shop.folder / "state" / "authority")
    with a_door(ours, tmp_path, hosts=["elsewhere.example"]) as (port, heard):
        screen.scan(changed(code, port=port))
        assert says(refused(shop, screen), "named")
        assert not heard


def test_a_clock_that_is_wrong(shop, screen, code, tmp_path, monkeypatch):
    """A device before its time sees a certificate that begins in the future."""
    ours = Authority.open(shop.folder / "state" / "authority")
    later = datetime.now(UTC) + timedelta(days=300)
    monkeypatch.setattr(certificates, "BEFORE_ANY_CLOCK", later)
    with a_door(ours, tmp_path) as (port, heard):
        screen.scan(changed(code, port=port))
        view = refused(shop, screen)
        assert says(view, "clock")
        assert f"{datetime.now(UTC):%Y}" in view.said
        assert not heard


@pytest.mark.parametrize("answer", [b"hello", b'["a"]', b'{"authority": "x"}'])
def test_whoever_is_no_door(shop, screen, code, tmp_path, answer):
    ours = Authority.open(shop.folder / "state" / "authority")
    with a_door(ours, tmp_path, answer=answer) as (port, _):
        screen.scan(changed(code, port=port))
        assert says(refused(shop, screen), "odd")


def test_an_answer_for_another_device(shop, screen, code, tmp_path, monkeypatch):
    stolen = asking.ask(codes.read(shop.code("register-14")), own_key(tmp_path / "x"), {})
    told = {name: getattr(stolen, name) for name in stolen.__slots__}
    monkeypatch.setattr(asking, "send", lambda *_: told)
    screen.scan(shop.code("register-15"))
    assert says(refused(shop, screen), "wrong")


@pytest.mark.parametrize("text", ["hello", "BALIE1ABC", "localhost:8443\nAAAA-BBBB", "\ufeffx"])
def test_a_file_without_a_code_is_said(shop, screen, tmp_path, text):
    file = tmp_path / "enrol.txt"
    file.write_text(f"# a code\n{text}\n", encoding="utf-8")
    with_file(shop, screen, file)
    assert says(screen.view, "file")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_with_a_code_lets_in(shop, screen, tmp_path, encoding):
    file = tmp_path / "enrol.txt"
    number = {"utf-8": 20, "utf-8-sig": 21, "utf-16": 22}[encoding]
    file.write_text(f"# a code\r\n{shop.code(f'register-{number}')}\r\n", encoding=encoding)
    with_file(shop, screen, file)
    assert screen.view.kind == "good"


def with_file(shop, screen, file):
    stop = threading.Event()
    thread = threading.Thread(target=Doorkeeper(screen.card, file).run, args=(stop,))
    thread.start()
    shop.wait("an answer", lambda: screen.view.kind in {"bad", "good"})
    stop.set()
    thread.join()


def test_a_note_that_nobody_can_read_is_passed_over(card):
    keeper = Doorkeeper(card)
    keeper._box.ask(Asked("1", "x"))
    (card / "door" / "asked.json").write_text("{")
    assert keeper._box.asked() is None


def change(shop, question, *values):
    with closing(sqlite3.connect(shop.folder / "state" / "collector.db", timeout=60)) as database:
        database.execute(question, values)
        database.commit()
