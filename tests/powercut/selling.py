"""The real desk, without a window, selling while the recorder looks on.

    python selling.py FOLDER SALES [--careless]

Everything the cashier sees is marked: a basket that was kept, a sale that was shown as done. With
``--careless`` the journal commits without waiting for the disk, as a test of the test.
"""

import os
import random
import sqlite3
import sys
import time
from pathlib import Path

from appliance.build import build_desk
from appliance.config import load
from appliance.journal import store

CEILING_S = 60.0
PIN = "2468"
GTINS = ("3017620422003", "5449000000996", "8710398502759", "87157246", "5000159407236")


def careless(connect):
    """Make journals that do not wait for the disk."""

    def connected(path):
        connection = connect(path)
        connection.execute("pragma synchronous = normal")
        return connection

    return connected


class Cashier:
    """Touches and scans, and marks what the screen then shows."""

    def __init__(self, desk, folder):
        self.desk = desk
        self.presenter = desk.presenter
        self.folder = folder
        self.marks = os.open(os.environ["RECORD_MARKS"], os.O_WRONLY | os.O_CREAT, 0o600)

    @property
    def body(self):
        return self.presenter.screen.body

    def until(self, known):
        """Let the desk work until the screen shows what is expected."""
        ceiling = time.monotonic() + CEILING_S
        while not known():
            if time.monotonic() > ceiling:
                raise TimeoutError(f"the screen still shows {self.presenter.screen}")
            self.desk.inbox.run_pending()
            time.sleep(0.0005)

    def mark(self, text):
        os.write(self.marks, f"{text}\n".encode())

    def sign_in(self):
        self.until(lambda: self.body.kind == "sign_in" and self.body.people)
        self.presenter.press(f"person-{self.body.people[0].key}")
        for figure in PIN:
            self.presenter.press(f"pin-{figure}")
        self.presenter.press("pin-enter")
        self.until(lambda: self.body.kind == "sale")

    def scan(self, gtin, lines):
        self.presenter.scanned(gtin, "scanner")
        self.until(lambda: self.body.kind == "sale" and len(self.body.lines) == lines)
        self.until(lambda: self.kept() == lines)
        self.mark(f"kept {lines}")

    def kept(self):
        """Count the lines of the basket in desk.db, as another program sees them."""
        file = f"file:{self.folder / 'desk.db'}?mode=ro"
        connection = sqlite3.connect(file, uri=True)
        try:
            open_now = self.presenter._parts.register.basket
            query = "select count(*) from basket_line where basket = ?"
            found = connection.execute(query, (open_now.id,)).fetchone()
        finally:
            connection.close()
        return found[0]

    def pay(self):
        self.presenter.press("money-exact")
        self.until(lambda: self.body.kind == "done")
        receipt = next(row.amount for row in self.body.rows if row.amount.startswith("1-"))
        self.mark(f"sold {receipt}")


def main():
    folder, sales = Path(sys.argv[1]), int(sys.argv[2])
    if "--careless" in sys.argv:
        store._connect = careless(store._connect)
    chance = random.Random(sales)
    desk = build_desk(load(folder / "balie.toml"))
    cashier = Cashier(desk, folder / "data")
    cashier.sign_in()
    for _ in range(sales):
        wanted = chance.sample(GTINS, chance.randint(1, len(GTINS)))
        for lines, gtin in enumerate(wanted, start=1):
            cashier.scan(gtin, lines)
        cashier.pay()
    cashier.scan(GTINS[0], 1)
    cashier.scan(GTINS[1], 2)
    # The power goes now: nothing is closed.
    os._exit(0)


if __name__ == "__main__":
    main()
