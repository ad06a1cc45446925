"""Everything between the counter and the back office is killed with -9 while baskets are sold.

The real programs, alone and together, at random moments. In the end the back office has each sale
that was shown exactly once, to the cent, and whatever lay on the counter came back.
"""

import os
import random
import time

import pytest

from tests.world import ends
from tests.world.shop import DATABASES, opened, unavailable

SEED = 20261122
KILLS = int(os.environ.get("BALIE_KILLS", "4"))
"""How many rounds; a hundred take some minutes."""
MOST_SALES = 12
"""How many sales are shown at most between two rounds; sometimes none."""
BLINK_S = 0.2
LOST = 0.3
"""How often the uplink's own file is lost with it: it only makes the register send again."""
SETTLED_S = 900


@pytest.mark.parametrize("database", DATABASES)
def test_every_shown_sale_arrives_once_whatever_is_killed(tmp_path, database):
    if reason := unavailable(database):
        pytest.skip(reason)
    chance = random.Random(SEED)
    mortal = ["database", "broker", "ingest", "uplink", "desk"]
    if database == "sqlite":
        mortal.remove("database")
    with opened(tmp_path, database) as world:
        world.start("desk")
        lives = 1
        for _ in range(KILLS):
            sell_some(world, chance.choice((0, chance.randint(1, MOST_SALES))))
            time.sleep(chance.uniform(0, BLINK_S))
            names = chance.sample(mortal, chance.choice((1, 1, 2, len(mortal))))
            world.kill(*names)
            if "uplink" in names and chance.random() < LOST:
                world.lose("uplink.db")
            time.sleep(chance.uniform(0, BLINK_S))
            world.start(*sorted(names, key=mortal.index))
            lives += "desk" in names
        sell_some(world, 1)
        world.stop("desk")
        world.settle(ceiling_s=SETTLED_S)
        ends.is_all_there_once(world, lives=lives)


def sell_some(world, sales):
    """Wait until so many more sales were shown."""
    before = len(world.shown())
    world.wait(f"{sales} sales", lambda: len(world.shown()) >= before + sales)
