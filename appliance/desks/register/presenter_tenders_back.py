"""Giving money back: as it was paid where the market wants that, else in cash or as store credit."""

from __future__ import annotations

from functools import partial

from appliance.desks.register.presenter_reverse import CardReturn
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_tenders_code import vouchers_of
from appliance.desks.register.view import Action
from appliance.domain.payment import Tender, Tendered
from appliance.services.refunds import Way, Ways
from drivers.terminal import Outcome, Result


class GivingBack:
    """How what comes back is paid out."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register
        self._return = CardReturn(session, session.changed)

    @property
    def _due_minor(self) -> int:
        """How much is still to be given back, above zero."""
        return -self._register.settlement().remaining_minor

    def ways(self) -> Ways:
        """Return how the money may go back."""
        return self._session.parts.refunds.ways(self._register.totals().lines, self._due_minor)

    def lets_all_go_in_cash(self) -> bool:
        """Whether all of it may be given back in cash; say so and why, where not."""
        if self._due_minor <= 0:
            return True
        most = self.ways().cash_minor
        if most >= self._due_minor:
            return True
        say, money = self._session.words.say, self._session.money_with_symbol
        self._session.pages.tenders.enter()
        self._session.refuse(
            say(
                "At most {amount} of this may be given back in cash. Give the rest the way it was "
                "paid, or as store credit.",
                amount=money(most),
            )
            if most
            else say(
                "This was not paid in cash. Give it back the way it was paid, or as store credit."
            )
        )
        return False

    def choices(self, *, ready: bool) -> tuple[Action, ...]:
        """Say what can be done."""
        say, money, ways = self._session.words.say, self._session.money_with_symbol, self.ways()
        part = 0 < ways.cash_minor < self._due_minor
        cash = say("at most {amount}", amount=money(ways.cash_minor)) if part else ""
        choices = [
            Action(f"back-{place}", self._label(way), money(way.most_minor), ready)
            for place, way in enumerate(ways.back)
            if way.attempt is None or self._session.parts.cards.present
        ]
        choices.append(Action("cash", say("Cash"), cash, ready and ways.cash_minor > 0))
        by_hand = say("with the slip's number")
        choices.append(Action("card_manual", say("Card by hand"), by_hand, ready))
        choices.append(Action("credit", say("Store credit"), say("on a slip of its own"), ready))
        return tuple(choices)

    def _label(self, way: Way) -> str:
        say = self._session.words.say
        return {
            Tender.CARD_TERMINAL: say("Back on the card"),
            Tender.GIFT_CARD: say("Gift card {code}", code=way.reference or ""),
            Tender.STORE_CREDIT: say("Credit {code}", code=way.reference or ""),
            Tender.ON_ACCOUNT: say("Off the account"),
        }[way.tender]

    def in_cash(self) -> None:
        """Give back in cash what may be: all, or a part."""
        most = self.ways().cash_minor
        if most >= self._due_minor:
            self._session.pages.money.cash()
        elif most > 0:
            self._session.pages.money.part(Tendered(Tender.CASH, -most))

    def as_credit(self) -> None:
        """Give all that is left as store credit, on a slip with a code of its own."""
        credit = vouchers_of(self._session).give_credit(-self._due_minor)
        self._session.pages.money.part(credit)

    def back_on(self, place: int) -> None:
        """Give it back the way it was paid."""
        ways = self.ways().back
        if place >= len(ways):
            return
        way = ways[place]
        if way.attempt is not None:
            self._reverse(way)
            return
        basket = self._register.basket
        if way.tender is Tender.ON_ACCOUNT and basket is not None and not basket.customer:
            self._register.for_customer(way.account)
        self._session.pages.money.part(way.give(-min(way.most_minor, self._due_minor)))

    def _reverse(self, way: Way) -> None:
        """Have the terminal give the card's payment back into this return."""
        attempt, basket = way.attempt, self._register.basket
        if attempt is None or basket is None:
            return
        terminal = self._session.pages.terminal
        terminal.reversing(attempt)
        said = partial(self._reversed, way)
        self._return.ask(attempt, terminal.shows, said, into=basket.id)

    def _reversed(self, way: Way, result: Result) -> None:
        session, attempt = self._session, way.attempt
        session.pages.tenders.enter()
        if attempt is None:
            return
        if result.outcome is not Outcome.APPROVED:
            said = session.words.say_each(result.message)
            more = session.words.say("The terminal did not give it back.")
            session.refuse(f"{more} {said}".rstrip())
            return
        reference = result.reference or None
        session.pages.money.part(Tendered(way.tender, -way.most_minor, reference, attempt.id))
