"""directory.db as the desk asks it: what the back office says.

The uplink writes the file through `appliance.store.directory_store`. Nothing is loaded at the
start: 806,147 articles cost no more than a hundred.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from appliance.domain.article import Article
from appliance.domain.folding import fold
from appliance.domain.ledger import Stated
from appliance.domain.promotion import Promotion
from appliance.domain.staff import Person
from appliance.domain.voucher import BalanceKind
from appliance.services.ports import Category, QuickKey, StoreError
from appliance.store import balances, customers
from appliance.store.connect import open_reader
from appliance.store.directory_rows import SELECT, like, to_article

SHORTEST_PART = 3
"""The index holds groups of three signs; a shorter text is sought at the start of names."""


class Directory:
    """The desk's questions to directory.db; for one thread.

    While the uplink has not made the file yet, the directory is simply empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._file = 0
        self._version: object = None
        self.customers = customers.CustomerRows(self._ask)

    def find(self, code: str) -> Article | None:
        """Return the article with this GTIN-14 or this code of the shop, if it is sold."""
        for column in ("gtin", "code"):
            rows = self._ask(f"{SELECT} where {column} = ? and active = 1 limit 1", (code,))
            if rows:
                return to_article(rows[0])
        return None

    def search(self, text: str, limit: int) -> list[Article]:
        """Return articles by a part of the name or code, those that begin with it first.

        Args:
            text: What was typed; every word of it must occur, in any order.
            limit: How many at most.
        """
        words = fold(text).split()
        if not words:
            return []
        found = self._search_start(" ".join(words), limit)
        long = [word for word in words if len(word) >= SHORTEST_PART]
        if long and len(found) < limit:
            found |= self._search_part(words, long, limit)
        elif len(words) > 1 and len(found) < limit:
            found |= self._search_start(words[0], limit, words[1:])
        return [to_article(row) for row in list(found.values())[:limit]]

    def categories(self) -> list[Category]:
        """Return the categories of quick keys, in their order."""
        rows = self._ask("select key, name, colour, position from category order by position, key")
        return [
            Category(row["key"], row["name"], row["colour"] or "", row["position"]) for row in rows
        ]

    def quick_keys(self, category: str) -> list[QuickKey]:
        """Return the keys of one category in the back office's order; unsold articles are left out."""
        rows = self._ask(
            "select a.*, k.label as key_label, k.colour as key_colour"
            " from quick_key k join article a on a.code = k.article and a.active = 1"
            " where k.category = ? order by k.page, k.position",
            (category,),
        )
        return [
            QuickKey(
                to_article(row),
                row["key_label"] or row["name"],
                row["key_colour"] or row["colour"] or "",
            )
            for row in rows
        ]

    def promotions(self) -> list[Promotion]:
        """Return the promotions, in the back office's order."""
        rows = self._ask("select id, rule from promotion order by position, id")
        return [Promotion.from_data({**orjson.loads(row["rule"]), "id": row["id"]}) for row in rows]

    def people(self) -> list[Person]:
        """Return everybody who may sign in, by name."""
        rows = self._ask("select * from person where active = 1 order by name, id")
        return [
            Person(
                id=row["id"],
                name=row["name"],
                pin_hash=row["pin_hash"] or None,
                badge_hash=row["badge_hash"] or None,
                roles=tuple(orjson.loads(row["roles"])),
                language=row["language"] or "",
            )
            for row in rows
        ]

    def balance(self, kind: BalanceKind, account: str) -> Stated | None:
        """Return what the back office says of a balance, None where it says nothing."""
        rows = self._ask(balances.SELECT, (kind.value, account))
        return balances.to_stated(rows[0]) if rows else None

    def balance_of_code(self, code: str) -> Stated | None:
        """Return the gift card, store credit or voucher with a code, None where there is none."""
        rows = self._ask(balances.OF_CODE, (code,))
        return balances.to_stated(rows[0]) if rows else None

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting of the back office, or ``default`` where it says nothing."""
        rows = self._ask("select value from setting where key = ?", (key,))
        return orjson.loads(rows[0]["value"]) if rows else default

    def refused(self) -> list[str]:
        """Return why changes of the back office could not be used, if any."""
        return [row["reason"] for row in self._ask("select reason from refused order by change")]

    def changed(self) -> bool:
        """Return whether the back office said something new since the last time this was asked."""
        if self._connection is not None and self._was_replaced():
            self.close()
        rows = self._ask("pragma data_version")
        version = (self._file, rows[0][0]) if rows else None
        before, self._version = self._version, version
        return version != before

    def close(self) -> None:
        """Close the file; again is allowed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _search_start(
        self, text: str, limit: int, others: Sequence[str] = ()
    ) -> dict[str, sqlite3.Row]:
        more = " and folded like ? escape '\\'" * len(others)
        rows = self._ask(
            f"{SELECT} where active = 1 and folded >= ? and folded < ?{more} order by folded limit ?",
            (text, text + "\U0010ffff", *map(like, others), limit),
        )
        return {row["code"]: row for row in rows}

    def _search_part(self, words: list[str], long: list[str], limit: int) -> dict[str, sqlite3.Row]:
        quoted = " ".join('"' + word.replace('"', '""') + '"' for word in long)
        short = [word for word in words if len(word) < SHORTEST_PART]
        more = " and a.folded like ? escape '\\'" * len(short)
        rows = self._ask(
            "select a.* from article_part p join article a on a.id = p.rowid"  # noqa: S608 - only marks
            f" where article_part match ? and a.active = 1{more} limit ?",
            (quoted, *map(like, short), limit),
        )
        return {row["code"]: row for row in rows}

    def _ask(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        try:
            if self._connection is None:
                self._connection = self._open()
            if self._connection is None:
                return []
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            self.close()
            raise StoreError(f"{self._path} could not be read; {error}.") from error

    def _was_replaced(self) -> bool:
        """Say whether the uplink made the file anew, so that this one is open on nothing."""
        return not self._path.exists() or self._path.stat().st_ino != self._file

    def _open(self) -> sqlite3.Connection | None:
        """Open the file once its writer has made both it and its tables."""
        if not self._path.exists():
            return None
        connection = open_reader(self._path)
        self._file = self._path.stat().st_ino
        try:
            made = connection.execute(
                "select 1 from sqlite_master where name = 'setting'"
            ).fetchone()
        except sqlite3.Error:
            connection.close()
            raise
        if made is None:
            connection.close()
            return None
        return connection
