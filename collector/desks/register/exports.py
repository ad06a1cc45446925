r"""Sales, lines, payments, taxes and discounts as CSV that a book-keeper's own tools read.

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
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO

from django.db import connection, models
from django.db.models.functions import Collate

from appliance.domain.money import format_plain
from collector.desks.register.models import Payment, Sale, SaleDiscount, SaleLine, SaleTax

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
        kind: ``sales``, ``lines``, ``payments``, ``taxes`` or ``discounts``.
        first: First business day, None for the beginning.
        last: Last business day, None for the end.
    """
    export = EXPORTS[kind]
    yield [column.name for column in export.columns]
    fields = [column.field for column in export.columns]
    writers = [column.write for column in export.columns]
    found = _chosen(export, first, last).values_list(f"{export.to_sale}decimals", *fields)
    for decimals, *values in found.iterator(_CHUNK):
        yield [write(value, decimals) for write, value in zip(writers, values, strict=True)]


def write_csv(
    kind: str, stream: TextIO, first: date | None = None, last: date | None = None
) -> int:
    """Write an export as CSV and return the number of rows, the header not counted."""
    writer = csv.writer(stream, lineterminator="\n")
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
    # By code point on every database, whatever language its server was set up in.
    by_code_point = "BINARY" if connection.vendor == "sqlite" else "C"
    return chosen.order_by(
        f"{to_sale}day",
        Collate(f"{to_sale}device_id", by_code_point),
        f"{to_sale}epoch",
        f"{to_sale}sequence",
        *export.within,
    )
