"""Empty bottles come back: scan one, and only its deposit is given back."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.domain.errors import DomainError
from appliance.services.counter import BusyError


class DepositChange:
    """Gives back the deposit of the line an action is about."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def offer(self) -> Sequence[MenuItem]:
        """Say whether there is a deposit to give back; elsewhere nothing is offered."""
        line, register = self._session.pages.sale.meant, self._session.parts.register
        if line is None:
            return []
        bottle = line.parent or line.number
        if not any(each.parent == bottle and each.quantity_milli > 0 for each in register.lines):
            return []
        label = self._session.words.say("Only the deposit comes back")
        return [
            MenuItem("deposit", label, lambda: self._take(bottle), line.name, not register.busy)
        ]

    def _take(self, bottle: int) -> None:
        self._session.pages.sale.enter()
        try:
            self._session.parts.register.take_deposit_back(bottle)
        except (DomainError, BusyError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._session.accept()
