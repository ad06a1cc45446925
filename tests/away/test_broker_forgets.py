"""The broker forgets everything, or takes more than it keeps and says nothing."""

from __future__ import annotations

import re

import pytest

NARROW = {
    "what waits": {"max_queued_messages": 2, "max_inflight_messages": 1},
    "its bytes": {"max_queued_bytes": 4000, "max_inflight_messages": 1},
    "its own defaults": {},
}
"""What a broker drops without a word: settings in place of those that broker-config writes."""
OURS = ("max_queued_messages", "max_queued_bytes", "max_inflight_messages")
SALES = 600

SQLITE_SUFFICES = True
"""In the plain suite: nothing here is the database's doing."""


def wipe(house):
    """Have the broker forget its sessions, what waits and what is retained, as a new disk would."""
    house.kill("broker")
    data = house.folder / "broker" / "data"
    for kept in data.iterdir():
        kept.unlink()


def test_a_broker_whose_disk_was_lost_costs_nothing(house):
    first, second = house.register(), house.register()
    first.sell(10).settle()
    second.sell(10)
    house.kill("ingest")
    first.sell(10)
    wipe(house)
    second.sell(10)
    second.disconnect()
    house.start("broker")
    second.connect()
    first.sell(10)
    house.start("ingest")
    house.has(first, second)
    wipe(house)
    house.start("broker")
    first.sell(3)
    house.has(first, second)


@pytest.fixture(params=NARROW)
def narrow(request, house):
    """The broker with less room than `broker-config` gives it."""
    file = house.folder / "broker" / "mosquitto.conf"
    wide = file.read_text()
    lines = [line for line in wide.splitlines() if not line.startswith(OURS)]
    lines += [f"{name} {value}" for name, value in NARROW[request.param].items()]
    file.write_text("\n".join([*lines, "log_type debug", ""]))
    wipe(house)
    house.start("broker")
    yield house
    file.write_text(wide)
    house.restart("broker")


def test_a_broker_that_drops_silently_costs_nothing_but_time(narrow):
    house = narrow
    counter = house.register()
    counter.disconnect()
    counter.sell(SALES)
    house.kill("ingest")
    counter.connect()
    house.wait("something sent in vain", lambda: published(house, counter.device))
    house.start("ingest")
    house.has(counter)
    entries = counter.head().sequence
    assert published(house, counter.device) < entries / 4, "messages for each entry"


def published(house, device) -> int:
    """Count the journal's messages that the broker took from a device."""
    text = house.log("broker")
    return len(re.findall(rf"Received PUBLISH from {device} .*/journal'", text))
