"""The sale: lines, the things to reach for, the total and the money."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from appliance.desks.register.presenter_articles import Articles
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_pad import Pad
from appliance.desks.register.presenter_park import park_pad
from appliance.desks.register.presenter_sale_view import Marks, sale_view
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_weigh import DECIMALS as WEIGHT_DECIMALS
from appliance.desks.register.presenter_weigh import Weighed, WeighPad
from appliance.desks.register.view import SaleView, State
from appliance.domain.article import Article, Unit
from appliance.domain.errors import DomainError
from appliance.domain.sale import ONE_MILLI, Line
from appliance.domain.staff import Right
from appliance.journal.errors import JournalError
from appliance.services.catalogue import UnknownArticleError, WeightNeededError
from appliance.services.commit import Commit
from appliance.services.counter import BusyError, CardNeededError, NothingToPayError

_RECEIPT = re.compile(r"[A-Za-z0-9]{1,10}-[0-9]{6,}")


class SalePage:
    """Where a cashier spends the day."""

    def __init__(self, session: Session) -> None:
        self.articles = Articles(session)
        self._session = session
        self._register = session.parts.register
        self._pad: Pad | WeighPad | None = None
        self._newest: int | None = None
        self._selected: int | None = None
        self._raised: dict[int, int] = {}
        self._last_change = ""

    @property
    def is_asking(self) -> bool:
        """Whether a number is asked for, or something is searched."""
        return self._pad is not None or bool(self.articles.search)

    def enter(self) -> None:
        """Show the basket as it is."""
        self._pad = None
        if not self._register.lines:
            self.forget_lines()
        self._session.show(self)

    def begin(self) -> None:
        """Begin the next sale."""
        self.forget_lines()
        self.articles.search = ""
        self.enter()

    # What comes in.

    def scan(self, text: str) -> bool:
        """Add what was scanned, or lay the sale to whose card it is; say so if it cannot be."""
        if self._session.pages.customers.takes(text):
            return False
        try:
            return self._added(lambda: self._register.scan(text))
        except UnknownArticleError as error:
            if _RECEIPT.fullmatch(text.strip()):
                self._session.pages.returns.open(text.strip())
                return False
            if self._session.pages.customers.knows(text):
                return False
            self._session.refuse(explain(error, self._session.words))
            return False

    def add(self, code: str, source: str) -> None:
        """Add the article of a key or of the search."""
        try:
            article = self._session.parts.catalogue.find(code)
        except UnknownArticleError as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._added(lambda: self._register.add(article, source=source))

    def _added(self, add: Callable[[], Line]) -> bool:
        before = {line.number: line.quantity_milli for line in self._register.lines}
        try:
            line = add()
        except WeightNeededError as error:
            self._ask_weight(error.article)
            return True
        except CardNeededError as error:
            self._session.pages.cards.sell(error.article)
            return False
        except (DomainError, BusyError, OSError) as error:
            self._session.refuse(explain(error, self._session.words))
            return False
        if line.number in before:
            self._raised[line.number] = self._raised.get(line.number, 0) + 1
        self._newest, self._selected, self._pad = line.number, None, None
        self.articles.search = ""
        self._session.accept()
        self._session.changed()
        return True

    # Controls.

    def press(self, control: str) -> bool:
        """Do what a control of the sale asks."""
        if self._pad is not None and control.startswith("pad-"):
            return self._pad.press(control)
        kind, _, key = control.partition("-")
        if kind == "line":
            self._select(key)
        elif kind == "category":
            self.articles.choose(key)
            self._session.changed()
        elif kind == "key":
            self.add(key, "key")
        elif kind == "result":
            self.add(key, "search")
        elif kind == "money":
            self._pay(key)
        elif kind == "action":
            return self._act(key)
        else:
            return False
        return True

    def _select(self, key: str) -> None:
        number = int(key)
        self._selected = None if number == self._selected else number
        self._session.changed()

    def _pay(self, key: str) -> None:
        self._pad = None
        self._session.pages.age.before(lambda: self._paid_by(key))

    def _paid_by(self, key: str) -> None:
        money = self._session.pages.money
        if key == "exact":
            money.cash()
        elif key == "card":
            money.card()
        elif key == "other":
            self._session.pages.tenders.enter()
        else:
            money.cash(int(key.removeprefix("note-")))

    def _act(self, key: str) -> bool:
        actions: dict[str, Callable[[], None]] = {
            "quantity": self._ask_quantity,
            "remove": self._remove,
            "undo": self._undo,
            "park": self._ask_name,
            "parked": self._session.pages.parked.enter,
            "more": self._session.pages.menu.enter,
            "customer": self._session.pages.customers.begin,
        }
        if key not in actions:
            return False
        actions[key]()
        return True

    @property
    def meant(self) -> Line | None:
        """The line an action is about: the touched one, else the newest, else the last."""
        lines = {line.number: line for line in self._register.lines}
        for number in (self._selected, self._newest):
            if number in lines:
                return lines[number]
        return self._register.lines[-1] if lines else None

    def _changed(self, change: Callable[[], object]) -> str | None:
        """Make a change; return the sentence why not, if not."""
        try:
            change()
        except (DomainError, BusyError, NothingToPayError) as error:
            return explain(error, self._session.words)
        self._session.accept()
        return None

    def _remove(self) -> None:
        line = self.meant
        if line is None:
            return

        def remove(_who: str) -> None:
            refused = self._changed(lambda: self._register.remove(line.number))
            if refused:
                self._session.refuse(refused)
            self._selected = None
            self._session.changed()

        what = self._session.words.say("Take {article} out", article=line.name)
        self._session.pages.allow.ask(Right.REMOVE_LINE, what, remove)

    def _undo(self) -> None:
        """Take the last change back; what comes back is the line that is meant next."""
        last = self._register.undoable
        if last is None:
            return
        refused = self._changed(self._register.undo)
        if refused:
            self._session.refuse(refused)
        else:
            self._newest, self._selected = last.line, None
        self._session.changed()

    def offer(self) -> Sequence[MenuItem]:
        """Offer to leave the sale; it is rare, so it stands one touch further away."""
        register = self._register
        return [
            MenuItem(
                "abandon",
                self._session.words.say("Cancel sale"),
                self._abandon,
                enabled=bool(register.lines) and not register.busy and not register.tendered,
            )
        ]

    def _abandon(self) -> None:
        self.enter()
        what = self._session.words.say("Cancel sale")
        self._session.pages.allow.ask(Right.ABANDON, what, lambda _who: self._leave())

    def _leave(self) -> None:
        try:
            commit = self._register.abandon()
        except (DomainError, BusyError, NothingToPayError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._session.changed()
        post = self._session.parts.post
        commit.when_known(lambda: post(lambda: self._abandoned(commit)))

    def _abandoned(self, commit: Commit[None]) -> None:
        try:
            commit.finish()
        except JournalError as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self.begin()
        self._session.tell(self._session.words.say("The sale is cancelled."), State.OK)
        self._session.release_scans()

    # Numbers asked for.

    def _ask_quantity(self) -> None:
        line = self.meant
        if line is None:
            return
        by_weight = line.unit is Unit.KG
        say = self._session.words.say

        def set_quantity(number: int, _: str) -> str | None:
            if number == 0:
                return say("Zero takes nothing away. Use 'Remove line' for that.")
            milli = number if by_weight else number * ONE_MILLI
            sign = -1 if line.quantity_milli < 0 else 1
            return self._changed(lambda: self._register.set_quantity(line.number, sign * milli))

        self._ask(
            Pad(
                self._session,
                purpose="quantity",
                title=say("Weight in kg") if by_weight else say("How many?"),
                hint=line.name,
                confirm=say("OK"),
                decimals=WEIGHT_DECIMALS if by_weight else 0,
                done=set_quantity,
                closed=self._close_pad,
            )
        )

    def _ask_weight(self, article: Article) -> None:
        def add(weighed: Weighed) -> str | None:
            def put() -> None:
                self._newest = self._register.add(
                    article,
                    weighed.quantity_milli,
                    source=weighed.source,
                    tare_milli=weighed.tare_milli,
                ).number

            return self._changed(put)

        self.articles.search = ""
        self._ask(WeighPad(self._session, article, add=add, closed=self._close_pad))

    @property
    def weighing(self) -> WeighPad | None:
        """The pad of what is being weighed, if anything is."""
        return self._pad if isinstance(self._pad, WeighPad) else None

    def _ask_name(self) -> None:
        self._ask(park_pad(self._session, closed=self._close_pad))

    def _ask(self, pad: Pad | WeighPad) -> None:
        self._pad = pad
        self._session.changed()

    def _close_pad(self, pad: Pad | WeighPad) -> None:
        if self._pad is pad:
            self._pad = None

    def forget_lines(self, change: str = "") -> None:
        """Let go of what was marked in the sale before.

        Args:
            change: What is still to be given back of it, where nobody had time to read it.
        """
        self._newest = self._selected = None
        self._raised, self._last_change = {}, change

    def view(self) -> SaleView:
        """Prepare what is shown."""
        marks = Marks(self._newest, self._selected, self._raised, self._last_change)
        return sale_view(self._session, self.articles, marks, self._pad)
