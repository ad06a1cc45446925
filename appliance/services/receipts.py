"""What stands on a receipt: facts of a completed sale as neutral elements, in a language.

The printer's driver renders the elements; the screen shows the same ones as lines of text.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from appliance.domain.article import Unit
from appliance.domain.customer import Profile
from appliance.domain.market import Market
from appliance.domain.money import format_minor, format_quantity, format_rate
from appliance.domain.payment import Payment, Tender
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import ONE_MILLI, Discount, Kind, Line
from appliance.domain.tax import TaxPart
from appliance.domain.voucher import shown
from appliance.services.words import Words
from drivers.printer import Align, Barcode, BarcodeKind, Cut, Element, Feed, Rule, Text

PAPER_MINUS = "-"
"""Printers' code pages have no U+2212."""

QR_BYTES = 800
"""More makes the squares too small for a telephone held over the counter."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sells, as the back office says it.

    Attributes:
        name: Of the shop.
        address: One line each.
        tax_number: As the market wants it on receipts, or empty.
        footer: Last words by language.
    """

    name: str = ""
    address: tuple[str, ...] = ()
    tax_number: str = ""
    footer: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_setting(cls, value: Any) -> Shop:
        """Read the setting ``shop``; what is missing stays empty."""
        said: Mapping[str, Any] = value if isinstance(value, dict) else {}
        footer = said.get("footer")
        return cls(
            name=str(said.get("name", "")),
            address=tuple(map(str, said.get("address", ()))),
            tax_number=str(said.get("tax_number", "")),
            footer=footer if isinstance(footer, dict) else {},
        )


@dataclass(frozen=True, slots=True)
class Copy:
    """A receipt printed again.

    Attributes:
        number: 1 for the first copy.
        at: When.
    """

    number: int
    at: datetime


class Receipts:
    """Writes receipts in one language.

    Args:
        market: What a receipt must show, and how amounts are written.
        shop: Who sells.
        words: The customer's language.
        buyer_of: Tells who bought, where the receipt is to say so.
    """

    def __init__(
        self,
        market: Market,
        shop: Shop,
        words: Words,
        buyer_of: Callable[[ReceiptFacts], Profile | None] = lambda _: None,
    ) -> None:
        self._buyer_of = buyer_of
        self._market = market
        self._shop = shop
        self._words = words

    def document(
        self, facts: ReceiptFacts, *, columns: int, cashier: str = "", copy: Copy | None = None
    ) -> list[Element]:
        """Write a receipt.

        Args:
            facts: The sale.
            columns: Characters on a line of the paper.
            cashier: How the cashier is called on paper; nothing where the market does not ask.
            copy: Marks and numbers it as a copy.
        """
        return [
            *self._head(facts, copy),
            *self._buyer(facts),
            *self._lines(facts),
            Rule(),
            *self._totals(facts, columns),
            Feed(),
            *self._taxes(facts, columns),
            *self._left(facts),
            *self._points(facts),
            *self._foot(facts, cashier),
            Cut(),
        ]

    def gift(self, facts: ReceiptFacts) -> list[Element]:
        """Write a receipt that goes with a present: what and where, but not for how much.

        It carries the receipt's number and barcode, so that the present can be brought back.
        """
        return [
            *self._head(facts, None),
            Text(self._words.say("GIFT RECEIPT"), align=Align.CENTRE, bold=True, size=2),
            Feed(),
            *(Text(self._quantity_and_name(each.line)) for each in facts.lines),
            Rule(),
            *self._foot(facts, ""),
            Cut(),
        ]

    def qr_text(self, facts: ReceiptFacts) -> str:
        """Write a receipt short enough to be read from a QR code."""
        total = self._words.say("Total")
        head = [self._shop.name, *self._shop.address[:1]] if self._shop.name else []
        lines = [
            f"{self._line_name(each.line)} {self._amount(each.gross_minor)}" for each in facts.lines
        ]
        foot = [
            f"{total} {facts.currency} {self._amount(facts.payable_minor)}",
            *(f"{self._tax_label(part)} {self._amount(part.tax_minor)}" for part in facts.taxes),
            f"{self._moment(facts.completed)} {facts.receipt}",
        ]
        shown = len(lines)
        while True:
            left_out = [self._words.say("and {number} more", number=len(lines) - shown)]
            middle = lines[:shown] + (left_out if shown < len(lines) else [])
            text = "\n".join([*head, *middle, *foot])
            if shown == 0 or len(text.encode()) <= QR_BYTES:
                return text
            shown -= 1

    def _head(self, facts: ReceiptFacts, copy: Copy | None) -> Iterator[Element]:
        if copy is not None:
            title = self._words.say("COPY {number}", number=copy.number)
            yield Text(title, align=Align.CENTRE, bold=True, size=2)
            yield Text(self._moment(copy.at), align=Align.CENTRE)
            yield Feed()
        if self._shop.name:
            yield Text(self._shop.name, align=Align.CENTRE, bold=True)
        for line in self._shop.address:
            yield Text(line, align=Align.CENTRE)
        if self._shop.tax_number:
            number = f"{self._market.receipt.tax_number_name} {self._shop.tax_number}"
            yield Text(number, align=Align.CENTRE)
        yield Feed()
        marks = {Kind.RETURN: self._words.say("RETURN"), Kind.VOID: self._words.say("VOID")}
        if facts.kind in marks:
            yield Text(marks[facts.kind], align=Align.CENTRE, bold=True)
            yield Feed()
        sold = {each.line.origin.receipt for each in facts.lines if each.line.origin}
        for receipt in sorted(sold):
            yield Text(self._words.say("Of receipt {number}", number=receipt))

    def _buyer(self, facts: ReceiptFacts) -> Iterator[Element]:
        """Write who bought, as an invoice says it."""
        buyer = self._buyer_of(facts)
        if buyer is None:
            return
        yield Text(self._words.say("Sold to"), bold=True)
        yield from (Text(line) for line in (buyer.company, buyer.name, *buyer.address) if line)
        if buyer.tax_number:
            yield Text(f"{self._market.receipt.tax_number_name} {buyer.tax_number}")
        yield Feed()

    def _lines(self, facts: ReceiptFacts) -> Iterator[Element]:
        for each in facts.lines:
            full = each.gross_minor + (each.line.discount_minor if facts.tax_inclusive else 0)
            yield Text(self._line_name(each.line), f"{self._amount(full)} {each.tax.letter}")
            yield from self._tare(each.line)
            for off in each.line.discounts:
                yield self._discount(off, facts)

    def _tare(self, line: Line) -> Iterator[Text]:
        """Say what the packing weighed, where the market wants that of goods by weight."""
        if not line.tare_milli or "tare" not in self._market.receipt.required:
            return
        net = line.quantity_milli
        gross = net + (line.tare_milli if net > 0 else -line.tare_milli)
        say, weight = self._words.say, self._weight
        said = (
            say("gross {weight} kg", weight=weight(gross)),
            say("tare {weight} kg", weight=weight(line.tare_milli)),
            say("net {weight} kg", weight=weight(net)),
        )
        # Narrow paper breaks between weights, never within one.
        yield Text("  " + ", ".join(each.replace(" ", "\u00a0") for each in said))

    def _discount(self, off: Discount, facts: ReceiptFacts) -> Text:
        """Write what came off a line; where tax comes on top, it is in the line's amount already."""
        amount = self._amount(-off.amount_minor)
        if facts.tax_inclusive:
            # As wide as the letter of the tax behind the amounts of lines.
            return Text(f"  {off.name}", f"{amount}  ")
        return Text(f"  {off.name} {amount}")

    def _line_name(self, line: Line) -> str:
        price = self._amount(line.unit_price_minor)
        if line.unit is Unit.KG:
            return f"{self._quantity(line)} kg x {price} {line.name}"
        if line.quantity_milli == ONE_MILLI:
            return line.name
        return f"{self._quantity(line)} x {price} {line.name}"

    def _quantity_and_name(self, line: Line) -> str:
        if line.unit is Unit.KG:
            return f"{self._quantity(line)} kg {line.name}"
        if line.quantity_milli == ONE_MILLI:
            return line.name
        return f"{self._quantity(line)} x {line.name}"

    def _quantity(self, line: Line) -> str:
        return self._weight(line.quantity_milli)

    def _weight(self, milli: int) -> str:
        quantity = format_quantity(milli, self._words.language)
        return quantity.replace("\u2212", PAPER_MINUS)

    def _totals(self, facts: ReceiptFacts, columns: int) -> Iterator[Element]:
        say = self._words.say
        if facts.rounding_minor:
            yield Text(say("Total"), self._amount(facts.gross_minor))
            yield Text(say("Rounding"), self._amount(facts.rounding_minor))
        saved = sum(each.line.discount_minor for each in facts.lines if each.gross_minor >= 0)
        if saved > 0:
            yield Text(say("You save"), self._amount(saved))
        label = say("TO GIVE BACK") if facts.payable_minor < 0 else say("TO PAY")
        amount = f"{facts.currency} {self._amount(abs(facts.payable_minor))}"
        fits = len(label) + 1 + len(amount) <= columns // 2
        yield Text(label, amount, bold=True, size=2 if fits else 1)
        for payment in facts.payments:
            yield from self._payment(payment)

    def _payment(self, payment: Payment) -> Iterator[Element]:
        label = tender_name(payment.tender, self._words)
        if payment.reference:
            label = f"{label} {payment.reference}"
        yield Text(label, self._amount(payment.tendered_minor))
        if payment.tip_minor:
            say = self._words.say
            back = payment.tip_minor < 0
            tip, with_tip = say("Tip"), say("Given back with tip") if back else say("Paid with tip")
            paid = payment.tendered_minor + payment.tip_minor
            yield Text(f"  {tip}", self._amount(payment.tip_minor))
            yield Text(f"  {with_tip}", self._amount(paid))
        if payment.change_minor:
            yield Text(self._words.say("Change"), self._amount(payment.change_minor))

    def _taxes(self, facts: ReceiptFacts, columns: int) -> Iterator[Element]:
        """Set the taxes in columns; narrow paper goes without the amounts with tax."""
        say, amount = self._words.say, self._amount
        tax_name = self._market.receipt.tax_name_in(self._words.language)
        rows: list[tuple[str, ...]] = [("", say("net"), tax_name, say("total"))]
        for part in facts.taxes:
            amounts = (part.net_minor, part.tax_minor, part.gross_minor)
            rows.append((f"{part.letter} {self._tax_label(part)}", *map(amount, amounts)))
        widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
        shown = 4 if sum(widths) <= columns else 3
        for label, *rest in rows:
            right = "".join(map(str.rjust, rest, widths[1:shown]))
            yield Text(label or " ", right)

    def _left(self, facts: ReceiptFacts) -> Iterator[Element]:
        """Write what is left on the shop's cards, and as of when, where others may have used them."""
        if facts.left:
            yield Feed()
        for each in facts.left:
            name = tender_name(Tender(each.kind.value), self._words)
            card = f"{name} {shown(each.account)}"
            yield Text(self._words.say("Left on {card}", card=card), self._amount(each.left_minor))
            if each.as_of is not None:
                at = self._moment(each.as_of.astimezone(facts.completed.tzinfo))
                yield Text("  " + self._words.say("Known at {time}", time=at))

    def _points(self, facts: ReceiptFacts) -> Iterator[Element]:
        """Write what the sale did to the customer's points, and how many there are now."""
        points, say = facts.points, self._words.say
        if points is None:
            return
        yield Feed()
        if points.spent:
            yield Text(say("Points spent"), self._count(points.spent))
        yield Text(say("Points earned"), self._count(points.earned))
        if points.balance is not None:
            yield Text(say("Points now"), self._count(points.balance))

    def _count(self, number: int) -> str:
        return format_minor(number, 0, self._words.language, minus=PAPER_MINUS)

    def _tax_label(self, part: TaxPart) -> str:
        known = self._market.tax_classes.get(part.tax_class)
        usual = self._market.receipt.tax_name_in(self._words.language)
        name = known.tax_name if known and known.tax_name else usual
        return f"{name} {format_rate(part.rate_bp, self._words.language)}"

    def _foot(self, facts: ReceiptFacts, cashier: str) -> Iterator[Element]:
        say = self._words.say
        yield Feed()
        yield Text(self._moment(facts.completed), say("Register {name}", name=facts.register))
        yield Text(say("Receipt {number}", number=facts.receipt))
        if cashier and "cashier" in self._market.receipt.required:
            yield Text(say("Served by {name}", name=cashier))
        words = self._shop.footer.get(self._words.language, "")
        if words:
            yield Feed()
            yield Text(words, align=Align.CENTRE)
        if facts.receipt.isascii():
            yield Feed()
            yield Barcode(BarcodeKind.CODE128, facts.receipt)

    def _amount(self, amount_minor: int) -> str:
        language, decimals = self._words.language, self._market.decimals
        return format_minor(amount_minor, decimals, language, minus=PAPER_MINUS)

    def _moment(self, at: datetime) -> str:
        return f"{day_text(at, self._words.language)} {at:%H:%M}"


def as_lines(document: Sequence[Element], columns: int) -> tuple[str, ...]:
    """Write a receipt as lines of text of one width, for the screen."""
    return tuple(line for element in document for line in _as_lines(element, columns))


def day_text(at: datetime, language: str) -> str:
    """Write a day as the language does: ``22-11-2026`` in Dutch, ``22/11/2026`` elsewhere."""
    return at.strftime("%d-%m-%Y" if language == "nl" else "%d/%m/%Y")


def tender_name(tender: Tender, words: Words) -> str:
    """Name a way to pay, as on the receipt."""
    return {
        Tender.CASH: words.say("Cash"),
        Tender.CARD_TERMINAL: words.say("Card"),
        Tender.CARD_MANUAL: words.say("Card"),
        Tender.VOUCHER: words.say("Voucher"),
        Tender.GIFT_CARD: words.say("Gift card"),
        Tender.STORE_CREDIT: words.say("Store credit"),
        Tender.ON_ACCOUNT: words.say("On account"),
        Tender.QR: words.say("QR payment"),
    }[tender]


def _as_lines(element: Element, columns: int) -> list[str]:
    if isinstance(element, Rule):
        return ["-" * columns]
    if isinstance(element, Feed):
        return [" " * columns] * element.lines
    if not isinstance(element, Text):
        return []
    if element.right:
        return _two_columns(element.left, element.right, columns)
    place = {Align.LEFT: str.ljust, Align.CENTRE: str.center, Align.RIGHT: str.rjust}[element.align]
    return [place(part, columns) for part in _wrapped(element.left, columns)]


def _two_columns(left: str, right: str, columns: int) -> list[str]:
    """Set the right text against the edge, beside the last line of the left one."""
    room = max(columns - len(right) - 1, 1)
    *before, last = _wrapped(left, room)
    return [*(part.ljust(columns) for part in before), last.ljust(room) + " " + right]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, drop_whitespace=True) or [""]
