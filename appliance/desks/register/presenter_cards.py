"""Money put on gift cards, accounts paid off, balances looked up, and their slips after a sale."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_tenders_code import (
    balance_name,
    how_old,
    promised,
    vouchers_of,
)
from appliance.desks.register.view import ListRow, State
from appliance.domain.article import Article, ArticleKind
from appliance.domain.errors import DomainError
from appliance.domain.ledger import Holding
from appliance.domain.market import OUTSIDE
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.voucher import BalanceKind, shown
from appliance.services.counter import BusyError
from appliance.services.receipts import Shop
from appliance.services.vouchers import begun_in, day_text_of, slip

SLIP = "balance"
"""Begins the name under which a card's slip is kept beside the receipt."""


class CardsChange:
    """Sells gift cards, takes what is paid off, and says what is left."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register

    def offer(self) -> Sequence[MenuItem]:
        """Say what can be done just now."""
        say, busy = self._session.words.say, self._register.busy
        known = self._customer != ""
        return [
            MenuItem("gift-card", say("Sell a gift card"), self.sell, enabled=not busy),
            MenuItem("balance", say("What is left on a card"), self.look_up),
            MenuItem(
                "pay-off",
                say("Pay off an account"),
                self.pay_off,
                detail="" if known else say("Say first which customer it is."),
                enabled=known and not busy,
            ),
        ]

    @property
    def _customer(self) -> str:
        basket = self._register.basket
        return "" if basket is None else basket.customer

    # A gift card is sold.

    def sell(self, article: Article | None = None) -> None:
        """Ask which card and how much; a scan of the card does as well.

        Args:
            article: What the shop sells it as; its price is the amount, 0 where that is asked.
        """
        if article is not None and article.kind is ArticleKind.ACCOUNT:
            self.pay_off()
            return
        say, market = self._session.words.say, self._session.parts.market
        sold = article or self._article(ArticleKind.GIFT_CARD, "gift-card", "Gift card")
        worth = Asked("amount", say("How much?"), Typing.AMOUNT, decimals=market.decimals)
        card = Asked("code", say("Code"), Typing.LETTERS, optional=True)

        def done(answers: Answers) -> str | None:
            amount = sold.price_minor or form.amount("amount")
            return self._put_on(sold, answers["code"], amount)

        def scan(text: str) -> bool:
            self._session.accept()
            form.fill("code", text)
            return True

        form = FormPage(
            self._session,
            title=sold.name,
            text=say("Scan the card, or leave its code empty: it is printed after the sale."),
            fields=[card] if sold.price_minor else [worth, card],
            confirm=say("OK"),
            done=done,
            back=self._session.pages.sale.enter,
            scan=scan,
        )
        self._session.show(form)

    def _put_on(self, article: Article, text: str, amount_minor: int) -> str | None:
        try:
            code, expires = vouchers_of(self._session).begin(BalanceKind.GIFT_CARD, text)
            self._register.put_on(article, code, amount_minor, expires=expires)
        except (DomainError, BusyError) as error:
            return explain(error, self._session.words)
        self._session.pages.sale.enter()
        self._session.accept()
        return None

    def _article(self, kind: ArticleKind, code: str, name: str) -> Article:
        """Return what a receipt calls it where the shop has no article of its own for it."""
        return Article(code, self._session.paper_words.say(name), 0, OUTSIDE, kind=kind)

    # An account is paid off.

    def pay_off(self) -> None:
        """Ask how much the customer pays off."""
        say, market, customer = self._session.words.say, self._session.parts.market, self._customer
        if not customer:
            self._session.refuse(say("Say first which customer it is: More, then Customer."))
            return
        try:
            holding = vouchers_of(self._session).account(customer, promised(self._session))
        except DomainError as error:
            self._session.refuse(explain(error, self._session.words))
            return
        owed = holding.balance_minor
        if owed <= 0:
            self._session.refuse(say("This customer owes nothing."))
            return

        def done(_: Answers) -> str | None:
            amount = form.amount("amount")
            if not 0 < amount <= owed:
                return say("Type an amount of at most {amount}.", amount=self._session.money(owed))
            article = self._article(ArticleKind.ACCOUNT, "account", "Paid off on account")
            try:
                self._register.put_on(article, customer, amount)
            except (DomainError, BusyError) as error:
                return explain(error, self._session.words)
            self._session.pages.sale.enter()
            self._session.accept()
            return None

        owes = say("Owed: {amount}.", amount=self._session.money(owed))
        form = FormPage(
            self._session,
            title=say("Pay off an account"),
            text=f"{owes} {how_old(self._session, holding)}".rstrip(),
            fields=[Asked("amount", say("How much?"), Typing.AMOUNT, decimals=market.decimals)],
            confirm=say("OK"),
            done=done,
            back=self._session.pages.sale.enter,
        )
        self._session.show(form)

    # What is left.

    def look_up(self) -> None:
        """Ask which card, and say what is left on it."""
        say = self._session.words.say

        def look(text: str) -> str | None:
            try:
                holding = vouchers_of(self._session).look(text, promised(self._session))
            except DomainError as error:
                return explain(error, self._session.words)
            self._show(holding)
            return None

        def scan(text: str) -> bool:
            refused = look(text)
            if refused is not None:
                form.fill("code", text)
                form.refuse(refused)
            return True

        form = FormPage(
            self._session,
            title=say("What is left on a card"),
            text=say("Scan it, or type its code."),
            fields=[Asked("code", say("Code"), Typing.LETTERS)],
            confirm=say("Look"),
            done=lambda answers: look(answers["code"]),
            back=self._session.pages.sale.enter,
            scan=scan,
        )
        self._session.show(form)

    def _show(self, holding: Holding) -> None:
        say, today = self._session.words.say, self._session.parts.clock().date()
        over = holding.expires is not None and today > holding.expires
        bad = over or holding.blocked or holding.available_minor == 0
        rows = [
            ListRow(
                "left",
                say("Left on it"),
                how_old(self._session, holding),
                self._session.money(holding.available_minor),
                State.BAD if bad else State.OK,
                enabled=False,
            )
        ]
        if holding.expires is not None:
            until = day_text_of(holding.expires, self._session.words)
            rows.append(ListRow("until", say("Good until"), "", until, enabled=False))
        if holding.blocked:
            rows.append(ListRow("blocked", say("Blocked by the back office"), enabled=False))
        name = balance_name(holding.kind, self._session.words)
        self._session.show(
            ListPage(
                self._session,
                title=f"{name} {shown(holding.account)}",
                rows=lambda: rows,
                pick=lambda _key: None,
                back=self._session.pages.sale.enter,
            )
        )

    # After a sale.

    def print_slips(self, facts: ReceiptFacts) -> None:
        """Put on paper what a sale put on cards and gave as credit."""
        parts = self._session.parts
        if not parts.printing.view.present:
            return
        shop = Shop.from_setting(self._session.setting("shop", None))
        for begun in begun_in(facts):
            document = slip(
                facts, begun, market=parts.market, shop=shop, words=self._session.paper_words
            )
            parts.printing.print(f"{SLIP} {begun[1]} {facts.sale}", facts.receipt, 0, document)
