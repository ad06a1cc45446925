"""``balie peripherals``: what it says, what it writes for systemd, and what the units make of it."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.config import load
from appliance.counter_files import FILES
from appliance.peripherals import SHUT_IN, settings_in_use

UNITS = Path(__file__).parents[2] / "systemd"
SETTINGS = """
[device]
id = "register-1"
name = "Register 1"
register = "1"
data = "data"
"""


@pytest.fixture
def config(tmp_path):
    return tmp_path / "balie.toml"


def set_up(config, *hosts):
    sections = zip(("printer", "terminal"), ("network", "zvt"), hosts, strict=False)
    text = "".join(
        f'[{kind}]\ndriver = "{driver}"\nhost = "{host}"\n' for kind, driver, host in sections
    )
    config.write_text(SETTINGS + text)


def test_it_says_and_writes_what_is_let_through(config, tmp_path, capsys):
    set_up(config, "192.0.2.7", "2001:db8::7")
    file = tmp_path / "addresses"
    assert main(["peripherals", "--config", str(config), "--to", str(file)]) == 0
    assert capsys.readouterr().out == "192.0.2.7\n2001:db8::7\n"
    assert file.read_text() == "IPAddressAllow=192.0.2.7\nIPAddressAllow=2001:db8::7\n"


def test_what_is_no_longer_set_is_no_longer_let_through(config, tmp_path):
    file = tmp_path / "addresses"
    for hosts, wanted in (
        (("192.0.2.7",), "IPAddressAllow=192.0.2.7\n"),
        (("192.0.2.8",), "IPAddressAllow=192.0.2.8\n"),
        ((), ""),
    ):
        set_up(config, *hosts)
        assert main(["peripherals", "--config", str(config), "--to", str(file)]) == 0
        assert file.read_text() == wanted


def test_what_is_no_address_keeps_back_no_other(config, tmp_path, capsys):
    set_up(config, "till-printer", "192.0.2.8")
    file = tmp_path / "addresses"
    assert main(["peripherals", "--config", str(config), "--to", str(file)]) == 0
    assert file.read_text() == "IPAddressAllow=192.0.2.8\n"
    said = capsys.readouterr().err
    assert said.startswith("Not let through: ")
    assert "balie.toml: [printer] host: expected an address such as" in said


def test_settings_that_cannot_be_read_change_nothing(config, tmp_path, capsys):
    config.write_text("[printer")
    file = tmp_path / "addresses"
    assert main(["peripherals", "--config", str(config), "--to", str(file)]) == 1
    assert not file.exists()
    assert "The desk reaches what it reached before: " in capsys.readouterr().err


def unit(name):
    """The settings of a unit that say one thing each."""
    read = configparser.RawConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read(UNITS / name)
    return read


def test_systemd_is_told_what_was_written_and_takes_back_what_was_before():
    service = unit("balie-peripherals.service")["Service"]
    written = re.search(r" --to (\S+)$", service["ExecStartPre"])[1]
    assert written.startswith(f"/run/{service['RuntimeDirectory']}/")
    reads, sets = service["ExecStart"].split(" /usr/bin/systemctl ")
    assert reads == f"!/usr/bin/xargs --arg-file={written}"
    # Behind "--" nothing that was written can be an option.
    assert sets == "set-property --runtime -- balie-desk.service IPAddressAllow="


def test_settings_are_given_to_nobody_in_particular_all_that_there_are():
    text = (UNITS / "balie-peripherals.service").read_text()
    given = dict(re.findall(r"^LoadCredential=(.+):(.+)$", text, re.MULTILINE))
    assert set(given) == {"balie.toml", *FILES}
    assert {Path(file).name for file in given.values()} == set(given)
    # A file that is not there must not stop it.
    assert set(re.findall(r"^SetCredential=(.+?):.+$", text, re.MULTILINE)) == set(FILES)


def test_what_stands_for_a_file_that_is_not_there_changes_nothing(config):
    set_up(config, "192.0.2.7")
    before = load(config)
    text = (UNITS / "balie-peripherals.service").read_text()
    for name, instead in re.findall(r"^SetCredential=(.+?):(.+)$", text, re.MULTILINE):
        config.with_name(name).write_text(instead)
    assert [each.drivers for each in settings_in_use(config)] == [before.drivers]


def test_the_desk_starts_it_and_neither_waits_for_it_nor_needs_it():
    desk = unit("balie-desk.service")
    assert "balie-peripherals.service" not in desk["Unit"]["After"].split()
    assert "Before" not in unit("balie-peripherals.service")["Unit"]
    assert "balie-peripherals.service" in desk["Unit"]["Wants"].split()
    assert "Requires" not in desk["Unit"]
    assert desk["Service"]["IPAddressDeny"] == "any"


def test_it_is_looked_at_again_when_settings_are_written():
    text = (UNITS / "balie-peripherals.service").read_text()
    (folder,) = {
        Path(file).parent for file in re.findall(r"^LoadCredential=.+:(.+)$", text, re.MULTILINE)
    }
    path = unit("balie-peripherals.path")
    assert path["Path"]["PathChanged"] == str(folder)
    assert path["Install"]["WantedBy"] == "multi-user.target"


@pytest.mark.parametrize("name", ["balie-desk.service", "balie-door.service"])
def test_who_checks_settings_on_a_device_knows_that_the_desk_is_shut_in(name):
    assert f"Environment={SHUT_IN}=yes" in (UNITS / name).read_text().splitlines()
