"""A season's invoices sold while everything between counter and back office is killed at random.

The real programs, on loopback: register (``balie replay``), uplink, mosquitto with mutual TLS,
ingest on SQLite. Whatever is killed, in the end the back office has every penny once.
"""

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from provisioning.workstation.debian import SYSTEM_PATH
from provisioning.workstation.demo.processes import Programs
from provisioning.workstation.demo.waiting import wait_for
from tests.benchmarks.replay import Shop, sums_of

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "online-retail-sample.csv"
SEED = 20260
KILLS = 10
"""The first of them while it sells, the others while the rest is on its way."""

pytestmark = pytest.mark.skipif(
    shutil.which("mosquitto", path=SYSTEM_PATH) is None, reason="mosquitto is not installed"
)


class KillableShop(Shop):
    """A shop whose programs end as in a power cut, and are started again."""

    def __init__(self, folder):
        super().__init__(folder, SAMPLE)
        self.running = {}

    def start(self, programs, name):
        self.running[name] = super().start(programs, name)

    def kill(self, name):
        program = self.running.pop(name)
        program.signal(signal.SIGKILL)
        program.process.wait()


def test_every_penny_arrives_once_whatever_is_killed(tmp_path):
    chance = random.Random(SEED)
    with Programs(tmp_path / "logs") as programs:
        shop = KillableShop(tmp_path)
        shop.make()
        shop.open(programs)
        register = shop.sell()
        try:
            for _ in range(KILLS):
                name = chance.choice(("broker", "ingest", "uplink", "uplink", "ingest"))
                shop.kill(name)
                time.sleep(chance.uniform(0, 0.3))
                shop.start(programs, name)
                time.sleep(chance.uniform(0, 0.8))
        finally:
            said, _ = register.communicate()
        assert register.returncode == 0, said
        head = shop.head()
        wait_for("the collector to hold it all", lambda: shop.held() == head, ceiling_s=180)
        standing = shop.standing()
        assert standing["gaps"] == 0
        assert standing["forks"] == 0
        assert shop.sums() == sums_of(SAMPLE)
