"""The directory on its way down: what is changed, forged, odd or too long, while sales go up."""

from __future__ import annotations

import pytest

from appliance.journal import signing
from appliance.journal.batch import LARGEST_PACKET, pack
from appliance.journal.stream import Receiver
from appliance.journal.topics import Leaf
from appliance.uplink import loop
from tests.uplink.rig import DEVICE, Log, arrived, eventually


def test_the_directory_comes_down_and_follows_changes(device, broker, open_office):
    office = open_office()
    office.directory.change("Nutella 400 g", 399)
    device.start()
    eventually(lambda: device.price() == 399)
    office.directory.change("Nutella 400 g", 419)
    eventually(lambda: device.price() == 419)


def test_a_directory_that_was_tampered_with_is_not_taken(device, broker, open_office):
    office = open_office()
    office.directory.change("Nutella 400 g", 399)
    device.start()
    eventually(lambda: device.price() == 399)
    office.publish(Leaf.DIRECTORY, b"rubbish")
    eventually(lambda: device.problem == "refusal")
    forged = Log([*office.directory.kept])
    forged.change("Nutella 400 g", 1)
    for signer in (None, signing.generate()):
        office.publish(
            Leaf.DIRECTORY,
            pack(forged.kept[-1:], stream="directory", device=DEVICE, signer=signer),
        )
        eventually(lambda: "its sender's own key" in device.state.problem.sentence)
    assert device.price() == 399
    office.directory.change("Nutella 400 g", 419)
    eventually(lambda: device.price() == 419)
    eventually(lambda: device.problem == "")


@pytest.mark.parametrize("odd", [{"change": "c", "part": 1, "parts": "many"}, {"part": []}])
def test_a_directory_that_no_collector_should_say_does_not_stop_the_journal(
    device, broker, open_office, odd
):
    """It is signed and may come from a later version: it is named to both, and the rest goes on."""
    office = open_office()
    device.start()
    device.sell(3)
    arrived(device, office)
    office.directory.say(odd)
    eventually(lambda: device.problem == "refusal")
    eventually(lambda: office.statuses[-1].get("refused", {}).get("count") == 1)
    office.directory.change("Nutella 400 g", 419)
    eventually(lambda: device.price() == 419)
    device.sell(3)
    arrived(device, office)


def test_what_cannot_be_read_at_all_does_not_stop_the_journal_either(
    device, broker, open_office, monkeypatch
):
    def stumbles(_receiver, _payload):
        raise LookupError("something nobody thought of")

    office = open_office()
    device.start()
    device.sell(3)
    arrived(device, office)
    monkeypatch.setattr(Receiver, "receive", stumbles)
    office.publish(Leaf.DIRECTORY, b"anything")
    eventually(lambda: device.problem == "directory")


def test_what_is_longer_than_any_batch_never_reaches_the_device(
    device, broker, open_office, monkeypatch
):
    """It has little memory; the broker is told what it takes, and throws the rest away."""
    take, lengths = loop.Uplink._take, []

    def noted(uplink, message):
        lengths.append(len(message.payload))
        take(uplink, message)

    monkeypatch.setattr(loop.Uplink, "_take", noted)
    office = open_office()
    device.start()
    device.sell(1)
    arrived(device, office)
    office.publish(Leaf.DIRECTORY, bytes(LARGEST_PACKET))
    office.directory.change("Nutella 400 g", 419)
    eventually(lambda: device.price() == 419)
    assert max(lengths) < LARGEST_PACKET
