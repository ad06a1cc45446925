"""Something off a line or the whole sale: asked with a reason, allowed by somebody who may."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_reasons import ask_reason
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.domain.errors import DomainError
from appliance.domain.line import WHOLE_BP
from appliance.domain.sale import BasketDiscount, Discount, DiscountKind, Line
from appliance.domain.staff import Right
from appliance.services.counter import BusyError, NothingToPayError

PERCENT_DECIMALS = 2
"""So that what is typed, taken as a whole number, is in basis points."""

Give = Callable[[int, int, str], object]
"""Takes off a share in basis points or an amount in minor units, the other being 0, and why."""


class DiscountChange:
    """Takes something off, and gives it up again."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def offer(self) -> Sequence[MenuItem]:
        """Say what can be taken off just now."""
        say, register = self._session.words.say, self._session.parts.register
        line = self._session.pages.sale.meant
        ready = bool(register.lines) and not register.busy
        allowed = line is not None and line.allows_discount and line.origin is None
        items = [
            MenuItem(
                "discount-line",
                say("Discount on the line"),
                self.begin_line,
                detail="" if line is None else line.name,
                enabled=ready and allowed,
            ),
            MenuItem("discount-all", say("Discount on the sale"), self.begin_all, enabled=ready),
        ]
        if self._given():
            label = say("Take the discount back")
            items.append(MenuItem("discount-none", label, self.undo, self._given(), enabled=ready))
        return items

    def begin_line(self) -> None:
        """Ask who allows it, how much comes off the line, and why."""
        line = self._session.pages.sale.meant
        if line is None:
            return
        title = self._session.words.say("Discount on {article}", article=line.name)
        self._begin(title, lambda who: lambda *given: self._give_line(line, who, *given))

    def begin_all(self) -> None:
        """Ask who allows it, how much comes off the whole sale, and why."""
        title = self._session.words.say("Discount on the sale")
        self._begin(title, lambda who: lambda *given: self._give_all(who, *given))

    def undo(self) -> None:
        """Give up what was taken off the line, else what was taken off the sale."""
        register, line = self._session.parts.register, self._session.pages.sale.meant
        if line is not None and _own(line) is not None:
            self._change(lambda: register.take_off(line.number, None))
        else:
            self._change(lambda: register.take_off_all(None))

    def _given(self) -> str:
        """What was taken off by a person, as it is called; empty where nothing was."""
        line, basket = self._session.pages.sale.meant, self._session.parts.register.basket
        own = None if line is None else _own(line)
        if own is not None:
            return own.name
        whole = None if basket is None else basket.discount
        return "" if whole is None else whole.name

    def _begin(self, title: str, give: Callable[[str], Give]) -> None:
        self._session.pages.allow.ask(
            Right.DISCOUNT, title, lambda who: self._ask_how_much(title, give(who))
        )

    def _ask_how_much(self, title: str, give: Give) -> None:
        say, decimals = self._session.words.say, self._session.parts.market.decimals

        def done(_: Answers) -> str | None:
            percent_bp, amount_minor = form.amount("percent"), form.amount("amount")
            if (percent_bp == 0) == (amount_minor == 0):
                return say("Fill in either the percentage or the amount.")
            if percent_bp > WHOLE_BP:
                return say("A discount is at most 100 %.")
            ask_reason(
                self._session,
                "discount_reasons",
                lambda reason: give(percent_bp, amount_minor, reason),
            )
            return None

        form = FormPage(
            self._session,
            title=title,
            text=say("Fill in one of the two."),
            fields=[
                Asked(
                    "percent",
                    say("Percent"),
                    Typing.AMOUNT,
                    decimals=PERCENT_DECIMALS,
                    optional=True,
                ),
                Asked("amount", say("Amount"), Typing.AMOUNT, decimals=decimals, optional=True),
            ],
            confirm=say("OK"),
            done=done,
            back=self._session.pages.sale.enter,
        )
        self._session.show(form)

    def _give_line(
        self, line: Line, who: str, percent_bp: int, amount_minor: int, reason: str
    ) -> None:
        sign = -1 if line.quantity_milli < 0 else 1
        off = Discount(DiscountKind.LINE, reason, sign * amount_minor, percent_bp, allowed_by=who)
        self._change(lambda: self._session.parts.register.take_off(line.number, off))

    def _give_all(self, who: str, percent_bp: int, amount_minor: int, reason: str) -> None:
        off = BasketDiscount(reason, percent_bp, amount_minor, allowed_by=who)
        self._change(lambda: self._session.parts.register.take_off_all(off))

    def _change(self, change: Callable[[], object]) -> None:
        self._session.pages.sale.enter()
        try:
            change()
        except (DomainError, BusyError, NothingToPayError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._session.accept()


def _own(line: Line) -> Discount | None:
    """Return what a person took off a line."""
    return next((each for each in line.discounts if each.kind is DiscountKind.LINE), None)
