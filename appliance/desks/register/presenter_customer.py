"""Customers at the counter: found by card, number or name, and what can be done for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.desks.register.presenter_customer_form import CustomerForms
from appliance.desks.register.presenter_customer_points import PointsChange
from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_tenders_code import promised, vouchers_of
from appliance.desks.register.view import Action, ListRow
from appliance.domain.customer import Customer
from appliance.domain.errors import DomainError
from appliance.domain.money import format_minor
from appliance.services.counter import BusyError

SHOWN_CARD = 20
"""Signs of a card's number that are shown; a longer one says nothing more to a person."""


class CustomerPages:
    """Whose sale is it?"""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register
        self._customers = session.parts.customers
        self._found: Sequence[Customer] = ()
        self._forms = CustomerForms(session, self)
        self._points = PointsChange(session, self)

    # What others ask.

    def offer(self) -> Sequence[MenuItem]:
        """Say whose sale it is, or that it can be said."""
        return [
            MenuItem(
                "customer",
                self._session.words.say("Customer"),
                self.begin,
                detail=self.name,
                enabled=not self._register.busy,
            )
        ]

    @property
    def id(self) -> str:
        """Whose sale lies on the counter; empty for nobody's."""
        basket = self._register.basket
        return "" if basket is None else basket.customer

    @property
    def chosen(self) -> Customer | None:
        """Whose sale lies on the counter; None for nobody's, or somebody who was erased."""
        return self._customers.get(self.id) if self.id else None

    @property
    def name(self) -> str:
        """What the screen calls whose sale it is; empty for nobody's."""
        return self.name_of(self.chosen) if self.id else ""

    def action(self) -> Action | None:
        """Return the key over the lines that says whose sale it is; None for nobody's."""
        if not self.id:
            return None
        caption = self.standing(self.chosen) if self.chosen else ""
        return Action("customer", self.name, caption, enabled=not self._register.busy)

    def name_of(self, customer: Customer | None) -> str:
        """Return what the screen calls somebody."""
        say = self._session.words.say
        if customer is None:
            return say("A customer who was erased")
        cards = customer.profile.cards
        card = say("Card {number}", number=cards[0][:SHOWN_CARD]) if cards else say("No name")
        return customer.profile.title or card

    def standing(self, customer: Customer) -> str:
        """Say points and price group of somebody."""
        said = []
        if self._points.rule is not None:
            said.append(self.points_text(customer.points))
        if customer.group:
            said.append(self.group_name(customer.group))
        return " · ".join(said)

    def points_text(self, points: int) -> str:
        """Write a number of points."""
        words = self._session.words
        text = format_minor(points, 0, words.language)
        return words.count("{text} point", "{text} points", abs(points), text=text)

    def group_name(self, group: str) -> str:
        """Return what the shop calls a price group."""
        names = self._session.setting("price_groups", {})
        said = names.get(group, group) if isinstance(names, dict) else group
        return str(said)

    # Scans.

    def takes(self, text: str) -> bool:
        """Take a scan that reads like one of the shop's cards; tell whether it did."""
        if not self._customers.is_card(text):
            return False
        self.card(text)
        return True

    def knows(self, text: str) -> bool:
        """Take a scan that is no article but somebody's card; tell whether it was."""
        found = self._customers.of_card(text.strip())
        if found:
            self._choose(found, text)
        return bool(found)

    def card(self, text: str) -> bool:
        """Find whose card was scanned; a card nobody has can be given to somebody."""
        found = self._customers.of_card(text.strip())
        if found:
            self._choose(found, text)
            return True
        say = self._session.words.say
        self._session.refuse(
            say(
                "No customer has card {card}. Find the customer by name, or make a new one.",
                card=text[:SHOWN_CARD],
            ),
            action=say("New customer"),
            do=lambda: self._forms.create(card=text.strip()),
        )
        return True

    def _choose(self, found: Sequence[Customer], card: str) -> None:
        if len(found) == 1:
            self.serve(found[0])
            return
        say = self._session.words.say
        self._list(
            say("Who is it?"),
            say("Card {card} was given to more than one customer. Ask the name.", card=card),
            found,
            self.serve,
        )

    # Pages.

    def begin(self) -> None:
        """Show who it is, or find somebody."""
        if self.id:
            self.show()
        else:
            self.find()

    def find(self) -> None:
        """Ask for a name or number; a scan of the card does as well."""
        say = self._session.words.say
        self._found = ()
        page = ListPage(
            self._session,
            title=say("Which customer?"),
            rows=lambda: [self._row(each) for each in self._found],
            pick=self._pick,
            back=self._session.pages.sale.enter,
            empty="",
            actions=lambda: (Action("new", say("New customer")),),
            act=lambda _key: self._forms.create(),
            search=self._search,
            search_hint=say("Name, phone or e-mail; or scan the card"),
            scan=self.card,
        )
        self._session.show(page)

    def show(self) -> None:
        """Show what can be done for whose sale it is."""
        customer, say = self.chosen, self._session.words.say
        does = self._does(customer)
        page = ListPage(
            self._session,
            title=self.name,
            text=self._facts(customer) if customer else say("Nothing is known of them any more."),
            rows=lambda: [row for row, _ in does.values()],
            pick=lambda key: does[key][1]() if does[key][0].enabled else None,
            back=self._session.pages.sale.enter,
            scan=self.card,
        )
        self._session.show(page)

    def choose_of(self, title: str, text: str, found: Sequence[Customer], new: str) -> ListPage:
        """Return a page to choose one of some customers, or to go on with somebody new."""
        return self._list(title, text, found, self.serve, new=new)

    def serve(self, customer: Customer) -> None:
        """Lay the sale to somebody's name and go on with it."""
        try:
            self._register.for_customer(customer.id)
        except (DomainError, BusyError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._session.pages.sale.enter()
        self._session.accept()

    def remove(self) -> None:
        """Lay the sale to nobody's name."""
        try:
            self._register.for_customer("")
        except (DomainError, BusyError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._session.pages.sale.enter()
        self._session.accept()

    # Within.

    def _does(self, customer: Customer | None) -> dict[str, tuple[ListRow, Callable[[], object]]]:
        """Return what can be done, by key."""
        say, does = self._session.words.say, dict[str, tuple[ListRow, Callable[[], object]]]()
        if customer is not None:
            row = self._points.row(customer)
            if row is not None:
                does["points"] = (row, lambda: self._points.begin(customer))
            account = self._account(customer)
            if account is not None:
                does["account"] = (account, self._session.pages.cards.pay_off)
            does["change"] = (
                ListRow("change", say("Change name, phone or e-mail"), self._consents(customer)),
                lambda: self._forms.change(customer),
            )
            company = customer.profile.company or customer.profile.tax_number
            does["company"] = (
                ListRow("company", say("Company on the receipt"), company),
                lambda: self._forms.company(customer),
            )
        does["other"] = (ListRow("other", say("Another customer")), self.find)
        does["remove"] = (ListRow("remove", say("Take the name off this sale")), self.remove)
        return does

    def _account(self, customer: Customer) -> ListRow | None:
        """Return the row that offers to pay off; None for somebody without an account."""
        try:
            owed = vouchers_of(self._session).account(customer.id, promised(self._session))
        except DomainError:
            return None
        amount = self._session.money(owed.balance_minor)
        label = self._session.words.say("Pay off an account")
        return ListRow("account", label, amount=amount, enabled=owed.balance_minor > 0)

    def _facts(self, customer: Customer) -> str:
        profile = customer.profile
        told = (profile.phone, profile.email, self.standing(customer))
        return " · ".join(filter(None, told))

    def _consents(self, customer: Customer) -> str:
        """Say what is allowed since when."""
        return " · ".join(
            f"{self._purpose(each.purpose)}: {self._forms.day(each.at)}"
            for each in customer.consents
            if each.given
        )

    def _purpose(self, key: str) -> str:
        return self._forms.purposes().get(key, key).rstrip("? \u00a0\u202f")

    def _search(self, text: str) -> None:
        self._found = self._customers.search(text)

    def _pick(self, key: str) -> None:
        customer = next((each for each in self._found if each.id == key), None)
        if customer is not None:
            self.serve(customer)

    def _row(self, customer: Customer) -> ListRow:
        profile = customer.profile
        told = [profile.company if profile.name else "", profile.phone, profile.email]
        detail = " · ".join(filter(None, told))
        amount = self.points_text(customer.points) if self._points.rule is not None else ""
        return ListRow(customer.id, self.name_of(customer), detail, amount)

    def _list(
        self,
        title: str,
        text: str,
        found: Sequence[Customer],
        do: Callable[[Customer], object],
        new: str = "",
    ) -> ListPage:
        by_id = {each.id: each for each in found}
        page = ListPage(
            self._session,
            title=title,
            text=text,
            rows=lambda: [self._row(each) for each in by_id.values()],
            pick=lambda key: do(by_id[key]),
            back=self._session.pages.sale.enter,
            actions=lambda: (Action("new", new),) if new else (),
            act=lambda _key: self._forms.create_all_the_same(),
        )
        self._session.show(page)
        return page
