"""The last sale should not have been: a counter-entry, with a reason, by somebody who may."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_reasons import ask_reason
from appliance.desks.register.presenter_reverse import CardReturn
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ListRow
from appliance.domain.errors import DomainError
from appliance.domain.payment import Tender
from appliance.domain.staff import Right
from appliance.journal.errors import JournalError
from appliance.services.ports import Attempt
from appliance.services.receipts import tender_name
from appliance.services.returns import SoldBefore, VoidError, refuse_void
from drivers.terminal import Outcome, Result


class VoidChange:
    """Undoes the last sale."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def offer(self) -> Sequence[MenuItem]:
        """Say whether a sale can be undone just now."""
        register, say = self._session.parts.register, self._session.words.say
        empty = not register.lines
        return [
            MenuItem(
                "void",
                say("Undo the last sale"),
                self.begin,
                detail="" if empty else say("Finish or park this sale first."),
                enabled=empty and not register.busy,
            )
        ]

    def begin(self) -> None:
        """Show what would be undone; who allows it and why are asked then."""
        try:
            sold = self._session.parts.returns.last()
            if sold is None:
                self._session.refuse(self._session.words.say("Nothing was sold here yet."))
                return
            refuse_void(sold, self._session.parts.ledger)
        except (VoidError, JournalError, DomainError, OSError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        what = self._session.words.say("Undo sale {receipt}", receipt=sold.facts.receipt)
        self._session.pages.allow.ask(Right.VOID, what, lambda who: self._show(sold, who))

    def _show(self, sold: SoldBefore, who: str) -> None:
        say, facts = self._session.words.say, sold.facts
        rows = [
            ListRow(
                str(place),
                tender_name(payment.tender, self._session.words),
                self._how_back(payment.tender),
                self._session.money(payment.amount_minor + payment.tip_minor),
            )
            for place, payment in enumerate(facts.payments)
        ]
        self._session.show(
            ListPage(
                self._session,
                title=say("Undo sale {receipt}", receipt=facts.receipt),
                text=say(
                    "Of {time}, {amount}. It stays in the journal, with its counter-entry.",
                    time=f"{facts.completed:%H:%M}",
                    amount=self._session.money_with_symbol(facts.payable_minor),
                ),
                rows=lambda: [ListRow("go", say("Undo it"), say("then say why")), *rows],
                pick=lambda key: self._ask_why(sold, who) if key == "go" else None,
                back=self._session.pages.sale.enter,
            )
        )

    def _how_back(self, tender: Tender) -> str:
        say = self._session.words.say
        if tender is Tender.CASH:
            return say("give back")
        if tender.is_balance:
            return say("goes back by itself")
        if tender is Tender.QR:
            return say("transfer it back")
        return say("give back on the terminal")

    def _ask_why(self, sold: SoldBefore, who: str) -> None:
        ask_reason(
            self._session,
            "void_reasons",
            lambda reason: Undoing(self._session, sold, reason, who).go_on(),
        )


class Undoing:
    """Has the terminal give back what it took, payment by payment, then records the void.

    Args:
        session: The desk's.
        sold: The sale.
        reason: Why it should not have been.
        who: Id of who allowed it, where the cashier may not.
    """

    def __init__(self, session: Session, sold: SoldBefore, reason: str, who: str) -> None:
        self._session = session
        self._sold = sold
        self._reason = reason
        self._who = who
        self._sale = session.parts.register.new_id()
        self._reversed: list[str] = []
        present = session.parts.cards.present
        self._waiting = [
            Attempt(
                each.attempt,
                sold.facts.sale,
                each.amount_minor + each.tip_minor,
                tip_minor=each.tip_minor,
            )
            for each in sold.facts.payments
            if present and each.tender is Tender.CARD_TERMINAL and each.attempt
        ]
        self._by_code_minor = sum(
            each.amount_minor + each.tip_minor
            for each in sold.facts.payments
            if each.tender is Tender.QR
        )
        self._return = CardReturn(session, session.pages.sale.enter)

    def go_on(self) -> None:
        """Ask the terminal for the next payment, then who transfers, or record the void."""
        pages = self._session.pages
        if not self._waiting:
            if self._by_code_minor:
                self._ask_transfer()
            else:
                self._record()
            return
        attempt = self._waiting[0]
        pages.terminal.reversing(attempt)
        self._return.ask(attempt, pages.terminal.shows, self._said, into=self._sale)

    def _record(self, _who: str = "") -> None:
        money = self._session.pages.money
        money.void(self._sold, self._reason, self._who, self._sale, self._reversed)

    def _ask_transfer(self) -> None:
        """What a bank paid by a code only a transfer gives back, and only a person can say so."""
        say = self._session.words.say
        amount = self._session.money_with_symbol(self._by_code_minor)
        rows = [
            ListRow("given", say("It was transferred back"), say("then the sale is undone")),
            *([] if self._reversed else [ListRow("leave", say("Leave the sale as it is"))]),
        ]

        def pick(key: str) -> None:
            if key == "leave":
                self._session.pages.sale.enter()
                return
            what = say("{amount} transferred back", amount=amount)
            self._session.pages.allow.ask(Right.CONFIRM_QR, what, self._record)

        self._session.show(
            ListPage(
                self._session,
                title=say("Transfer {amount} back", amount=amount),
                text=say(
                    "The register cannot take back what was paid by QR code. Transfer it from the "
                    "shop's account, or leave this sale and take the goods back by its receipt."
                ),
                rows=lambda: rows,
                pick=pick,
                back=lambda: pick("given" if self._reversed else "leave"),
            )
        )

    def _said(self, result: Result) -> None:
        attempt = self._waiting.pop(0)
        if result.outcome is Outcome.APPROVED:
            self._reversed.append(attempt.id)
            self.go_on()
            return
        self._ask_by_hand(attempt, result)

    def _ask_by_hand(self, attempt: Attempt, result: Result) -> None:
        """The terminal did not give it back: by hand, or leave the sale as it is."""
        say = self._session.words.say
        said = self._session.words.say_each(result.message)

        def pick(key: str) -> None:
            if key == "hand":
                self.go_on()
            else:
                self._session.pages.sale.enter()

        rows = [
            ListRow("hand", say("Give it back by hand"), say("then the sale is undone")),
            *([] if self._reversed else [ListRow("leave", say("Leave the sale as it is"))]),
        ]
        self._session.show(
            ListPage(
                self._session,
                title=say("The terminal did not give it back."),
                text=f"{self._session.money_with_symbol(attempt.amount_minor)}. {said}".strip(),
                rows=lambda: rows,
                pick=pick,
                back=lambda: pick("hand" if self._reversed else "leave"),
            )
        )
