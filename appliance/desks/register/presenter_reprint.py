"""Receipts of before: found in a list, by number or by a scan; copied, or written as a gift's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_paper import PAPER_COLUMNS, PaperPage
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, ListRow, State
from appliance.domain.errors import DomainError
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import Kind
from appliance.domain.staff import Right
from appliance.journal.errors import JournalError
from appliance.services import events
from appliance.services.commit import Commit
from appliance.services.printing import GIFT
from appliance.services.receipts import Copy, Receipts, Shop, day_text
from appliance.services.returns import NoLongerHereError, ReturnError, SoldElsewhereError
from appliance.services.training_tools import marks
from appliance.services.words import sentence
from drivers.printer import Element

LISTED = 60
"""Sales in the list: about an afternoon; an older one is found by its number."""

_NOT_HERE: dict[type[ReturnError], str] = {
    SoldElsewhereError: sentence("Receipt {number} is of another register. Print it there."),
    NoLongerHereError: sentence(
        "Receipt {number} is too old for this register. Ask the back office for it."
    ),
}


def writer_of(session: Session) -> Receipts:
    """Return what writes receipts, as the back office has the shop called today."""
    shop = Shop.from_setting(session.setting("shop", None))
    parts = session.parts
    return Receipts(parts.market, shop, session.paper_words, parts.customers.buyer)


def marks_of(session: Session) -> tuple[Element, ...]:
    """Return what stands over and under a receipt where people learn."""
    return marks(session.paper_words) if session.parts.training else ()


class ReceiptsChange:
    """Finds receipts of before and prints them again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._copying = False

    def offer(self) -> Sequence[MenuItem]:
        """Say that receipts of before can be found."""
        return [MenuItem("receipts", self._session.words.say("Receipts of before"), self.begin)]

    def begin(self) -> None:
        """Show the last sales to choose from."""
        say = self._session.words.say
        try:
            sales = self._session.parts.returns.recent(LISTED)
        except (JournalError, DomainError, OSError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        rows = [self._row(facts) for facts in sales]
        by_receipt = {facts.receipt: facts for facts in sales}
        self._session.show(
            ListPage(
                self._session,
                title=say("Receipts of before"),
                text=say("Touch one, or scan a receipt."),
                empty=say("Nothing was sold here yet."),
                rows=lambda: rows,
                pick=lambda key: self._show(by_receipt[key], self.begin),
                actions=lambda: (Action("number", say("By its number")),),
                act=lambda _key: self._ask_number(),
                back=self._session.pages.sale.enter,
                scan=self._scanned,
            )
        )

    def copy(self, facts: ReceiptFacts) -> None:
        """Print a copy, marked and numbered, once the journal knows of it."""
        if self._copying:
            return
        self._copying = True
        parts = self._session.parts
        copy = Copy(parts.printing.copies_made(facts.sale) + 1, parts.clock())
        event = events.reprinted(facts, copy.number, copy.at)

        def recorded(_entries: object) -> None:
            parts.printing.note_copy(event.data)
            document = writer_of(self._session).document(
                facts, columns=parts.printing.columns, cashier=facts.cashier, copy=copy
            )
            parts.printing.print(facts.sale, facts.receipt, copy.number, document)

        commit: Commit[None] = Commit(
            parts.journal.submit(event), recorded=recorded, refused=lambda: None
        )
        commit.when_known(lambda: parts.post(lambda: self._finish(commit, copy)))

    def gift(self, facts: ReceiptFacts) -> None:
        """Print what goes with a present: no prices, and the code that brings it back."""
        document = writer_of(self._session).gift(facts)
        self._session.parts.printing.print(facts.sale, facts.receipt, GIFT, document)

    def _finish(self, commit: Commit[None], copy: Copy) -> None:
        self._copying = False
        try:
            commit.finish()
        except JournalError as error:
            self._session.refuse(explain(error, self._session.words))
            return
        if isinstance(self._session.page, PaperPage):
            said = self._session.words.say("Copy {number} is printed.", number=copy.number)
            self._session.tell(said, State.OK)

    # Which one.

    def _ask_number(self) -> None:
        say = self._session.words.say

        def done(answers: Answers) -> str | None:
            return self._find(answers["number"])

        self._session.show(
            FormPage(
                self._session,
                title=say("Receipts of before"),
                text=say("Type the last part of its number."),
                fields=[Asked("number", say("Number of the receipt"), Typing.DIGITS)],
                confirm=say("Find"),
                done=done,
                back=self.begin,
            )
        )

    def _scanned(self, text: str) -> bool:
        """Take a receipt's own code; anything else is an article for the next sale."""
        try:
            self._show(self._session.parts.returns.find(text).facts, self.begin)
        except (ReturnError, JournalError, DomainError, OSError):
            return False
        return True

    def _find(self, number: str) -> str | None:
        """Show the receipt with a number; return the sentence why not, if not."""
        say = self._session.words.say
        try:
            facts = self._session.parts.returns.find(number).facts
        except ReturnError as error:
            said = _NOT_HERE.get(type(error), sentence("There is no receipt {number} here."))
            return say(said, number=error.receipt)
        except (JournalError, DomainError, OSError) as error:
            return explain(error, self._session.words)
        self._show(facts, self._ask_number)
        return None

    def _show(self, facts: ReceiptFacts, back: Callable[[], object]) -> None:
        """Show a receipt as it was, with what can be printed of it."""
        say, parts = self._session.words.say, self._session.parts
        document = writer_of(self._session).document(facts, columns=PAPER_COLUMNS)
        mark = marks_of(self._session)
        does: dict[str, Callable[[], object]] = {
            "copy": lambda: self._allowed_copy(facts),
            "gift": lambda: self.gift(facts),
        }
        actions = [Action("copy", say("Print a copy"), enabled=parts.printing.view.present)]
        if facts.payable_minor > 0:
            enabled = parts.printing.view.present
            actions.append(Action("gift", say("Gift receipt"), enabled=enabled))
        self._session.show(
            PaperPage(
                self._session,
                title=say("Receipt {number}", number=facts.receipt),
                document=[*mark, *document, *mark],
                actions=lambda: tuple(actions),
                act=lambda key: does[key](),
                back=back,
            )
        )

    def _allowed_copy(self, facts: ReceiptFacts) -> None:
        what = self._session.words.say("Receipt again (copy)")
        self._session.pages.allow.ask(Right.REPRINT, what, lambda _who: self.copy(facts))

    def _row(self, facts: ReceiptFacts) -> ListRow:
        say, words = self._session.words.say, self._session.words
        at = facts.completed
        details = [f"{day_text(at, words.language)} {at:%H:%M}"]
        details += {Kind.RETURN: [say("Return")], Kind.VOID: [say("Void")]}.get(facts.kind, [])
        details.append(", ".join(each.line.name for each in facts.lines[:3]))
        amount = self._session.money(facts.payable_minor)
        return ListRow(facts.receipt, facts.receipt, " · ".join(filter(None, details)), amount)
