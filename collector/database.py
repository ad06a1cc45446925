"""The database named by a URL, as Django wants to hear it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger("collector.database")

_SQLITE_OPTIONS = {
    # A writer that begins late may find its snapshot stale; one that begins as a writer never does.
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    # FULL: what is acknowledged to a device has reached the disk.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
        " PRAGMA temp_store=MEMORY;"
    ),
}


class DatabaseUrlError(ValueError):
    """DATABASE_URL cannot be understood."""


def database_settings(url: str) -> dict[str, Any]:
    """Turn a database URL into Django's settings for it.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or
            ``postgresql://user:password@host:port/name?option=value``.

    Raises:
        DatabaseUrlError: The URL names another kind of database or none.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme == "sqlite" and name and not parts.netloc:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": dict(_SQLITE_OPTIONS),
        }
    if parts.scheme in {"postgresql", "postgres"} and name:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise DatabaseUrlError(
        "DATABASE_URL should be sqlite:///file.db or postgresql://user:password@host:port/name, "
        f"but it begins with {parts.scheme or 'nothing'}://: correct it and start again"
    )


def wait_for_the_disk(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Have a new connection's commits wait for the disk, whatever its server does by itself.

    What is acknowledged to a device must not be lost. A server whose fsync is off would lose it all
    the same, and nothing said on a connection changes that: then it is logged.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('fsync'), CASE current_setting('synchronous_commit')"
            " WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END"
        )
        fsync, _ = cursor.fetchone()
    if fsync == "off":
        log.error(
            "The PostgreSQL server does not wait for its disk (fsync is off): a power cut may "
            "take what was acknowledged to devices. Set fsync = on in postgresql.conf"
        )
