"""Two ingest processes share the devices; one is killed and comes back, the other never notices."""

import signal
from contextlib import contextmanager

import pytest

from appliance.journal.topics import Shards
from provisioning.workstation.demo.waiting import wait_for
from tests.simulate.office import CEILING_S, Office

LOW, HIGH = "00-7f", "80-ff"
DEVICES = 15
FURTHER = 30
"""Entries of its devices that the living one acknowledges while the other is dead."""


@pytest.fixture
def office(tmp_path, programs, database_url):
    with Office(tmp_path, programs, database_url=database_url, shares=(LOW, HIGH)) as made:
        made.make()
        made.start_broker()
        yield made


@contextmanager
def selling(office, share):
    """Let devices of a run of shards sell until the end of the block; then expect them well."""
    process = office.simulate(
        f"--devices={DEVICES}", f"--shards={share}", "--rate=2", "--minutes=60"
    )
    try:
        yield process
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=CEILING_S)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert f"{DEVICES} devices made" in said
    assert "Every device's watermark is its head. gaps 0 · forks 0" in said
    assert " 0 reconnects" in said, "the broker never went, so nobody had to come back"


def acknowledged(office, share):
    """Count the entries that are held and proven of the devices of a run of shards."""
    shards = Shards.read(share)
    return sum(each["sequence"] for name, each in office.standings().items() if name in shards)


def wait_for_more(office, share, more):
    before = acknowledged(office, share)
    wait_for(
        f"{more} more entries of {share}",
        lambda: acknowledged(office, share) >= before + more,
        ceiling_s=CEILING_S,
    )


def test_one_is_killed_and_nothing_is_lost_or_doubled(office, programs):
    low = office.start_ingest(LOW)
    high = office.start_ingest(HIGH)
    with selling(office, HIGH), selling(office, LOW):
        wait_for_more(office, LOW, DEVICES)
        programs.kill(low)
        dead_at = acknowledged(office, LOW)
        wait_for_more(office, HIGH, FURTHER)
        assert acknowledged(office, LOW) == dead_at, "nobody does the dead one's work"
        office.start_ingest(LOW)
        wait_for_more(office, LOW, FURTHER)
    assert high.log.read_text().count("Connected to the broker") == 1, "each has its own session"
    standings = office.standings()
    assert len(standings) == 2 * DEVICES
    assert not any(each["gaps"] or each["forks"] or each["alarms"] for each in standings.values())
