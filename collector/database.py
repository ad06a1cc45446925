"""The database named by a URL, as Django wants to hear it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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
