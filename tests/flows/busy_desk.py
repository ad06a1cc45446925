"""A desk in a process of its own that sells without a pause until it is killed.

Started as a program by the tests: ``busy_desk.py FOLDER [SALES]``. It says the number of each
receipt as soon as the screen shows that sale as done.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from shop import BREAD, MILK, NUTELLA, Shop


def run(folder, sales):
    chance = random.Random()
    cashier = Shop(folder).open().sign_in()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sold = 0
    while sold != sales:
        if cashier.body.kind == "terminal":
            cashier.touch("terminal-look_up")
            cashier.see(lambda s: s.body.kind != "terminal" or not s.body.waiting)
        for code in chance.choices((NUTELLA, MILK, BREAD), k=chance.randint(1, 4)):
            cashier.scan(code)
        if chance.random() < 0.3:
            cashier.touch("line-1", "action-remove")
            cashier.scan(MILK)
        cashier.touch("money-exact")
        done = cashier.see_page("done")
        sold += 1
        sys.stdout.write(next(row.amount for row in done.rows if row.label == "Bon") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else -1)
