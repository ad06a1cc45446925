"""What a journal's sales come to: per day, per tax rate, per way of paying, receipt by receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from appliance.journal.adding_up import faults_of, whole

COMPLETED = "balie.sale.completed.v1"


@dataclass(slots=True)
class DaySums:
    """A business day in one currency.

    Attributes:
        decimals: Digits of the currency's minor unit in use.
        sales: How many sales.
        returns: How many returns.
        gross_minor: What they come to together, returns taken off.
        first_receipt: The first receipt of the day, as on the paper.
        last_receipt: The last.
    """

    decimals: int
    sales: int = 0
    returns: int = 0
    gross_minor: int = 0
    first_receipt: str = ""
    last_receipt: str = ""


@dataclass(slots=True)
class RateSums:
    """A tax rate in one currency; amounts in minor units."""

    decimals: int
    net_minor: int = 0
    tax_minor: int = 0
    gross_minor: int = 0


@dataclass(slots=True)
class TenderSums:
    """A way to pay in one currency; the amount is what it settled, in minor units."""

    decimals: int
    times: int = 0
    amount_minor: int = 0


@dataclass(slots=True)
class Takings:
    """Sums of completed sales."""

    days: dict[tuple[str, str], DaySums] = field(default_factory=dict)
    rates: dict[tuple[str, int], RateSums] = field(default_factory=dict)
    tenders: dict[tuple[str, str], TenderSums] = field(default_factory=dict)

    def add(self, data: Mapping[str, Any]) -> list[str]:
        """Add a completed sale.

        Returns:
            What does not add up in it, a phrase each; empty if everything does.
        """
        try:
            found = [*faults_of(data), *self._decimals_fault(data)]
            self._add_day(data)
            self._add_parts(data)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return [f"its figures cannot be read ({type(error).__name__}: {error})"]
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the sums as JSON's own types, in order."""
        return {
            "days": [
                {"day": day, "currency": currency, **asdict(sums)}
                for (day, currency), sums in sorted(self.days.items())
            ],
            "rates": [
                {"currency": currency, "rate_bp": rate, **asdict(sums)}
                for (currency, rate), sums in sorted(self.rates.items())
            ],
            "tenders": [
                {"currency": currency, "tender": tender, **asdict(sums)}
                for (currency, tender), sums in sorted(self.tenders.items())
            ],
        }

    def _decimals_fault(self, data: Mapping[str, Any]) -> Iterator[str]:
        """A currency's amounts cannot suddenly mean a hundred times as much."""
        for (currency, _), sums in self.rates.items():
            if currency == data["currency"] and sums.decimals != data["decimals"]:
                yield f"it counts {data['decimals']} decimals, others {sums.decimals}"
                return

    def _add_day(self, data: Mapping[str, Any]) -> None:
        key = (str(data["day"]), str(data["currency"]))
        sums = self.days.setdefault(key, DaySums(decimals=whole(data["decimals"])))
        sums.gross_minor += whole(data["totals"]["gross_minor"])
        sums.returns += data["kind"] == "return"
        sums.sales += data["kind"] != "return"
        sums.last_receipt = str(data.get("receipt", ""))
        sums.first_receipt = sums.first_receipt or sums.last_receipt

    def _add_parts(self, data: Mapping[str, Any]) -> None:
        currency, decimals = str(data["currency"]), whole(data["decimals"])
        for tax in data["taxes"]:
            rate = self.rates.setdefault((currency, whole(tax["rate_bp"])), RateSums(decimals))
            rate.net_minor += tax["net_minor"]
            rate.tax_minor += tax["tax_minor"]
            rate.gross_minor += tax["gross_minor"]
        for payment in data["payments"]:
            key = (currency, str(payment.get("tender", "unknown")))
            paid = self.tenders.setdefault(key, TenderSums(decimals))
            paid.times += 1
            paid.amount_minor += payment["amount_minor"]
