"""``balie journal verify`` and ``balie journal export``."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalError

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
        description="Checks a device's journal.db or an export and says what is wrong and where. "
        "Exit status: 0 sound, 1 not sound, 2 it could not be checked.",
    )
    parser.add_argument("file", type=Path, help="journal.db or an export")
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
    parser.set_defaults(run=_run_verify)


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

    try:
        key = signing.load_public(arguments.key) if arguments.key else None
        heads = [*arguments.head, *read_acknowledged(arguments.file.with_name("uplink.db"))]
        report = verify(arguments.file, key=key, heads=heads)
    except JournalError as error:
        sys.stderr.write(f"Not checked: {error}\n")
        return NOT_DONE
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
