"""Points a customer has saved take something off the sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.desks.register.presenter_form import Answers, Asked, FormPage
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ListRow, Row
from appliance.domain.customer import Customer
from appliance.domain.errors import DomainError, PointsError
from appliance.domain.line import DiscountKind, Line
from appliance.domain.points import PointsRule, PointsSpent
from appliance.services.counter import BusyError, NothingToPayError

if TYPE_CHECKING:
    from appliance.desks.register.presenter_customer import CustomerPages


class PointsChange:
    """Spends points.

    Args:
        session: For the services and the way to other pages.
        pages: Who the customer is.
    """

    def __init__(self, session: Session, pages: CustomerPages) -> None:
        self._session = session
        self._pages = pages
        self._register = session.parts.register

    @property
    def rule(self) -> PointsRule | None:
        """How the shop gives points; None where it gives none."""
        try:
            return PointsRule.from_data(self._session.setting("points", None))
        except PointsError:
            return None

    def row(self, customer: Customer) -> ListRow | None:
        """Return the row that offers it; None where the shop gives no points."""
        say, rule = self._session.words.say, self.rule
        if rule is None or not rule.worth_minor:
            return None
        basket = self._register.basket
        if basket is not None and basket.points is not None:
            off = self._pages.points_text(basket.points.points)
            return ListRow("points", say("Do not spend the points"), off)
        most = self._most(customer, rule)
        if most:
            return ListRow(
                "points",
                say("Spend points"),
                say("Up to {points}", points=self._pages.points_text(most)),
                self._session.money(most * rule.worth_minor),
            )
        return ListRow("points", say("Spend points"), self._why_none(customer, rule), enabled=False)

    def begin(self, customer: Customer) -> None:
        """Ask how many, or take back what was to be spent."""
        basket, rule = self._register.basket, self.rule
        if basket is not None and basket.points is not None:
            self._spend(None)
        elif rule is not None:
            self._ask(customer, rule)

    def _ask(self, customer: Customer, rule: PointsRule) -> None:
        say, most = self._session.words.say, self._most(customer, rule)

        def done(answers: Answers) -> str | None:
            points = int(answers["points"])
            if points > most or points < rule.least or (points != most and points % rule.step):
                return say(
                    "Type a multiple of {step}, from {least} to {most}.",
                    step=rule.step,
                    least=rule.least,
                    most=most,
                )
            name = self._session.paper_words.say("Points")
            return self._spend(PointsSpent(points, rule.worth_minor, name))

        def worth(answers: Answers) -> list[Row]:
            points = min(int(answers["points"] or 0), most)
            amount = self._session.money_with_symbol(points * rule.worth_minor)
            return [Row(say("Comes off the sale"), amount, advantage=True)]

        form = FormPage(
            self._session,
            title=say("Spend points"),
            text=say(
                "{name} has {points}.",
                name=self._pages.name_of(customer),
                points=self._pages.points_text(customer.points),
            ),
            fields=[Asked("points", say("How many points?"), entry=str(most))],
            confirm=say("OK"),
            done=done,
            back=self._session.pages.sale.enter,
            summary=worth,
        )
        self._session.show(form)

    def _spend(self, points: PointsSpent | None) -> str | None:
        try:
            self._register.spend(points)
        except (DomainError, BusyError, NothingToPayError) as error:
            said = explain(error, self._session.words)
            if points is None:
                self._session.refuse(said)
            return said
        self._session.pages.sale.enter()
        self._session.accept()
        return None

    def _most(self, customer: Customer, rule: PointsRule) -> int:
        return rule.most(customer.points, sum(map(self._left, self._register.lines)))

    def _left(self, line: Line) -> int:
        """Return what points can take off a line."""
        if not line.allows_discount:
            return 0
        by_points = sum(
            each.amount_minor for each in line.discounts if each.kind is DiscountKind.POINTS
        )
        amount = line.amount_minor(self._session.parts.market.rounding)
        return max(0, amount + by_points)

    def _why_none(self, customer: Customer, rule: PointsRule) -> str:
        say = self._session.words.say
        if customer.points < rule.least:
            return say("From {points} on", points=self._pages.points_text(rule.least))
        return say("Scan an article first.")
