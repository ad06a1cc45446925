"""What must hold in the end, whatever happened on the way: device = collector, to the cent."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

from tests.world.shop import World

ALLOWED_UNSHOWN = "the last sale of each life, which was recorded when the screen was killed"


def journal_of(world: World) -> list[dict[str, Any]]:
    """Read the register's entries with nothing of the house but their table."""
    file = f"file:{world.data / 'journal.db'}?mode=ro"
    with closing(sqlite3.connect(file, uri=True)) as connection:
        rows = connection.execute("select raw from entry order by position").fetchall()
    return [json.loads(raw) for (raw,) in rows]


def is_all_there_once(world: World, *, lives: int) -> None:
    """Compare what was shown, what the journal holds and what the back office holds.

    Args:
        world: A world that has settled.
        lives: How often its desk was started: so many sales may be recorded and never shown.
    """
    entries = journal_of(world)
    sold = [each["data"] for each in entries if each["type"] == "balie.sale.completed.v1"]
    ours = Counter((sale["receipt"], sale["totals"]["payable_minor"]) for sale in sold)
    theirs, shown = Counter(world.sales()), world.shown()
    assert world.wrong() == []
    assert len({sale["sale"] for sale in sold}) == len(sold), "no basket is sold twice"
    assert [sale["number"] for sale in sold] == list(range(1, len(sold) + 1))
    places = [(each["epoch"], each["sequence"]) for each in entries]
    assert places == sorted(set(places)), "no sequence is used twice"
    assert Counter(shown.items()) - ours == Counter(), "shown and not in the journal"
    assert ours.total() - len(shown) <= lives, ALLOWED_UNSHOWN
    assert theirs == ours, "each sale is there exactly once, to the cent"
    assert sum(cents for _, cents in theirs.elements()) == sum(
        cents for _, cents in ours.elements()
    )
    standing = world.standing()
    assert (standing["gaps"], standing["forks"], standing["alarms"]) == (0, 0, [])
    assert world.held() == world.head()
    world.balie("journal", "verify", world.data / "journal.db")
