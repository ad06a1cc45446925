"""Every opening of the drawer goes into the journal, with why and for how long."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from appliance.domain.shift_books import DRAWER_OPENED
from appliance.journal.entry import Entry
from appliance.journal.store import Event
from appliance.services.ports import Journal, Shelf
from appliance.services.till import Cause, Opening, Till

log = logging.getLogger(__name__)

STANDING_FACT = "drawer_open"
"""The opening of a drawer that stands open: a power cut must not make it one that never was."""


class Openings:
    """Records what the till tells.

    Args:
        till: Tells.
        journal: Records.
        shelf: Keeps the opening of a drawer that stands open.
        person: Tells who is at the counter.
    """

    def __init__(
        self, *, till: Till, journal: Journal, shelf: Shelf, person: Callable[[], str]
    ) -> None:
        self._journal = journal
        self._shelf = shelf
        self._person = person
        till.opened, till.told = self._opened, self._told
        left = shelf.fact(STANDING_FACT)
        if left:
            till.go_on(_opening(left))

    def _opened(self, opening: Opening) -> None:
        self._shelf.keep_fact(STANDING_FACT, self._data(opening))

    def _told(self, opening: Opening) -> None:
        future = self._journal.submit(Event(DRAWER_OPENED, self._data(opening)))
        future.add_done_callback(self._recorded)

    def _data(self, opening: Opening) -> dict[str, Any]:
        return {
            "cause": opening.cause.value,
            "opened": opening.at.isoformat(),
            "open_s": opening.open_s,
            "reason": opening.reason,
            "by": opening.by or ("" if opening.cause is Cause.FORCED else self._person()),
            "allowed_by": opening.allowed_by,
        }

    def _recorded(self, future: Future[tuple[Entry, ...]]) -> None:
        error = future.exception()
        if error is None:
            self._shelf.keep_fact(STANDING_FACT, None)
        else:
            log.error("An opening of the drawer could not be recorded: %s", error)


def _opening(data: dict[str, Any]) -> Opening:
    return Opening(
        cause=Cause(data["cause"]),
        at=datetime.fromisoformat(data["opened"]),
        reason=data["reason"],
        by=data["by"],
        allowed_by=data["allowed_by"],
    )
