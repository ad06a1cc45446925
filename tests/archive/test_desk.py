"""The real desk prunes by itself when nobody stands at the counter, and sells on as before."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from appliance.journal import prune
from appliance.journal.entry import make
from appliance.journal.prune import PRUNED
from appliance.journal.verify import verify
from appliance.store.archived import ARCHIVED, read
from appliance.store.directory_store import DirectoryStore
from appliance.uplink.state import LinkState, LinkStore
from tests.flows.shop import CEILING_S, DIRECTORY, NUTELLA, Shop

DEVICE = "winkel-2"


class ArchivedShop(Shop):
    """A shop whose back office acknowledges and archives."""

    @property
    def head(self):
        return self.entries()[-1].watermark

    def acknowledge(self, mark):
        link = LinkStore.open(self.data / "uplink.db")
        link.keep(LinkState(acked=mark, remote=mark))
        link.close()

    def archive(self, *marks, device=DEVICE):
        """Have the back office say what it archived, as the uplink brings it."""
        rows = [
            {"device": device, "epoch": mark.epoch, "sequence": mark.sequence, "hash": mark.hash}
            for mark in marks
        ]
        entry = make(
            self.directory,
            device="collector",
            source="/collector",
            type=ARCHIVED,
            time=self.times.now,
            data={"archived": rows},
        )
        with DirectoryStore.open(self.data / "directory.db", DEVICE) as store:
            store.receive([entry])
        self.directory = entry.watermark

    def a_quarter_later(self):
        """Let a quarter and the month for its tax return pass."""
        self.times.pass_by(timedelta(days=130).total_seconds())

    def pruned(self):
        return self.entries(PRUNED)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr(prune, "ALWAYS_KEPT", 2)
    monkeypatch.setattr(prune, "AT_LEAST", 3)
    shop = ArchivedShop(tmp_path)
    shop.send(**DIRECTORY)
    shop.cashier = shop.open()
    yield shop
    shop.close()


def sell(shop):
    shop.cashier.scan(NUTELLA)
    shop.cashier.touch("money-exact")
    shop.cashier.see_page("done")


def until(known):
    ceiling = time.monotonic() + CEILING_S
    while not known():
        assert time.monotonic() < ceiling
        time.sleep(0.01)


def pause(shop):
    """Give the desk time to look around a few times; it must have found nothing to do."""
    looked = []
    watch = shop.desk.presenter._parts.sending
    original, watch._outbox.look = watch._outbox.look, lambda: looked.append(1) or original()
    until(lambda: len(looked) > 2)
    watch._outbox.look = original


@pytest.fixture
def old(shop):
    """A quarter ago: five sales, acknowledged and archived."""
    shop.cashier.sign_in()
    for _ in range(5):
        sell(shop)
    head = shop.head
    shop.acknowledge(head)
    shop.archive(head)
    shop.a_quarter_later()
    return shop


def test_old_entries_go_while_nobody_is_served(old):
    until(old.pruned)
    assert next(iter(old.entries())).sequence > 1
    assert verify(old.data / "journal.db").is_sound
    sell(old)
    assert verify(old.data / "journal.db").is_sound


def test_numbers_go_on_though_the_notes_are_lost_with_the_sales(old):
    until(old.pruned)
    old.close()
    for path in old.data.glob("desk.db*"):
        path.unlink()
    old.cashier = old.open().sign_in()
    sell(old)
    assert old.sales()[-1]["number"] == 6


def test_nothing_goes_while_somebody_is_served(shop):
    shop.cashier.sign_in()
    for _ in range(5):
        sell(shop)
    shop.cashier.scan(NUTELLA)
    head = shop.head
    shop.acknowledge(head)
    shop.archive(head)
    shop.a_quarter_later()
    pause(shop)
    assert shop.pruned() == []
    shop.cashier.touch("money-exact")
    shop.cashier.see_page("done")
    until(shop.pruned)


def test_nothing_goes_that_a_parked_basket_came_before(shop):
    shop.cashier.sign_in()
    shop.cashier.scan(NUTELLA)
    shop.cashier.touch("action-park")
    shop.cashier.type("7")
    for _ in range(5):
        sell(shop)
    parked = next(iter(shop.desk.presenter._parts.register.parked)).head
    shop.acknowledge(shop.head)
    shop.archive(shop.head)
    shop.a_quarter_later()
    pause(shop)
    assert next(iter(shop.entries())).sequence <= parked.sequence + 1


def test_what_other_devices_archived_is_none_of_ours(shop):
    shop.archive(shop.head, device="winkel-9")
    assert list(read(shop.data / "directory.db")) == []


def test_a_place_further_back_changes_nothing(shop):
    first = next(iter(shop.entries())).watermark
    shop.cashier.sign_in()
    sell(shop)
    shop.archive(shop.head)
    shop.archive(first)
    assert list(read(shop.data / "directory.db")) == [shop.head]
