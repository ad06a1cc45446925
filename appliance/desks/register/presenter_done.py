"""The sale is done: the change stays on the screen until the next scan."""

from __future__ import annotations

from appliance.desks.register.presenter_reprint import marks_of, writer_of
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, DoneView, Row
from appliance.domain.payment import Payment, Tender
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.staff import Right
from appliance.services.printing import Stage
from appliance.services.receipts import as_lines, tender_name
from appliance.services.register import Sold
from drivers.printer import Text

PAPER_COLUMNS = 38
_BY_HAND = (Tender.CASH, Tender.CARD_MANUAL)
"""What somebody must still hand over, or give back on a terminal of its own."""
READ_S = 4.0
"""Seconds it takes to read an amount and reach for it."""


class DonePage:
    """What to give back, and the receipt.

    Attributes:
        change_minor: What the customer gets back of the cash that was handed over.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._facts: ReceiptFacts | None = None
        self.change_minor = 0
        self._paper: tuple[str, ...] = ()
        self._since_s = 0.0
        self._qr = False

    @property
    def unread_change(self) -> str:
        """What is to be given back, with the currency, while nobody had time to read it."""
        read = self._session.parts.monotonic() - self._since_s >= READ_S
        return (
            ""
            if read or not self.change_minor
            else self._session.money_with_symbol(self.change_minor)
        )

    def enter(self, sold: Sold) -> None:
        """The sale is in the journal: now show it, open the drawer, print."""
        self._facts, self.change_minor, self._qr = sold.facts, sold.change_minor, False
        self._since_s = self._session.parts.monotonic()
        if sold.moved_cash:
            self._session.parts.till.open()
        if self._prints_by_itself():
            self._print(sold.facts)
        self._session.pages.cards.print_slips(sold.facts)
        document = writer_of(self._session).document(sold.facts, columns=PAPER_COLUMNS)
        mark = marks_of(self._session)
        self._paper = as_lines([*mark, *document, *mark], PAPER_COLUMNS)
        self._session.accept("done")
        self._session.show(self)
        self._session.release_scans()

    def view(self) -> DoneView:
        """Prepare what is shown."""
        say, facts = self._session.words.say, self.facts
        if self.change_minor:
            headline, amount = say("Change"), self.change_minor
        elif facts.payable_minor < 0:
            by_hand = any(each.tender in _BY_HAND for each in facts.payments)
            headline = say("Give back") if by_hand else say("Given back")
            amount = -facts.payable_minor
        else:
            headline, amount = say("Paid"), facts.payable_minor
        return DoneView(
            headline=headline,
            amount=self._session.money_with_symbol(amount),
            rows=self._rows(facts),
            paper=self._paper,
            actions=self._actions(facts),
            hint=say("Scan the next article to go on."),
            qr=self.qr_text,
        )

    def press(self, control: str) -> bool:
        """Print, show the code, go on."""
        if control == "done-reprint":
            self._ask_for_copy()
        elif control == "done-qr":
            self._qr = not self._qr
            self._session.changed()
        elif control == "done-gift":
            self._session.pages.receipts.gift(self.facts)
        elif control == "done-next":
            self._session.pages.sale.begin()
        else:
            return False
        return True

    def _ask_for_copy(self) -> None:
        """Print the receipt, which needs nobody; a copy needs somebody who may."""
        paper = self._session.parts.printing.view.of(self.facts.sale)
        if paper is None or paper.stage is Stage.WAITING:
            self.reprint(self.facts)
            return
        what = self._session.words.say("Receipt again (copy)")
        self._session.pages.allow.ask(Right.REPRINT, what, lambda _who: self.reprint(self.facts))

    def reprint(self, facts: ReceiptFacts) -> None:
        """Print a receipt that was not printed yet; after that, marked and numbered copies."""
        printing = self._session.parts.printing
        paper = printing.view.of(facts.sale)
        if paper is not None and paper.stage is Stage.WAITING:
            printing.retry()
            return
        if printing.copies(facts.sale) < 0:
            self._print(facts)
        else:
            self._session.pages.receipts.copy(facts)

    @property
    def facts(self) -> ReceiptFacts:
        """What was sold."""
        if self._facts is None:
            raise LookupError("A completed sale was expected on this page, found none.")
        return self._facts

    @property
    def qr_text(self) -> str:
        """What a telephone reads to keep the receipt, while that is shown, else empty."""
        if not self._qr:
            return ""
        mark = (each.left for each in marks_of(self._session) if isinstance(each, Text))
        return "\n".join([*mark, writer_of(self._session).qr_text(self.facts)])

    def _prints_by_itself(self) -> bool:
        parts = self._session.parts
        usual = "ask" if parts.market.receipt.ask else "print"
        wanted = self._session.setting("receipt", usual)
        return parts.printing.view.present and wanted == "print"

    def _print(self, facts: ReceiptFacts) -> None:
        parts = self._session.parts
        document = writer_of(self._session).document(
            facts, columns=parts.printing.columns, cashier=facts.cashier
        )
        parts.printing.print(facts.sale, facts.receipt, 0, document)

    def _rows(self, facts: ReceiptFacts) -> tuple[Row, ...]:
        say, money = self._session.words.say, self._session.money
        rows = [Row(say("Total"), money(facts.gross_minor))]
        if facts.rounding_minor:
            rows.append(Row(say("Rounding"), money(facts.rounding_minor)))
        rows += [self._payment_row(payment) for payment in facts.payments]
        rows.append(Row(say("Receipt"), facts.receipt))
        state = self._paper_state(facts)
        return (*rows, Row(say("Paper"), state)) if state else tuple(rows)

    def _payment_row(self, payment: Payment) -> Row:
        words = self._session.words
        amount = self._session.money(abs(payment.tendered_minor))
        if payment.tendered_minor < 0 and payment.tender is Tender.CASH:
            return Row(words.say("Given back"), amount)
        if payment.tender is Tender.CASH:
            return Row(words.say("Cash received"), amount)
        name = tender_name(payment.tender, words)
        return Row(
            f"{name} {payment.reference}" if payment.account and payment.reference else name, amount
        )

    def _paper_state(self, facts: ReceiptFacts) -> str:
        say = self._session.words.say
        paper = self._session.parts.printing.view.of(facts.sale)
        if paper is None:
            return ""
        return {
            Stage.PRINTING: say("printing"),
            Stage.PRINTED: say("printed"),
            Stage.SENT: say("sent to the printer"),
            Stage.WAITING: say("not printed"),
        }[paper.stage]

    def _actions(self, facts: ReceiptFacts) -> tuple[Action, ...]:
        say, parts = self._session.words.say, self._session.parts
        actions = []
        if parts.printing.view.present:
            paper = parts.printing.view.of(facts.sale)
            again = paper is not None and paper.stage is not Stage.WAITING
            actions.append(
                Action(
                    "reprint",
                    say("Receipt again (copy)") if again else say("Print the receipt"),
                    enabled=not (paper is not None and paper.stage is Stage.PRINTING),
                )
            )
        actions.append(
            Action("qr", say("Receipt on paper") if self._qr else say("Receipt as QR code"))
        )
        if parts.printing.view.present and facts.payable_minor > 0:
            actions.append(Action("gift", say("Gift receipt")))
        actions.append(Action("next", say("Next customer")))
        return tuple(actions)
