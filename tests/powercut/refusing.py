"""The real desk, without a window, selling while its disk fails.

    python refusing.py FOLDER FAULT TRIES

Under the recorder, with a prepared shop in FOLDER. For each call that fails it prints what the
cashier saw.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from appliance.build import build_desk
from appliance.config import load
from appliance.journal.errors import JournalError
from appliance.journal.reader import JournalReader
from appliance.journal.verify import verify
from tests.powercut import disk
from tests.powercut.selling import CEILING_S, GTINS, PIN


class Cashier:
    """Sells, whatever the disk says, and remembers what was on the screen."""

    def __init__(self, desk):
        self._desk, self._presenter = desk, desk.presenter
        self.shown, self.refused = [], []

    @property
    def _body(self):
        return self._presenter.screen.body

    def _until(self, known):
        ceiling = time.monotonic() + CEILING_S
        while not known():
            if time.monotonic() > ceiling:
                raise TimeoutError(f"the screen still shows {self._presenter.screen}")
            self._desk.inbox.run_pending()
            self._presenter.tick()
            time.sleep(0.0005)

    def sign_in(self):
        self._until(lambda: self._body.kind == "sign_in" and self._body.people)
        self._presenter.press(f"person-{self._body.people[0].key}")
        for figure in PIN:
            self._presenter.press(f"pin-{figure}")
        self._presenter.press("pin-enter")
        self._until(lambda: self._body.kind == "sale" or self._notice())
        return self._body.kind == "sale" or self._refuse()

    def sell(self):
        """Sell two articles; tell whether the screen showed the sale as done."""
        if self._body.kind == "done":
            self._presenter.press("done-next")
        for gtin in GTINS[len(self._body.lines) : 2]:
            self._presenter.scanned(gtin, "scanner")
        self._until(lambda: len(self._body.lines) == 2)
        return self.pay()

    def pay(self):
        self._presenter.press("notice") if self._notice() else None
        register = self._presenter._parts.register
        self._presenter.press("money-exact")
        self._until(lambda: self._body.kind == "done" or not register.busy)
        if self._body.kind != "done":
            return self._refuse()
        self.shown.append(self._presenter._pages.done.facts.receipt)
        return True

    def _notice(self):
        notice = self._presenter.screen.notice
        return notice.text if notice else ""

    def _refuse(self):
        self.refused.append(self._notice())
        return False


def live(folder, base, broken, call, fault):
    """One life: open, sign in, sell with the disk failing; then sell with the disk mended."""
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(base, data)
    settings = load(folder / "balie.toml")
    broken.break_at(call, fault)
    refused = []
    try:
        desk = build_desk(settings)
    except (JournalError, OSError) as error:
        refused.append(str(error))
        broken.mend()
        desk = build_desk(settings)
    cashier = Cashier(desk)
    if not cashier.sign_in():
        broken.mend()
        cashier.sign_in()
    cashier.sell()
    calls = broken.calls
    broken.mend()
    cashier.sell()
    cashier.sell()
    desk.close()
    return {"calls": calls, "shown": cashier.shown, "refused": refused + cashier.refused}


def main():
    folder, fault, tries = Path(sys.argv[1]), disk.FAULTS[sys.argv[2]], int(sys.argv[3])
    base = folder / "base"
    for told in disk.sweep(lambda *how: live(folder, base, *how), fault, tries=tries):
        found = {} if "raised" in told else judged(folder / "data")
        sys.stdout.write(json.dumps({**told, **found}) + "\n")


def judged(data):
    """What a book-keeper finds afterwards."""
    with JournalReader.open(data / "journal.db") as journal:
        sold = [e.data["receipt"] for e in journal.entries() if e.type == "balie.sale.completed.v1"]
    return {"sold": sold, "sound": verify(data / "journal.db").is_sound}


if __name__ == "__main__":
    main()
