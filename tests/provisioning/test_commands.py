"""``python3 -m provisioning`` on a Python that has nothing installed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import provisioning.__main__ as commands
from provisioning.workstation import setup
from provisioning.workstation.progress import SetupError
from provisioning.workstation.testing import SIDE_BY_SIDE

ROOT = Path(__file__).resolve().parents[2]


def provisioning(*words):
    """Run it as on a fresh machine: -S leaves out everything that pip ever installed."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "provisioning", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def locked(purpose):
    """Give what a set-up installs, each with its version."""
    lock = ROOT / "provisioning" / "requirements" / f"{purpose}.txt"
    return set(re.findall(r"^[a-z0-9._-]+==[^\s;]+", lock.read_text(), re.MULTILINE))


def test_it_says_what_it_can_do():
    ended = provisioning("--help")
    assert ended.returncode == 0, ended.stderr
    for command in ("demo", "test", "lock"):
        assert command in ended.stdout


def test_an_unknown_word_is_refused():
    ended = provisioning("demo", "--colour", "teal")
    assert ended.returncode == 2
    assert "--colour teal" in ended.stderr


def test_a_set_up_that_cannot_go_on_says_why_and_fails(monkeypatch, capsys):
    def refuse(*_, **__):
        raise SetupError("Expected a disk, found none. Plug one in.")

    monkeypatch.setattr(setup, "prepare", refuse)
    assert commands.main(["test"]) == 1
    assert "Plug one in." in capsys.readouterr().err


def test_the_image_is_tested_with_what_builds_and_starts_it(monkeypatch):
    became, packages = [], []
    monkeypatch.setattr(
        setup, "prepare", lambda *_, more=(), **__: packages.extend(need.package for need in more)
    )
    monkeypatch.setattr(commands, "_become", lambda *words: became.append(words))
    commands.main(["test", "--image", "-k", "sale"])
    assert became == [("provisioning.image.testing", ["-k", "sale"])]
    assert {"mmdebstrap", "qemu-user-static", "qemu-system-arm", "u-boot-qemu"} <= set(packages)
    assert packages.index("binfmt-support") < packages.index("qemu-user-static")


def test_the_image_is_built_with_what_was_wished(monkeypatch, tmp_path):
    became = []
    monkeypatch.setattr(setup, "prepare", lambda *_, **__: None)
    monkeypatch.setattr(commands, "_become", lambda *words: became.append(words))
    commands.main(["image", "--output", str(tmp_path / "card.zst"), "--update", "0.2.0"])
    wished = ["--output", str(tmp_path / "card.zst"), "--update=0.2.0"]
    assert became == [("provisioning.image", wished)]


def test_the_image_needs_no_compiler_and_names_no_package_of_debian_s():
    assert not any(name.startswith("evdev==") for name in locked("image"))
    assert {name for name in locked("image") if name.startswith("kivy==")} <= locked("device")


def test_the_arguments_of_test_are_pytest_s(monkeypatch):
    became = []
    monkeypatch.setattr(setup, "prepare", lambda *_, **__: None)
    monkeypatch.setattr(commands, "_become", lambda *words: became.append(words))
    commands.main(["test", "tests/domain", "-x", "-k", "money"])
    assert became == [("pytest", [*SIDE_BY_SIDE, "tests/domain", "-x", "-k", "money"])]


def test_the_long_run_is_one_word_more(monkeypatch):
    became = []
    monkeypatch.setattr(setup, "prepare", lambda *_, **__: None)
    monkeypatch.setattr(commands, "_become", lambda *words: became.append(words))
    commands.main(["test", "--long", "-x"])
    assert became == [("provisioning.workstation.long", ["-x"])]


@pytest.mark.parametrize(
    ("told", "headless"),
    [({}, True), ({"DISPLAY": ":0"}, False), ({"WAYLAND_DISPLAY": "wayland-0"}, False)],
)
def test_without_a_display_the_demonstration_is_headless(monkeypatch, told, headless):
    became, prepared = [], []
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(setup, "prepare", lambda *_, **how: prepared.append(how))
    monkeypatch.setattr(commands, "_become", lambda *words: became.append(words))
    commands.main(["demo", "--size", "800x480"])
    (_, options) = became[0]
    assert ("--headless" in options) is headless
    assert options[:2] == ["--size", "800x480"]
    assert "--customer-screen" not in options
    assert prepared == [{"virtual_screen": headless}]


def test_the_demonstration_shows_a_customer_screen_where_it_is_asked_to(monkeypatch):
    became = []
    monkeypatch.setattr(setup, "prepare", lambda *_, **__: None)
    monkeypatch.setattr(commands, "_become", lambda *words: became.append(words))
    commands.main(["demo", "--customer-screen"])
    assert "--customer-screen" in became[0][1]


def test_what_the_demonstration_installs_runs_the_register_and_the_back_office(monkeypatch):
    """It is both ends of the wire: with one end's packages alone it would not even begin."""
    prepared = []
    monkeypatch.setattr(setup, "prepare", lambda purpose, **_: prepared.append(purpose))
    monkeypatch.setattr(commands, "_become", lambda *_: None)
    commands.main(["demo"])
    assert locked(prepared[0]) >= locked("device") | locked("collector")
    assert locked(prepared[0]) <= locked("tests")


def test_an_old_python_is_told_what_is_needed(monkeypatch):
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2))
    with pytest.raises(SetupError, match=r"needs Python 3\.11 or newer and was started with 3\.9"):
        setup.prepare("tests", virtual_screen=False)
