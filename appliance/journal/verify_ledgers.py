"""Holds what sales moved in a collector's ledgers against their entries.

Read from the entry by the rule that register and collector share, `appliance.domain.ledger`. What
balances come to is added up again by `appliance.journal.verify_balances`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from appliance.domain.ledger import movements_of
from appliance.journal.entry import Entry
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.tables import PAGE, Query, Row
from appliance.journal.verify_sales import SalesCheck

_LONGEST_ACCOUNT = 32
_COLUMNS = (
    "epoch, sequence, place, kind, account, amount_minor, expires, receipt, day, currency, decimals"
)


class LedgerCheck(SalesCheck):
    """Compares what one device's sales moved."""

    def __init__(self, query: Query, device: str, report: Report) -> None:
        super().__init__(query, device, report)
        self._movements = 0

    def hold_against(self, entry: Entry) -> None:
        """Take the next entry, if it is a sale that the ledgers should have followed."""
        if _moves(entry.data):
            super().hold_against(entry)

    def finish(self, unread: Mapping[int, int]) -> None:
        """Look for movements that no entry tells of.

        Args:
            unread: By epoch, up to where entries are archived and were not read.
        """
        self._compare_waiting()
        if self._movements:
            self._report.notes.append(
                f"ledgers: {self._movements} movements were compared with their entries"
            )
        below = 0
        for epoch, sequence, receipt in self._places():
            if sequence <= unread.get(epoch, 0):
                below += 1
            elif not self._met.has(epoch, sequence):
                place = f"{epoch}.{sequence}"
                self._report.findings.add(
                    Kind.LEDGER,
                    place,
                    f"the ledgers have receipt {receipt} move a balance; entry {place} moves none",
                )
        if below:
            self._report.limits.append(
                f"what {below} sales moved in the ledgers, whose entries were not read"
            )

    def _places(self) -> Iterator[Row]:
        """Go through the entries that the ledgers name, in order."""
        last: Row = (-1, -1)
        while True:
            rows = self._query(
                "select distinct epoch, sequence, receipt from ledgers_movement where device_id = ?"
                " and (epoch, sequence) > (?, ?) order by epoch, sequence limit ?",
                (self._device, *last, PAGE),
            )
            yield from rows
            if len(rows) < PAGE:
                return
            last = rows[-1][:2]

    def _compare(self, waiting: Mapping[str, Entry]) -> None:
        marks = ", ".join("?" * len(waiting))
        counted = {
            row[0]
            for row in self._query(
                f"select id from register_sale where id in ({marks})",  # noqa: S608 - only marks
                list(waiting),
            )
        }
        held = self._held(entry for key, entry in waiting.items() if key in counted)
        for key, entry in waiting.items():
            if key not in counted:
                continue  # a sale that counts nowhere moves nothing; the figures name it
            self._met.add(entry)
            wanted = _rows_of(entry)
            self._movements += len(wanted)
            if held.get((entry.epoch, entry.sequence), []) != wanted:
                place = str(entry.watermark)
                self._report.findings.add(
                    Kind.LEDGER,
                    place,
                    f"entry {place}, receipt {entry.data.get('receipt')}: what it moved in the "
                    "ledgers is not what the entry says",
                )

    def _held(self, entries: Iterable[Entry]) -> dict[tuple[int, int], list[Row]]:
        found: dict[tuple[int, int], list[Row]] = defaultdict(list)
        sales = [str(entry.data["sale"]) for entry in entries]
        if not sales:
            return found
        marks = ", ".join("?" * len(sales))
        rows = self._query(
            f"select {_COLUMNS} from ledgers_movement where device_id = ?"  # noqa: S608 - only our words
            f" and sale in ({marks}) order by epoch, sequence, place",
            (self._device, *sales),
        )
        for epoch, sequence, place, kind, account, amount, expires, receipt, day, *money in rows:
            found[epoch, sequence].append(
                (place, kind, account, amount, _day(expires), receipt, _day(day), *money)
            )
        return found


def _moves(data: Mapping[str, Any]) -> bool:
    parts = (*_parts(data, "payments"), *_parts(data, "lines"))
    return any(isinstance(part, dict) and part.get("account") for part in parts)


def _parts(data: Mapping[str, Any], name: str) -> list[Any]:
    parts = data.get(name)
    return parts if isinstance(parts, list) else []


def _rows_of(entry: Entry) -> list[Row]:
    """Return the rows that an entry should have in the ledgers; none where it cannot be read."""
    data = entry.data
    try:
        tail = (data["receipt"], data["day"], data["currency"], data["decimals"])
        return [
            (place, m.kind.value, m.account, m.amount_minor, _day(m.expires), *tail)
            for place, m in enumerate(movements_of(data), 1)
            if len(m.account) <= _LONGEST_ACCOUNT
        ]
    except (LookupError, TypeError, ValueError, AttributeError):
        return []


def _day(value: Any) -> str | None:
    return None if value is None else str(value)
