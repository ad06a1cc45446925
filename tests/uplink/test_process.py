"""The uplink as the process that systemd starts."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from appliance.counter_files import CounterFiles
from appliance.domain.counter import Stage, Taken, digest
from appliance.uplink import validity
from tests.journal.contract import faults
from tests.uplink.rig import DEVICE, eventually


@pytest.fixture
def settings(tmp_path, absent_broker, identity):
    file = tmp_path / "balie.toml"
    file.write_text(
        f'[device]\nid = "{DEVICE}"\nname = "Register 1"\nregister = "1"\ndata = "data"\n'
        f'[broker]\nhost = "localhost"\nport = {absent_broker.port}\nca = "{identity.ca}"\n'
        f'certificate = "{identity.certificate}"\nkey = "{identity.key}"\n'
    )
    return file


@pytest.fixture
def start(settings):
    processes = []

    def run():
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "appliance.uplink", "--config", settings],
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return processes[-1]

    yield run
    for process in processes:
        process.kill()
        process.wait()
        process.stderr.close()


def test_it_sends_and_says_goodbye_when_told_to_stop(start, device, broker, open_office):
    office = open_office()
    process = start()
    device.sell(10)
    eventually(lambda: device.is_sent() and len(office.kept) == 11)
    process.terminate()
    assert process.wait(timeout=60) == 0
    eventually(lambda: office.statuses[-1] == {"link": "offline"})
    assert not (device.folder / "uplink.sock").exists()


def test_killed_again_and_again_it_loses_and_doubles_nothing(start, device, broker, open_office):
    office = open_office()
    for round_ in range(3):
        process = start()
        device.sell(60)
        wanted = 1 + round_ * 60
        eventually(lambda wanted=wanted: len(office.kept) > wanted)
        process.kill()
        process.wait()
        eventually(lambda: office.statuses[-1] == {"link": "offline"}, "the last will")
    start()
    eventually(lambda: device.is_sent() and len(office.kept) == 181)


def test_it_leaves_how_long_the_certificate_is_good_without_a_broker_too(start, tmp_path):
    start()
    eventually(lambda: validity.read(tmp_path / "data") is not None)
    assert validity.read(tmp_path / "data").until > datetime.now(UTC)


def test_it_says_how_it_stands_to_what_it_was_told_of_its_counter(
    start, settings, device, broker, open_office
):
    office, files = open_office(), CounterFiles(settings.parent)
    start()
    eventually(lambda: office.statuses and office.statuses[-1]["link"] == "online")
    assert "counter" not in office.statuses[-1], "it was told nothing"
    text, bad = '[printer]\ndriver = "none"\n', '[printer]\ndriver = "moon"\n'
    for change, told in (
        (lambda: files.tell(text), Taken(digest(text), Stage.WAITING)),
        (lambda: files.keep(text), Taken(digest(text), Stage.IN_USE)),
        (
            lambda: files.refuse(bad, "no such driver", "balie 1", instead=text),
            Taken(digest(bad), Stage.REFUSED, "no such driver"),
        ),
        (lambda: files.tell(text), Taken(digest(text), Stage.IN_USE)),
    ):
        change()
        eventually(lambda told=told: office.statuses[-1].get("counter") == told.to_data(), told)
        assert faults("status.json", office.statuses[-1]) == []


def test_only_one_runs(start, device, broker):
    start()
    eventually(lambda: device.state.connected)
    second = start()
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert "another uplink listens" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[: text.index("[broker]")], "section [broker] is missing"),
        (lambda text: text.replace("ca =", "cat ="), "cat is unknown"),
        (lambda text: text.replace(".key", ".pem"), "should hold an Ed25519 private key"),
    ],
)
def test_wrong_settings_are_named(start, settings, change, said):
    settings.write_text(change(settings.read_text()))
    process = start()
    _, heard = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said in heard
