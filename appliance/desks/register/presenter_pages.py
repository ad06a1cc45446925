"""All pages of the register, and which one comes first."""

from __future__ import annotations

from appliance.desks.register.presenter_age import AgeQuestion
from appliance.desks.register.presenter_allow import AllowPage
from appliance.desks.register.presenter_cards import CardsChange
from appliance.desks.register.presenter_comfort import Comfort
from appliance.desks.register.presenter_customer import CustomerPages
from appliance.desks.register.presenter_deposit import DepositChange
from appliance.desks.register.presenter_discount import DiscountChange
from appliance.desks.register.presenter_doctor import DoctorPages
from appliance.desks.register.presenter_done import DonePage
from appliance.desks.register.presenter_menu import MenuPage
from appliance.desks.register.presenter_money import Money
from appliance.desks.register.presenter_parked import ParkedPage
from appliance.desks.register.presenter_price import PriceChange
from appliance.desks.register.presenter_reprint import ReceiptsChange
from appliance.desks.register.presenter_restart import RestartPage
from appliance.desks.register.presenter_return import ReturnChange
from appliance.desks.register.presenter_sale import SalePage
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_shift import ShiftPages
from appliance.desks.register.presenter_sign_in import SignInPage
from appliance.desks.register.presenter_tenders import TendersPage
from appliance.desks.register.presenter_tenders_qr import QrPage
from appliance.desks.register.presenter_terminal import TerminalPage
from appliance.desks.register.presenter_training_offer import TrainingChange
from appliance.desks.register.presenter_void import VoidChange
from appliance.services.ports import Attempt
from appliance.services.words import LANGUAGES


class Pages:
    """Each page, made once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.sign_in = SignInPage(session)
        self.allow = AllowPage(session)
        self.sale = SalePage(session)
        self.age = AgeQuestion(session)
        self.money = Money(session)
        self.tenders = TendersPage(session)
        self.terminal = TerminalPage(session)
        self.qr = QrPage(session)
        self.cards = CardsChange(session)
        self.done = DonePage(session)
        self.parked = ParkedPage(session)
        self.price = PriceChange(session)
        self.discount = DiscountChange(session)
        self.returns = ReturnChange(session)
        self.receipts = ReceiptsChange(session)
        self.deposit = DepositChange(session)
        self.customers = CustomerPages(session)
        self.void = VoidChange(session)
        self.shift = ShiftPages(session)
        self.restart = RestartPage(session)
        offers = [
            self.sale.offer,
            self.customers.offer,
            self.price.offer,
            self.discount.offer,
            self.deposit.offer,
            self.returns.offer,
            self.receipts.offer,
            self.void.offer,
            self.cards.offer,
            self.shift.offer,
            TrainingChange(session).offer,
            Comfort(session).offer,
            DoctorPages(session).offer,
        ]
        self.menu = MenuPage(session, offers)

    def look(self) -> None:
        """Every second: what happens by itself."""
        self.shift.look()
        self.restart.look()

    def signed_in(self) -> None:
        """Somebody took the counter: go on where it was left."""
        register, person = self._session.parts.register, self._session.parts.staff.person
        if person is not None:
            register.cashier = person.id
            if person.language in LANGUAGES:
                self._session.speak(person.language)
        if register.attempts:
            self.unclear(register.attempts[0])
        else:
            self.sale.enter()

    def unclear(self, attempt: Attempt) -> None:
        """Show what is known of a payment that was asked for and has no answer."""
        if attempt.by_code:
            self.qr.resume(attempt)
        else:
            self.terminal.unclear(attempt)
