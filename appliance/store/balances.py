"""What the back office says of gift cards, store credit, vouchers and accounts, in directory.db."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from appliance.domain.ledger import Stated
from appliance.domain.voucher import BalanceKind
from appliance.journal.entry import Entry

STATED = "balie.balances.stated.v1"

TABLE = """create table balance (
    kind text not null, account text not null, balance_minor integer not null,
    limit_minor integer not null, expires text, blocked integer not null, at text not null,
    holds text not null, primary key (kind, account)
) strict, without rowid"""

SELECT = "select * from balance where kind = ? and account = ?"
OF_CODE = "select * from balance where account = ? and kind <> 'account' limit 1"

_KEEP = (
    "insert or replace into balance values"
    " (:kind, :account, :balance_minor, :limit_minor, :expires, :blocked, :at, :holds)"
)


def keep(connection: sqlite3.Connection, said: Entry) -> None:
    """Write down what is said, within the uplink's transaction; a row that says nothing is left."""
    rows = said.data.get("balances")
    for row in rows if isinstance(rows, list) else ():
        try:
            connection.execute(_KEEP, _values(row))
        except (LookupError, TypeError, ValueError, sqlite3.IntegrityError):
            continue  # one bad row never stops the ones after it


def to_stated(row: Mapping[str, Any] | sqlite3.Row) -> Stated:
    """Turn a kept row into what the back office says."""
    holds = {
        each["device"]: (each["epoch"], each["sequence"]) for each in orjson.loads(row["holds"])
    }
    return Stated(
        kind=BalanceKind(row["kind"]),
        account=row["account"],
        balance_minor=row["balance_minor"],
        limit_minor=row["limit_minor"],
        expires=date.fromisoformat(row["expires"]) if row["expires"] else None,
        blocked=bool(row["blocked"]),
        at=row["at"],
        holds=holds,
    )


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a row as it travels into what is kept.

    Raises:
        LookupError, TypeError, ValueError: It is none.
    """
    values = {
        "kind": BalanceKind(row["kind"]).value,
        "account": str(row["account"]),
        "balance_minor": int(row["balance_minor"]),
        "limit_minor": int(row.get("limit_minor", 0)),
        "expires": row.get("expires") or None,
        "blocked": int(bool(row.get("blocked", False))),
        "at": str(row["at"]),
        "holds": orjson.dumps(list(row.get("holds", ()))).decode(),
    }
    to_stated(values)
    return values
