"""A line where three in ten messages are doubled, late, out of order, cut, forged or swallowed.

The real programs, with a man in the middle who holds the keys of broker and register. What arrives
is what was sold, to the penny; what he made up is set aside and named to people.
"""

import os
import random
import re
import sys
from contextlib import closing

import pytest

from appliance.journal import signing
from appliance.journal.topics import Leaf, topic
from appliance.store.directory import Directory
from provisioning.workstation.demo.office import text_of
from tests.benchmarks.replay import Shop, sums_of
from tests.world import season
from tests.world.forger import Forger
from tests.world.hostile import DEEDS, Network
from tests.world.shop import DATABASES, DEVICE, database_of, unavailable

SEED = 20261122
SALES = int(os.environ.get("BALIE_HOSTILE_SALES", "200"))
"""How many are sold; ten thousand take some minutes."""
CEILING_S = 3600
PRICE = 4242


class HostileShop(Shop):
    """A season's shop with somebody on its line."""

    def __init__(self, folder, sold, **more):
        super().__init__(folder, sold, **more)
        self.network = None

    def balie_toml(self):
        """Lead the register to the man in the middle."""
        return super().balie_toml(broker_port=self.network.port if self.network else 0)

    def command(self, name):
        """Have the uplink lose patience soon."""
        if name == "uplink":
            return [sys.executable, "-m", "tests.world.hasty_uplink", str(self.settings)]
        return super().command(name)


@pytest.mark.parametrize("database", DATABASES)
def test_what_arrives_over_a_hostile_line_is_what_was_sold(tmp_path, database):
    if reason := unavailable(database):
        pytest.skip(reason)
    sold = tmp_path / "season.csv"
    season.write(sold, sales=SALES, seed=SEED)
    with database_of(database) as server, HostileShop(tmp_path, sold, server=server) as shop:
        shop.make()
        register = shop.settings.parent
        forger = Forger(signing.load_private(register / "device.key"))
        with Network(
            register=register,
            broker=tmp_path / "broker",
            broker_port=shop.port,
            forger=forger,
            seed=SEED,
        ) as network:
            shop.network = network
            shop.settings.write_text(shop.balie_toml())
            shop.open()
            network.hostile = True
            code = reprice(shop, tmp_path / "price.csv")
            selling = shop.sell()
            said, _ = selling.communicate()
            assert selling.returncode == 0, said
            head = shop.head()

            def has_settled():
                forger.acked = shop.acked()
                return forger.acked == head

            shop.wait("the ack of the last sale", has_settled, ceiling_s=CEILING_S)
            shop.wait("the new price", lambda: price_of(shop, code) == PRICE, ceiling_s=CEILING_S)
            assert {*DEEDS} <= {*network.done}
            holds_what_was_sold(shop, sold, head)
            names_what_was_made_up(shop, forger, network)


def reprice(shop, file):
    """Have the back office change a price meanwhile."""
    code = "85123A"
    file.write_text(
        f"code,name,price,tax_class,unit\n{code},Heart,{PRICE // 100}.{PRICE % 100},standard,piece\n"
    )
    shop.collector("import", "articles", file)
    return code


def price_of(shop, code):
    with closing(Directory(shop.data / "directory.db")) as directory:
        return directory.find(code).price_minor


def holds_what_was_sold(shop, sold, head):
    assert shop.held() == head
    assert shop.standing()["gaps"] == 0
    assert shop.sums() == sums_of(sold)
    assert len(shop.sales()) == SALES
    shop.balie("journal", "verify", shop.data / "journal.db")


def names_what_was_made_up(shop, forger, network):
    """A stranger's batch and one of a copied key are set aside, and people are told of both."""
    network.hostile, chance = False, random.Random(SEED)
    forked = next(filter(None, (forger.forked(chance) for _ in range(1000))))
    for payload in (forked, forger.resigned(chance)):
        network.say(topic(DEVICE, Leaf.JOURNAL), payload)
    standing = shop.wait(
        "both to be named",
        lambda: (found := shop.standing())["forks"] and named(found, "not signed") and found,
    )
    assert named(standing, "torn or changed")
    assert shop.held() == shop.head(), "what is set aside moves nothing"
    assert "not signed by the device's own key" in shop.status()
    pages = shop.pages()
    assert "not signed by the device's own key" in text_of(pages.page("alarms/"))
    device = text_of(pages.page(f"devices/{DEVICE}/"))
    assert re.search(r"fork", device, re.IGNORECASE)


def named(standing, words):
    """Tell whether an alarm says it."""
    return any(words in sentence for sentence in standing["alarms"])
