"""``balie-collector simulate`` as it is typed: real wire traffic, a verdict, and nothing left over.

    BALIE_SIMULATED_DEVICES=1000 BALIE_SIMULATED_MINUTES=10 pytest tests/simulate

is the long variant.
"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from provisioning.workstation.demo.waiting import wait_for
from tests.simulate.office import CEILING_S, Office

DEVICES = int(os.environ.get("BALIE_SIMULATED_DEVICES", "40"))
MINUTES = float(os.environ.get("BALIE_SIMULATED_MINUTES", "0.1"))


@pytest.fixture
def office(tmp_path, programs):
    made = Office(tmp_path, programs)
    made.make()
    made.start_broker()
    made.start_ingest()
    return made


def simulated(office, *words):
    """Simulate some devices for a while and return what was said."""
    process = office.simulate(
        f"--devices={DEVICES}", f"--minutes={MINUTES}", "--every=2", "--processes=2", *words
    )
    said, _ = process.communicate(timeout=3 * CEILING_S + 120 * MINUTES)
    assert process.returncode == 0, said
    assert "Every device's watermark is its head. gaps 0 · forks 0" in said
    return said


def sales(office):
    return list(csv.DictReader(office.collector("export", "sales").splitlines()))


def wait_for_figures(office):
    """Figures follow a moment after the acknowledgement: wait for those of every entry."""
    entries = sum(each["sequence"] for each in office.standings().values())
    openings = DEVICES
    wait_for(
        "the figures",
        lambda: len(sales(office)) == entries - openings,
        ceiling_s=CEILING_S,
    )


def test_devices_sell_and_every_sale_arrives(office):
    said = simulated(office, "--rate=1", "--faults=0.5")
    assert f"{DEVICES:,} simulated devices in 2 processes" in said
    standings = office.standings()
    assert len(standings) == DEVICES
    assert all(name.startswith("simulated-") for name in standings)
    assert all(each["link"] == "offline" for each in standings.values()), "all said goodbye"
    wait_for_figures(office)
    lines = list(csv.DictReader(office.collector("export", "lines").splitlines()))
    assert len(lines) == 8 * len(sales(office))
    assert {each["register"][0] for each in sales(office)} == {"S"}

    before = {name: each["epoch"] for name, each in standings.items()}
    simulated(office, "--rate=1")
    after = office.standings()
    assert all(each["epoch"] == before[name] + 1 for name, each in after.items()), "a new life"

    removed = office.collector("simulate", "--clean")
    assert removed == f"{DEVICES:,} simulated devices were removed.\n"
    assert office.standings() == {}
    assert sales(office) == []
    assert not (office.state / "simulated").exists()
    assert not list(Path(office.state, "authority", "issued").glob("simulated-*"))


def test_a_collector_that_is_away_is_found_out(office, programs):
    """The verdict is not well when entries are not acknowledged, and says of which devices."""
    programs.close()
    process = office.simulate("--devices=3", "--minutes=0.01", "--patience=0.5")
    said, _ = process.communicate(timeout=CEILING_S)
    assert process.returncode == 1, said
    assert "Not well:" in said
    assert "simulated-0001: made 1." in said
    assert "connections were refused, the last: simulated-" in said


def test_it_stays_away_from_real_devices(office, tmp_path):
    told = ("--name", "Two", "--register", "2", "--folder", tmp_path / "register")
    office.collector("device", "add", "register-2", *told)
    assert json.loads(office.ask("status", "--json").stdout)[0]["sequence"] == 0
    simulated(office, "--rate=0.5")
    _hold_something_of("register-2", office)
    refused = office.ask("simulate", "--devices", 1)
    assert refused.returncode == 1
    assert refused.stderr == (
        "Expected a database without real devices' sales, found those of register-2: use another "
        "database, or say --really.\n"
    )
    office.collector("simulate", "--clean")
    assert list(office.standings()) == ["register-2"]


def _hold_something_of(device, office):
    script = (
        "import django; django.setup()\n"
        "from collector.ingest.models import Watermark\n"
        "from django.utils.timezone import now\n"
        f"Watermark.objects.create(device_id={device!r}, epoch=1, sequence=1, hash='0' * 64, updated=now())"
    )
    told = {**os.environ, **office.told, "DJANGO_SETTINGS_MODULE": "collector.settings"}
    subprocess.run([sys.executable, "-c", script], env=told, check=True)


def test_a_real_device_cannot_have_such_a_name(office, tmp_path):
    told = ("--name", "One", "--register", "1", "--folder", tmp_path / "one")
    refused = office.ask("device", "add", "simulated-0001", *told)
    assert refused.returncode == 1
    assert "kept for simulated ones" in refused.stderr


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("--devices=0", "expected a whole number from 1, found 0"),
        ("--rate=0", "expected a number above 0, found 0"),
        ("--faults=2", "expected a share from 0 to 1, found 2"),
        ("--shards=7f-00", "BALIE_SHARDS should be a run of shards"),
    ],
)
def test_what_cannot_be_is_refused(office, word, sentence):
    refused = office.ask("simulate", word)
    assert refused.returncode != 0
    assert sentence in refused.stderr
