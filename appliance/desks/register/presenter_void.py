"""The last sale should not have been: a counter-entry, with a reason, by somebody who may."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_reasons import ask_reason
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ListRow
from appliance.domain.errors import DomainError
from appliance.domain.payment import Tender
from appliance.domain.staff import Right
from appliance.journal.errors import JournalError
from appliance.services.receipts import tender_name
from appliance.services.returns import SoldBefore, VoidError, refuse_void


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
            refuse_void(sold)
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
                say("give back")
                if payment.tender is Tender.CASH
                else say("give back on the terminal"),
                self._session.money(payment.amount_minor),
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

    def _ask_why(self, sold: SoldBefore, who: str) -> None:
        ask_reason(
            self._session,
            "void_reasons",
            lambda reason: self._session.pages.money.void(sold, reason, who),
        )
