"""What a completed sale says: the one shape that journal, receipts, copies and reports read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from appliance.domain.changes import Recount, RemovedLine
from appliance.domain.errors import DomainError, ReceiptError
from appliance.domain.left import Left
from appliance.domain.market import Market, TaxRounding
from appliance.domain.money import Rounding
from appliance.domain.payment import Payment, Settlement, Tender
from appliance.domain.points import PointsMoved
from appliance.domain.sale import AgeCheck, Basket, Kind, Line, LineTotals, Totals
from appliance.domain.tax import TaxPart


def receipt_number(register: str, number: int) -> str:
    """Return the number on the paper: register 2's sale 412 is ``2-000412``."""
    return f"{register}-{number:06d}"


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """A completed sale as it was, whatever has changed in the shop since.

    Attributes:
        sale: UUID of the basket, 32 hexadecimal digits.
        number: Counts the register's receipts without gaps.
        receipt: As on the paper.
        register: The register's name in receipt numbers.
        kind: Sale, return or void.
        opened: When the basket was opened, local time with offset.
        completed: When the money was settled, local time with offset.
        day: The business day.
        cashier: Id of the person.
        market: Code of the market.
        currency: ISO 4217 code.
        decimals: Digits of its minor unit in use.
        tax_inclusive: Whether the prices included tax.
        tax_rounding: Where tax was rounded.
        rounding: How.
        lines: With their amounts.
        removed: Taken out before paying, those that were put back too.
        taxes: One part for each tax class.
        gross_minor: The total before cash rounding.
        net_minor: Without tax.
        tax_minor: The tax.
        rounding_minor: Cash rounding.
        payable_minor: The total with it.
        items_milli: Pieces, and one for each weighing, in thousandths.
        payments: As settled.
        customer: The customer's random reference, or empty.
        points: What the sale did to the customer's points, where the shop gives any.
        age_check: How the buyer's age was found out, where it was asked.
        voids: UUID of the sale that a void undoes, else empty.
        recounts: The quantities that a person set before paying, in that order.
        left: What was left on the shop's cards that it moved.
    """

    sale: str
    number: int
    receipt: str
    register: str
    kind: Kind
    opened: datetime
    completed: datetime
    day: date
    cashier: str
    market: str
    currency: str
    decimals: int
    tax_inclusive: bool
    tax_rounding: TaxRounding
    rounding: Rounding
    lines: tuple[LineTotals, ...]
    removed: tuple[RemovedLine, ...]
    taxes: tuple[TaxPart, ...]
    gross_minor: int
    net_minor: int
    tax_minor: int
    rounding_minor: int
    payable_minor: int
    items_milli: int
    payments: tuple[Payment, ...]
    customer: str = ""
    points: PointsMoved | None = None
    age_check: AgeCheck | None = None
    voids: str = ""
    recounts: tuple[Recount, ...] = ()
    left: tuple[Left, ...] = ()

    def __post_init__(self) -> None:
        """Refuse facts that do not add up."""
        sums = {
            "net and tax": self.net_minor + self.tax_minor,
            "the lines": sum(line.gross_minor for line in self.lines),
            "the tax rates": sum(part.gross_minor for part in self.taxes),
            "the total less rounding": self.payable_minor - self.rounding_minor,
            "the payments less rounding": sum(p.amount_minor for p in self.payments)
            - self.rounding_minor,
        }
        for name, value in sums.items():
            if value != self.gross_minor:
                raise ReceiptError(
                    f"Receipt {self.receipt}: {name} come to {value}, the total is "
                    f"{self.gross_minor}."
                )
        taxed = sum(part.tax_minor for part in self.taxes)
        lined = sum(line.tax.tax_minor for line in self.lines)
        if not taxed == lined == self.tax_minor:
            raise ReceiptError(
                f"Receipt {self.receipt}: the tax is {self.tax_minor}, its rates come to {taxed} "
                f"and its lines to {lined}."
            )

    @classmethod
    def of(
        cls,
        *,
        basket: Basket,
        totals: Totals,
        settlement: Settlement,
        market: Market,
        register: str,
        number: int,
        completed_at: datetime,
        day: date,
    ) -> ReceiptFacts:
        """Gather the facts of a sale that is settled.

        Raises:
            ReceiptError: It is not settled, or the parts belong to different sales.
        """
        if not settlement.is_settled:
            raise ReceiptError(
                f"The sale cannot be completed: {settlement.remaining_minor} is still to be paid."
            )
        return cls(
            sale=basket.id,
            number=number,
            receipt=receipt_number(register, number),
            register=register,
            kind=basket.kind,
            opened=basket.opened_at,
            completed=completed_at,
            day=day,
            cashier=basket.cashier,
            market=market.code,
            currency=market.currency,
            decimals=market.decimals,
            tax_inclusive=market.tax_inclusive,
            tax_rounding=market.tax_rounding,
            rounding=market.rounding,
            lines=totals.lines,
            removed=basket.removed,
            recounts=basket.recounts,
            taxes=totals.taxes,
            gross_minor=totals.gross_minor,
            net_minor=totals.net_minor,
            tax_minor=totals.tax_minor,
            rounding_minor=settlement.rounding_minor,
            payable_minor=settlement.payable_minor,
            items_milli=totals.items_milli,
            payments=settlement.payments,
            customer=basket.customer,
            age_check=basket.age_check,
            voids=basket.voids,
        )

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ReceiptFacts:
        """Read the data of a ``balie.sale.completed.v1`` entry; keys it does not know are left.

        Raises:
            ReceiptError: Something is missing, is not what it should be, or does not add up.
        """
        try:
            return _read(data)
        except ReceiptError:
            raise
        except (DomainError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise ReceiptError(f"The record of the sale cannot be read: {error!r}.") from error

    def to_data(self) -> dict[str, Any]:
        """Return the data of a ``balie.sale.completed.v1`` entry."""
        data = {
            "sale": self.sale,
            "number": self.number,
            "receipt": self.receipt,
            "register": self.register,
            "kind": self.kind.value,
            "opened": self.opened.isoformat(),
            "completed": self.completed.isoformat(),
            "day": self.day.isoformat(),
            "cashier": self.cashier,
            "market": self.market,
            "currency": self.currency,
            "decimals": self.decimals,
            "tax_inclusive": self.tax_inclusive,
            "tax_rounding": self.tax_rounding.value,
            "rounding": self.rounding.value,
            "lines": [line.line.to_data() | _amounts(line) for line in self.lines],
            "removed": [gone.line.to_data() | gone.told() for gone in self.removed],
            "taxes": [_tax_data(part) for part in self.taxes],
            "totals": {
                "gross_minor": self.gross_minor,
                "net_minor": self.net_minor,
                "tax_minor": self.tax_minor,
                "rounding_minor": self.rounding_minor,
                "payable_minor": self.payable_minor,
                "items_milli": self.items_milli,
            },
            "payments": [
                _payment_data(place, payment) for place, payment in enumerate(self.payments, 1)
            ],
        }
        checked = None if self.age_check is None else asdict(self.age_check)
        said = {
            "customer": self.customer,
            "points": None if self.points is None else self.points.to_data(),
            "age_check": checked,
            "voids": self.voids,
            "recounts": [each.to_data() for each in self.recounts],
            "left": [each.to_data() for each in self.left],
        }
        return data | {key: value for key, value in said.items() if value}


def completed(
    *,
    basket: Basket,
    totals: Totals,
    settlement: Settlement,
    market: Market,
    register: str,
    number: int,
    completed_at: datetime,
    day: date,
) -> dict[str, Any]:
    """Return the data of a ``balie.sale.completed.v1`` entry.

    Args:
        basket: What was sold.
        totals: What it came to.
        settlement: How it was paid.
        market: Its currency and rules.
        register: The register's name in receipt numbers.
        number: The receipt's number, counted without gaps.
        completed_at: Local time with offset.
        day: The business day.

    Raises:
        ReceiptError: The sale is not settled, or the parts do not add up.
    """
    facts = ReceiptFacts.of(
        basket=basket,
        totals=totals,
        settlement=settlement,
        market=market,
        register=register,
        number=number,
        completed_at=completed_at,
        day=day,
    )
    return facts.to_data()


def _amounts(line: LineTotals) -> dict[str, Any]:
    return {
        "gross_minor": line.gross_minor,
        "net_minor": line.tax.net_minor,
        "tax_minor": line.tax.tax_minor,
        "rate_bp": line.tax.rate_bp,
    }


def _tax_data(part: TaxPart) -> dict[str, Any]:
    return {
        "tax_class": part.tax_class,
        "letter": part.letter,
        "rate_bp": part.rate_bp,
        "net_minor": part.net_minor,
        "tax_minor": part.tax_minor,
        "gross_minor": part.gross_minor,
    }


def _payment_data(place: int, payment: Payment) -> dict[str, Any]:
    data = {
        "payment": place,
        "tender": payment.tender.value,
        "amount_minor": payment.amount_minor,
        "tendered_minor": payment.tendered_minor,
        "change_minor": payment.change_minor,
        "rounding_minor": payment.rounding_minor,
        "reference": payment.reference,
        "attempt": payment.attempt,
    }
    said: dict[str, Any] = {"tip_minor": payment.tip_minor, "account": payment.account}
    said["expires"] = None if payment.expires is None else payment.expires.isoformat()
    return data | {key: value for key, value in said.items() if value}


def _read(data: Mapping[str, Any]) -> ReceiptFacts:
    letters = {item["tax_class"]: item["letter"] for item in data["taxes"]}
    totals = data["totals"]
    return ReceiptFacts(
        sale=data["sale"],
        number=data["number"],
        receipt=data["receipt"],
        register=data["register"],
        kind=Kind(data["kind"]),
        opened=datetime.fromisoformat(data["opened"]),
        completed=datetime.fromisoformat(data["completed"]),
        day=date.fromisoformat(data["day"]),
        cashier=data["cashier"],
        market=data["market"],
        currency=data["currency"],
        decimals=data["decimals"],
        tax_inclusive=data["tax_inclusive"],
        tax_rounding=TaxRounding(data["tax_rounding"]),
        rounding=Rounding(data["rounding"]),
        lines=tuple(
            LineTotals(Line.from_data(item), _read_part(item, letters[item["tax_class"]]))
            for item in data["lines"]
        ),
        removed=tuple(RemovedLine.of(Line.from_data(item), item) for item in data["removed"]),
        taxes=tuple(_read_part(item, item["letter"]) for item in data["taxes"]),
        gross_minor=totals["gross_minor"],
        net_minor=totals["net_minor"],
        tax_minor=totals["tax_minor"],
        rounding_minor=totals["rounding_minor"],
        payable_minor=totals["payable_minor"],
        items_milli=totals["items_milli"],
        payments=tuple(_read_payment(item) for item in data["payments"]),
        customer=data.get("customer", ""),
        points=PointsMoved.from_data(data["points"]) if "points" in data else None,
        age_check=AgeCheck(**data["age_check"]) if "age_check" in data else None,
        voids=data.get("voids", ""),
        recounts=tuple(map(Recount.from_data, data.get("recounts", ()))),
        left=tuple(map(Left.from_data, data.get("left", ()))),
    )


def _read_part(item: Mapping[str, Any], letter: str) -> TaxPart:
    part = TaxPart(
        rate_bp=item["rate_bp"],
        tax_class=item["tax_class"],
        letter=letter,
        net_minor=item["net_minor"],
        tax_minor=item["tax_minor"],
    )
    if part.gross_minor != item["gross_minor"]:
        raise ReceiptError(
            f"Net {part.net_minor} and tax {part.tax_minor} do not make {item['gross_minor']}."
        )
    return part


def _read_payment(item: Mapping[str, Any]) -> Payment:
    return Payment(
        tender=Tender(item["tender"]),
        amount_minor=item["amount_minor"],
        tendered_minor=item["tendered_minor"],
        change_minor=item["change_minor"],
        rounding_minor=item.get("rounding_minor", 0),
        reference=item["reference"],
        attempt=item["attempt"],
        tip_minor=item.get("tip_minor", 0),
        account=item.get("account", ""),
        expires=date.fromisoformat(item["expires"]) if "expires" in item else None,
    )
