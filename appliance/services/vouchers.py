"""Gift cards, store credit and vouchers at the counter: begun, spent, given back, put on paper."""

from __future__ import annotations

import calendar
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from appliance.domain.ledger import Holding
from appliance.domain.market import Market
from appliance.domain.money import format_minor
from appliance.domain.payment import Payment, Tender, Tendered
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.voucher import (
    BalanceKind,
    TakenCode,
    UnknownBalance,
    make_code,
    read_code,
    shown,
    spaced,
)
from appliance.services.ledger import TENDERS, Ledger
from appliance.services.receipts import PAPER_MINUS, Shop, day_text
from appliance.services.words import Words
from drivers.printer import Align, Barcode, BarcodeKind, Cut, Element, Feed, Rule, Text

_MOST_MONTHS = 1200
LONGEST_BARCODE = 30
"""Characters of Code 128 that fit a roll."""
_MONTHS = {BalanceKind.GIFT_CARD: "gift_card_months", BalanceKind.STORE_CREDIT: "credit_months"}
"""The settings that say how long a balance is good."""

Setting = Callable[[str, Any], Any]
"""Returns a setting of the back office, or what is given."""


@dataclass(frozen=True, slots=True)
class PaperVoucher:
    """A voucher that somebody else printed, such as for meals; no ledger knows it.

    Attributes:
        name: What it is called.
        value_minor: What each is worth; 0 where that differs.
    """

    name: str
    value_minor: int = 0


class Vouchers:
    """What can be paid with, begun and given back.

    Args:
        ledger: Finds balances.
        market: How long they are good, unless the shop says otherwise.
        setting: Returns settings of the back office.
        today: Tells the day.
    """

    def __init__(
        self, *, ledger: Ledger, market: Market, setting: Setting, today: Callable[[], date]
    ) -> None:
        self._ledger = ledger
        self._market = market
        self._setting = setting
        self._today = today

    def look(self, text: str, promised: Iterable[Tendered] = ()) -> Holding:
        """Find a card or voucher; see `Ledger.find`."""
        return self._ledger.find(text, promised)

    def knows(self, text: str) -> bool:
        """Whether a text is the code of a card or voucher that is known here."""
        return self._ledger.knows(text)

    def account(self, customer: str, promised: Iterable[Tendered] = ()) -> Holding:
        """Find what a customer owes; see `Ledger.of_customer`."""
        return self._ledger.of_customer(customer, promised)

    def pays(self, holding: Holding, left_minor: int, most_minor: int | None = None) -> Tendered:
        """Return what a balance pays of what is left: all of it, or all it has.

        Args:
            holding: The balance.
            left_minor: What is left to pay.
            most_minor: No more than this, where the customer wants it so.

        Raises:
            BalanceError: It cannot be used.
        """
        amount = holding.pays(left_minor, self._today())
        amount = amount if most_minor is None else min(amount, most_minor)
        return Tendered(
            TENDERS[holding.kind],
            amount,
            _named(holding.account, holding.kind),
            account=holding.account,
        )

    def papers(self) -> Sequence[PaperVoucher]:
        """Return the vouchers of others that the shop takes; what is no voucher is passed over."""
        told = self._setting("vouchers", [])
        return [
            PaperVoucher(each["name"], each.get("value_minor", 0))
            for each in (told if isinstance(told, list) else ())
            if isinstance(each, dict) and isinstance(each.get("name"), str)
        ]

    def begin(self, kind: BalanceKind, text: str = "") -> tuple[str, date | None]:
        """Begin a balance: a code of its own or that of a card, and its last day.

        Args:
            kind: A gift card, or store credit.
            text: What was scanned of a card that lies ready; empty to make a code.

        Raises:
            BadCode: It is no code.
            CardNumberError: It looks like the number of a bank card.
            TakenCode: The card holds money already.
        """
        code = read_code(text) if text.strip() else make_code(kind, secrets.choice)
        try:
            held = self._ledger.find(code)
        except UnknownBalance:
            return code, self._last_day(kind)
        if kind is not BalanceKind.GIFT_CARD or held.kind is not kind or held.blocked:
            raise TakenCode(f"A new card was expected, {shown(code)} is in use; take another card.")
        return code, held.expires

    def give_credit(self, amount_minor: int) -> Tendered:
        """Return what gives an amount back as store credit.

        Args:
            amount_minor: Below zero, as on a return.
        """
        code, expires = self.begin(BalanceKind.STORE_CREDIT)
        return Tendered(
            Tender.STORE_CREDIT,
            amount_minor,
            _named(code, BalanceKind.STORE_CREDIT),
            account=code,
            expires=expires,
        )

    def _last_day(self, kind: BalanceKind) -> date | None:
        rules = self._market.tenders
        usual = {
            BalanceKind.GIFT_CARD: rules.gift_card_months,
            BalanceKind.STORE_CREDIT: rules.credit_months,
        }[kind]
        months = self._setting(_MONTHS[kind], usual)
        if not isinstance(months, int) or not 0 < months <= _MOST_MONTHS:
            return None
        return months_later(self._today(), months)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the month's last where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def begun_in(facts: ReceiptFacts) -> Sequence[tuple[BalanceKind, str, int, date | None]]:
    """Return what a sale put on cards and gave as credit: each is put on paper."""
    cards = [
        (BalanceKind.GIFT_CARD, each.line.account, each.gross_minor, each.line.expires)
        for each in facts.lines
        if each.line.account and each.line.kind.value == "gift_card" and each.gross_minor > 0
    ]
    credits_ = [
        (BalanceKind.STORE_CREDIT, each.account, -each.amount_minor, each.expires)
        for each in facts.payments
        if each.tender is Tender.STORE_CREDIT and each.amount_minor < 0
    ]
    return [*cards, *credits_]


def slip(
    facts: ReceiptFacts,
    begun: tuple[BalanceKind, str, int, date | None],
    *,
    market: Market,
    shop: Shop,
    words: Words,
) -> list[Element]:
    """Write a card or a credit on paper: whoever holds it can spend it."""
    kind, code, amount_minor, expires = begun
    say = words.say
    title = say("GIFT CARD") if kind is BalanceKind.GIFT_CARD else say("STORE CREDIT")
    amount = format_minor(amount_minor, market.decimals, words.language, minus=PAPER_MINUS)
    head: list[Element] = []
    if shop.name:
        head.append(Text(shop.name, align=Align.CENTRE, bold=True))
    good = (
        say("Good until {day}", day=day_text_of(expires, words))
        if expires
        else say("Good without end")
    )
    return [
        *head,
        Text(title, align=Align.CENTRE, bold=True, size=2),
        Feed(),
        Text(f"{market.currency} {amount}", align=Align.CENTRE, bold=True, size=2),
        Feed(),
        *_readable(code),
        Feed(),
        Text(good, align=Align.CENTRE),
        Text(say("To be spent in this shop, in parts if you like."), align=Align.CENTRE),
        Rule(),
        Text(
            day_text(facts.completed, words.language), say("Receipt {number}", number=facts.receipt)
        ),
        Cut(),
    ]


def _readable(code: str) -> list[Element]:
    """Write a code for scanners, with its characters below; one that is too long for people."""
    if len(code) <= LONGEST_BARCODE:
        return [Barcode(BarcodeKind.CODE128, code)]
    return [Text(spaced(code), align=Align.CENTRE)]


def day_text_of(day: date, words: Words) -> str:
    """Write a day as the language does."""
    return day.strftime("%d-%m-%Y" if words.language == "nl" else "%d/%m/%Y")


def is_begun(payment: Payment) -> bool:
    """Whether a payment gave money back as store credit."""
    return payment.tender is Tender.STORE_CREDIT and payment.amount_minor < 0


def _named(account: str, kind: BalanceKind) -> str | None:
    """Return what a receipt says of a balance; of a customer's account nothing."""
    return None if kind is BalanceKind.ACCOUNT else shown(account)
