"""A whole day without a network, the desk killed at noon; at night the collector has every cent.

The uplink, the broker and ingest are the real programs. They bring the shop's articles before the
doors open, and then there is nothing on the line until the shift is closed.
"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest

from appliance.domain.shift_books import SHIFT_CLOSED
from appliance.journal.reader import JournalReader
from appliance.journal.verify import verify
from appliance.services.events import COMPLETED
from appliance.store.directory import Directory
from tests.flows import corner_shop
from tests.world.shop import ROOT, World, unavailable

DESK = ROOT / "tests" / "flows" / "placed_desk.py"


class CornerShop(World):
    """A world whose shop is the corner shop."""

    def stock(self):
        for kind, text in (
            ("articles", corner_shop.articles_csv()),
            ("staff", corner_shop.STAFF_CSV),
            ("promotions", corner_shop.PROMOTIONS_CSV),
        ):
            file = self.folder / f"{kind}.csv"
            file.write_text(text, encoding="utf-8")
            self.collector("import", kind, file)
        shop = self.folder / "shop.toml"
        shop.write_text(corner_shop.SHOP_TOML, encoding="utf-8")
        self.collector("set", "shop", shop)

    def balie_toml(self, **more):
        return super().balie_toml(**more).replace('language = "en"', 'language = "nl"')

    def has_articles(self):
        directory = Directory(self.data / "directory.db")
        try:
            everything = all(directory.find(row["code"]) for row in corner_shop.ARTICLES)
            settings = directory.setting("label_rules") and directory.promotions()
            return everything and bool(settings) and len(directory.people()) == 2
        finally:
            directory.close()

    def live(self, *steps):
        """Have the desk live a part of the day in a process of its own, then pull the plug."""
        process = subprocess.Popen(
            [sys.executable, DESK, self.settings, *steps],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        try:
            assert process.stdout.readline() == "ready\n"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()

    def exported(self, kind):
        return list(csv.DictReader(self.collector("export", kind).splitlines()))


@pytest.fixture
def world(tmp_path):
    if why := unavailable():
        pytest.skip(why)
    with CornerShop(tmp_path) as made:
        made.make()
        made.open()
        yield made


def cents(text):
    return int(Decimal(text) * 100)


def test_what_the_device_says_is_what_the_collector_says(world):
    world.kill("uplink", "ingest", "broker")
    sent_before = world.acked()
    world.live("morning", "noon")
    world.live("evening")
    assert world.acked() == sent_before, "nothing left the building all day"
    with JournalReader.open(world.data / "journal.db") as reader:
        entries = list(reader.entries())
    sales = [entry.data for entry in entries if entry.type == COMPLETED]
    (z,) = (entry.data for entry in entries if entry.type == SHIFT_CLOSED)
    corner_shop.check(sales, z)
    assert verify(world.data / "journal.db").is_sound

    world.open()
    world.settle()
    standing = world.standing()
    assert world.held() == world.head()
    assert standing["forks"] == 0

    world.wait("the figures to follow", lambda: len(world.exported("sales")) == len(sales))
    (anna,) = csv.DictReader(world.collector("customers", "export").splitlines())
    assert "ANNA" in anna.values(), "who was written down without a network is known there"

    held = {row["receipt"]: cents(row["gross"]) for row in world.exported("sales")}
    assert held == {sale["receipt"]: sale["totals"]["gross_minor"] for sale in sales}
    there, here = Counter(), Counter()
    for row in world.exported("payments"):
        there[row["receipt"], row["tender"]] += cents(row["amount"])
    for sale in sales:
        for payment in sale["payments"]:
            here[sale["receipt"], payment["tender"]] += payment["amount_minor"]
    assert there == here
    there, here = Counter(), Counter()
    for row in world.exported("taxes"):
        there[row["receipt"], cents(row["rate"])] += cents(row["tax"])
    for sale in sales:
        for part in sale["taxes"]:
            here[sale["receipt"], part["rate_bp"]] += part["tax_minor"]
    assert there == here
    assert "Z 1" in world.collector("shifts"), "the office holds the Z against what arrived"
    assert sum(held.values()) == sum(gross for _, gross, _, _ in corner_shop.ROLL)
