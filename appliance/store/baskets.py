"""The open baskets in desk.db, kept line by line: a scan writes the lines it touches.

A basket of five hundred lines would otherwise be written whole at each scan, by a thread that
shares the interpreter with the screen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import orjson

from appliance.domain.line import Line
from appliance.domain.payment import Tender, Tendered
from appliance.domain.sale import Basket
from appliance.journal.entry import Watermark
from appliance.services.ports import Attempt, KeptBasket

SELECT = "select * from basket order by opened, id"
SELECT_LINES = "select content from basket_line where basket = ? order by place"

TABLE = """create table basket_line (
    basket text not null, number integer not null, place integer not null, content text not null,
    primary key (basket, number)
) strict, without rowid"""

_BASKET = (
    "insert or replace into basket values"
    " (:id, :opened, :parked, :name, :content, :payments, :epoch, :sequence, :hash)"
)
_LINE = "insert or replace into basket_line values (?, ?, ?, ?)"
_DROP = "delete from basket where id = ?"
_DROP_LINES = "delete from basket_line where basket = ?"
_DROP_LINE = "delete from basket_line where basket = ? and number = ?"


class Baskets:
    """Writes baskets within the transactions of desk.db's one thread.

    A line that was not changed is the very same object as when it was last written, and is known
    by that.
    """

    def __init__(self) -> None:
        self._written: dict[str, dict[int, tuple[int, Line]]] = {}
        """Of each basket its lines as they are on the card, with their places."""

    def keep(self, connection: sqlite3.Connection, kept: KeptBasket) -> None:
        """Write a basket as it is now."""
        basket = kept.basket.id
        connection.execute(_BASKET, _row_of(kept))
        held = self._written.get(basket)
        if held is None:
            connection.execute(_DROP_LINES, (basket,))
            held = {}
        now, changed = _compared(held, kept.basket.lines)
        gone = [(basket, number) for number in held.keys() - now.keys()]
        connection.executemany(_DROP_LINE, gone)
        connection.executemany(
            _LINE,
            [
                (basket, line.number, place, orjson.dumps(line.to_data()).decode())
                for place, line in changed
            ],
        )
        self._written[basket] = now

    def drop(self, connection: sqlite3.Connection, basket: str) -> None:
        """Let go of a basket."""
        connection.execute(_DROP, (basket,))
        connection.execute(_DROP_LINES, (basket,))
        self._written.pop(basket, None)

    def forget(self) -> None:
        """Trust nothing that was written: the transaction failed. All lines are written anew."""
        self._written.clear()


def to_kept(row: sqlite3.Row, lines: Sequence[sqlite3.Row]) -> KeptBasket:
    """Read a basket; an earlier version wrote the lines into the basket itself.

    Raises:
        DomainError, LookupError, TypeError, ValueError: It is of an unknown shape.
    """
    basket = Basket.from_json(row["content"])
    if lines:
        read = (Line.from_data(orjson.loads(line["content"])) for line in lines)
        basket = replace(basket, lines=tuple(read))
    payments = orjson.loads(row["payments"])
    return KeptBasket(
        basket=basket,
        tendered=tuple(Tendered(**_values(each)) for each in payments["tendered"]),
        attempts=tuple(Attempt(**_values(each)) for each in payments["attempts"]),
        parked=bool(row["parked"]),
        name=row["name"],
        head=Watermark(row["epoch"], row["sequence"], row["hash"]),
    )


def _compared(
    held: dict[int, tuple[int, Line]], lines: Sequence[Line]
) -> tuple[dict[int, tuple[int, Line]], list[tuple[int, Line]]]:
    """Give each line a place above the one before, its old one where it can, and say what changed."""
    now: dict[int, tuple[int, Line]] = {}
    changed, above = [], 0
    for line in lines:
        was = held.get(line.number)
        if was is not None and was[1] is line and was[0] > above:
            above = was[0]
            now[line.number] = was
            continue
        above = was[0] if was is not None and was[0] > above else above + 1
        now[line.number] = above, line
        changed.append(now[line.number])
    return now, changed


def _row_of(kept: KeptBasket) -> dict[str, Any]:
    payments = {
        "tendered": [_row(each) for each in kept.tendered],
        "attempts": [_row(each) for each in kept.attempts],
    }
    return {
        "id": kept.basket.id,
        "opened": kept.basket.opened_at.isoformat(),
        "parked": int(kept.parked),
        "name": kept.name,
        "content": kept.basket.to_json(with_lines=False),
        "payments": orjson.dumps(payments).decode(),
        "epoch": kept.head.epoch,
        "sequence": kept.head.sequence,
        "hash": kept.head.hash,
    }


def _row(part: Tendered | Attempt) -> dict[str, Any]:
    """Write a payment or an attempt; orjson writes days as ISO 8601."""
    return {**asdict(part), "tender": part.tender.value}


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """Read what `_row` made, or an earlier version that knew fewer names."""
    values = {**row, "tender": Tender(row.get("tender", Tender.CARD_TERMINAL.value))}
    if values.get("expires"):
        values["expires"] = date.fromisoformat(values["expires"])
    return values
