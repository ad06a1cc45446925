"""How old is the buyer? Asked once for a sale, before paying; a birth date is never kept."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ListRow
from appliance.domain.errors import DomainError
from appliance.services.counter import BusyError


class AgeQuestion:
    """Asks when something on the counter wants it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register

    def before(self, go_on: Callable[[], object]) -> None:
        """Do something at once where no age is to be asked, else after the answer."""
        basket = self._register.basket
        if basket is None or not basket.needs_age_check:
            go_on()
            return
        self._ask(basket.minimum_age, go_on)

    def _ask(self, years: int, go_on: Callable[[], object]) -> None:
        say = self._session.words.say

        def answer(how: str) -> None:
            self._session.pages.sale.enter()
            try:
                if how == "refused":
                    self._register.remove_restricted()
                    self._session.tell(say("The articles with an age limit are taken out."))
                    return
                self._register.check_age(years, how)
            except (DomainError, BusyError) as error:
                self._session.refuse(explain(error, self._session.words))
                return
            go_on()

        self._session.play("attention")
        names = [line.name for line in self._register.restricted]
        self._session.show(
            ListPage(
                self._session,
                title=say("Is the customer {years} or older?", years=years),
                text=", ".join(dict.fromkeys(names)),
                rows=lambda: [
                    ListRow("looked", say("Yes, plainly older")),
                    ListRow("document", say("Yes, I saw a document")),
                    ListRow("refused", say("No: take these articles out")),
                ],
                pick=answer,
                back=self._session.pages.sale.enter,
            )
        )
