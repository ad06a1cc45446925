"""A person asks to be forgotten: the real broker, ingest and uplink, and every file is searched."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from contextlib import closing, contextmanager

import pytest

from appliance.journal.attachments import ERASED, new_reference
from appliance.journal.store import Event, Journal
from appliance.journal.writer import JournalWriter
from appliance.services.erasing import Erasing
from appliance.services.worker import DeviceWorker
from appliance.store.desk import DeskStore
from appliance.store.erasures import Erasures
from appliance.uplink.poke import Poke
from tests.attachments.people import known, person, words_of
from tests.world.shop import DEVICE, opened, unavailable

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable())


@contextmanager
def desk_of(world):
    """Run a desk without its screen: it records who became known, and erases when told."""
    data = world.data
    with (
        closing(Poke(data / "uplink.sock")) as poke,
        JournalWriter(Journal.open(data / "journal.db", DEVICE), on_commit=poke) as writer,
        DeskStore.open(data / "desk.db") as shelf,
        closing(Erasures(data / "directory.db")) as orders,
    ):
        erasing = Erasing(
            orders=orders,
            journal=writer,
            shelf=shelf,
            worker=DeviceWorker("unused"),
            idle=lambda: True,
        )
        yield writer, erasing


def still_said(world, content):
    """Find the files of device, broker and back office that say what a person's data said.

    Another program searches: closing a file that this one has open as a database would let go of
    its locks.
    """
    words = [*words_of(content), *(base64.b64encode(content[at:])[:-4] for at in range(3))]
    marks = [part for word in words for part in ("-e", word.decode())]
    command = ["grep", "-rlaF", *marks, "."]
    found = subprocess.run(command, cwd=world.folder, capture_output=True, text=True, check=False)
    assert not found.stderr
    return sorted(name.removeprefix("./") for name in found.stdout.splitlines())


def erasures(world):
    return json.loads(world.collector("erasures", "--json", allowed=(0, 1)))


def test_a_person_is_forgotten_everywhere_and_stays_forgotten(tmp_path):
    wil, ada = new_reference(), new_reference()
    said = [person(number) for number in range(3)]
    database = tmp_path / "state" / "collector.db"
    with opened(tmp_path) as world, desk_of(world) as (writer, erasing):
        writer.submit(known(said[0], wil)).result()
        writer.submit(Event("balie.test.v1"), known(said[1], ada)).result()
        world.settle()
        assert {"register/data/journal.db-wal", "state/collector.db-wal"} & set(
            still_said(world, said[0])
        )
        world.stop("ingest")  # the backup of yesterday
        shutil.copy(database, tmp_path.parent / f"{tmp_path.name}-yesterday.db")
        world.start("ingest")

        world.stop("uplink")
        world.wait("the device to be offline", lambda: world.standing()["link"] == "offline")
        writer.submit(known(said[2], wil)).result()
        told = world.collector("erase", "--person", wil)
        assert "Erased here: 1 of 1 attachments" in told
        assert "still to be erased on Two (offline since" in told
        assert all(name.startswith("register/") for name in still_said(world, said[0]))
        assert still_said(world, said[2])

        world.start("uplink")

        def answered():
            erasing.look()
            return erasures(world)[0]["erased_everywhere"]

        world.wait("the answer", answered)
        world.settle()
        assert still_said(world, said[0]) == still_said(world, said[2]) == []
        assert still_said(world, said[1])
        assert "Sound" in world.balie("journal", "verify", world.data / "journal.db")
        assert world.standing()["alarms"] == []

        world.stop("ingest")
        for file in database.parent.glob("collector.db*"):
            file.unlink()
        shutil.move(tmp_path.parent / f"{tmp_path.name}-yesterday.db", database)
        assert still_said(world, said[0]) == ["state/collector.db"]
        world.start("ingest")
        world.wait("what was lost", lambda: world.held() == world.head())
        world.wait("the answer again", lambda: still_said(world, said[0]) == [])
        assert still_said(world, said[2]) == []
        (sentence,) = world.standing()["alarms"]
        assert f"balie-collector erase --person {wil}" in sentence
        world.collector("erase", "--person", wil)
        world.wait("the order", answered)
        assert still_said(world, said[1])
        answers = [e.data for e in writer._journal.entries() if e.type == ERASED]
    assert all(set(answer["subjects"]) == {wil} for answer in answers)
    assert len(answers[0]["references"]) == 2
