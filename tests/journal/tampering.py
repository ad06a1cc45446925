"""Ways to tamper with a journal, as somebody would who knows the format."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256

import orjson

from appliance.journal.reader import JournalReader

COUNT = 120
"""Entries in the journal under test, its opening included: three batches of an export."""


def sale(number, gross=1185):
    tax = gross - round(gross / 1.09)
    part = {"gross_minor": gross, "net_minor": gross - tax, "tax_minor": tax, "rate_bp": 900}
    return {
        "receipt": f"2-{number:06}",
        "kind": "return" if gross < 0 else "sale",
        "day": f"2026-11-{22 + number // 60}",
        "currency": "EUR",
        "decimals": 2,
        "lines": [{"line": 1, **part}],
        "taxes": [part],
        "totals": {**part, "rounding_minor": 0, "payable_minor": gross},
        "payments": [{"payment": 1, "amount_minor": gross}],
    }


def found(report):
    return {(str(finding.kind), finding.place) for finding in report.findings}


def rewrite(raw, **changes):
    return orjson.dumps({**orjson.loads(raw), **changes})


def raise_total(raw):
    value = orjson.loads(raw)
    value["data"]["totals"]["gross_minor"] += 1
    return orjson.dumps(value)


def rechain(raws, start):
    """Make everything after a place anew, as someone who knows the format would."""
    for index in range(start + 1, len(raws)):
        raws[index] = rewrite(raws[index], previous=sha256(raws[index - 1]).hexdigest())


def tamper(path, change):
    """Change a journal.db behind its guards, then put the guards back."""
    with closing(sqlite3.connect(path)) as connection:
        guards = connection.execute(
            "select name, sql from sqlite_schema where type = 'trigger'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"drop trigger {name}")
        change(connection)
        for _, sql in guards:
            connection.execute(sql)
        connection.commit()


def put_raws(connection, raws):
    connection.execute("delete from entry")
    for position, raw in enumerate(raws, 1):
        value = orjson.loads(raw)
        connection.execute(
            "insert into entry values (?, ?, ?, ?)",
            (position, value["epoch"], value["sequence"], raw),
        )


def raws_of(path):
    with JournalReader.open(path) as journal:
        return [entry.raw for entry in journal.entries()]
