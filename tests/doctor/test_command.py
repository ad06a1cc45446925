"""``balie doctor``: as text, for programs, on paper; what hangs, and what the desk has in hand."""

from __future__ import annotations

import json
import threading
from contextlib import ExitStack

import pytest

from appliance.__main__ import main
from appliance.build import take
from appliance.doctor.examination import examine
from appliance.doctor.findings import Finding, Severity
from appliance.doctor.report import document
from appliance.services.words import Words
from drivers.printer import Text

SETTINGS = """
[device]
id = "register-2"
name = "Till 2"
register = "2"
language = "{language}"
data = "data"
[printer]
driver = "{printer}"
{more}
"""


@pytest.fixture
def settings(tmp_path):
    def write(*, language="en", printer="simulated", more=""):
        (tmp_path / "data").mkdir(exist_ok=True)
        file = tmp_path / "balie.toml"
        file.write_text(SETTINGS.format(language=language, printer=printer, more=more))
        return file

    return write


def doctor(file, *words):
    return main(["doctor", "--config", str(file), *map(str, words)])


def test_it_speaks_the_devices_language_or_another(settings, capsys):
    file = settings(language="nl")
    doctor(file)
    assert "Controle van het apparaat: Till 2" in capsys.readouterr().out
    doctor(file, "--language", "id")
    assert "Pemeriksaan perangkat: Till 2" in capsys.readouterr().out


def test_for_programs_it_is_one_object_and_the_exit_status_is_the_worst(settings, capsys):
    more = 'host = "127.0.0.1"\nport = 9'  # nobody listens there
    status = doctor(settings(printer="network", more=more), "--json")
    told = json.loads(capsys.readouterr().out)
    assert status == {"well": 0, "look": 1, "bad": 2}[told["state"]] == 2
    by_check = {each["check"]: each for each in told["findings"]}
    assert by_check["printer"]["severity"] == "bad"
    meaning = by_check["printer"]["meaning"]
    assert meaning == "Nothing answers at 127.0.0.1, where it is expected."
    assert "its own address" in by_check["printer"]["remedy"]
    assert {
        "storage",
        "power",
        "clock",
        "screen",
        "inputs",
        "network",
        "journal",
        "version",
    } <= set(by_check)


def test_it_prints_a_slip(settings, tmp_path):
    more = f'folder = "{tmp_path / "paper"}"'
    doctor(settings(more=more), "--print")
    (paper,) = (tmp_path / "paper").glob("*.txt")
    assert "Check of the device" in paper.read_text()


def test_while_the_desk_runs_its_devices_are_left_alone(settings, tmp_path, capsys):
    file = settings()
    notes = tmp_path / "data" / "update" / "desk.json"
    notes.parent.mkdir()
    with ExitStack() as held:
        take(tmp_path / "data", held)
        doctor(file)
        assert "The open desk has them in hand" in capsys.readouterr().out
        notes.write_text(json.dumps({"away": ["printer"], "renderer": "V3D 4.2"}))
        assert doctor(file, "--print") == 3
        told = capsys.readouterr()
        assert "The open desk cannot reach: printer." in told.out
        assert "from the desk's own screen" in told.err


def test_settings_that_cannot_be_read_are_a_finding(tmp_path, capsys):
    file = tmp_path / "balie.toml"
    file.write_text("[device\n")
    assert doctor(file) == 2
    said = capsys.readouterr().out
    assert "The settings cannot be read." in said
    assert "Power" in said


def test_a_device_that_hangs_is_a_finding_and_holds_nobody_up():
    release = threading.Event()

    def hang():
        release.wait()
        return []

    def fail():
        raise RuntimeError("somebody's name")

    def answer():
        return [Finding("b", Severity.WELL, "Power", "The power is steady.")]

    try:
        found = examine(
            [("a", "Scale", hang), ("b", "Power", answer), ("c", "Clock", fail)], deadline_s=0.2
        )
    finally:
        release.set()
    assert [each.check for each in found] == ["a", "b", "c"]
    assert found[0].severity is Severity.BAD
    assert "No answer came within 0.2 seconds." in found[0].said(Words("en")).meaning
    assert found[1].severity is Severity.WELL
    assert found[2].detail == "RuntimeError"


def test_a_slip_tells_the_worst_first(settings):
    from datetime import datetime  # noqa: PLC0415

    words = Words("nl")
    findings = [
        Finding("power", Severity.WELL, "Power", "The power is steady."),
        Finding(
            "clock", Severity.BAD, "Clock", "No screen is connected.", "Enrol the device anew."
        ),
    ]
    said = [(each.severity, each.said(words)) for each in findings]
    lines = [
        each.left
        for each in document(said, words, "Kassa 2", datetime(2026, 11, 22, 17, 5))  # noqa: DTZ001
        if isinstance(each, Text)
    ]
    assert lines.index("! Klok") < lines.index("+ Voeding")
    assert lines[-1] == "Dit moet verholpen worden."
