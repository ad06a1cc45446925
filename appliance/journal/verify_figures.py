"""Holds a collector's figures against the entries they were derived from.

Sales, lines, payments and taxes lie in tables of their own, so that pages are quick. Each row is
compared with what its entry says, read here by other code than made the row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from appliance.journal.entry import Entry
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.tables import Query, Row, in_utc
from appliance.journal.verify_sales import SalesCheck

_SALE = ("sale", "receipt", "register", "number", "kind", "day", "cashier", "market", "currency",
         "decimals")  # fmt: skip
_TOTALS = ("gross_minor", "net_minor", "tax_minor", "rounding_minor", "payable_minor",
           "items_milli")  # fmt: skip
_MOMENTS = ("opened", "completed")
_PARTS = {
    "saleline": (
        "lines",
        ("line", "article", "name", "category", "unit", "quantity_milli", "unit_price_minor",
         "discount_minor", "gross_minor", "net_minor", "tax_minor", "tax_class", "rate_bp",
         "source"),
    ),
    "payment": (
        "payments",
        ("payment", "tender", "amount_minor", "tendered_minor", "change_minor", "reference"),
    ),
    "saletax": (
        "taxes",
        ("tax_class", "letter", "rate_bp", "net_minor", "tax_minor", "gross_minor"),
    ),
}  # fmt: skip
"""Of each table of parts: where an entry has them, and the columns, named as in the entry."""

_WORDS = {"saleline": "lines", "payment": "payments", "saletax": "taxes"}


class FiguresCheck(SalesCheck):
    """Compares the figures of one device's sales."""

    def __init__(self, query: Query, device: str, report: Report) -> None:
        super().__init__(query, device, report)
        self._sales = 0

    def finish(self, unread: Mapping[int, int]) -> None:
        """Look for sales that no entry tells of.

        Args:
            unread: By epoch, up to where entries are archived and were not read.
        """
        self._compare_waiting()
        self._report.notes.append(f"figures: {self._sales} sales were compared with their entries")
        for (epoch,) in self._query(
            "select distinct epoch from register_sale where device_id = ? order by epoch",
            (self._device,),
        ):
            self._look_for_others(epoch, unread.get(epoch, 0))

    def _look_for_others(self, epoch: int, unread: int) -> None:
        chosen = "from register_sale where device_id = ? and epoch = ?"
        values = (self._device, epoch)
        ((held, below),) = self._query(
            "select count(*), coalesce(sum(case when sequence <= ? then 1 else 0 end), 0) "
            + chosen,
            (unread, *values),
        )
        if below:
            self._report.limits.append(
                f"the figures of {below} sales of epoch {epoch}, whose entries were not read"
            )
        if held - below == self._met.above(epoch, unread):
            return
        for identity, sequence, receipt in self._by_identity(epoch):
            if sequence <= unread or self._met.has(epoch, sequence):
                continue
            place = f"{epoch}.{sequence}"
            self._report.findings.add(
                Kind.FIGURES,
                place,
                f"the figures count receipt {receipt} ({identity}); entry {place} is no proven "
                "sale",
            )

    def _by_identity(self, epoch: int) -> Iterator[Row]:
        """Go through the sales of an epoch along the primary key."""
        last = f"{self._device}.{epoch}."
        while True:
            rows = self._query(
                "select id, sequence, receipt from register_sale where device_id = ? and epoch = ?"
                " and id > ? order by id limit 500",
                (self._device, epoch, last),
            )
            yield from rows
            if not rows:
                return
            last = rows[-1][0]

    def _compare(self, waiting: Mapping[str, Entry]) -> None:
        self._sales += len(waiting)
        sales = self._sales_of(waiting)
        parts = {table: self._parts_of(table, waiting) for table in _PARTS}
        for identity, entry in waiting.items():
            row = sales.get(identity)
            if row is None:
                self._miss(entry)
                continue
            self._met.add(entry)
            what = _differing(row, entry.data)
            if what:
                self._find(entry, f"the sale's {what}")
            for table, (name, columns) in _PARTS.items():
                wanted = sorted(_part_rows(entry.data.get(name), columns), key=repr)
                if sorted(parts[table][identity], key=repr) != wanted:
                    self._find(entry, f"its {_WORDS[table]}")

    def _miss(self, entry: Entry) -> None:
        """A sale may be missing only because an earlier entry records the same one."""
        rows = self._query(
            "select epoch, sequence from register_sale where device_id = ? and sale = ?",
            (self._device, str(entry.data.get("sale"))),
        )
        if rows and tuple(rows[0]) < (entry.epoch, entry.sequence):
            self._report.notes.append(
                f"entry {entry.watermark} records the sale of entry {rows[0][0]}.{rows[0][1]} "
                "again; it is counted once"
            )
            return
        place = str(entry.watermark)
        self._report.findings.add(
            Kind.FIGURES,
            place,
            f"the figures do not count receipt {entry.data.get('receipt')} of entry {place}",
        )

    def _find(self, entry: Entry, what: str) -> None:
        place = str(entry.watermark)
        self._report.findings.add(
            Kind.FIGURES,
            place,
            f"entry {place}, receipt {entry.data.get('receipt')}: {what} in the figures are not "
            "what the entry says",
        )

    def _sales_of(self, waiting: Mapping[str, Entry]) -> dict[str, dict[str, Any]]:
        columns = (*_SALE, *_TOTALS, *_MOMENTS, "completed_local")
        rows = self._query(
            f"select id, {', '.join(columns)} from register_sale"  # noqa: S608 - only our words
            f" where id in ({_marks(waiting)})",
            list(waiting),
        )
        return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}

    def _parts_of(self, table: str, waiting: Mapping[str, Entry]) -> dict[str, list[Row]]:
        _, columns = _PARTS[table]
        rows = self._query(
            f"select sale_id, {', '.join(columns)} from register_{table}"  # noqa: S608 - the same
            f" where sale_id in ({_marks(waiting)})",
            list(waiting),
        )
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            found[row[0]].append(tuple(row[1:]))
        return found


def find_orphans(query: Query, report: Report) -> None:
    """Look for parts of sales that are not there."""
    for table, word in _WORDS.items():
        rows = query(
            f"select p.sale_id from register_{table} p where not exists"  # noqa: S608 - the same
            " (select 1 from register_sale s where s.id = p.sale_id) order by p.sale_id"
        )
        for (sale,) in rows:
            device, _, place = _split(sale)
            report.findings.add(
                Kind.FIGURES,
                place,
                f"the figures hold {word} of entry {place} of {device}, and not its sale",
            )


def _split(sale: str) -> tuple[str, str, str]:
    device, _, rest = str(sale).partition(".")
    return device, ".", rest


def _marks(values: Mapping[str, Entry]) -> str:
    return ", ".join("?" * len(values))


def _differing(row: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Name the first figures of a sale that differ from its entry; empty when none does."""
    totals = data.get("totals")
    wanted = {name: data.get(name) for name in _SALE}
    wanted |= {name: totals.get(name) if isinstance(totals, dict) else None for name in _TOTALS}
    wanted["completed_local"] = data.get("completed")
    found = {name: str(row[name]) if name == "day" else row[name] for name in wanted}
    wrong = [name for name, value in wanted.items() if found[name] != value]
    for name in _MOMENTS:
        try:
            same = in_utc(row[name]) == in_utc(data.get(name))
        except (ValueError, AttributeError):
            same = False
        if not same:
            wrong.append(name)
    return ", ".join(wrong)


def _part_rows(parts: Any, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    if not isinstance(parts, list):
        return []
    return [
        tuple((part.get(name) or "") if name == "reference" else part.get(name) for name in columns)
        for part in parts
        if isinstance(part, dict)
    ]
