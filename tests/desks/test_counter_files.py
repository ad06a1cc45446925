"""What the back office told of the counter: the best that can be used is, whatever the power does."""

from __future__ import annotations

import os

import pytest

from appliance.config import ConfigError, load, load_told
from appliance.counter_check import check, checked, reason
from appliance.counter_files import FILES, GOOD, STATE, TOLD, CounterFiles
from appliance.domain.counter import CounterError, Stage, Taken, digest
from tests.killing import KilledError, killing

OWN = """
[device]
id = "till-2"
name = "Register 2"
register = "2"
data = "data"
[printer]
driver = "file"
path = "/dev/own"
[scale]
driver = "simulated"
"""
A = '[printer]\ndriver = "network"\nhost = "192.0.2.1"\n'
B = '[printer]\ndriver = "network"\nhost = "192.0.2.2"\n'
CHANGES = {
    "told": lambda files: files.tell(B),
    "counted": lambda files: files.count(A, 1),
    "kept": lambda files: (files.tell(B), files.keep(B)),
    "refused": lambda files: (files.tell(B), files.refuse(B, "no", "balie 1", instead=A)),
    "refused, own again": lambda files: files.refuse(A, "no", "balie 1", instead=None),
}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "balie.toml").write_text(OWN)
    return CounterFiles(tmp_path)


def used(files):
    """Return where the desk prints."""
    printer = load(files.folder / "balie.toml").printer
    return printer.options.get("host") or printer.options["path"]


def test_a_device_that_was_told_nothing_has_its_own(files):
    assert used(files) == "/dev/own"
    assert files.taken() is None
    assert sorted(each.name for each in files.folder.iterdir()) == ["balie.toml"]


def test_what_was_told_stands_section_by_section_in_the_place_of_its_own(files):
    files.tell(A)
    settings = load(files.folder / "balie.toml")
    assert (settings.printer.options["host"], settings.scale.driver) == ("192.0.2.1", "simulated")
    assert settings.told.text == A
    assert files.taken() == Taken(digest(A), Stage.WAITING)
    files.keep(A)
    assert files.taken() == Taken(digest(A), Stage.IN_USE)


def test_told_nothing_any_more_it_has_its_own_again(files):
    files.tell(A)
    files.tell("")
    assert used(files) == "/dev/own"
    assert files.taken() == Taken(digest(""), Stage.WAITING)


def test_what_was_refused_is_passed_over_and_said(files):
    files.tell(A)
    files.keep(A)
    files.refuse(B, "the printer is not there", "balie 1", instead=A)
    assert used(files) == "192.0.2.1"
    assert files.taken() == Taken(digest(B), Stage.REFUSED, "the printer is not there")
    files.refuse(A, "nor is that", "balie 1", instead=None)
    assert used(files) == "/dev/own"
    assert files.good is None
    files.tell(B)
    assert files.taken() == Taken(digest(B), Stage.WAITING), "told anew, it is judged anew"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("torn", [b"", b"\0" * 400, b"[printer", b"\xff\xfe", b"{]", b"null"])
def test_a_torn_file_keeps_no_till_shut(files, name, torn):
    files.tell(A)
    files.keep(A)
    files.refuse(B, "no", "balie 1", instead=A)
    (files.folder / name).write_bytes(torn)
    assert used(files) in {"192.0.2.1", "/dev/own"}
    files.taken()
    files.tell(B)
    assert used(files) == "192.0.2.2"


@pytest.mark.parametrize("name", FILES)
def test_neither_does_one_that_cannot_be_read(files, name):
    files.tell(A)
    files.keep(A)
    (files.folder / name).unlink(missing_ok=True)
    (files.folder / name).mkdir()
    assert used(files) == "192.0.2.1"


def test_what_a_later_program_understands_is_passed_over_by_this_one(files):
    files.tell(A)
    files.keep(A)
    (files.folder / TOLD).write_text('[hologram]\ndriver = "x"\n')
    assert used(files) == "192.0.2.1"
    (files.folder / TOLD).write_text("[screen]\nwidth = 1\n")
    assert used(files) == "192.0.2.1"
    (files.folder / GOOD).write_text("[screen]\nwidth = 1\n")
    assert used(files) == "/dev/own"


def test_reading_writes_nothing(files):
    files.tell(A)
    os.utime(files.folder / TOLD, (1, 1))
    before = {each: each.stat().st_mtime_ns for each in files.folder.iterdir()}
    assert used(files) == "192.0.2.1"
    files.taken()
    assert {each: each.stat().st_mtime_ns for each in files.folder.iterdir()} == before


def test_the_files_are_for_nobody_else(files):
    files.tell('[terminal]\ndriver = "zvt"\nhost = "192.0.2.9"\npassword = "112233"\n')
    files.refuse(B, "no", "balie 1", instead=files.told)
    assert (files.folder / TOLD).stat().st_mode & 0o077 == 0
    assert (files.folder / STATE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_killed_at_every_step_one_of_the_two_stands(files, change, monkeypatch):
    def begin():
        for name in FILES:
            (files.folder / name).unlink(missing_ok=True)
        files.tell(A)
        files.keep(A)

    begin()
    with monkeypatch.context() as patched:
        made = killing(patched, 0)
        change(files)
    in_the_end = used(files)
    assert made[0] > 3
    for at in range(1, made[0] + 1):
        begin()
        with monkeypatch.context() as patched:
            killing(patched, at)
            with pytest.raises(KilledError):
                change(files)
        assert used(files) in {"192.0.2.1", "192.0.2.2", in_the_end}, f"killed at {at}"
        files.taken()
        change(files)
        assert used(files) == in_the_end, f"killed at {at}, it is done the next time"


def test_a_mistake_names_the_file_it_is_in(files):
    own, told = files.folder / "balie.toml", files.folder / TOLD
    for text, where in (
        ("[screen]\nwidth = 1\n", f"{told}: [screen] width and height"),
        ('[printer]\ndriver = "moon"\n', f"{told}: [printer] driver: There is no printer driver"),
        ('[printer]\ndriver = "network"\n', f"{told}: [printer] host: "),
        ('[[scanner]]\ndriver = "hid"\nmoon = 1\n', f"{told}: [[scanner]] moon: "),
        ('[printer]\ndriver = "none"\n[drawer]\ndriver = "printer_kick"\n', f"{told}: [drawer]"),
    ):
        with pytest.raises(ConfigError) as error:
            checked(own, text)
        assert str(error.value).startswith(where)
        assert str(files.folder) not in reason(error.value)
        assert reason(error.value).startswith("[")
    own.write_text(OWN.replace('"simulated"', '"moon"'))
    with pytest.raises(ConfigError) as error:
        check(load_told(own, A))
    assert str(error.value).startswith(f"{own}: [scale] driver")


@pytest.mark.parametrize(
    ("text", "why"),
    [("[broker]\n", "[broker]"), ("[", "a TOML file, found"), ("# " * 9000, "at most 16384 bytes")],
)
def test_what_are_no_settings_of_a_counter_is_said(files, text, why):
    with pytest.raises(CounterError) as error:
        checked(files.folder / "balie.toml", text)
    assert why in reason(error.value)
