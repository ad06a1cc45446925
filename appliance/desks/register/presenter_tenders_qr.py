"""Paying by a code: shown on the screen and on paper, paid when somebody who may says it came.

No bank answers here. `QrPage.settle` is where a bank's own word would come in: with the same
attempt, and nobody asked.
"""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_sentences import explain, explain_unrecorded
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, QrView
from appliance.domain.errors import DomainError
from appliance.domain.payment import PaymentOutcome, Tender
from appliance.domain.staff import Right
from appliance.journal.errors import JournalError
from appliance.services.counter import AgeNotAskedError, BusyError, NothingToPayError
from appliance.services.ports import Attempt
from appliance.services.qr import QrCodes, ShownCode, reference_of, slip
from appliance.services.receipts import Shop
from appliance.services.sold import CardAnswer

NAME = "QR code"
"""Stands where a receipt has its number."""
BY_CASHIER = "cashier"
TRAINING = "TRAINING"
"""What the code says where people learn."""


class QrPage:
    """The code is shown, and somebody looks whether the money comes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register
        self._codes = QrCodes(session.parts.market, session.setting)
        self._attempt: Attempt | None = None
        self._code = ShownCode("", "")
        self._settling = False

    @property
    def offered(self) -> bool:
        """Whether the shop takes payments by code."""
        return self._codes.offered

    def ask(self, amount_minor: int, tip_minor: int = 0) -> None:
        """Record that a payment is asked by a code, then show it."""
        if self._session.pages.shift.refuses_sale():
            return
        # What cannot be asked is found before anything is recorded.
        trial = Attempt("0" * 32, "", amount_minor + tip_minor, Tender.QR, tip_minor)
        try:
            self._codes.make(trial)
            attempt, commit = self._register.ask_terminal(
                amount_minor, tip_minor=tip_minor, tender=Tender.QR
            )
        except (DomainError, BusyError, NothingToPayError, AgeNotAskedError) as error:
            self._session.refuse(explain(error, self._session.words))
            return

        def take_over() -> None:
            try:
                commit.finish()
            except JournalError as error:
                self._session.refuse(explain_unrecorded(error, self._session.words))
                return
            self.resume(attempt)

        commit.when_known(lambda: self._session.parts.post(take_over))

    def resume(self, attempt: Attempt) -> None:
        """Show the code of an attempt whose outcome is not known; the same one after a power cut."""
        self._attempt, self._settling = attempt, False
        try:
            self._code = self._codes.make(attempt)
        except DomainError:
            # The settings changed meanwhile: the customer may have paid all the same.
            self._code = ShownCode("", reference_of(attempt))
        if self._session.parts.training and self._code.text:
            # Nobody may pay where nothing is sold.
            self._code = ShownCode(TRAINING, self._code.reference)
        self._session.qr_to_pay = self._code.text
        self._session.show(self)

    def view(self) -> QrView:
        """Prepare what is shown."""
        say, attempt = self._session.words.say, self._attempt
        amount = attempt.amount_minor if attempt else 0
        return QrView(
            title=say("Payment by QR code"),
            amount=self._session.money_with_symbol(amount),
            code=self._code.text,
            reference=say("Reference {reference}", reference=self._code.reference),
            message=say(
                "The customer pays with a banking app. It is paid when the shop's account shows "
                "this amount and reference, not when the customer's telephone says so."
            ),
            actions=self._actions(),
        )

    def press(self, control: str) -> bool:
        """Say that it came, or that it did not; print the code."""
        does: dict[str, Callable[[], object]] = {
            "qr-paid": self._ask_who_saw,
            "qr-unpaid": lambda: self.settle(paid=False),
            "qr-print": self._print,
        }
        if control not in does:
            return False
        if not self._settling:
            does[control]()
        return True

    def _actions(self) -> tuple[Action, ...]:
        say, ready = self._session.words.say, not self._settling
        actions = [Action("paid", say("The money has come"), enabled=ready)]
        if self._session.parts.printing.view.present and self._code.text:
            actions.append(Action("print", say("Print the code"), enabled=ready))
        actions.append(Action("unpaid", say("Not paid"), enabled=ready, danger=True))
        return tuple(actions)

    def _ask_who_saw(self) -> None:
        if self._session.setting("qr_confirm", "") == BY_CASHIER:
            self.settle(paid=True)
            return
        self._session.pages.allow.ask(
            Right.CONFIRM_QR,
            self._session.words.say("Payment by QR code"),
            lambda who: self.settle(paid=True, allowed_by=who),
        )

    def settle(self, *, paid: bool, allowed_by: str = "") -> None:
        """Record what became of the payment, and the sale with it if that completes it.

        Args:
            paid: Whether the money came.
            allowed_by: Id of who allowed the cashier to say so, where the cashier may not.
        """
        attempt = self._attempt
        if attempt is None or self._settling:
            return
        self._settling = True
        self._session.show(self)
        commit = self._register.terminal_said(
            attempt,
            PaymentOutcome.APPROVED if paid else PaymentOutcome.CANCELLED,
            reference_of(attempt),
            seen_by=self._register.cashier,
            allowed_by=allowed_by,
        )

        def take_over() -> None:
            self._settling = False
            try:
                answer = commit.finish()
            except JournalError as error:
                self._session.changed()
                self._session.refuse(explain_unrecorded(error, self._session.words))
                return
            self._answered(attempt, answer)

        commit.when_known(lambda: self._session.parts.post(take_over))

    def _answered(self, attempt: Attempt, answer: CardAnswer) -> None:
        session, pages = self._session, self._session.pages
        self._attempt, session.qr_to_pay = None, ""
        if answer.sold is not None:
            pages.done.enter(answer.sold)
        elif answer.give_back:
            pages.sale.enter()
            session.refuse(
                session.words.say(
                    "{amount} came that this sale has no room for. Have the back office give it "
                    "back, reference {reference}.",
                    amount=session.money_with_symbol(attempt.amount_minor),
                    reference=reference_of(attempt),
                )
            )
        elif self._register.lines:
            if answer.outcome is PaymentOutcome.APPROVED:
                session.accept()
            pages.tenders.enter()
        else:
            pages.sale.enter()

    def _print(self) -> None:
        attempt, parts = self._attempt, self._session.parts
        if attempt is None or not self._code.text:
            return
        shop = Shop.from_setting(self._session.setting("shop", None))
        document = slip(
            self._code, attempt, market=parts.market, shop=shop, words=self._session.paper_words
        )
        number = parts.printing.copies(attempt.id) + 1
        parts.printing.print(attempt.id, NAME, number, document)
