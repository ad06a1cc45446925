"""What the customer is told on the displays while the cashier works."""

from __future__ import annotations

from appliance.desks.register.presenter_session import Session
from appliance.services.display import Sayings
from appliance.services.faces import Faces
from appliance.services.moment import Moment, OnTheScale, Stage


class CustomerLines:
    """Follows the pages and the basket; says it in the shop's language, not the cashier's."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def follow(self, _screen: object = None) -> None:
        """Say what there is to say now; called after every change of the screen."""
        parts = self._session.parts
        if not (parts.display.view.present or parts.second_screen.view.present):
            return
        moment = self._moment()
        if parts.display.view.present:
            say = Sayings(self._session.paper_words, parts.market, parts.display.columns)
            parts.display.say(say.of(moment))
        if parts.second_screen.view.present:
            languages = parts.second_screen.languages or (parts.paper_language,)
            parts.second_screen.show(Faces(languages, parts.market).of(moment))

    def _moment(self) -> Moment:
        """Tell how far the customer's visit is, and what there is to tell of it."""
        session, pages = self._session, self._session.pages
        register, page = session.parts.register, session.page
        shop = self._shop()
        if session.parts.training:
            return Moment(Stage.TRAINING, shop)
        if page is pages.done:
            return self._done(shop)
        weighing = pages.sale.weighing if page is pages.sale else None
        if weighing is not None:
            article = weighing.article
            weighed = OnTheScale(article.name, article.price_minor, weighing.shown_milli)
            total = register.totals().gross_minor
            return Moment(Stage.WEIGHING, shop, total_minor=total, weighing=weighed)
        if not register.lines:
            return Moment(Stage.CLOSED if page is pages.sign_in else Stage.HELLO, shop)
        if pages.terminal.waiting:
            stage = Stage.AT_TERMINAL
        elif page is pages.tenders or register.tendered:
            stage = Stage.PAYING
        else:
            stage = Stage.SELLING
        return self._selling(stage, shop)

    def _selling(self, stage: Stage, shop: str) -> Moment:
        session, register = self._session, self._session.parts.register
        totals, meant = register.totals(), session.pages.sale.meant
        return Moment(
            stage,
            shop,
            lines=totals.lines,
            newest=None if meant is None else meant.number,
            total_minor=totals.gross_minor,
            saved_minor=sum(line.discount_minor for line in register.lines),
            paid=tuple((each.tender, each.amount_minor) for each in register.tendered),
            remaining_minor=register.settlement().remaining_minor,
            qr=session.qr_to_pay,
        )

    def _done(self, shop: str) -> Moment:
        done = self._session.pages.done
        return Moment(
            Stage.DONE,
            shop,
            lines=done.facts.lines,
            total_minor=done.facts.payable_minor,
            paid=tuple((each.tender, each.tendered_minor) for each in done.facts.payments),
            change_minor=done.change_minor,
            qr=done.qr_text,
        )

    def _shop(self) -> str:
        setting = self._session.setting("shop", None)
        name = setting.get("name") if isinstance(setting, dict) else None
        return name if isinstance(name, str) else ""
