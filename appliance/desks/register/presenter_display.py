"""What the customer reads on the two-line display while the cashier works."""

from __future__ import annotations

from appliance.desks.register.presenter_session import Session
from appliance.services.display import Lines, Sayings


class CustomerLines:
    """Follows the pages and the basket; says it in the shop's language, not the cashier's."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def follow(self, _screen: object = None) -> None:
        """Say what there is to say now; called after every change of the screen."""
        display = self._session.parts.display
        if display.view.present:
            display.say(self._lines())

    def _lines(self) -> Lines:
        session, pages = self._session, self._session.pages
        parts, page = session.parts, session.page
        say = Sayings(session.paper_words, parts.market, parts.display.columns)
        if parts.training:
            return say.training()
        if page is pages.done:
            return say.done(pages.done.facts.payable_minor, pages.done.change_minor)
        weighing = pages.sale.weighing if page is pages.sale else None
        if weighing is not None:
            article = weighing.article
            return say.weighing(article.name, article.price_minor, weighing.shown_milli)
        if not parts.register.lines:
            return say.closed() if page is pages.sign_in else say.hello(self._shop())
        remaining = parts.register.settlement().remaining_minor
        if pages.terminal.waiting:
            return say.at_terminal(remaining)
        total = parts.register.totals().gross_minor
        if page is pages.tenders or parts.register.tendered:
            return say.to_pay(total, remaining)
        meant = pages.sale.meant
        lines = {each.line.number: each for each in parts.register.totals().lines}
        return say.to_pay(total, total) if meant is None else say.line(lines[meant.number], total)

    def _shop(self) -> str:
        setting = self._session.setting("shop", None)
        name = setting.get("name") if isinstance(setting, dict) else None
        return name if isinstance(name, str) else ""
