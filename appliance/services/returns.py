"""Sales found again by the number on their receipt, and what has come back of them.

Receipt numbers of a register only rise along its journal, so a sale is found by halving: some
twenty entries are read however many there are, and no index is written for the thousands of sales
that nobody ever asks for again. What came back is rare, and is noted on the shelf with the sale it
came from; the notes follow from the journal and are made again from it where they are lost.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from appliance.domain.article import ArticleKind
from appliance.domain.line import Line
from appliance.domain.money import share_out
from appliance.domain.payment import Payment
from appliance.domain.receipt import ReceiptFacts, receipt_number
from appliance.domain.returned import bring_back
from appliance.domain.sale import Kind, LineTotals
from appliance.domain.voucher import shown
from appliance.journal.entry import Watermark
from appliance.services import events
from appliance.services.ledger import Ledger
from appliance.services.ports import Shelf, SoldHistory

_NUMBER = re.compile(r"(?:([A-Za-z0-9]{1,10})-)?0*([0-9]{1,12})")
_AT_ONCE = 16
"""Entries read at a time behind the first; between two sales there are rarely more."""
RETURNABLE = (ArticleKind.GOODS, ArticleKind.DEPOSIT)


class ReturnError(LookupError):
    """A sale cannot be found by its receipt here.

    Attributes:
        receipt: The number that was sought.
    """

    def __init__(self, receipt: str) -> None:
        self.receipt = receipt
        super().__init__(f"A receipt of this register was expected, found {receipt[:40]!r}.")


class SoldElsewhereError(ReturnError):
    """Another register sold it, and its journal is not here."""


class NoLongerHereError(ReturnError):
    """It was sold so long ago that only the back office still holds it."""


class NoSuchReceiptError(ReturnError):
    """No sale had that number."""


class VoidError(ValueError):
    """A sale cannot be undone whole."""


class AlreadyUndoneError(VoidError):
    """It was voided before, or is itself a void."""


class PartlyReturnedError(VoidError):
    """Something of it came back already, or came back in it."""


class SpentError(VoidError):
    """What it put on a card was spent since."""


@dataclass(frozen=True, slots=True)
class SoldBefore:
    """A sale of before, with what came back of it.

    Attributes:
        facts: The sale as it was.
        returned: How much came back, in thousandths, by line.
        voided: Whether a counter-entry undid it.
    """

    facts: ReceiptFacts
    returned: Mapping[int, int]
    voided: bool = False

    def left_milli(self, line: Line) -> int:
        """Return how much of a line can still come back."""
        if self.voided or line.kind not in RETURNABLE or line.quantity_milli < 0:
            return 0
        return line.quantity_milli - self.returned.get(line.number, 0)

    def bring_back(self, each: LineTotals, quantity_milli: int, *, restock: bool = True) -> Line:
        """Return the line that undoes a part of a line.

        Raises:
            ImpossibleValueError: It is more than what is left, or nothing.
        """
        before = self.returned.get(each.line.number, 0)
        return bring_back(self.facts, each, quantity_milli, before_milli=before, restock=restock)


class Returns:
    """What was sold at this register, to be brought back.

    Args:
        name: The register's part of the receipt number.
        history: The journal.
        shelf: Holds what came back.
    """

    def __init__(self, *, name: str, history: SoldHistory, shelf: Shelf) -> None:
        self._name = name
        self._history = history
        self._shelf = shelf

    def find(self, text: str, on_counter: Iterable[Line] = ()) -> SoldBefore:
        """Find a sale by its receipt.

        Args:
            text: ``2-000412`` as on the receipt, or 412 alone.
            on_counter: Lines of open and parked baskets: what lies there comes back already.

        Raises:
            SoldElsewhereError: Another register's.
            NoLongerHereError: Too long ago for this device.
            NoSuchReceiptError: There is none.
            JournalError: The journal cannot be read.
        """
        read = _NUMBER.fullmatch(text.strip())
        if read is None:
            raise NoSuchReceiptError(text.strip())
        if read[1] and read[1] != self._name:
            raise SoldElsewhereError(text.strip())
        facts = self._by_number(int(read[2]))
        returned, voided = came_back(self._shelf, facts.sale)
        for line in on_counter:
            if line.origin is not None and line.origin.sale == facts.sale:
                returned[line.origin.line] -= line.quantity_milli
        return SoldBefore(facts, returned, voided)

    def last(self) -> SoldBefore | None:
        """Return the last sale of this register; None where it has sold nothing yet."""
        facts = next(self._backwards(), None)
        return None if facts is None else SoldBefore(facts, *came_back(self._shelf, facts.sale))

    def recent(self, count: int) -> list[ReceiptFacts]:
        """Return the last sales of this register, the latest first.

        Raises:
            JournalError: The journal cannot be read.
        """
        return list(islice(self._backwards(), count))

    def _backwards(self) -> Iterator[ReceiptFacts]:
        first, at = self._history.first_position, self._history.last_position
        while at >= first:
            begin = max(first, at - _AT_ONCE + 1)
            for entry in reversed(self._history.at(begin, at - begin + 1)):
                if self._is_sale(entry.type, entry.data):
                    yield ReceiptFacts.from_data(entry.data)
            at = begin - 1

    def _by_number(self, number: int) -> ReceiptFacts:
        low, high = self._history.first_position, self._history.last_position
        first, earlier = low, False
        while low <= high:
            middle = (low + high) // 2
            found = self._sale_from(middle, high)
            if found is None:
                high = middle - 1
                continue
            position, data = found
            if data["number"] == number:
                return ReceiptFacts.from_data(data)
            if data["number"] > number:
                high = middle - 1
            else:
                low, earlier = position + 1, True
        receipt = receipt_number(self._name, number)
        raise (NoSuchReceiptError if earlier or first == 1 else NoLongerHereError)(receipt)

    def _sale_from(self, position: int, last: int) -> tuple[int, dict[str, Any]] | None:
        """Return the first sale of this register from a position on, and where it lies."""
        size = 1
        while position <= last:
            for entry in self._history.at(position, min(size, last - position + 1)):
                if self._is_sale(entry.type, entry.data):
                    return position, entry.data
                position += 1
            size = _AT_ONCE
        return None

    def _is_sale(self, kind: str, data: Mapping[str, Any]) -> bool:
        return kind == events.COMPLETED and data["register"] == self._name


def refuse_void(sold: SoldBefore, ledger: Ledger | None = None) -> None:
    """Let only a sale be voided that is as it was.

    Args:
        sold: The sale.
        ledger: Tells what is left on the cards it put money on; not asked without it.

    Raises:
        AlreadyUndoneError: It was voided, or is a void.
        PartlyReturnedError: Something came back of it or in it.
        SpentError: What it put on a card was spent.
    """
    facts = sold.facts
    if sold.voided or facts.kind is Kind.VOID:
        raise AlreadyUndoneError(f"A sale was expected, receipt {facts.receipt} is undone.")
    if any(sold.returned.values()) or any(each.line.quantity_milli < 0 for each in facts.lines):
        raise PartlyReturnedError(f"Of receipt {facts.receipt} something came back; return it.")
    for each in facts.lines:
        line = each.line
        if ledger is None or line.kind is not ArticleKind.GIFT_CARD or not line.account:
            continue
        if ledger.find(line.account).available_minor < each.gross_minor:
            raise SpentError(f"Of the card {shown(line.account)} something was spent; it stays.")


def remember(shelf: Shelf, facts: ReceiptFacts, place: Watermark) -> None:
    """Note on the shelf what came back in a sale. The same place again changes nothing."""
    back: dict[str, Tally[str]] = {}
    for each in facts.lines:
        if each.line.origin is not None:
            by_line = back.setdefault(each.line.origin.sale, Tally())
            by_line[str(each.line.origin.line)] -= each.line.quantity_milli
    for sale, by_line in back.items():
        noted = shelf.fact(_key(sale), {})
        noted[f"{place.epoch}.{place.sequence}"] = {
            "lines": dict(by_line),
            "void": facts.voids == sale,
            "paid": _paid_for(facts, sale, list(back)),
        }
        shelf.keep_fact(_key(sale), noted)


def came_back(shelf: Shelf, sale: str) -> tuple[Tally[int], bool]:
    """Return how much of each line of a sale came back, and whether it was voided."""
    returned: Tally[int] = Tally()
    noted = shelf.fact(_key(sale), {}).values()
    for each in noted:
        returned.update({int(line): milli for line, milli in each["lines"].items()})
    return returned, any(each["void"] for each in noted)


def given_back(shelf: Shelf, sale: str) -> tuple[Tally[str], set[str]]:
    """Return what was given back of a sale by way to pay, and the card payments that went back."""
    amounts: Tally[str] = Tally()
    attempts: set[str] = set()
    for each in shelf.fact(_key(sale), {}).values():
        for tender, amount, attempt in each.get("paid", ()):
            amounts[tender] += amount
            attempts |= {attempt} - {None}
    return amounts, attempts


def _paid_for(facts: ReceiptFacts, sale: str, sales: list[str]) -> list[list[Any]]:
    """Return what a return gave back for one of the sales in it: of each payment its share."""
    worth = dict.fromkeys(sales, 0)
    for each in facts.lines:
        if each.line.origin is not None:
            worth[each.line.origin.sale] += abs(each.gross_minor)
    place = sales.index(sale)
    return [
        [
            payment.tender.value,
            share_out(_without_rounding(payment), list(worth.values()))[place],
            payment.attempt,
        ]
        for payment in facts.payments
        if payment.amount_minor < 0 and any(worth.values())
    ]


def _without_rounding(payment: Payment) -> int:
    """Return what a payment gave back of the goods' own amounts."""
    return payment.rounding_minor - payment.amount_minor


def _key(sale: str) -> str:
    return f"came_back {sale}"
