"""Columns reach PostgreSQL as what they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest

from collector.ingest import columns
from tests.world import postgresql

pytestmark = pytest.mark.skipif(bool(postgresql.available()), reason=postgresql.available())

NOON = datetime(2026, 11, 22, 12, 0, 0, 123_456, tzinfo=UTC)
LATER = NOON.astimezone(timezone(timedelta(hours=7)))


@pytest.fixture(scope="module")
def cursor():
    with postgresql.server() as address, psycopg.connect(address) as connection:
        connection.execute("set time zone 'UTC'")
        yield columns.cursor_for_columns(connection)


@pytest.mark.parametrize(
    ("kind", "write", "values"),
    [
        ("int", columns.integers, [0, 1, -1, 2**31 - 1, -(2**31)]),
        ("bigint", columns.large_integers, [0, -1, 2**63 - 1, -(2**63)]),
        ("text", columns.texts, ["", "kassa", "caf\u00e9 \u2212 \U0001f642", "x" * 5000]),
        ("bytea", columns.blobs, [b"", b"\0\xff", b"x" * 100_000]),
        ("timestamptz", columns.moments, [NOON, LATER, datetime(1, 1, 2, tzinfo=UTC)]),
    ],
)
def test_a_column_comes_back_as_it_was(cursor, kind, write, values):
    for some in (values, values[:1], []):
        (came,) = cursor.execute(f"select %b::{kind}[]", [write(some)]).fetchone()
        assert came == some


def test_what_does_not_fit_is_refused(cursor):
    with pytest.raises(Exception, match="format"):
        columns.integers([2**31])
    with pytest.raises(psycopg.DataError):
        cursor.execute("select %b::text[]", [columns.texts(["\0"])])
    cursor.connection.rollback()
