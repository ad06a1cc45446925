"""What a shift adds up to, sale by sale: each costs the same work, the first and the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from appliance.domain.article import ArticleKind
from appliance.domain.line import Line
from appliance.domain.payment import Tender
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import Kind
from appliance.domain.shift_count import MovementKind
from appliance.domain.tax import TaxPart

DISCOUNT_BY_PRICE = "price"
"""Another price than the article's own, among the kinds of discount."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often, and how much together.

    Attributes:
        count: How often.
        amount_minor: How much.
    """

    count: int = 0
    amount_minor: int = 0

    def add(self, amount_minor: int, count: int = 1) -> Tally:
        """Return the tally with one more."""
        return Tally(self.count + count, self.amount_minor + amount_minor)

    def to_data(self) -> dict[str, int]:
        """Return it in JSON's own types."""
        return {"count": self.count, "amount_minor": self.amount_minor}


NONE = Tally()
Tallies = Mapping[str, Tally]


_SORTS = ("sold", "returned", "deposits", "gift_cards", "accounts", "voided")
_TALLIES = (*_SORTS, "removed", "abandoned")
_MAPS = ("tenders", "discounts", "movements")
_NUMBERS = ("rounding_minor", "tips_minor", "items_milli", "copies", "receipts")


@dataclass(frozen=True, slots=True)
class ShiftTotals:
    """What happened in a shift, or in a day, a month or a year of them.

    The first six part the total with tax: each cent of it is in exactly one of them. Their counts
    are of receipts on which something of that sort stands.

    Attributes:
        sold: Goods sold.
        returned: Goods that came back; below zero.
        deposits: Deposits, less those given back.
        gift_cards: Money put on cards: no turnover yet.
        accounts: Bought on account before, paid off now.
        voided: Whole receipts that undo another.
        removed: Lines taken out before paying, by their amounts.
        abandoned: Sales given up.
        taxes: By tax class and rate.
        tenders: By way to pay; what each settled.
        discounts: By kind, and ``price`` for another price than the article's own.
        movements: Money moved without a sale, by kind.
        openings: How often the drawer was opened, by cause.
        open_s: Seconds it stood open, where a sensor tells.
        rounding_minor: Cash rounding.
        tips_minor: Given on top of cards.
        items_milli: Pieces and weighings, in thousandths.
        copies: Receipts printed again.
        receipts: Receipts made.
        first_receipt: Number of the first, or empty.
        last_receipt: Number of the last, or empty.
    """

    sold: Tally = NONE
    returned: Tally = NONE
    deposits: Tally = NONE
    gift_cards: Tally = NONE
    accounts: Tally = NONE
    voided: Tally = NONE
    removed: Tally = NONE
    abandoned: Tally = NONE
    taxes: tuple[TaxPart, ...] = ()
    tenders: Tallies = field(default_factory=dict)
    discounts: Tallies = field(default_factory=dict)
    movements: Tallies = field(default_factory=dict)
    openings: Mapping[str, int] = field(default_factory=dict)
    open_s: int = 0
    rounding_minor: int = 0
    tips_minor: int = 0
    items_milli: int = 0
    copies: int = 0
    receipts: int = 0
    first_receipt: str = ""
    last_receipt: str = ""

    @property
    def gross_minor(self) -> int:
        """Everything with tax, before cash rounding."""
        return sum(getattr(self, name).amount_minor for name in _SORTS)

    @property
    def turnover_minor(self) -> int:
        """What was earned with tax: without gift cards sold and accounts paid off."""
        return self.gross_minor - self.gift_cards.amount_minor - self.accounts.amount_minor

    @property
    def cash_minor(self) -> int:
        """What sales and movements together did to the drawer."""
        moved = {kind: self.movements.get(kind.value, NONE).amount_minor for kind in MovementKind}
        out = moved[MovementKind.PAID_OUT] + moved[MovementKind.DROP]
        cash = self.tenders.get(Tender.CASH.value, NONE).amount_minor
        return cash + moved[MovementKind.PAID_IN] - out

    def after_sale(self, facts: ReceiptFacts) -> ShiftTotals:
        """Return the totals with one receipt more."""
        sorts = _by_sort(facts)
        tallies = {name: getattr(self, name).add(amount) for name, amount in sorts.items()}
        tips = sum(payment.tip_minor for payment in facts.payments)
        return replace(
            self._with_removed(facts),
            **tallies,
            taxes=_taxed(self.taxes, facts.taxes),
            tenders=_with(self.tenders, ((p.tender.value, p.amount_minor) for p in facts.payments)),
            discounts=_with(self.discounts, _discounts(facts)),
            rounding_minor=self.rounding_minor + facts.rounding_minor,
            tips_minor=self.tips_minor + tips,
            items_milli=self.items_milli + facts.items_milli,
            receipts=self.receipts + 1,
            first_receipt=self.first_receipt or facts.receipt,
            last_receipt=facts.receipt,
        )

    def after_abandoned(self, gross_minor: int) -> ShiftTotals:
        """Return the totals with one sale given up."""
        return replace(self, abandoned=self.abandoned.add(gross_minor))

    def after_movement(self, kind: str, amount_minor: int) -> ShiftTotals:
        """Return the totals with money moved without a sale."""
        return replace(self, movements=_with(self.movements, [(kind, amount_minor)]))

    def after_opening(self, cause: str, open_s: int) -> ShiftTotals:
        """Return the totals with the drawer opened once more."""
        openings = {**self.openings, cause: self.openings.get(cause, 0) + 1}
        return replace(self, openings=openings, open_s=self.open_s + open_s)

    def after_copy(self) -> ShiftTotals:
        """Return the totals with a receipt printed again."""
        return replace(self, copies=self.copies + 1)

    def plus(self, other: ShiftTotals) -> ShiftTotals:
        """Return the totals of two shifts, or periods, one after the other."""
        said: dict[str, Any] = {}
        for names, join in ((_TALLIES, _both), (_MAPS, _merged), (_NUMBERS, int.__add__)):
            for name in names:
                said[name] = join(getattr(self, name), getattr(other, name))
        causes = dict.fromkeys((*self.openings, *other.openings))
        return ShiftTotals(
            **said,
            taxes=_taxed(self.taxes, other.taxes),
            openings={c: self.openings.get(c, 0) + other.openings.get(c, 0) for c in causes},
            open_s=self.open_s + other.open_s,
            first_receipt=self.first_receipt or other.first_receipt,
            last_receipt=other.last_receipt or self.last_receipt,
        )

    def to_data(self) -> dict[str, Any]:
        """Return them in JSON's own types."""
        return {
            "gross_minor": self.gross_minor,
            "turnover_minor": self.turnover_minor,
            **{name: getattr(self, name).to_data() for name in _TALLIES},
            "taxes": [_tax_data(each) for each in self.taxes],
            **{
                name: [{"name": key, **each.to_data()} for key, each in getattr(self, name).items()]
                for name in _MAPS
            },
            "openings": [{"name": key, "count": each} for key, each in self.openings.items()],
            "open_s": self.open_s,
            **{name: getattr(self, name) for name in _NUMBERS},
            "first_receipt": self.first_receipt,
            "last_receipt": self.last_receipt,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ShiftTotals:
        """Read what `to_data` made."""
        said: dict[str, Any] = {name: Tally(**data[name]) for name in _TALLIES}
        for name in _MAPS:
            said[name] = {
                each["name"]: Tally(each["count"], each["amount_minor"]) for each in data[name]
            }
        said["openings"] = {each["name"]: each["count"] for each in data["openings"]}
        for each in fields(cls):
            said.setdefault(each.name, data[each.name])
        known = [each.name for each in fields(TaxPart)]
        said["taxes"] = tuple(TaxPart(**{n: t[n] for n in known}) for t in data["taxes"])
        return cls(**said)

    def _with_removed(self, facts: ReceiptFacts) -> ShiftTotals:
        removed = self.removed
        for gone in facts.removed:
            if gone.back is not None:
                continue  # it was put back, and is sold
            removed = removed.add(gone.line.amount_minor(facts.rounding))
        return replace(self, removed=removed)


def _by_sort(facts: ReceiptFacts) -> dict[str, int]:
    if facts.kind is Kind.VOID:
        return {"voided": facts.gross_minor}
    sorts: dict[str, int] = {}
    for each in facts.lines:
        name = _sort(each.line)
        sorts[name] = sorts.get(name, 0) + each.gross_minor
    return sorts


def _sort(line: Line) -> str:
    if line.kind is ArticleKind.GOODS:
        return "sold" if line.quantity_milli > 0 else "returned"
    return {
        ArticleKind.DEPOSIT: "deposits",
        ArticleKind.GIFT_CARD: "gift_cards",
        ArticleKind.ACCOUNT: "accounts",
    }[line.kind]


def _discounts(facts: ReceiptFacts) -> Iterator[tuple[str, int]]:
    for each in facts.lines:
        line = each.line
        for discount in line.discounts:
            yield discount.kind.value, discount.amount_minor
        if line.listed_price_minor is not None:
            listed = replace(line, unit_price_minor=line.listed_price_minor, discounts=())
            full = line.full_minor(facts.rounding)
            yield DISCOUNT_BY_PRICE, listed.full_minor(facts.rounding) - full


def _tax_data(part: TaxPart) -> dict[str, Any]:
    named = {each.name: getattr(part, each.name) for each in fields(part)}
    return named | {"gross_minor": part.gross_minor}


def _taxed(before: tuple[TaxPart, ...], more: tuple[TaxPart, ...]) -> tuple[TaxPart, ...]:
    sums = {(each.tax_class, each.rate_bp): each for each in before}
    for each in more:
        key = (each.tax_class, each.rate_bp)
        so_far = sums.get(key)
        sums[key] = each if so_far is None else _added(so_far, each)
    return tuple(sums[key] for key in sorted(sums, key=lambda key: (sums[key].letter, key[1])))


def _added(one: TaxPart, two: TaxPart) -> TaxPart:
    net, tax = one.net_minor + two.net_minor, one.tax_minor + two.tax_minor
    return replace(one, net_minor=net, tax_minor=tax)


def _with(before: Tallies, more: Iterator[tuple[str, int]] | list[tuple[str, int]]) -> Tallies:
    after = dict(before)
    for key, amount in more:
        after[key] = after.get(key, NONE).add(amount)
    return after


def _merged(one: Tallies, two: Tallies) -> Tallies:
    return {
        key: _both(one.get(key, NONE), two.get(key, NONE)) for key in dict.fromkeys((*one, *two))
    }


def _both(one: Tally, two: Tally) -> Tally:
    return one.add(two.amount_minor, two.count)
