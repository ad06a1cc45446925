"""What the doctor says of printer and card terminal in the network."""

from __future__ import annotations

import zipfile

import pytest

from appliance.config import load
from appliance.doctor import bundle, expected
from appliance.doctor.findings import Severity
from appliance.peripherals import SHUT_IN
from appliance.services.words import Words

SETTINGS = """
[device]
id = "register-2"
name = "Till 2"
register = "2"
data = "data"
"""
NETWORK = """
[printer]
driver = "network"
host = "{printer}"
[terminal]
driver = "zvt"
host = "192.0.2.8"
"""


@pytest.fixture
def said(tmp_path):
    def say(shown, *, printer="192.0.2.7", more=NETWORK):
        file = tmp_path / "balie.toml"
        file.write_text(SETTINGS + more.format(printer=printer))
        found = [
            finding
            for _check, _title, look in expected.checks(load(file), shown)
            for finding in look()
        ]
        return [(each.severity, each.said(Words("en")), each.detail) for each in found]

    return say


def test_nothing_is_said_where_nothing_is_in_the_network(said):
    assert said({}, more='[printer]\ndriver = "simulated"\n') == []


def test_each_is_named_with_its_address(said):
    printer, terminal = said({"away": ["drawer"], "terminal": "ready"})
    assert (printer[0], terminal[0]) == (Severity.WELL, Severity.WELL)
    assert (printer[1].title, terminal[1].title) == ("Receipt printer", "Card terminal")
    assert printer[1].meaning == "It is expected at 192.0.2.7."


def test_one_that_does_not_answer_is_told_with_where_it_was_asked(said):
    printer, terminal = said({"away": ["printer"], "terminal": "away"})
    assert (printer[0], terminal[0]) == (Severity.BAD, Severity.BAD)
    assert printer[1].meaning == "Nothing answers at 192.0.2.7, where it is expected."
    assert terminal[1].meaning == "Nothing answers at 192.0.2.8, where it is expected."
    assert printer[1].remedy == "Check its power, its cable and its own address."


def test_a_name_is_bad_where_it_cannot_be_looked_up(said, monkeypatch):
    assert said({}, printer="till-printer")[0][0] is Severity.WELL
    monkeypatch.setenv(SHUT_IN, "yes")
    (severity, told, detail), terminal = said({"away": ["printer"]}, printer="till-printer")
    assert severity is Severity.BAD
    assert told.meaning == "It is set to till-printer: this device cannot reach it by that."
    assert "fixed address in the router" in told.remedy
    assert detail.startswith("expected an address such as")
    assert terminal[0] is Severity.WELL


def test_a_support_file_says_what_is_away_and_not_where(tmp_path, machine):
    file = tmp_path / "balie.toml"
    file.write_text(SETTINGS + NETWORK.format(printer="192.0.2.7"))
    settings = load(file)
    shown = {"away": ["printer"]}
    found = [one for _, _, look in expected.checks(settings, shown) for one in look()]
    target = tmp_path / "support.zip"
    bundle.write(target, host=machine.host, settings=settings, findings=found, log=())
    with zipfile.ZipFile(target) as packed:
        said = packed.read("doctor.json").decode()
        everything = b"".join(packed.read(name) for name in packed.namelist())
    assert "Nothing answers at …, where it is expected." in said
    assert b"192.0.2" not in everything
