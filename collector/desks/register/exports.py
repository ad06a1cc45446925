r"""Sales and everything about the drawer's money as CSV that a book-keeper's own tools read.

UTF-8, comma between columns, a header, one row per line, ``\n`` at the end of each. Amounts are
decimals with a point, written with the sale's own number of decimals; quantities and rates carry
no closing zeros. Columns keep their order; a later version may add columns at the right.

Rows are in the order of business day, device and place in the device's journal: the same entries
always give the same bytes.

| export | one row for each | columns |
| --- | --- | --- |
| sales | sale, return or void | day completed device register receipt number kind cashier market currency gross net tax rounding payable items sale epoch sequence customer voids age_years age_how |
| lines | line | day completed device receipt kind line article name category unit quantity unit_price discount gross net tax tax_class rate currency sale for restock parent tare label listed_price reason allowed_by origin_receipt origin_line origin_sale |
| payments | payment | day completed device receipt kind payment tender amount tendered change reference currency sale tip |
| taxes | class and rate in a sale | day completed device receipt kind tax_class letter rate net tax gross currency sale |
| discounts | thing that came off a line | day completed device receipt kind line place why name amount percent rule allowed_by currency sale |
| shifts | Z | day device register z opened opened_by closed closed_by allowed_by currency receipts gross turnover left_before float expected counted counts difference reason left to_safe perpetual_gross perpetual_absolute perpetual_receipts first_epoch first_sequence last_epoch last_sequence entries epoch sequence |
| closings | day, month or year closed | day device period number name closed by first_z last_z currency receipts gross turnover difference perpetual_gross perpetual_absolute perpetual_receipts epoch sequence |
| drawer | movement, count or opening | day device at what slip amount open_s reason by allowed_by epoch sequence |
| exceptions | line removed, sale abandoned or receipt copied | day device at what amount of by epoch sequence |
| training | time training began or ended | day device at what person allowed_by reason sales amount epoch sequence |
| terminal | end of a card terminal's day | day device at after_z outcome theirs their_count ours our_count difference currency by epoch sequence |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TextIO

from django.db import connection, models
from django.db.models.functions import Collate
from django.utils import timezone

from appliance.domain.money import format_plain
from collector import table
from collector.desks.register.models import (
    CounterException,
    DrawerEvent,
    Payment,
    PeriodClosing,
    Sale,
    SaleDiscount,
    SaleLine,
    SaleTax,
    Shift,
    TerminalDay,
    TrainingTurn,
)

_CHUNK = 2000
Write = Callable[[Any, int], str]


def _text(value: Any, _decimals: int) -> str:
    return str(value)


def _text_or_nothing(value: Any, _decimals: int) -> str:
    return value or ""


def _yes_or_no(value: Any, _decimals: int) -> str:
    return "yes" if value else "no"


def _amount_or_nothing(value: int | None, decimals: int) -> str:
    return "" if value is None else format_plain(value, decimals)


def _whole_or_nothing(value: int | None, _decimals: int) -> str:
    return "" if value is None else str(value)


def _moment(value: datetime, _decimals: int) -> str:
    """Write a moment in the shop's time, with its offset."""
    return timezone.localtime(value).isoformat(timespec="seconds")


def _without_closing_zeros(value: int, decimals: int) -> str:
    return format_plain(value, decimals).rstrip("0").rstrip(".")


def quantity(milli: int, _decimals: int = 0) -> str:
    """Write a quantity of thousandths without closing zeros: ``1``, ``0.345``."""
    return _without_closing_zeros(milli, 3)


def rate(basis_points: int, _decimals: int = 0) -> str:
    """Write a rate in per cent without closing zeros: ``9``, ``5.5``."""
    return _without_closing_zeros(basis_points, 2)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export.

    Attributes:
        name: What the header says.
        field: The model's field, reached from the row.
        write: Makes the cell from the value and the sale's decimals.
    """

    name: str
    field: str
    write: Write = _text


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of export: a table and its columns, from left to right.

    Attributes:
        model: The table with one record for each row.
        to_sale: How a row's fields name fields of its sale: ``sale__``, or empty for a sale itself.
        within: The fields that put the rows of one sale in order.
        columns: What each row holds.
    """

    model: type[models.Model]
    to_sale: str
    within: tuple[str, ...]
    columns: tuple[Column, ...]


def _of_sale(to_sale: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(_SALE_NAMES.get(name, name), f"{to_sale}{name}") for name in names)


def _amounts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, f"{name}_minor", format_plain) for name in names)


def _plain(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, name) for name in names)


_SALE_NAMES = {"completed_local": "completed", "device_id": "device"}
_PLACE = ("epoch", "sequence")
_PERPETUAL = (
    *_amounts("perpetual_gross", "perpetual_absolute"),
    *_plain("perpetual_receipts"),
)
_HEAD = ("day", "completed_local", "device_id", "receipt", "kind")
_TAIL = ("currency", "sale")

EXPORTS: dict[str, Export] = {
    "sales": Export(
        Sale,
        "",
        (),
        (
            *_of_sale("", "day", "completed_local", "device_id", "register", "receipt", "number"),
            *_plain("kind", "cashier", "market", "currency"),
            *_amounts("gross", "net", "tax", "rounding", "payable"),
            Column("items", "items_milli", quantity),
            *_plain("sale", "epoch", "sequence", "customer", "voids", "age_years", "age_how"),
        ),
    ),
    "lines": Export(
        SaleLine,
        "sale__",
        ("line",),
        (
            *_of_sale("sale__", *_HEAD),
            *_plain("line", "article", "name", "category", "unit"),
            Column("quantity", "quantity_milli", quantity),
            *_amounts("unit_price", "discount", "gross", "net", "tax"),
            Column("tax_class", "tax_class"),
            Column("rate", "rate_bp", rate),
            *_of_sale("sale__", *_TAIL),
            Column("for", "kind"),
            Column("restock", "restock", _yes_or_no),
            *_plain("parent"),
            Column("tare", "tare_milli", quantity),
            Column("label", "label_minor", _amount_or_nothing),
            Column("listed_price", "listed_price_minor", _amount_or_nothing),
            *_plain("reason", "allowed_by", "origin_receipt", "origin_line"),
            Column("origin_sale", "origin_sale", _text_or_nothing),
        ),
    ),
    "payments": Export(
        Payment,
        "sale__",
        ("payment",),
        (
            *_of_sale("sale__", *_HEAD),
            *_plain("payment", "tender"),
            *_amounts("amount", "tendered", "change"),
            Column("reference", "reference"),
            *_of_sale("sale__", *_TAIL),
            *_amounts("tip"),
        ),
    ),
    "taxes": Export(
        SaleTax,
        "sale__",
        ("rate_bp", "tax_class"),
        (
            *_of_sale("sale__", *_HEAD),
            *_plain("tax_class", "letter"),
            Column("rate", "rate_bp", rate),
            *_amounts("net", "tax", "gross"),
            *_of_sale("sale__", *_TAIL),
        ),
    ),
    "shifts": Export(
        Shift,
        "",
        (),
        (
            *_of_sale("", "day", "device_id", "register"),
            Column("z", "number"),
            Column("opened", "opened", _moment),
            *_plain("opened_by"),
            Column("closed", "at", _moment),
            *_plain("closed_by", "allowed_by", "currency", "receipts"),
            *_amounts("gross", "turnover"),
            Column("left_before", "proposed_minor", format_plain),
            *_amounts("float", "expected"),
            Column("counted", "counted_minor", _amount_or_nothing),
            *_plain("counts"),
            *_amounts("difference"),
            *_plain("reason"),
            *_amounts("left"),
            Column("to_safe", "taken_minor", format_plain),
            *_PERPETUAL,
            *_plain("first_epoch", "first_sequence", "last_epoch", "last_sequence", "entries"),
            *_plain(*_PLACE),
        ),
    ),
    "closings": Export(
        PeriodClosing,
        "",
        (),
        (
            *_of_sale("", "day", "device_id"),
            *_plain("period", "number", "name"),
            Column("closed", "at", _moment),
            *_plain("by", "first_z", "last_z", "currency", "receipts"),
            *_amounts("gross", "turnover", "difference"),
            *_PERPETUAL,
            *_plain(*_PLACE),
        ),
    ),
    "drawer": Export(
        DrawerEvent,
        "",
        (),
        (
            *_of_sale("", "day", "device_id"),
            Column("at", "at", _moment),
            Column("what", "kind"),
            Column("slip", "number"),
            Column("amount", "amount_minor", _amount_or_nothing),
            Column("open_s", "open_s", _whole_or_nothing),
            *_plain("reason", "by", "allowed_by", *_PLACE),
        ),
    ),
    "exceptions": Export(
        CounterException,
        "",
        ("id",),
        (
            *_of_sale("", "day", "device_id"),
            Column("at", "at", _moment),
            Column("what", "kind"),
            *_amounts("amount"),
            Column("of", "what"),
            *_plain("by", *_PLACE),
        ),
    ),
    "terminal": Export(
        TerminalDay,
        "",
        (),
        (
            *_of_sale("", "day", "device_id"),
            Column("at", "at", _moment),
            Column("after_z", "shift"),
            *_plain("outcome"),
            Column("theirs", "total_minor", _amount_or_nothing),
            Column("their_count", "count", _whole_or_nothing),
            *_amounts("ours"),
            Column("our_count", "ours_count"),
            Column("difference", "difference_minor", _amount_or_nothing),
            *_plain("currency", "by", *_PLACE),
        ),
    ),
    "training": Export(
        TrainingTurn,
        "",
        (),
        (
            *_of_sale("", "day", "device_id"),
            Column("at", "at", _moment),
            Column("what", "kind"),
            *_plain("person", "allowed_by", "reason"),
            Column("sales", "sales", _whole_or_nothing),
            Column("amount", "gross_minor", _amount_or_nothing),
            *_plain(*_PLACE),
        ),
    ),
    "discounts": Export(
        SaleDiscount,
        "sale__",
        ("line", "place"),
        (
            *_of_sale("sale__", *_HEAD),
            *_plain("line", "place"),
            Column("why", "kind"),
            *_plain("name"),
            *_amounts("amount"),
            Column("percent", "percent_bp", rate),
            *_plain("rule", "allowed_by"),
            *_of_sale("sale__", *_TAIL),
        ),
    ),
}


def rows(kind: str, first: date | None = None, last: date | None = None) -> Iterator[list[str]]:
    """Yield the header and then every row of an export, without holding them all in memory.

    Args:
        kind: One of ``EXPORTS``.
        first: First business day, None for the beginning.
        last: Last business day, None for the end.
    """
    yield from rows_of(kind, _chosen(EXPORTS[kind], first, last))


def rows_of(kind: str, chosen: models.QuerySet[Any]) -> Iterator[list[str]]:
    """Yield the header and then a row for each record that was chosen.

    Args:
        kind: One of ``EXPORTS``.
        chosen: Records of its table.
    """
    export = EXPORTS[kind]
    yield [column.name for column in export.columns]
    fields = [column.field for column in export.columns]
    writers = [column.write for column in export.columns]
    found = _in_order(export, chosen).values_list(f"{export.to_sale}decimals", *fields)
    for decimals, *values in found.iterator(_CHUNK):
        yield [write(value, decimals) for write, value in zip(writers, values, strict=True)]


def write_csv(
    kind: str, stream: TextIO, first: date | None = None, last: date | None = None
) -> int:
    """Write an export as CSV and return the number of rows, the header not counted."""
    writer = table.Writer(stream)
    count = -1
    for row in rows(kind, first, last):
        writer.writerow(row)
        count += 1
    return count


def _chosen(export: Export, first: date | None, last: date | None) -> models.QuerySet[Any]:
    to_sale = export.to_sale
    chosen: models.QuerySet[Any] = export.model._default_manager.all()  # noqa: SLF001 (Django's own name for it)
    if first is not None:
        chosen = chosen.filter(**{f"{to_sale}day__gte": first})
    if last is not None:
        chosen = chosen.filter(**{f"{to_sale}day__lte": last})
    return chosen


def _in_order(export: Export, chosen: models.QuerySet[Any]) -> models.QuerySet[Any]:
    to_sale = export.to_sale
    # By code point on every database, whatever language its server was set up in.
    by_code_point = "BINARY" if connection.vendor == "sqlite" else "C"
    return chosen.order_by(
        f"{to_sale}day",
        Collate(f"{to_sale}device_id", by_code_point),
        f"{to_sale}epoch",
        f"{to_sale}sequence",
        *export.within,
    )
