"""``collector/partitions.sql`` on a real server: the collector works on, and nothing is held twice."""

from pathlib import Path

import psycopg
import pytest

from tests.simulate.office import CEILING_S, ROOT, Office
from tests.world import postgresql

DEVICES = 20


@pytest.fixture
def address():
    if reason := postgresql.available():
        pytest.skip(reason)
    with postgresql.server() as address:
        yield address


@pytest.fixture
def office(tmp_path, programs, address):
    with Office(tmp_path, programs, database_url=address) as made:
        made.make()
        made.start_broker()
        yield made


def simulated(office):
    words = (f"--devices={DEVICES}", "--rate=1", "--minutes=0.05", "--faults=0.5")
    process = office.simulate(*words)
    said, _ = process.communicate(timeout=CEILING_S)
    assert process.returncode == 0, said


def test_entries_lie_in_partitions_by_device(office, address, programs):
    ingest = office.start_ingest()
    simulated(office)
    before = office.standings()
    programs.kill(ingest)

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(Path(ROOT, "collector", "partitions.sql").read_text())
    assert office.standings() == before
    office.start_ingest()
    simulated(office)

    with psycopg.connect(address) as connection:
        held = connection.execute(
            "SELECT tableoid::regclass::text, device_id, count(*) FROM ingest_entry GROUP BY 1, 2"
        ).fetchall()
    places: dict[str, set[str]] = {}
    for partition, device, _ in held:
        places.setdefault(device, set()).add(partition)
    assert len(places) == DEVICES
    assert all(len(partitions) == 1 for partitions in places.values()), "each device in one place"
    assert len({partition for partition, _, _ in held}) > 4, "devices are spread"
    assert office.collector("migrate"), "and the tables are still what Django expects"
    assert not any(each["gaps"] or each["forks"] for each in office.standings().values())
