"""What the set-up asks of Debian, and what it says when it may not ask."""

import io
import os
import subprocess

import pytest

from provisioning.workstation import debian
from provisioning.workstation.progress import Progress, SetupError

PRESENT = debian.Need("python3", "is there", lambda: True)
ABSENT = debian.Need("a-package-nobody-has", "is not there", lambda: False)


@pytest.fixture
def out():
    return io.StringIO()


@pytest.fixture
def step(out):
    with Progress(1, out).step("Debian packages") as step:
        yield step


def test_what_is_there_is_not_installed_again(step, monkeypatch):
    monkeypatch.setattr(debian.subprocess, "run", lambda *_, **__: pytest.fail("apt-get was run"))
    debian.install([PRESENT], step)


def test_without_root_and_sudo_the_exact_line_is_shown(step, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", {"apt-get": "/usr/bin/apt-get"}.get)
    with pytest.raises(SetupError) as refused:
        debian.install([PRESENT, ABSENT], step)
    line = "    sudo apt-get install --no-install-recommends a-package-nobody-has\n"
    assert line in str(refused.value)


def test_sudo_that_asks_for_a_password_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    asked = []

    def run(command, **_):
        asked.append(command)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(debian.subprocess, "run", run)
    with pytest.raises(SetupError):
        debian.right_to_install(["xvfb"])
    assert asked == [["sudo", "-n", "true"]]


def test_sudo_without_a_password_is_used(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(
        debian.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 0)
    )
    assert debian.right_to_install(["xvfb"]) == ["sudo", "-n"]


def test_a_system_without_apt_get_is_told_what_to_install(step, monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda _: None)
    with pytest.raises(SetupError, match="a-package-nobody-has and has no apt-get"):
        debian.install([ABSENT], step)


def test_a_failing_apt_get_is_said_with_its_log(step, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(debian, "LOGS", tmp_path)
    monkeypatch.setattr(debian.shutil, "which", {"apt-get": "/usr/bin/apt-get"}.get)
    monkeypatch.setattr(
        debian.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 100)
    )
    with pytest.raises(SetupError, match=r"What it said is in .*apt\.log"):
        debian.install([ABSENT], step)


def test_every_need_says_what_it_is_for():
    for need in debian.needs(virtual_screen=True, tests=True):
        assert need.purpose


def test_only_a_virtual_screen_needs_the_programs_of_one():
    windowed = {need.package for need in debian.needs(virtual_screen=False)}
    assert "xvfb" not in windowed
    assert "mosquitto" in windowed


def test_a_package_is_asked_for_once(monkeypatch):
    monkeypatch.setattr(debian.platform, "machine", lambda: "aarch64")
    packages = [need.package for need in debian.needs(virtual_screen=True, tests=True)]
    assert len(packages) == len(set(packages))
    assert "gcc" in packages


def test_what_the_tests_of_faults_need_is_among_what_is_installed_for_tests():
    """They are skipped where it is not there, which may not be on a machine that was set up."""
    wanted = {need.package for need in debian.needs(virtual_screen=True, tests=True)}
    assert {"mosquitto", "postgresql", "strace", "gcc", "libc6-dev"} <= wanted
    shown = {need.package for need in debian.needs(virtual_screen=False)}
    assert "postgresql" not in shown, "the demonstration does without"


def test_every_version_of_postgresql_will_do(monkeypatch, tmp_path):
    monkeypatch.setattr(debian, "POSTGRESQL", tmp_path)
    assert not debian.server("initdb")()
    (tmp_path / "17" / "bin").mkdir(parents=True)
    (tmp_path / "17" / "bin" / "initdb").touch()
    assert debian.server("initdb")()
