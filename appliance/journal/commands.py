"""``balie journal verify`` and ``balie journal export``."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalError

if TYPE_CHECKING:
    from appliance.journal.report import Report

SOUND, NOT_SOUND, NOT_DONE = 0, 1, 2
"""Exit statuses: nothing is wrong, something is, the work could not be done."""


def add_commands(subparsers: Any) -> None:
    """Add ``journal`` with its commands; each sets ``run``, which returns the exit status."""
    journal = subparsers.add_parser("journal", help="check or export what was recorded")
    commands = journal.add_subparsers(required=True, metavar="COMMAND")
    _add_verify(commands)
    _add_export(commands)


def _add_verify(commands: Any) -> None:
    parser = commands.add_parser(
        "verify",
        help="check that nothing was changed, removed, inserted or swapped",
        description="Checks a device's journal.db, an export, an archive, a folder of archives or "
        "a collector's SQLite database, and says what is wrong and where. Nothing is written to "
        "it. A collector's PostgreSQL database is checked by 'balie-collector verify'. "
        "Exit status: 0 sound, 1 not sound, 2 it could not be checked.",
    )
    parser.add_argument("file", type=Path, help="the file or folder")
    add_verify_options(parser)
    parser.set_defaults(run=_run_verify)


def add_verify_options(parser: argparse.ArgumentParser) -> None:
    """Add what every way to verify understands; ``balie-collector verify`` is the other."""
    parser.add_argument("--device", help="of several devices, check this one alone")
    parser.add_argument(
        "--archives", type=Path, metavar="FOLDER", help="read a collector's archived entries too"
    )
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")
    parser.add_argument(
        "--key", type=Path, help="the device's public key or certificate (PEM), for signatures"
    )
    parser.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="EPOCH.SEQUENCE:HASH",
        help="a head known from elsewhere, as a report prints it; may be given several times",
    )


def _add_export(commands: Any) -> None:
    parser = commands.add_parser(
        "export",
        help="write the journal as a text file",
        description="Writes entries with their chain as text, signed when the key is given.",
    )
    parser.add_argument("file", type=Path, help="journal.db")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a file not there yet")
    parser.add_argument("--from", dest="first_day", type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--to", dest="last_day", type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--key", type=Path, help="the device's private key (PEM), to sign with")
    parser.set_defaults(run=_run_export)


def _run_verify(arguments: argparse.Namespace) -> int:
    # The desk shares this command line and needs no cryptography.
    from appliance.journal import signing  # noqa: PLC0415 - as said above
    from appliance.journal.acknowledged import read_acknowledged  # noqa: PLC0415 - the same
    from appliance.journal.verify import verify  # noqa: PLC0415 - the same

    if str(arguments.file).startswith(("postgresql:", "postgres:")):
        sys.stderr.write(
            "Not checked: a database server is checked by 'balie-collector verify', with its "
            "address in DATABASE_URL; this command reads files\n"
        )
        return NOT_DONE
    try:
        key = signing.load_public(arguments.key) if arguments.key else None
        heads = [*arguments.head, *read_acknowledged(arguments.file.with_name("uplink.db"))]
        report = verify(
            arguments.file,
            key=key,
            heads=heads,
            archives=arguments.archives,
            device=arguments.device,
        )
    except (JournalError, OSError) as error:
        sys.stderr.write(f"Not checked: {error}\n")
        return NOT_DONE
    return say(report, as_json=arguments.json)


def say(report: Report, *, as_json: bool) -> int:
    """Write a report to the standard output and return the exit status that goes with it."""
    if as_json:
        sys.stdout.write(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(report.text())
    return SOUND if report.is_sound else NOT_SOUND


def _run_export(arguments: argparse.Namespace) -> int:
    from appliance.journal import signing  # noqa: PLC0415 - as in _run_verify
    from appliance.journal.export import export_file  # noqa: PLC0415 - the same
    from appliance.journal.reader import JournalReader  # noqa: PLC0415 - the same

    try:
        signer = signing.load_private(arguments.key) if arguments.key else None
        with JournalReader.open(arguments.file) as journal:
            manifest = export_file(
                journal,
                arguments.output,
                signer=signer,
                first_day=arguments.first_day,
                last_day=arguments.last_day,
            )
    except FileExistsError:
        sys.stderr.write(f"Not exported: {arguments.output} is there already; name a new file\n")
        return NOT_DONE
    except (JournalError, OSError) as error:
        sys.stderr.write(f"Not exported: {error}\n")
        return NOT_DONE
    epoch, first = manifest.first
    sys.stdout.write(
        f"{manifest.entries} entries, {epoch}.{first} to {manifest.until}, "
        f"{'signed' if signer else 'not signed'}, in {arguments.output}\n"
    )
    return SOUND


def _head(text: str) -> Watermark:
    try:
        return Watermark.from_text(text)
    except JournalError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
