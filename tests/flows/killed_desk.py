"""A desk in a process of its own, to be killed: it says what it has done and waits.

Started as a program by the tests: ``killed_desk.py FOLDER SCRIPT``, where SCRIPT is what the
cashier does, one word a step.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from shop import Shop


def run(folder, script):
    shop = Shop(folder)
    cashier = shop.open().sign_in()

    def learn():
        cashier.touch("action-more", "list-training", *(f"pin-{digit}" for digit in "4711"))
        cashier.touch("pin-enter")
        cashier.see(lambda screen: screen.top.training)

    steps = {
        "learn": learn,
        "pay": lambda: (cashier.touch("money-exact"), cashier.see_page("done")),
        "park": lambda: (cashier.touch("action-park"), cashier.type("7")),
        "card": lambda: cashier.touch("money-card"),
        "unclear": lambda: cashier.see(lambda s: s.body.kind == "terminal" and not s.body.waiting),
        "paper": lambda: cashier.see(
            lambda _: not shop.desk.presenter._parts.printing.view.waiting
        ),
    }
    for step in script:
        steps.get(step, lambda code=step: cashier.scan(code))()
    shop.desk.front.shown._parts.register._shelf.flush()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
