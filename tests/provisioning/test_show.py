"""The demonstration in a window: it lasts as long as the register does."""

import sys

import pytest

from provisioning.workstation.demo import chain, shop, show
from provisioning.workstation.demo.chain import Chain, Wishes
from provisioning.workstation.demo.fault import DemoError

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def said():
    return []


@pytest.fixture
def open_shop(tmp_path, monkeypatch, said):
    """Open a shop whose register is a short program."""
    started = []

    def start(programs, *_):
        started.append(programs.start("uplink", SLEEPER))
        register = programs.start("register", [sys.executable, "-c", started_with[0]])
        started.append(register)
        return Chain("http://127.0.0.1:8000/", register)

    started_with = []
    monkeypatch.setattr(show, "LOGS", tmp_path)
    monkeypatch.setattr(show, "PAUSE_S", 0.01)
    monkeypatch.setattr(chain, "start", start)

    def run(register, password=None):
        started_with.append(register)
        monkeypatch.setattr(shop, "prepare", lambda _: password)
        show.show(Wishes(1280, 800, "nl"), said.append)

    run.started = started
    return run


def test_closing_the_window_ends_everything(open_shop, said):
    open_shop("pass")
    assert "The register's window was closed; ending the rest." in said
    assert all(program.ended() is not None for program in open_shop.started)


def test_a_register_that_fails_is_no_closed_window(open_shop):
    with pytest.raises(DemoError, match=r"The register ended by itself with code 1(.|\n)*no font"):
        open_shop("raise SystemExit('no font')")
    assert all(program.ended() is not None for program in open_shop.started)


def test_a_new_password_is_shown_once(open_shop, said):
    open_shop("pass", password="abcd-efgh")
    assert "password abcd-efgh" in "\n".join(said)


def test_later_only_its_place_is_shown(open_shop, said):
    open_shop("pass")
    assert "the password is in" in "\n".join(said)


def test_passwords_are_not_guessed():
    made = {shop.new_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password) == 19 for password in made)
