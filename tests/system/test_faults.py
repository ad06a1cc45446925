"""A season's invoices sold while everything between counter and back office is killed at random.

The real programs, on loopback: register (``balie replay``), uplink, mosquitto with mutual TLS,
ingest on SQLite. Whatever is killed, in the end the back office has every penny once.
"""

import random
import time
from pathlib import Path

import pytest

from tests.benchmarks.replay import Shop, sums_of
from tests.world.shop import unavailable

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "online-retail-sample.csv"
SEED = 20260
KILLS = 10
"""The first of them while it sells, the others while the rest is on its way."""

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable())


def test_every_penny_arrives_once_whatever_is_killed(tmp_path):
    chance = random.Random(SEED)
    with Shop(tmp_path, SAMPLE) as shop:
        shop.make()
        shop.open()
        register = shop.sell()
        try:
            for _ in range(KILLS):
                name = chance.choice(("broker", "ingest", "uplink", "uplink", "ingest"))
                shop.kill(name)
                time.sleep(chance.uniform(0, 0.3))
                shop.start(name)
                time.sleep(chance.uniform(0, 0.8))
        finally:
            said, _ = register.communicate()
        assert register.returncode == 0, said
        shop.settle()
        standing = shop.standing()
        assert standing["gaps"] == 0
        assert standing["forks"] == 0
        assert shop.sums() == sums_of(SAMPLE)
