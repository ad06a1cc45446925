"""Another price than the article's: asked with a reason, allowed by somebody who may."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_reasons import ask_reason
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.domain.errors import DomainError
from appliance.domain.sale import Line
from appliance.domain.staff import Right
from appliance.services.counter import BusyError


class PriceChange:
    """Changes the price of the line an action is about."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def offer(self) -> Sequence[MenuItem]:
        """Say what can be changed just now."""
        line, register = self._session.pages.sale.meant, self._session.parts.register
        return [
            MenuItem(
                "price",
                self._session.words.say("Change the price"),
                self.begin,
                detail="" if line is None else line.name,
                enabled=line is not None and not register.busy,
            )
        ]

    def begin(self) -> None:
        """Ask who allows it, the price, and why."""
        line = self._session.pages.sale.meant
        if line is None:
            return
        what = self._session.words.say("Another price for {article}", article=line.name)
        self._session.pages.allow.ask(
            Right.CHANGE_PRICE, what, lambda allowed_by: self._ask_price(line, allowed_by)
        )

    def _ask_price(self, line: Line, allowed_by: str) -> None:
        say, market = self._session.words.say, self._session.parts.market

        def done(_: Answers) -> str | None:
            price = form.amount("price")
            self._ask_reason(line, price, allowed_by)
            return None

        form = FormPage(
            self._session,
            title=say("Another price for {article}", article=line.name),
            text=say("Now {amount}.", amount=self._session.money(line.unit_price_minor)),
            fields=[Asked("price", say("New price"), Typing.AMOUNT, decimals=market.decimals)],
            confirm=say("OK"),
            done=done,
            back=self._session.pages.sale.enter,
        )
        self._session.show(form)

    def _ask_reason(self, line: Line, price_minor: int, allowed_by: str) -> None:
        def change(reason: str) -> None:
            register = self._session.parts.register
            self._session.pages.sale.enter()
            try:
                register.set_price(line.number, price_minor, reason, allowed_by=allowed_by)
            except (DomainError, BusyError) as error:
                self._session.refuse(explain(error, self._session.words))
                return
            self._session.accept()

        ask_reason(self._session, "price_reasons", change)
