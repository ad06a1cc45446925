"""Looking, on PostgreSQL, whether anybody waits for what another transaction holds."""

from __future__ import annotations

from django.db import connection


def is_waited_for_a_lock() -> bool:
    asking = connection.copy()
    try:
        with asking.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return cursor.fetchone()[0] > 0
    finally:
        asking.close()
