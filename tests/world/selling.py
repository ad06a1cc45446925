"""The real desk, without a window, with a cashier who never stops until told to or killed.

    python -m tests.world.selling BALIE.TOML RECORD SEED

She scans, touches keys, takes lines out, parks, gives up, takes cash and cards whose answer
sometimes stays away, and takes goods back. Whatever the screen shows as done is in RECORD before
she goes on. When the desk starts again she looks whether everything lies on the counter as it did.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from appliance.build import build_desk
from appliance.config import Settings, load
from appliance.domain.payment import Tender, Tendered
from appliance.domain.sale import ONE_MILLI, Kind
from appliance.journal.reader import JournalReader
from appliance.services.ports import StoreError
from drivers.terminal.simulated import Behaviour
from tests.world import record
from tests.world.goods import PERSON, PIN, SCANNED, TOUCHED

CEILING_S = 120.0
REFUSED_S = 0.05
UNKNOWN = "4006381333931"
MOST_PARKED = 3


class Cashier:
    """One life of the desk and who uses it."""

    def __init__(self, settings: Settings, notes: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self._notes, self._record = notes, record.Record(notes)
        self._settings = settings
        self._desk = build_desk(settings)
        self._presenter = self._desk.presenter
        self._register = self._presenter._parts.register
        self._shown = ""
        self._presenter.watch(self._look)
        self.stopped = False

    # Hands and eyes.

    @property
    def _body(self):
        return self._presenter.screen.body

    def _look(self, screen) -> None:
        """Note a sale the moment the screen shows it as done."""
        if screen.body.kind != "done":
            return
        facts = self._presenter._pages.done.facts
        if facts.receipt != self._shown:
            self._shown = facts.receipt
            paid = {"sale": facts.sale, "payable_minor": facts.payable_minor}
            self._record.note("shown", receipt=facts.receipt, **paid)

    def _until(self, known) -> None:
        until = time.monotonic() + CEILING_S
        while not known():
            if time.monotonic() > until:
                raise TimeoutError(f"the screen still shows {self._presenter.screen}")
            self._desk.inbox.run_pending()
            self._presenter.tick()
            time.sleep(0.0005)

    def _touch(self, *controls: str) -> None:
        for control in controls:
            self._presenter.press(control)
            self._desk.inbox.run_pending()

    # The beginning of a life.

    def sign_in(self) -> None:
        """Look whether the counter is as it was, then begin to work."""
        self._compare()
        self._until(lambda: self._body.kind == "sign_in" and self._body.people)
        self._touch(f"person-{PERSON}", *(f"pin-{digit}" for digit in PIN), "pin-enter")
        self._until(lambda: self._body.kind != "sign_in")
        self._record.note("began")

    def _compare(self) -> None:
        kept = record.read(self._notes, "kept")
        if not kept:
            return
        basket, lines = kept[-1]["basket"], kept[-1]["lines"]
        lying = [self._register.basket, *(each.basket for each in self._register.parked)]
        found = next((each for each in lying if each is not None and each.id == basket), None)
        is_over = basket in self._ended()
        if found is not None and is_over:
            self._record.note("wrong", sentence=f"{basket} is over and lies on the counter")
        if found is None and not is_over:
            self._record.note("wrong", sentence=f"{basket} has gone from the counter")
        if found is not None and len(found.lines) < lines:
            sentence = f"{basket} had {lines} lines and comes back with {len(found.lines)}"
            self._record.note("wrong", sentence=sentence)

    def _ended(self) -> set[str]:
        """Return the baskets that the journal says were sold or given up."""
        with JournalReader.open(self._settings.device.data / "journal.db") as journal:
            data = [each.data for each in journal.entries()]
        return {each["sale"] for each in data if "lines" in each}

    # Work.

    def serve(self) -> None:
        """Serve one customer."""
        self._clear()
        if not self._register.lines and self._chance.random() < 0.08:
            self._take_back()
            return
        if self._register.basket is not None and self._register.basket.kind is Kind.RETURN:
            self._pay_back()
            return
        if self._register.parked and not self._register.lines and self._chance.random() < 0.5:
            self._recall()
        self._fill()
        self._end()
        self._clear()

    def _clear(self) -> None:
        """Go to the page of the sale, whatever is under way."""
        while self._body.kind != "sale":
            if self._body.kind == "terminal":
                self._until(lambda: self._body.kind != "terminal" or not self._body.waiting)
                if self._body.kind == "terminal":
                    actions = [action.key for action in self._body.actions]
                    self._touch("terminal-look_up" if "look_up" in actions else "terminal-back")
            else:
                control = {"done": "done-next", "tenders": "tender-back", "parked": "parked-back"}
                self._touch(control[self._body.kind])
        self._until(lambda: not self._register.busy)

    def _fill(self) -> None:
        for _ in range(self._chance.randint(1, 5)):
            what = self._chance.random()
            if what < 0.05:
                self._presenter.scanned(UNKNOWN, "scanner")
            elif what < 0.2:
                self._touch(f"key-{self._chance.choice(list(TOUCHED))}")
            else:
                self._presenter.scanned(self._chance.choice(list(SCANNED)), "scanner")
            self._keep()
        if len(self._register.lines) > 1 and self._chance.random() < 0.2:
            self._keep(fewer=1)
            self._touch(f"line-{self._register.lines[0].number}", "action-remove")
            self._keep()

    def _keep(self, *, fewer: int = 0) -> None:
        """Note what a cut now may not take away."""
        self._desk.inbox.run_pending()
        basket = self._register.basket
        if basket is not None:
            with suppress(StoreError):  # the card is full; the screen says so
                self._register._shelf.flush()
                self._record.note("kept", basket=basket.id, lines=len(basket.lines) - fewer)

    def _end(self) -> None:
        if not self._register.lines:
            return
        what = self._chance.random()
        if what < 0.08:
            self._give_up()
        elif what < 0.14 and len(self._register.parked) < MOST_PARKED:
            self._touch("action-park", "pad-7", "pad-confirm")
        elif what < 0.4:
            self._pay_by_card()
        elif what < 0.5:
            self._pay("money-note-5000")
        else:
            self._pay("money-exact")

    def _pay(self, control: str) -> None:
        """Take cash, again and again where the sale cannot be recorded."""
        while True:
            self._touch(control)
            self._until(lambda: self._body.kind == "done" or not self._register.busy)
            if self._body.kind == "done":
                return
            notice = self._presenter.screen.notice
            self._record.note("refused", sentence=notice.text if notice else "")
            time.sleep(REFUSED_S)

    def _give_up(self) -> None:
        basket = self._register.basket
        self._touch("action-more", "list-abandon")
        self._until(lambda: not self._register.busy)
        self._record.note("given up", basket=basket.id)

    def _pay_by_card(self) -> None:
        behaviours = (Behaviour.APPROVE, Behaviour.APPROVE, Behaviour.DECLINE, Behaviour.SILENT)
        self._desk.devices.terminal.behave(self._chance.choice(behaviours))
        self._touch("money-card")
        self._until(lambda: self._body.kind != "terminal" or not self._body.waiting)

    def _take_back(self) -> None:
        """Goods come back; the page has no key for it yet, the register has the service."""
        self._register.open(Kind.RETURN)
        for code in self._chance.sample(list(TOUCHED), self._chance.randint(1, len(TOUCHED))):
            article = self._presenter._parts.catalogue.find(code)
            self._register.add(article, -ONE_MILLI, source="key")
        self._keep()
        self._pay_back()

    def _pay_back(self) -> None:
        total = self._register.totals().gross_minor
        if total == 0:
            self._give_up()
            return
        sold = self._register.pay(Tendered(Tender.CARD_MANUAL, total)).finish()
        self._presenter._pages.done.enter(sold)
        self._desk.inbox.run_pending()

    def _recall(self) -> None:
        basket = self._register.parked[0].basket.id
        self._touch("action-parked", f"parked-{basket}")
        self._keep()

    def leave(self) -> None:
        """Finish and close the desk."""
        self._clear()
        if self._register.lines:
            self._give_up()
        self._desk.close()


def main() -> None:
    """Work until told to stop; then finish what is under way."""
    settings, notes, seed = load(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3])
    cashier = Cashier(settings, notes, seed)

    def stop(*_: object) -> None:
        cashier.stopped = True

    signal.signal(signal.SIGTERM, stop)
    cashier.sign_in()
    while not cashier.stopped:
        cashier.serve()
    cashier.leave()


if __name__ == "__main__":
    main()
