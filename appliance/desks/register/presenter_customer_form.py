"""A customer is written down: few questions, each may stay empty; a birthday is never asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import State
from appliance.domain.customer import NEWS, Customer, Profile, read_card, read_profile
from appliance.domain.errors import CardNumberError, CustomerError
from appliance.journal.errors import JournalError
from appliance.services.commit import Commit
from appliance.services.receipts import day_text

if TYPE_CHECKING:
    from appliance.desks.register.presenter_customer import CustomerPages

LONGEST_PHONE = 20
LONGEST = 100
CONSENT = "consent-"


class CustomerForms:
    """Asks who somebody is.

    Args:
        session: For the services and the way to other pages.
        pages: Whom the sale is laid to afterwards.
    """

    def __init__(self, session: Session, pages: CustomerPages) -> None:
        self._session = session
        self._pages = pages
        self._customers = session.parts.customers
        self._waiting: tuple[Profile, Mapping[str, bool]] | None = None

    def create(self, card: str = "") -> None:
        """Ask who a new customer is.

        Args:
            card: What was scanned, for them to have.
        """

        def done(answers: Answers) -> str | None:
            return self._written(answers, None)

        given = Profile(cards=(card,) if card else ())
        title = self._session.words.say("New customer")
        self._show(title, self._who(given, {}), done, Profile())

    def change(self, customer: Customer) -> None:
        """Ask what is different about somebody."""

        def done(answers: Answers) -> str | None:
            return self._written(answers, customer)

        given = {each.purpose: each.given for each in customer.consents}
        fields = self._who(customer.profile, given)
        self._show(self._pages.name_of(customer), fields, done, customer.profile)

    def company(self, customer: Customer) -> None:
        """Ask what a receipt says of the buyer."""
        say, profile = self._session.words.say, customer.profile

        def done(answers: Answers) -> str | None:
            return self._written(answers, customer)

        number = self._session.parts.market.receipt.tax_number_name
        fields = [
            self._asked("company", say("Company"), profile.company),
            self._asked(
                "tax_number", say("{number} of the company", number=number), profile.tax_number
            ),
            self._asked(
                "address", say("Address, lines apart by commas"), ", ".join(profile.address), ",."
            ),
        ]
        text = say("With a company or its tax number, each receipt says who bought.")
        self._show(self._pages.name_of(customer), fields, done, profile, text)

    def create_all_the_same(self) -> None:
        """Write the new customer down though somebody else has the number or the card."""
        if self._waiting is not None:
            profile, consents = self._waiting
            self._create(profile, consents)

    def purposes(self) -> dict[str, str]:
        """Return what the shop asks leave for, by key, in the screen's language."""
        words = self._session.words
        told = self._session.setting("consents", None)
        if not isinstance(told, dict) or not told:
            return {NEWS: words.say("Send offers?")}
        return {
            key: str(said.get(words.language) or next(iter(said.values())))
            for key, said in told.items()
            if isinstance(said, dict) and said
        }

    def day(self, at: str) -> str:
        """Write the day of a moment."""
        return day_text(datetime.fromisoformat(at), self._session.words.language)

    # Within.

    def _who(self, profile: Profile, given: Mapping[str, bool]) -> list[Asked]:
        say = self._session.words.say
        cards = ", ".join(profile.cards)
        return [
            self._asked("name", say("Name"), profile.name, "-'."),
            Asked(
                "phone",
                say("Phone"),
                Typing.DIGITS,
                profile.phone,
                optional=True,
                longest=LONGEST_PHONE,
                signs="+",
            ),
            self._asked("email", say("E-mail"), profile.email, self._mail_signs),
            self._asked("cards", say("Card: scan it"), cards, ","),
            *(
                Asked(f"{CONSENT}{key}", label, Typing.SWITCH, "on" if given.get(key) else "")
                for key, label in self.purposes().items()
            ),
        ]

    @property
    def _mail_signs(self) -> str:
        """Signs of an address that the letters of this language do not have."""
        return "@.-" if self._session.words.language == "fr" else "@._"

    def _asked(self, key: str, label: str, entry: str, signs: str = "-.") -> Asked:
        return Asked(key, label, Typing.LETTERS, entry, optional=True, longest=LONGEST, signs=signs)

    def _show(
        self, title: str, fields: list[Asked], done: object, profile: Profile, text: str = ""
    ) -> None:
        say = self._session.words.say

        def scan(card: str) -> bool:
            held = [each.strip() for each in form.answers["cards"].split(",") if each.strip()]
            try:
                number = read_card(card)
            except (CardNumberError, CustomerError) as error:
                self._session.refuse(self._why_not(error))
                return True
            form.fill("cards", ", ".join(dict.fromkeys((*held, number))))
            return True

        has_card = any(each.key == "cards" for each in fields)
        form = FormPage(
            self._session,
            title=title,
            text=text or say("What is not known may stay empty."),
            fields=fields,
            confirm=say("Save"),
            done=done,  # type: ignore[arg-type]  # made right above, of that form
            back=self._session.pages.sale.enter,
            scan=scan if has_card else (lambda _text: False),
        )
        self._profile = profile
        self._session.show(form)

    def _written(self, answers: Answers, customer: Customer | None) -> str | None:
        """Write down what was filled in; return why not, if not."""
        before = self._profile.to_data(whole=True)
        typed = {
            key: ", ".join(value) if isinstance(value, list) else value
            for key, value in before.items()
        }
        typed |= {key: said for key, said in answers.items() if not key.startswith(CONSENT)}
        consents = {
            key.removeprefix(CONSENT): bool(said)
            for key, said in answers.items()
            if key.startswith(CONSENT)
        }
        try:
            profile = read_profile(typed, self._customers.calling_code)
        except (CardNumberError, CustomerError) as error:
            return self._why_not(error)
        if customer is not None:
            self._change(customer, profile, consents)
            return None
        alike = self._customers.alike(profile)
        given = {key: True for key, said in consents.items() if said}
        if alike:
            say = self._session.words.say
            self._waiting = (profile, given)
            self._pages.choose_of(
                say("Is it one of these?"),
                say("They have the same phone number, e-mail or card."),
                alike,
                say("No, a new customer"),
            )
            return None
        self._create(profile, given)
        return None

    def _create(self, profile: Profile, consents: Mapping[str, bool]) -> None:
        self._waiting = None
        self._finish_later(self._customers.create(profile, consents, by=self._by))

    def _change(self, customer: Customer, profile: Profile, consents: Mapping[str, bool]) -> None:
        commit = self._customers.change(customer, profile, consents, by=self._by)
        if commit is None:
            self._session.pages.sale.enter()
        else:
            self._finish_later(commit)

    def _finish_later(self, commit: Commit[Customer]) -> None:
        post = self._session.parts.post
        commit.when_known(lambda: post(lambda: self._finish(commit)))

    def _finish(self, commit: Commit[Customer]) -> None:
        try:
            customer = commit.finish()
        except JournalError as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._pages.serve(customer)
        said = self._session.words.say("Saved: {name}.", name=self._pages.name_of(customer))
        self._session.tell(said, State.OK)

    def _why_not(self, error: Exception) -> str:
        if isinstance(error, CardNumberError):
            return self._session.words.say(
                "That looks like a bank's card, which is never kept. Scan one of the shop's own."
            )
        return explain(error, self._session.words)

    @property
    def _by(self) -> str:
        person = self._session.parts.staff.person
        return person.id if person is not None else self._session.parts.register.cashier
