"""Paying with what the shop owes or is owed: gift cards, store credit, vouchers, on account."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ListRow, State
from appliance.domain.errors import DomainError, SettlementError
from appliance.domain.ledger import Holding
from appliance.domain.payment import Tender, Tendered
from appliance.domain.voucher import BalanceKind, shown
from appliance.services.vouchers import PaperVoucher, Vouchers, day_text_of
from appliance.services.words import Words, sentence

_NAMES = {
    BalanceKind.GIFT_CARD: sentence("Gift card"),
    BalanceKind.STORE_CREDIT: sentence("Store credit"),
    BalanceKind.VOUCHER: sentence("Voucher"),
    BalanceKind.ACCOUNT: sentence("Account"),
}
LONGEST_NUMBER = 20


def balance_name(kind: BalanceKind, words: Words) -> str:
    """Name a sort of balance."""
    return words.say(_NAMES[kind])


def vouchers_of(session: Session) -> Vouchers:
    """Return what begins, finds and spends balances, by the settings of today."""
    parts = session.parts
    return Vouchers(
        ledger=parts.ledger,
        market=parts.market,
        setting=session.setting,
        today=lambda: parts.clock().date(),
    )


def promised(session: Session) -> Iterable[Tendered]:
    """Return what open and parked sales have taken from balances already."""
    register = session.parts.register
    waiting = (each for kept in register.parked for each in kept.tendered)
    return (*register.tendered, *waiting)


def how_old(session: Session, holding: Holding) -> str:
    """Say since when a balance is known, where another register may have changed it since."""
    say, standing = session.words.say, session.parts.sending.view.standing
    if not holding.stated_at:
        return say("Only this register knows it yet.")
    if standing.connected or standing.told_at is None:
        return ""
    at = standing.told_at.astimezone(session.parts.clock().tzinfo)
    return say(
        "As known at {time}; other registers may have used it since.",
        time=f"{day_text_of(at.date(), session.words)} {at:%H:%M}",
    )


class BalancePayment:
    """Takes a payment from a balance."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register

    @property
    def _left_minor(self) -> int:
        return self._register.settlement().remaining_voucher_minor

    # Cards and vouchers that the shop knows by their codes.

    def ask_code(self) -> None:
        """Ask which card; a scan of it does as well."""
        say, market = self._session.words.say, self._session.parts.market

        def done(answers: Answers) -> str | None:
            most = form.amount("amount") if answers["amount"] else None
            if most == 0:
                return say("Type an amount above zero, or none for all it has.")
            return self.pay_with(answers["code"], most)

        def scan(text: str) -> bool:
            refused = self.pay_with(text, None)
            if refused is not None:
                form.fill("code", text)
                form.refuse(refused)
            return True

        form = FormPage(
            self._session,
            title=say("Gift card, store credit or voucher"),
            text=say("Scan it, or type its code. Leave the amount empty for all it has."),
            fields=[
                Asked("code", say("Code"), Typing.LETTERS),
                Asked(
                    "amount",
                    say("How much?"),
                    Typing.AMOUNT,
                    decimals=market.decimals,
                    optional=True,
                ),
            ],
            confirm=say("Pay with it"),
            done=done,
            back=self._session.pages.tenders.enter,
            scan=scan,
        )
        self._session.show(form)

    def pay_with(self, text: str, most_minor: int | None) -> str | None:
        """Pay with a card or voucher; return the sentence why not, if not."""
        vouchers, left = vouchers_of(self._session), self._left_minor
        try:
            holding = vouchers.look(text, promised(self._session))
            tendered = vouchers.pays(holding, left, most_minor)
        except DomainError as error:
            return explain(error, self._session.words)
        lost = holding.balance_minor - tendered.amount_minor
        if holding.kind is BalanceKind.VOUCHER and lost > 0:
            self._ask_whether_lost(tendered, lost)
        else:
            self._take(holding, tendered)
        return None

    def _ask_whether_lost(self, tendered: Tendered, lost_minor: int) -> None:
        """A voucher counts once: ask before a part of it is lost."""
        say = self._session.words.say
        lost = self._session.money_with_symbol(lost_minor)
        self._session.show(
            ListPage(
                self._session,
                title=say("The voucher is worth more than this sale"),
                text=say("It can be used once, and nothing is given back on it."),
                rows=lambda: [
                    ListRow(
                        "take", say("Use it all the same"), say("{amount} is lost", amount=lost)
                    ),
                    ListRow("keep", say("Pay in another way")),
                ],
                pick=lambda key: (
                    self._part(tendered) if key == "take" else self._session.pages.tenders.enter()
                ),
                back=self._session.pages.tenders.enter,
            )
        )

    def _take(self, holding: Holding, tendered: Tendered) -> None:
        session, left = self._session, self._left_minor - tendered.amount_minor
        self._part(tendered)
        if left <= 0:
            return
        said = session.words.say(
            "{card} paid {amount}; the rest is still to pay.",
            card=f"{balance_name(holding.kind, session.words)} {shown(holding.account)}",
            amount=session.money_with_symbol(tendered.amount_minor),
        )
        session.tell(f"{said} {how_old(session, holding)}".rstrip(), State.LOOK)

    def _part(self, tendered: Tendered) -> None:
        self._session.pages.tenders.enter()
        self._session.pages.money.part(tendered)

    # Vouchers that somebody else printed.

    def ask_paper(self) -> None:
        """Ask which voucher of another it is."""
        say, papers = self._session.words.say, vouchers_of(self._session).papers()
        if len(papers) == 1:
            self._ask_worth(papers[0])
            return
        money = self._session.money
        self._session.show(
            ListPage(
                self._session,
                title=say("Which voucher?"),
                rows=lambda: [
                    ListRow(
                        str(place),
                        each.name,
                        amount=money(each.value_minor) if each.value_minor else "",
                    )
                    for place, each in enumerate(papers)
                ],
                pick=lambda key: self._ask_worth(papers[int(key)]),
                back=self._session.pages.tenders.enter,
            )
        )

    def _ask_worth(self, paper: PaperVoucher) -> None:
        """Ask how many of a fixed value, or how much, and the number that stands on it."""
        say, fixed = self._session.words.say, paper.value_minor
        decimals = 0 if fixed else self._session.parts.market.decimals

        def done(answers: Answers) -> str | None:
            number = form.amount("worth")
            worth, left = number * (fixed or 1), self._left_minor
            if worth <= 0:
                return say("Type a number first.")
            if worth > left and not fixed:
                return say("Type an amount of at most {amount}.", amount=self._session.money(left))
            named = f"{paper.name} {answers['number'][:LONGEST_NUMBER]}".strip()
            try:
                tendered = Tendered(Tender.VOUCHER, min(worth, left), named)
            except DomainError as error:
                return explain(error, self._session.words)
            if worth > left:
                self._ask_whether_lost(tendered, worth - left)
            else:
                self._part(tendered)
            return None

        form = FormPage(
            self._session,
            title=paper.name,
            text=say("Nothing is given back on it."),
            fields=[
                Asked(
                    "worth",
                    say("How many of {amount}?", amount=self._session.money_with_symbol(fixed))
                    if fixed
                    else say("How much is it worth?"),
                    Typing.AMOUNT,
                    decimals=decimals,
                ),
                Asked("number", say("Number on it"), Typing.LETTERS, optional=True),
            ],
            confirm=say("Pay with it"),
            done=done,
            back=self._session.pages.tenders.enter,
        )
        self._session.show(form)

    # On the customer's account.

    def on_account(self, ask: Callable[[Callable[[int], object], int], object]) -> None:
        """Have the customer pay later: all that is left, or as much as the limit allows.

        Args:
            ask: Asks how much, at most what it is given, and hands it over.
        """
        basket = self._register.basket
        if basket is None or not basket.customer:
            self._session.refuse(
                self._session.words.say("Say first which customer it is: More, then Customer.")
            )
            return
        customer = basket.customer
        try:
            holding = vouchers_of(self._session).account(customer, promised(self._session))
            most = vouchers_of(self._session).pays(holding, self._left_minor).amount_minor
        except DomainError as error:
            self._session.refuse(explain(error, self._session.words))
            return

        def take(amount_minor: int) -> None:
            self._take(holding, Tendered(Tender.ON_ACCOUNT, amount_minor, account=customer))

        ask(take, most)

    def refuse_mismatch(self) -> None:
        """Refuse a sale on account of one customer that is laid to another.

        Raises:
            SettlementError: It is.
        """
        basket = self._register.basket
        wrong = [
            each
            for each in self._register.tendered
            if each.tender is Tender.ON_ACCOUNT
            and (basket is None or each.account != basket.customer)
        ]
        if wrong:
            raise SettlementError(
                "The sale is on account of another customer; give that back first."
            )
