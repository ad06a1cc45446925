"""After a device was let in its back office changes what stands on the counter: real programs."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing

from appliance.build import build_desk
from appliance.config import load
from appliance.counter_files import CounterFiles
from appliance.counter_trial import Trial
from appliance.domain.counter import digest
from appliance.door.arriving import COMMISSIONING

DEVICE = "register-60"
PROFILE = '[printer]\ndriver = "simulated"\nfolder = "{}"\npictures = false\n'


class Counter:
    """The desk on a card, with a clock that jumps.

    Attributes:
        begun: How often it asked to begin anew.
    """

    def __init__(self, card):
        self.begun, self._ahead_s = 0, 0.0
        self.settings = Trial(card / "balie.toml", "balie 1").begin()
        self.desk = build_desk(
            self.settings,
            monotonic=lambda: time.monotonic() + self._ahead_s,
            again=self._begin_anew,
        )
        self.desk.shown("V3D 4.2", 1, [])

    def close(self):
        self.desk.close()

    def turn(self):
        self.desk.inbox.run_pending()
        self.desk.front.tick()

    def waits(self):
        self.turn()
        return self.desk.presenter.session.parts.counter_settings.waits

    def nobody_comes(self, seconds):
        self.turn()
        self._ahead_s += seconds
        self.turn()

    def _begin_anew(self):
        self.begun += 1


def said(shop):
    """What the back office knows of the device's counter."""
    with closing(sqlite3.connect(shop.folder / "state" / "collector.db")) as database:
        row = database.execute("select reported from ingest_device where id = ?", (DEVICE,))
        return json.loads(row.fetchone()[0]).get("counter", {})


def test_a_changed_profile_reaches_the_counter_and_a_wrong_one_does_no_harm(shop, card):
    def change(text):
        file = shop.folder / "changed.toml"
        file.write_text(text)
        shop.collector("profile", "set", "bench", file)

    code = shop.folder / "enrol.txt"
    code.write_text(shop.code(DEVICE))
    shop.balie("admit", "--folder", card, "--file", code)
    (card / COMMISSIONING).unlink()  # nothing else is done at the counter
    shop.start("uplink")
    files = CounterFiles(card)
    at_first = files.told
    with closing(Counter(card)) as counter:
        shop.wait(
            "the first settings to be in use",
            lambda: (
                counter.waits() or said(shop) == {"digest": digest(at_first), "stage": "in_use"}
            ),
        )
        assert not counter.waits(), "what it was let in with and what the directory says are one"
        another = PROFILE.format(shop.folder / "another")
        change(another)
        shop.wait("the new settings", counter.waits)
        shop.wait("the office to know", lambda: said(shop).get("stage") == "waiting")
        counter.nobody_comes(61)
        counter.nobody_comes(16)
        assert counter.begun == 1
    with closing(Counter(card)) as counter:
        assert counter.settings.printer.options["folder"] == str(shop.folder / "another")
        shop.wait(
            "them to be in use",
            lambda: counter.turn() or said(shop) == {"digest": digest(another), "stage": "in_use"},
        )
        change('[printer]\ndriver = "moon"\n')
        shop.wait(
            "them to be refused", lambda: counter.turn() or said(shop).get("stage") == "refused"
        )
        assert "no printer driver called 'moon'" in said(shop)["why"]
        assert not counter.waits()
    assert load(card / "balie.toml").printer.options["folder"] == str(shop.folder / "another")
