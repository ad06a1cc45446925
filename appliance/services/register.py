"""Selling: money changes hands and the sale is recorded.

Commit first, then drawer and paper. What the journal answers comes as a `Commit`, whose ``finish``
takes it over. All calls come from one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from appliance.domain.card import mask_card_numbers
from appliance.domain.errors import SettlementError
from appliance.domain.market import Market
from appliance.domain.payment import PaymentOutcome, Settlement, Tender, Tendered, settle
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.returned import undo_all
from appliance.domain.sale import Basket
from appliance.journal.entry import Entry
from appliance.journal.store import Event
from appliance.services import events
from appliance.services.catalogue import Catalogue
from appliance.services.commit import Commit
from appliance.services.counter import (
    AgeNotAskedError,
    BusyError,
    Counter,
    NothingToPayError,
    Start,
)
from appliance.services.ledger import note_moves
from appliance.services.ports import Attempt, Clock, Journal, Shelf
from appliance.services.returns import SoldBefore, refuse_void, remember
from appliance.services.sold import CardAnswer, Sold

__all__ = ["BusyError", "CardAnswer", "NothingToPayError", "Register", "Sold", "Start"]

NUMBER_FACT = "receipt_number"
UNRESOLVED_FACT = "unresolved_attempts"


class Register(Counter):
    """One register: its counter and its till.

    Args:
        name: The register's part of the receipt number.
        market: Taxes, currency and rounding.
        catalogue: Finds articles.
        journal: Records what happened.
        shelf: Keeps what is going on.
        clock: Tells the time of everything that is recorded.
        new_id: Makes the ids of baskets and attempts.
        start: Where to go on.
    """

    def __init__(
        self,
        *,
        name: str,
        market: Market,
        catalogue: Catalogue,
        journal: Journal,
        shelf: Shelf,
        clock: Clock,
        new_id: Callable[[], str],
        start: Start,
    ) -> None:
        super().__init__(
            market=market,
            catalogue=catalogue,
            shelf=shelf,
            clock=clock,
            new_id=new_id,
            start=start,
        )
        self._name = name
        self._journal = journal
        self._number = start.number
        self._unresolved = start.unresolved
        self._asking: Attempt | None = None
        self._committing = False

    @property
    def busy(self) -> bool:
        """Whether the sale is being recorded or the terminal is being asked."""
        return self._committing or self._asking is not None

    @property
    def unresolved(self) -> tuple[Attempt, ...]:
        """Card payments of completed sales whose outcome is still not known."""
        return self._unresolved

    def take(self, tendered: Tendered) -> Settlement:
        """Take a part of the money; the rest is paid in another way.

        Raises:
            SettlementError: If it completes the sale, which is what `pay` is for, or cannot be.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._refuse_unsellable()
        settlement = self.settlement(tendered)
        if settlement.is_settled:
            raise SettlementError("This pays the whole sale; a part of it was expected.")
        self._keep(replace(self._kept, tendered=(*self.tendered, tendered)))
        return settlement

    def give_back_parts(self) -> int:
        """Give back the parts that were paid in cash or entered by hand.

        Returns:
            How much cash goes back to the customer, in minor units.
        """
        self._refuse_while_busy()
        stays = tuple(t for t in self.tendered if t.tender.has_moved)
        cash = sum(t.amount_minor for t in self.tendered if t.tender is Tender.CASH)
        if self._current is not None:
            self._keep(replace(self._current, tendered=stays))
        return cash

    def pay(self, *tendered: Tendered) -> Commit[Sold]:
        """Complete the sale with what is handed over now. The journal's answer is what counts.

        Raises:
            NothingToPayError: If there is no line.
            AgeNotAskedError: If something asks an age and nobody found out the buyer's.
            SettlementError: If it does not pay the whole sale, or cannot be.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._refuse_unsellable()
        facts = self._facts((*self.tendered, *tendered))
        self._committing = True
        return Commit(
            self._journal.submit(self._completed(facts)),
            recorded=lambda entries: self._sold(facts, entries),
            refused=self._not_committing,
        )

    def pay_cash(self, given_minor: int | None = None) -> Commit[Sold]:
        """Complete the sale in cash.

        Args:
            given_minor: What the customer hands over; exactly what is due if not given.

        Raises:
            As `pay`.
        """
        left = self.settlement()
        amount = left.remaining_cash_minor if given_minor is None else given_minor
        # A cent that rounding takes away is settled in cash too, with nothing handed over.
        return self.pay(Tendered(Tender.CASH, amount)) if left.remaining_minor else self.pay()

    def new_id(self) -> str:
        """Make the id of a sale that is still to come."""
        return self._new_id()

    def void(
        self,
        sold: SoldBefore,
        reason: str,
        *,
        allowed_by: str = "",
        sale: str = "",
        reversed_attempts: Collection[str] = (),
    ) -> Commit[Sold]:
        """Undo a sale by a counter-entry; the sale itself stays in the journal for ever.

        Args:
            sold: The last sale.
            reason: Why it should not have been.
            allowed_by: Id of who allowed it, where the cashier may not.
            sale: Id of the counter-entry, where it was named before.
            reversed_attempts: Card payments that the terminal gave back.

        Raises:
            VoidError: If it cannot be undone whole.
            BusyError: If a sale lies on the counter or is being paid.
        """
        self._refuse_while_busy()
        if self.lines:
            raise BusyError("An empty counter was expected; finish or park this sale first.")
        refuse_void(sold)
        facts = undo_all(
            sold.facts,
            sale=sale or self._new_id(),
            number=self._number + 1,
            cashier=self.cashier,
            at=self._clock(),
            reason=reason,
            allowed_by=allowed_by,
            reversed_attempts=reversed_attempts,
        )
        facts = replace(facts, left=self.left_on_cards(facts))
        self._committing = True
        return Commit(
            self._journal.submit(events.completed(facts)),
            recorded=lambda entries: self._recorded(facts, entries),
            refused=self._not_committing,
        )

    def abandon(self) -> Commit[None]:
        """Give the sale up; the journal keeps what it was.

        Raises:
            NothingToPayError: If nothing was begun.
            SettlementError: If something was paid already; it must be given back first.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        if self._current is None:
            raise NothingToPayError("A basket was expected, found none; there is nothing to leave.")
        if self.tendered:
            raise SettlementError("Part of the sale is paid; give that back before you leave it.")
        gone = events.abandoned(self._signed(), self.totals(), self._clock())
        self._committing = True
        return Commit(
            self._journal.submit(gone), recorded=self._abandoned, refused=self._not_committing
        )

    def ask_terminal(
        self, amount_minor: int, *, tip_minor: int = 0, tender: Tender = Tender.CARD_TERMINAL
    ) -> tuple[Attempt, Commit[None]]:
        """Record that the terminal is about to be asked, or that a code is about to be shown.

        Args:
            amount_minor: What it is to pay of the sale.
            tip_minor: What is asked on top of it, for the staff.
            tender: By the terminal or by a code.

        Raises:
            NothingToPayError: If there is no line.
            AgeNotAskedError: If something asks an age and nobody found out the buyer's.
            SettlementError: If it is more than what remains.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        self._refuse_unsellable()
        self.settlement(Tendered(tender, amount_minor, tip_minor=tip_minor))
        asked_minor = amount_minor + tip_minor
        attempt = Attempt(self._new_id(), self._begun.id, asked_minor, tender, tip_minor)
        self._asking = attempt
        # Kept before it is recorded: whatever a power cut leaves, the question is remembered.
        self._keep(replace(self._kept, attempts=(*self.attempts, attempt)))
        asked = events.attempted(attempt, self._market.currency, self._clock())
        return attempt, Commit(
            self._journal.submit(asked),
            recorded=self._advance,
            refused=lambda: self._forget(attempt),
        )

    def terminal_said(
        self,
        attempt: Attempt,
        outcome: PaymentOutcome,
        reference: str = "",
        message: str = "",
        *,
        seen_by: str = "",
        allowed_by: str = "",
    ) -> Commit[CardAnswer]:
        """Record what the terminal said, and the sale with it if that completes it.

        Args:
            attempt: What was asked.
            outcome: What became of it.
            reference: The terminal's, or that of the code.
            message: Its words.
            seen_by: Of a code, id of who saw the money, or saw that it did not come.
            allowed_by: Of a code, id of who allowed that to be said, where the first may not.
        """
        reference, message = mask_card_numbers(reference), mask_card_numbers(message)
        now, facts, used = self._clock(), None, False
        paid = attempt.paid(reference)
        if outcome is PaymentOutcome.APPROVED:
            here = self.basket is not None and self.basket.id == attempt.sale
            used = here and self._fits(paid)
            if used and self.settlement(paid).is_settled:
                facts = self._facts((*self.tendered, paid))
        told = {"seen_by": seen_by, "allowed_by": allowed_by}
        happened = [events.resulted(attempt, outcome, reference, message, now, used=used, **told)]
        if facts is not None:
            happened.append(self._completed(facts))
        self._committing = True
        return Commit(
            self._journal.submit(*happened),
            recorded=lambda entries: self._answered(
                attempt, outcome, paid if used else None, facts, entries
            ),
            refused=self._not_committing,
        )

    def stop_asking(self, attempt: Attempt) -> None:
        """Go on without an answer: the attempt stays open, the sale can be paid otherwise."""
        if self._asking == attempt:
            self._asking = None

    def _refuse_unsellable(self) -> None:
        if not self.lines:
            raise NothingToPayError("A basket with at least one line was expected, found none.")
        if self._begun.needs_age_check:
            raise AgeNotAskedError(f"The buyer must be {self._begun.minimum_age}; ask it first.")

    def _signed(self) -> Basket:
        """Return the basket under the name of who completes it."""
        return replace(self._begun, cashier=self.cashier)

    def _facts(self, tendered: Sequence[Tendered]) -> ReceiptFacts:
        now = self._clock()
        facts = ReceiptFacts.of(
            basket=self._signed(),
            totals=self.totals(),
            settlement=settle(self.totals().gross_minor, tendered, self._market),
            market=self._market,
            register=self._name,
            number=self._number + 1,
            completed_at=now,
            day=now.date(),
        )
        points = self.patrons.points_moved(self._begun, self.totals())
        return replace(facts, points=points, left=self.left_on_cards(facts))

    def _completed(self, facts: ReceiptFacts) -> Event:
        return events.completed(facts, self.patrons.beside(facts))

    def _fits(self, paid: Tendered) -> bool:
        try:
            self.settlement(paid)
        except SettlementError:
            return False
        return True

    def _advance(self, entries: Sequence[Entry]) -> None:
        self._head = entries[-1].watermark

    def _not_committing(self) -> None:
        self._committing = False

    def _clear(self) -> None:
        if self._current is not None:
            self._shelf.drop_basket(self._current.basket.id)
        self._current, self._asking, self._committing = None, None, False

    def _abandoned(self, entries: Sequence[Entry]) -> None:
        self._advance(entries)
        self._leave_unresolved()
        self._clear()

    def _sold(self, facts: ReceiptFacts, entries: Sequence[Entry]) -> Sold:
        sold = self._recorded(facts, entries)
        self._leave_unresolved()
        self._clear()
        return sold

    def _recorded(self, facts: ReceiptFacts, entries: Sequence[Entry]) -> Sold:
        self._committing = False
        self._advance(entries)
        self._number = facts.number
        remember(self._shelf, facts, entries[-1].watermark)
        note_moves(self._shelf, facts, entries[-1].watermark)
        self.patrons.note(facts, entries[-1].watermark)
        self._shelf.keep_fact(NUMBER_FACT, {"number": facts.number, **events.place(self._head)})
        return Sold(facts, self._head)

    def _leave_unresolved(self) -> None:
        if self.attempts:
            self._set_unresolved((*self._unresolved, *self.attempts))

    def _set_unresolved(self, attempts: tuple[Attempt, ...]) -> None:
        self._unresolved = attempts
        self._shelf.keep_fact(UNRESOLVED_FACT, [events.attempt_data(each) for each in attempts])

    def _answered(
        self,
        attempt: Attempt,
        outcome: PaymentOutcome,
        paid: Tendered | None,
        facts: ReceiptFacts | None,
        entries: Sequence[Entry],
    ) -> CardAnswer:
        self._committing = False
        self._advance(entries)
        self.stop_asking(attempt)
        if outcome is PaymentOutcome.UNKNOWN:
            return CardAnswer(outcome)
        self._forget(attempt)
        if facts is not None:
            return CardAnswer(outcome, self._sold(facts, entries))
        if paid is not None:
            self._keep(replace(self._kept, tendered=(*self.tendered, paid)))
        return CardAnswer(outcome, give_back=outcome is PaymentOutcome.APPROVED and paid is None)

    def _forget(self, attempt: Attempt) -> None:
        """Let go of an attempt whose outcome is known, or that was never recorded."""
        self.stop_asking(attempt)
        if attempt in self._unresolved:
            self._set_unresolved(tuple(each for each in self._unresolved if each != attempt))
        if self._current is not None and attempt in self._current.attempts:
            stay = tuple(each for each in self._current.attempts if each != attempt)
            self._keep(replace(self._current, attempts=stay))
