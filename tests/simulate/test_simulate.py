"""``balie-collector simulate`` as it is typed: real wire traffic, a verdict, and nothing left over.

    BALIE_SIMULATED_DEVICES=1000 BALIE_SIMULATED_MINUTES=10 pytest tests/simulate

is the long variant.
"""

import csv
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.journal.topics import Shards
from collector.__main__ import main
from collector.enrolment.authority import Authority
from collector.ingest.models import Device, Watermark
from collector.simulate import crowd
from provisioning.workstation.demo.waiting import wait_for
from tests.simulate.office import CEILING_S, Office

DEVICES = int(os.environ.get("BALIE_SIMULATED_DEVICES", "40"))
MINUTES = float(os.environ.get("BALIE_SIMULATED_MINUTES", "0.1"))


@pytest.fixture
def authority(tmp_path, settings):
    settings.BALIE_STATE = tmp_path
    return Authority.create(tmp_path / "authority")


@pytest.fixture
def office(tmp_path, programs):
    with Office(tmp_path, programs) as made:
        made.make()
        made.start_broker()
        made.start_ingest()
        yield made


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


def test_a_collector_that_is_away_is_found_out(tmp_path, programs):
    """The verdict is not well when entries are not acknowledged, and says of which devices."""
    with Office(tmp_path, programs) as office:
        office.make()
        process = office.simulate("--devices=3", "--minutes=0.01", "--patience=0.5")
        said, _ = process.communicate(timeout=CEILING_S)
    assert process.returncode == 1, said
    assert "Not well:" in said
    assert "simulated-0001: made 1." in said
    assert "connections were refused, the last: simulated-" in said


@pytest.mark.django_db
def test_it_stays_away_from_real_devices(authority, capsys):
    device = Device.objects.create(id="register-2", name="Two", register="2", public_key="")
    mark = {"epoch": 1, "hash": "0" * 64, "updated": datetime.now(UTC)}
    Watermark.objects.create(device=device, sequence=0, **mark)
    assert crowd.real_devices() == []
    Watermark.objects.update(sequence=1)
    with pytest.raises(SystemExit, match="found those of register-2: use another database, or say"):
        main(["simulate", "--devices=1"])
    crowd.enrol(["simulated-0001"], authority, 0.0)
    Watermark.objects.create(device_id="simulated-0001", sequence=1, **mark)
    assert main(["simulate", "--clean"]) == 0
    assert capsys.readouterr().out == "1 simulated devices were removed.\n"
    assert list(Device.objects.values_list("id", flat=True)) == ["register-2"]
    assert Watermark.objects.count() == 1


def test_a_real_device_cannot_have_such_a_name(authority, tmp_path):
    told = ["--name", "One", "--register", "1", "--folder", str(tmp_path / "one")]
    with pytest.raises(SystemExit, match="kept for simulated ones"):
        main(["device", "add", "simulated-0001", *told])


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("--devices=0", "expected a whole number from 1, found 0"),
        ("--rate=0", "expected a number above 0, found 0"),
        ("--faults=2", "expected a share from 0 to 1, found 2"),
        ("--shards=7f-00", "BALIE_SHARDS should be a run of shards"),
    ],
)
def test_what_cannot_be_is_refused(authority, capsys, word, sentence):
    with pytest.raises(SystemExit) as refused:
        main(["simulate", word])
    assert sentence in f"{refused.value}{capsys.readouterr().err}"


@pytest.mark.django_db
def test_a_share_of_devices_is_faulty():
    members = crowd._members([f"simulated-{number:04}" for number in range(1, 101)], 0.02)
    assert sum(each.faulty for each in members) == 2


@pytest.mark.parametrize("share", ["00-ff", "00-0f", "f0-ff"])
def test_names_are_those_of_the_shards_asked_for(share):
    shards = Shards.read(share)
    names = crowd.names(20, shards)
    assert len(set(names)) == 20
    assert all(name in shards for name in names)
    assert names == crowd.names(20, shards)
