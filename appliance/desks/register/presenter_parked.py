"""The sales that wait aside."""

from __future__ import annotations

from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, ArticleTile, ParkedView
from appliance.domain.sale import totals
from appliance.services.counter import BusyError
from appliance.services.ports import KeptBasket


class ParkedPage:
    """Which sale comes back to the counter?"""

    def __init__(self, session: Session) -> None:
        self._session = session

    def enter(self) -> None:
        """Show the parked sales."""
        self._session.show(self)

    def view(self) -> ParkedView:
        """Prepare what is shown."""
        say = self._session.words.say
        return ParkedView(
            title=say("Parked sales"),
            baskets=tuple(self._tile(kept) for kept in self._session.parts.register.parked),
            empty=say("No sale is parked."),
            back=Action("back", say("Back to the sale")),
        )

    def press(self, control: str) -> bool:
        """Take one back, or go back."""
        kind, _, key = control.partition("-")
        if kind != "parked":
            return False
        if key != "back":
            try:
                self._session.parts.register.recall(key)
            except BusyError as error:
                self._session.refuse(explain(error, self._session.words))
                return True
        self._session.pages.sale.enter()
        return True

    def _tile(self, kept: KeptBasket) -> ArticleTile:
        words, basket = self._session.words, kept.basket
        today = self._session.parts.clock().date()
        added_up = totals(basket, self._session.parts.market, today)
        articles = words.count("{number} article", "{number} articles", added_up.item_count)
        time = f"{basket.opened_at:%H:%M}"
        return ArticleTile(
            article=basket.id,
            label=kept.name or time,
            price=self._session.money_with_symbol(added_up.gross_minor),
            colour="",
            detail=f"{articles} · {time}",
        )
