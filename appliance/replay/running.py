"""What ``balie replay`` does."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from appliance import config
from appliance.journal.errors import JournalError
from appliance.replay import articles
from appliance.replay.baskets import RecordedBasket, RecordError, read
from appliance.replay.device import opened_catalogue, opened_register
from appliance.replay.selling import Figures, RecordedClock, ReplayError, refuse_unknown, replay

DONE, NOT_DONE = 0, 2
"""Exit statuses, as those of the other commands."""

TOLD_EVERY = 1000
"""Baskets between two signs of life."""


def run(arguments: argparse.Namespace) -> int:
    """Replay, or write the articles, and return the exit status."""
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
