"""Reading recorded baskets from a file of invoices.

The columns are those of the UCI data set "Online Retail" (D. Chen, 2015): InvoiceNo, StockCode,
Description, Quantity, InvoiceDate and UnitPrice; others are passed over. What the file says is kept
exactly:

- An invoice whose number begins with C is a cancellation: a return, its quantities below zero.
- Codes are the shop's own, whatever they are: ``POST``, ``M`` and ``BANK CHARGES`` are articles
  like ``85123A``, and ``85123a`` is another one.
- A line at 0.00 is a line at 0.00. Such an invoice comes to nothing and is completed all the same.
- A register knows no price below zero. A line at -5.00 is a line at 5.00 that comes back.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from appliance.domain.errors import AmountError
from appliance.domain.money import parse_minor
from appliance.domain.sale import ONE_MILLI

CURRENCY = "GBP"
DECIMALS = 2
TIMEZONE = ZoneInfo("Europe/London")
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice")
_GZIP_MAGIC = b"\x1f\x8b"


class RecordError(ValueError):
    """A file of recorded baskets that cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """One line of a recorded basket.

    Attributes:
        code: The article's code in that shop.
        name: As written on the invoice; may be empty.
        quantity_milli: In thousandths, below zero for what came back.
        unit_price_minor: Of one piece, zero or more.
    """

    code: str
    name: str
    quantity_milli: int
    unit_price_minor: int


@dataclass(slots=True)
class RecordedBasket:
    """One invoice.

    Attributes:
        number: The invoice's number.
        opened: Time of its first line, with offset.
        completed: Time of its last line.
        lines: In the order of the file.
    """

    number: str
    opened: datetime
    completed: datetime
    lines: list[RecordedLine] = field(default_factory=list)

    @property
    def is_return(self) -> bool:
        """Whether it is a cancellation."""
        return self.number.startswith("C")


def read(path: Path) -> list[RecordedBasket]:
    """Read a file of invoices, plain or compressed by gzip, in the order they begin.

    The lines of an invoice need not stand together.

    Raises:
        RecordError: A row cannot be read, or the file is something else.
        OSError: The file cannot be opened.
    """
    baskets: dict[str, RecordedBasket] = {}
    with _opened(path) as file:
        for where, row in _rows(file, path.name):
            at = _moment(row["InvoiceDate"], where)
            number = row["InvoiceNo"]
            basket = baskets.setdefault(number, RecordedBasket(number, at, at))
            basket.opened, basket.completed = min(basket.opened, at), max(basket.completed, at)
            basket.lines.append(_line(row, where))
    return sorted(baskets.values(), key=lambda basket: basket.opened)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with path.open("rb") as raw:
        compressed = raw.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    opener = gzip.open if compressed else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        yield file


def _rows(file: TextIO, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each row with the words that say where it stands."""
    reader = csv.DictReader(file, strict=True)
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise RecordError(f"{name} must have the columns {', '.join(missing)}, found none.")
        for row in reader:
            where = f"{name}, line {reader.line_num}"
            if any(row[column] is None for column in COLUMNS):
                raise RecordError(f"{where}: {len(reader.fieldnames or ())} values were expected.")
            yield where, row
    except (csv.Error, UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
        raise RecordError(f"{name} is no CSV in UTF-8 or is torn: {error}.") from error


def _line(row: Mapping[str, str], where: str) -> RecordedLine:
    code, quantity = row["StockCode"].strip(), _quantity(row["Quantity"], where)
    if not code:
        raise RecordError(f"{where}: a StockCode was expected, found none.")
    try:
        price = parse_minor(row["UnitPrice"], DECIMALS, "en")
    except AmountError as error:
        raise RecordError(f"{where}: UnitPrice: {error}") from error
    if price < 0:
        price, quantity = -price, -quantity
    return RecordedLine(code, row["Description"].strip(), quantity * ONE_MILLI, price)


def _quantity(text: str, where: str) -> int:
    try:
        quantity = int(text)
    except ValueError:
        quantity = 0
    if not quantity:
        raise RecordError(f"{where}: Quantity must be a whole number but zero, found “{text}”.")
    return quantity


def _moment(text: str, where: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=TIMEZONE)
    except ValueError:
        raise RecordError(
            f"{where}: InvoiceDate must be such as 2010-12-01T08:26, found “{text}”."
        ) from None
