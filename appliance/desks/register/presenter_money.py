"""Taking money: the sale is recorded first, then the done screen, the drawer and the paper."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from appliance.desks.register.presenter_sentences import explain, explain_unrecorded
from appliance.desks.register.presenter_session import Session
from appliance.domain.errors import DomainError, SettlementError
from appliance.domain.payment import PaymentOutcome, Tender, Tendered
from appliance.journal.errors import JournalError
from appliance.services.commit import Commit
from appliance.services.counter import AgeNotAskedError, BusyError, NothingToPayError
from appliance.services.ports import Attempt
from appliance.services.register import CardAnswer, Sold
from appliance.services.returns import SoldBefore, VoidError
from appliance.services.slips import print_slips
from drivers.terminal import Outcome, Result
from drivers.terminal.sentences import PAID_BY_SLIP, UNPAID_BY_SLIP

T = TypeVar("T")

_OUTCOMES = {
    Outcome.APPROVED: PaymentOutcome.APPROVED,
    Outcome.DECLINED: PaymentOutcome.DECLINED,
    Outcome.CANCELLED: PaymentOutcome.CANCELLED,
    Outcome.UNKNOWN: PaymentOutcome.UNKNOWN,
}


class Money:
    """What the keys for money do, on whatever page they are."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register

    def cash(self, given_minor: int | None = None) -> None:
        """Complete the sale in cash: what was handed over, or exactly what is due."""
        if not self._session.pages.tenders.back.lets_all_go_in_cash():
            return
        self._complete(lambda: self._register.pay_cash(given_minor))

    def card(self, amount_minor: int | None = None, tip_minor: int = 0) -> None:
        """Take a card: through the terminal where there is one, else by hand.

        Args:
            amount_minor: What it pays of the sale; all that is left if not given.
            tip_minor: What is given on top of it for the staff.
        """
        amount = (
            self._register.settlement().remaining_minor if amount_minor is None else amount_minor
        )
        if amount < 0:
            # Money that goes back never goes through the terminal as a payment.
            self._session.refuse(explain(SettlementError(), self._session.words))
        elif self._register.attempts:
            # Money may have been taken already: that is found out before any more is asked for.
            self._session.pages.unclear(self._register.attempts[0])
        elif self._session.parts.cards.present:
            self._ask_terminal(amount, tip_minor)
        else:
            self.by_hand(amount, tip_minor=tip_minor)

    def by_code(self, amount_minor: int, tip_minor: int = 0) -> None:
        """Ask a payment by a code."""
        if self._register.attempts:
            self._session.pages.unclear(self._register.attempts[0])
        else:
            self._session.pages.qr.ask(amount_minor, tip_minor)

    def by_hand(self, amount_minor: int, reference: str = "", *, tip_minor: int = 0) -> None:
        """Take a card payment that was made on a terminal of its own."""
        self.part(
            Tendered(Tender.CARD_MANUAL, amount_minor, reference or None, tip_minor=tip_minor)
        )

    def part(self, tendered: Tendered) -> None:
        """Take a part of the money, or the last part, which completes the sale."""
        try:
            if not self._register.settlement(tendered).is_settled:
                self._register.take(tendered)
                self._session.accept()
                self._session.pages.tenders.enter()
                return
        except (DomainError, BusyError, NothingToPayError, AgeNotAskedError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._complete(lambda: self._register.pay(tendered))

    def look_up(
        self, attempt: Attempt, *, then: Callable[[CardAnswer], object] | None = None
    ) -> None:
        """Ask the terminal what became of an attempt."""
        self._session.parts.cards.look_up(
            attempt, lambda result: self._terminal_said(attempt, result, then)
        )

    def settle_by_slip(self, attempt: Attempt, *, paid: bool) -> None:
        """Record what the terminal's slip says of a payment that the terminal cannot tell about."""
        result = (
            Result(Outcome.APPROVED, message=PAID_BY_SLIP)
            if paid
            else Result(Outcome.DECLINED, message=UNPAID_BY_SLIP)
        )
        self._terminal_said(attempt, result, None)

    def void(
        self, sold: SoldBefore, reason: str, allowed_by: str, sale: str, reversed_: Collection[str]
    ) -> None:
        """Undo a sale by its counter-entry, and give its money back.

        Args:
            sold: The sale.
            reason: Why it should not have been.
            allowed_by: Id of who allowed it, where the cashier may not.
            sale: Id of the counter-entry.
            reversed_: Card payments that the terminal gave back already.
        """
        self._complete(
            lambda: self._register.void(
                sold, reason, allowed_by=allowed_by, sale=sale, reversed_attempts=reversed_
            )
        )

    def _complete(self, pay: Callable[[], Commit[Sold]]) -> None:
        if self._session.pages.shift.refuses_sale():
            return
        try:
            self._session.pages.tenders.balances.refuse_mismatch()
            commit = pay()
        except (DomainError, BusyError, NothingToPayError, AgeNotAskedError, VoidError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._session.changed()
        self._when_known(commit, self._session.pages.done.enter, self._not_recorded)

    def _not_recorded(self, error: JournalError) -> None:
        self._session.refuse(explain_unrecorded(error, self._session.words))

    def _ask_terminal(self, amount_minor: int, tip_minor: int) -> None:
        if self._session.pages.shift.refuses_sale():
            return
        try:
            attempt, commit = self._register.ask_terminal(amount_minor, tip_minor=tip_minor)
        except (DomainError, BusyError, NothingToPayError, AgeNotAskedError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._session.pages.terminal.ask(attempt)
        self._when_known(commit, lambda _: self._asked(attempt), self._not_asked)

    def _asked(self, attempt: Attempt) -> None:
        """The question is recorded: now the terminal may be asked."""
        self._session.parts.cards.pay(
            attempt,
            lambda result: self._terminal_said(attempt, result, None),
            self._session.pages.terminal.shows,
        )

    def _not_asked(self, error: JournalError) -> None:
        self._session.pages.sale.enter()
        self._session.refuse(explain_unrecorded(error, self._session.words))

    def _terminal_said(
        self, attempt: Attempt, result: Result, then: Callable[[CardAnswer], object] | None
    ) -> None:
        print_slips(self._session.parts.printing, attempt.id, result.slips)
        commit = self._register.terminal_said(
            attempt, _OUTCOMES[result.outcome], result.reference, result.message
        )

        def recorded(answer: CardAnswer) -> None:
            if then is None:
                self._session.pages.terminal.answered(attempt, answer, result.message)
            else:
                then(answer)

        def refused(error: JournalError) -> None:
            self._register.stop_asking(attempt)
            self._session.pages.terminal.unclear(attempt)
            self._session.refuse(explain_unrecorded(error, self._session.words))

        self._when_known(commit, recorded, refused)

    def _when_known(
        self,
        commit: Commit[T],
        recorded: Callable[[T], object],
        refused: Callable[[JournalError], object],
    ) -> None:
        """Take the journal's answer over on the screen's thread."""

        def take_over() -> None:
            try:
                result = commit.finish()
            except JournalError as error:
                refused(error)
                return
            recorded(result)

        commit.when_known(lambda: self._session.parts.post(take_over))
