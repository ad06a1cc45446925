"""``balie recover``; see `appliance.recovery`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appliance.journal.signing import Signer
    from appliance.recovery.card import Copy
    from appliance.recovery.rescue import Rescue

DONE, DAMAGED, NOT_DONE = 0, 1, 2
"""Exit statuses: everything was read, some of it could not be, nothing was done."""


def add_commands(subparsers: Any) -> None:
    """Add ``recover``, which sets ``run``."""
    parser = subparsers.add_parser(
        "recover",
        help="read what a dead device had not sent, off its card",
        description="Reads a dead device's storage card, an image of it, or its folder, and tells "
        "what the collector had not acknowledged. The card is never written to. With --output it "
        "writes that down, signed with the device's own key, for 'balie-collector recover', which "
        "may be given it as often as you like. Exit status: 0 everything was read, 1 some of it "
        "is damaged and the rest was read, 2 nothing was done.",
    )
    parser.add_argument("card", type=Path, help="such as /dev/sdb, card.img or a folder")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a file not there yet; it may hold names"
    )
    parser.add_argument(
        "--all",
        action="store_true",
        dest="everything",
        help="hand on all the card holds, for a collector that was put back from an old backup",
    )
    parser.add_argument("--key", type=Path, help="the device's private key, if not on the card")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    # The desk shares this command line and needs none of this.
    from appliance.journal.errors import JournalError  # noqa: PLC0415 - as said above
    from appliance.recovery.card import copy_off  # noqa: PLC0415 - the same
    from appliance.recovery.rescue import examine, write  # noqa: PLC0415 - the same

    output: Path | None = arguments.output
    try:
        if output is not None and output.exists():
            raise FileExistsError(f"{output} is there already; name a new file")
        with tempfile.TemporaryDirectory(prefix="balie-recover-") as aside:
            copy = copy_off(arguments.card, Path(aside))
            signer = _signer(copy, arguments.key)
            found = examine(copy, everything=arguments.everything)
            _say(copy, found)
            if output is not None and found.count:
                write(copy, found, output, signer)
    except (JournalError, OSError) as error:
        sys.stderr.write(
            f"Not recovered: {error}\nKeep the card as it is: nothing on it was changed.\n"
        )
        return NOT_DONE
    _say_next(found, output, is_signed=signer is not None)
    return DONE if found.report.is_sound and not found.lost else DAMAGED


def _signer(copy: Copy, named: Path | None) -> Signer | None:
    from appliance.journal.errors import KeyUnreadable  # noqa: PLC0415 - as in _run
    from appliance.journal.signing import load_private  # noqa: PLC0415 - the same

    if named is not None:
        return load_private(named)
    try:
        return load_private(copy.key)
    except KeyUnreadable:
        return None


def _say(copy: Copy, found: Rescue) -> None:
    report = found.report
    lines = [
        f"Journal of {found.device or report.device or 'an unknown device'}, on {copy.where}",
        "",
    ]
    for stretch in report.stretches.values():
        run = f"{stretch.epoch}.{stretch.first} to {stretch.epoch}.{stretch.last}"
        lines.append(f"  On the card    {run}, {stretch.count} entries")
    held = f"acknowledged up to {found.acknowledged}" if found.acknowledged.sequence else "unknown"
    lines.append(f"  Collector      {held}")
    since = f", the oldest of {found.since:%Y-%m-%d %H:%M}" if found.since else ""
    what = "To hand on    " if found.after != found.acknowledged else "Unsent        "
    lines.append(f"  {what} {found.count} entries{since}")
    lines += [f"                 {each}" for each in _sales(found)]
    lines += [f"  Note           {each}" for each in (*report.notes, *found.notes)]
    if report.is_sound:
        lines.append("  Sound: nothing was changed, removed, inserted or swapped.")
    else:
        lines.append(f"  NOT sound: {report.wrong} wrong.")
        lines += [f"    [{each.kind}] {each.sentence}" for each in report.every_finding()]
    sys.stdout.write("\n".join(lines) + "\n")


def _sales(found: Rescue) -> Iterator[str]:
    from appliance.domain.money import format_minor  # noqa: PLC0415 - as in _run

    for (day, currency), sums in sorted(found.takings.days.items()):
        amount = format_minor(sums.gross_minor, sums.decimals, "en", minus="-")
        yield (
            f"{day}  {sums.sales} sales, {sums.returns} returns, {amount} {currency}  "
            f"{sums.first_receipt} to {sums.last_receipt}"
        )


def _say_next(found: Rescue, output: Path | None, *, is_signed: bool) -> None:
    if not found.count:
        sys.stdout.write("Nothing is unsent: the collector holds everything that can be read.\n")
        return
    if output is None:
        sys.stdout.write("Write it down with --output FILE, to hand it to the collector.\n")
        return
    sys.stdout.write(f"{found.count} entries are in {output}.\n")
    if is_signed:
        sys.stdout.write(
            f"Carry it to the collector and give it there: balie-collector recover {output.name}\n"
        )
    else:
        sys.stdout.write(
            "They are NOT signed: the device's key is not on the card, so the collector does not "
            "believe them. Remove the file, find the key, and do this again with --key.\n"
        )
