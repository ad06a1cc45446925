"""A corner shop's desk on a device that was enrolled, in a process of its own, to be killed.

Started as a program: ``placed_desk.py SETTINGS STEP...``, where a step is one of the day's parts.
It says that it has done them, and waits.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from appliance import config
from drivers.display.none import NoDisplay
from drivers.scale.simulated import SimulatedScale
from drivers.terminal.simulated import Options, SimulatedTerminal
from tests.flows.corner_shop import Day
from tests.flows.shop import Shop, Times


class PlacedShop(Shop):
    """A desk on settings that are there already.

    Args:
        file: Its balie.toml.
        later_s: How long after the day began it is started.
    """

    def __init__(self, file, *, later_s=0):
        self.folder = file.parent
        self.settings = config.load(file)
        self.data = self.settings.device.data
        self.times = Times()
        self.times.pass_by(later_s)
        self.terminal = SimulatedTerminal(Options(folder=str(self.folder / "terminal")))
        self.has_terminal = True
        self.scale, self.display = SimulatedScale(), NoDisplay()
        self.desk = None


def run(file, steps):
    shop = PlacedShop(file, later_s=3600 * ("evening" in steps))
    cashier = shop.open()
    day = Day(shop, cashier.sign_in())
    for step in steps:
        getattr(day, step)()
    cashier.see(lambda _: not shop.desk.presenter._parts.printing.view.waiting)
    shop.desk.presenter._parts.register._shelf.flush()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
