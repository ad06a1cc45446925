"""``balie replay``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from appliance import config
from appliance.journal.errors import JournalError
from appliance.replay import articles
from appliance.replay.baskets import RecordedBasket, RecordError, read
from appliance.replay.selling import Figures, RecordedClock, ReplayError, refuse_unknown, replay

DONE, NOT_DONE = 0, 2
"""Exit statuses, as those of the other commands."""

TOLD_EVERY = 1000
"""Baskets between two signs of life."""


def add_commands(subparsers: Any) -> None:
    """Add ``replay``; it sets ``run``, which returns the exit status."""
    parser = subparsers.add_parser(
        "replay",
        help="sell recorded baskets at their recorded times",
        description="Sells the invoices of a file (UCI Online Retail, plain or .gz) through the "
        "register, cancellations as returns. The articles must be on the device: write their "
        "list with --articles, import it with balie-collector import articles, and wait until "
        "it has arrived. The desk must not be running meanwhile.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the recorded baskets")
    parser.add_argument("--limit", type=_count, metavar="N", help="only the first N baskets")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--config", type=Path, metavar="BALIE.TOML", help="the device that sells")
    way.add_argument("--articles", type=Path, metavar="OUT.CSV", help="write the articles instead")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    try:
        baskets = read(arguments.file)[: arguments.limit]
        if arguments.articles:
            return _write_articles(baskets, arguments.articles)
        return _replay(baskets, arguments.config)
    except (RecordError, ReplayError, JournalError, OSError, config.ConfigError) as error:
        sys.stderr.write(f"Not replayed: {error}\n")
        return NOT_DONE
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; what was sold is recorded.\n")
        return NOT_DONE


def _write_articles(baskets: list[RecordedBasket], path: Path) -> int:
    count = articles.write(articles.articles_of(baskets), path)
    sys.stdout.write(f"{count} articles in {path}; next: balie-collector import articles {path}\n")
    return DONE


def _replay(baskets: list[RecordedBasket], file: Path) -> int:
    # Joining a register loads the whole house, which the other commands should not wait for.
    from appliance.replay.device import opened_catalogue, opened_register  # noqa: PLC0415 - so

    settings, clock = config.load(file), RecordedClock()
    with opened_catalogue(settings) as catalogue:
        refuse_unknown(baskets, catalogue)
        with opened_register(settings, catalogue, clock) as register:
            figures = replay(
                baskets, register=register, catalogue=catalogue, clock=clock, told=_tell
            )
    sys.stdout.write(figures.text())
    return DONE


def _tell(figures: Figures) -> None:
    done = figures.sales + figures.returns
    if done % TOLD_EVERY == 0:
        sys.stderr.write(f"{done} baskets, {figures.entries_per_s:.0f} entries/s\n")


def _count(text: str) -> int:
    """Read a whole number above zero, or let argparse say what was expected."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"a number above zero was expected, found “{text}”")
    return int(text)
