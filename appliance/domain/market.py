"""A market: the currency, the taxes and the customs of one country's tills.

One TOML profile each, packaged in ``markets/``. What a profile marks as ``unsure`` is to be checked
by the shop, which can lay its own TOML over the profile.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from importlib import resources

from appliance.domain.errors import MarketError, UnknownMarketError, UnknownTaxClassError
from appliance.domain.money import Rounding
from appliance.domain.profile import Table

MARKETS = ("nl", "be", "fr", "id", "gb")
HIGHEST_RATE_BP = 10_000
OUTSIDE = "outside"
"""The tax class of what is no turnover: money put on a gift card, which is taxed when it is spent,
and what is paid off on account, which was taxed when it was bought."""


class TaxRounding(Enum):
    """Where tax becomes whole minor units. Stored with each sale; see ``money.md``."""

    PER_LINE = "per_line"
    """On each line; a rate's tax is the sum of its lines'."""
    PER_RATE = "per_rate"
    """On the total of a rate, then shared over its lines."""


class RoundingScope(Enum):
    """Which payments are rounded to the coins in use."""

    CASH = "cash"
    """What is paid in cash."""
    ALL = "all"
    """The whole total, however it is paid."""
    NONE = "none"
    """Nothing."""


@dataclass(frozen=True, slots=True)
class TaxClass:
    """A tax class and its rate through time.

    Attributes:
        key: The name articles carry: ``standard``, ``reduced``, ``zero``, ``exempt`` …
        letter: The mark on the receipt's lines.
        rates: From which day which rate, in basis points, in order of days. The first has no day
            and holds for all time before the second.
        tax_name: The tax's own name where it differs from the market's, else empty.
    """

    key: str
    letter: str
    rates: tuple[tuple[date | None, int], ...]
    tax_name: str = ""

    def __post_init__(self) -> None:
        """Refuse rates that leave a day without one, or that no law has."""
        days = [day for day, _ in self.rates[1:]]
        if not self.rates or self.rates[0][0] is not None:
            raise MarketError(f"The first rate of tax class “{self.key}” must have no date.")
        if None in days or days != sorted(set(days), key=str):
            raise MarketError(f"The rates of tax class “{self.key}” must be in order of dates.")
        if not all(0 <= rate <= HIGHEST_RATE_BP for _, rate in self.rates):
            raise MarketError(f"A rate of tax class “{self.key}” is not between 0 and 100 %.")

    def rate_on(self, day: date) -> int:
        """Return the rate in force on a day, in basis points."""
        return [rate for start, rate in self.rates if start is None or start <= day][-1]


@dataclass(frozen=True, slots=True)
class CashRounding:
    """How a total is rounded to the coins in use.

    Attributes:
        step_minor: The smallest step, such as 5 cents.
        scope: What is rounded.
        above_minor: Totals up to this are left as they are.
        mandatory: Whether the law demands it; where it does not, a shop may set ``none``.
        rounding: How.
        vouchers: Whether what is paid with vouchers and cards of the shop is rounded too, where
            the whole total is.
    """

    step_minor: int = 1
    scope: RoundingScope = RoundingScope.NONE
    above_minor: int = 0
    mandatory: bool = False
    rounding: Rounding = Rounding.HALF_UP
    vouchers: bool = False


class CashRefund(Enum):
    """What may be given back in cash of something that comes back."""

    ANY = "any"
    """Everything, however it was paid."""
    NOT_BALANCES = "not_balances"
    """What was not paid with a voucher, a card of the shop, or on account."""
    AS_PAID = "as_paid"
    """Only what was paid in cash."""


class QrScheme(Enum):
    """The payment code that banks of the market read."""

    NONE = "none"
    EPC = "epc"
    """A credit transfer in euro, EPC069-12."""
    EMVCO = "emvco"
    """What a merchant presents after EMVCo, such as QRIS."""


@dataclass(frozen=True, slots=True)
class TenderRules:
    """How a market lets a sale be paid beyond cash and card. A shop's settings choose within it.

    Attributes:
        tips: Whether customers give something for the staff on top of a card.
        cash_refund: What may be given back in cash.
        gift_card_months: How long a gift card is good, 0 for ever.
        credit_months: How long store credit is good, 0 for ever.
        qr: The payment code.
        qr_most_minor: The most that its scheme lets one payment be, minor units.
    """

    tips: bool = False
    cash_refund: CashRefund = CashRefund.NOT_BALANCES
    gift_card_months: int = 0
    credit_months: int = 0
    qr: QrScheme = QrScheme.NONE
    qr_most_minor: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptRules:
    """What the market wants of a receipt.

    Attributes:
        ask: Whether to ask the customer before printing.
        tax_name: The tax as customers know it, in the market's first language.
        tax_names: The same by language, where the market has several.
        tax_number_name: What the shop's tax number is called.
        required: The facts a receipt must show, by the names in ``REQUIRED``.
    """

    ask: bool
    tax_name: str
    tax_number_name: str
    required: tuple[str, ...]
    tax_names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def tax_name_in(self, language: str) -> str:
        """Return the tax's name in a language, or in the market's first language."""
        return self.tax_names.get(language[:2], self.tax_name)


REQUIRED = (
    "shop_name",
    "shop_address",
    "tax_number",
    "number",
    "register",
    "time",
    "cashier",
    "lines",
    "tare",
    "taxes",
    "total",
    "rounding",
    "payments",
)
"""Names of the facts a profile may demand of a receipt.

``tare`` is gross, tare and net of what was weighed in its packing. EN 45501, which directive
2014/31/EU and the British rules stand on, has a printed net weight go with the tare that was
taken off it.
"""


@dataclass(frozen=True, slots=True)
class Market:
    """One country's profile. Every amount is in minor units of ``decimals`` digits.

    Attributes:
        code: ISO 3166 country code in small letters.
        name: The country in English.
        currency: ISO 4217 code.
        symbol: As written on screen and paper.
        decimals: Digits used at the till, which ISO 4217 does not know: rupiah have none.
        timezone: IANA name, where the shop sets no other.
        languages: Of receipts, the usual one first.
        tax_inclusive: Whether prices include the tax.
        tax_rounding: Where tax is rounded.
        rounding: How amounts and tax are rounded.
        tax_classes: By key, in the order receipts list them.
        cash_rounding: To the coins in use.
        notes_minor: Notes in circulation, smallest first.
        coins_minor: Coins in circulation, smallest first.
        receipt: What a receipt must show.
        retention_years: How long the law wants the records kept.
        device_days: How long the device itself keeps them, though the back office has archived
            them; after that it makes room.
        unsure: ``key: why`` for each setting the shop should check.
        tenders: How a sale may be paid beyond cash and card.
    """

    code: str
    name: str
    currency: str
    symbol: str
    decimals: int
    timezone: str
    languages: tuple[str, ...]
    tax_inclusive: bool
    tax_rounding: TaxRounding
    rounding: Rounding
    tax_classes: Mapping[str, TaxClass] = field(hash=False)
    cash_rounding: CashRounding
    notes_minor: tuple[int, ...]
    coins_minor: tuple[int, ...]
    receipt: ReceiptRules
    retention_years: int
    device_days: int
    unsure: tuple[str, ...] = ()
    tenders: TenderRules = TenderRules()

    def tax_class(self, key: str) -> TaxClass:
        """Return a tax class.

        Raises:
            UnknownTaxClassError: The market has none of that name.
        """
        try:
            return self.tax_classes[key]
        except KeyError:
            known = ", ".join(self.tax_classes)
            raise UnknownTaxClassError(
                f"Market “{self.code}” has the tax classes {known}, not “{key}”."
            ) from None

    def rate(self, tax_class: str, day: date) -> int:
        """Return a class's rate on a day, in basis points.

        Raises:
            UnknownTaxClassError: The market has no such class.
        """
        return self.tax_class(tax_class).rate_on(day)


def load(code: str, changes: str = "") -> Market:
    """Return a packaged market.

    Args:
        code: One of ``MARKETS``.
        changes: The shop's own TOML, laid over the profile key by key.

    Raises:
        UnknownMarketError: There is no such profile.
        MarketError: The profile and its changes make no market.
    """
    if code not in MARKETS:
        raise UnknownMarketError(f"There are profiles for {', '.join(MARKETS)}, not for “{code}”.")
    folder = resources.files("appliance.domain") / "markets"
    return parse((folder / f"{code}.toml").read_text(encoding="utf-8"), changes)


def parse(text: str, changes: str = "") -> Market:
    """Read a market from TOML. A key that means nothing is refused, so no typo passes unseen.

    Args:
        text: The whole profile.
        changes: A partial profile laid over it.

    Raises:
        MarketError: The text is not TOML or not a whole, possible market.
    """
    try:
        values = _laid_over(tomllib.loads(text), tomllib.loads(changes))
    except tomllib.TOMLDecodeError as error:
        raise MarketError(f"A market profile must be TOML: {error}.") from error
    table = Table(values, "the market profile")
    market = Market(
        code=table.text("code"),
        name=table.text("name"),
        currency=table.text("currency"),
        symbol=table.text("symbol"),
        decimals=table.whole("decimals", least=0, most=3),
        timezone=table.text("timezone"),
        languages=table.texts("languages"),
        tax_inclusive=table.flag("tax_inclusive"),
        tax_rounding=table.one_of("tax_rounding", TaxRounding),
        rounding=table.one_of("rounding", Rounding),
        tax_classes=_tax_classes(table.table("tax_classes")),
        cash_rounding=_cash_rounding(table.table("cash_rounding")),
        notes_minor=_money(table, "notes_minor"),
        coins_minor=_money(table, "coins_minor"),
        receipt=_receipt(table.table("receipt")),
        retention_years=table.whole("retention_years", least=0, most=100),
        device_days=table.whole("device_days", least=1, most=36600),
        unsure=table.texts("unsure", least=0),
        tenders=_tenders(table.table("tenders", optional=True)),
    )
    table.refuse_rest()
    return market


def _laid_over(below: dict[str, object], above: dict[str, object]) -> dict[str, object]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(under, dict) and isinstance(value, dict)
        merged[key] = _laid_over(under, value) if both else value  # type: ignore[arg-type] # checked by "both"
    return merged


def _tax_classes(table: Table) -> dict[str, TaxClass]:
    classes = {key: _tax_class(key, table.table(key)) for key in table.names()}
    letters = [tax_class.letter for tax_class in classes.values()]
    if len(set(letters)) != len(letters):
        raise MarketError(f"Each tax class needs a letter of its own, found {', '.join(letters)}.")
    return classes


def _tax_class(key: str, table: Table) -> TaxClass:
    rates = tuple(
        (rate.day("from"), rate.whole("rate_bp", least=0, most=HIGHEST_RATE_BP))
        for rate in table.tables("rates")
    )
    made = TaxClass(key, table.text("letter"), rates, table.text("tax_name", default=""))
    table.refuse_rest()
    return made


def _cash_rounding(table: Table) -> CashRounding:
    made = CashRounding(
        step_minor=table.whole("step_minor", least=1),
        scope=table.one_of("scope", RoundingScope),
        above_minor=table.whole("above_minor", least=0),
        mandatory=table.flag("mandatory"),
        rounding=table.one_of("rounding", Rounding),
        vouchers=table.flag("vouchers", default=False),
    )
    table.refuse_rest()
    return made


def _tenders(table: Table) -> TenderRules:
    usual = TenderRules()
    made = TenderRules(
        tips=table.flag("tips", default=usual.tips),
        cash_refund=table.one_of("cash_refund", CashRefund, default=usual.cash_refund),
        gift_card_months=table.whole("gift_card_months", least=0, most=1200, default=0),
        credit_months=table.whole("credit_months", least=0, most=1200, default=0),
        qr=table.one_of("qr", QrScheme, default=usual.qr),
        qr_most_minor=table.whole("qr_most_minor", least=0, default=0),
    )
    table.refuse_rest()
    return made


def _receipt(table: Table) -> ReceiptRules:
    by_language = table.table("tax_names", optional=True)
    made = ReceiptRules(
        ask=table.flag("ask"),
        tax_name=table.text("tax_name"),
        tax_number_name=table.text("tax_number_name"),
        required=table.texts("required"),
        tax_names={language: by_language.text(language) for language in by_language.names()},
    )
    table.refuse_rest()
    unknown = [name for name in made.required if name not in REQUIRED]
    if unknown:
        raise MarketError(f"A receipt can show {', '.join(REQUIRED)}, not {', '.join(unknown)}.")
    return made


def _money(table: Table, key: str) -> tuple[int, ...]:
    values = table.wholes(key, least=1)
    if list(values) != sorted(set(values)):
        raise MarketError(f"“{key}” must go from the smallest to the largest, each once.")
    return values
