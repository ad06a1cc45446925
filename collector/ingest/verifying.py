"""``balie-collector verify``: the check of ``balie journal verify``, through our own connection."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction

from appliance.journal import signing
from appliance.journal.commands import NOT_DONE, add_verify_options, say
from appliance.journal.errors import JournalError
from appliance.journal.report import Report
from appliance.journal.tables import Row
from appliance.journal.verify import verify
from appliance.journal.verify_collector import verify_tables

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)


def add_command(subparsers: Subparsers) -> None:
    """Add ``verify`` to ``balie-collector``."""
    parser = subparsers.add_parser(
        "verify",
        help="check every device's chain, signatures, watermark, forks and figures; exit status 1 "
        "when something is wrong, 2 when it could not be checked",
    )
    add_verify_options(parser)
    parser.set_defaults(run=_run)


def verify_held(
    *,
    key: signing.PublicKey | None = None,
    heads: Sequence[Any] = (),
    archives: Path | None = None,
    device: str | None = None,
) -> Report:
    """Check what this collector holds; arguments as of ``appliance.journal.verify.verify``.

    Ingest may run meanwhile: everything is read as it was at one moment, and nothing is written.

    Raises:
        JournalError: if it cannot be checked.
    """
    told: dict[str, Any] = {"key": key, "heads": heads, "archives": archives, "device": device}
    if connection.vendor == "sqlite" and Path(settings.DATABASES["default"]["NAME"]).is_file():
        return verify(Path(settings.DATABASES["default"]["NAME"]), **told)
    with _one_moment():
        names = connection.introspection.table_names()
        what = f"the {connection.display_name} database {settings.DATABASES['default']['NAME']}"
        return verify_tables(_ask, what, names, **told)


def _run(arguments: argparse.Namespace) -> int:
    archives = arguments.archives or settings.BALIE_ARCHIVE
    try:
        report = verify_held(
            key=signing.load_public(arguments.key) if arguments.key else None,
            heads=arguments.head,
            archives=archives if archives.is_dir() else None,
            device=arguments.device,
        )
    except (JournalError, OSError) as error:
        sys.stderr.write(f"Not checked: {error}\n")
        return NOT_DONE
    return say(report, as_json=arguments.json)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read in a transaction that sees one state and cannot write."""
    begins_here = not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and begins_here:
            _ask("set transaction isolation level repeatable read, read only")
        yield


def _ask(sql: str, values: Sequence[Any] = ()) -> Sequence[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("?", "%s"), list(values))
        return cursor.fetchall() if cursor.description else ()
