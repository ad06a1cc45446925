"""Learning at the counter: a chain of its own, and two entries in the one that counts.

Everything at the training counter is as at the other one, but its journal is another file of
another device's name, which nothing sends and nothing counts. So that nobody can hide a sale
there, the real journal says who turned the counter into one to learn at, who allowed it, when it
was turned back, and how much was rung up in between; and it holds the training chain's head at both
moments, so not a line of what was learned can be changed afterwards without being seen.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from appliance.journal.entry import START, Entry, Watermark
from appliance.journal.errors import JournalError
from appliance.journal.store import Event
from appliance.services import events
from appliance.services.ports import Clock, Journal, JournalHistory

log = logging.getLogger(__name__)

FOLDER = "training"
"""Where the training counter's files lie, in the device's data."""

NAME = "TRAINING"
"""The part of its receipt numbers before the hyphen; the settings let no register be called so."""

_DEVICE_END = "-training"
_LONGEST_DEVICE = 63


def training_device(device: str) -> str:
    """Return the name under which a device's training chain is kept."""
    return device[: _LONGEST_DEVICE - len(_DEVICE_END)].rstrip("-") + _DEVICE_END


class Forgetful:
    """The training journal: what is typed about people there is not kept.

    An order of the back office to erase somebody never has to look for them here.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def submit(self, *happened: Event) -> Future[tuple[Entry, ...]]:
        """Record events without what is attached to them; see `Journal.submit`."""
        return self._journal.submit(*(replace(each, attachments=()) for each in happened))


@dataclass(frozen=True, slots=True)
class RungUp:
    """What was rung up while somebody learned.

    Attributes:
        sales: How many, returns and voids included.
        gross_minor: What they came to.
        head: The training chain's last entry.
    """

    sales: int
    gross_minor: int
    head: Watermark

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        chain = events.place(self.head)
        return {"sales": self.sales, "gross_minor": self.gross_minor, "chain": chain}


NOBODY_KNOWS: dict[str, Any] = {"sales": None, "gross_minor": None, "chain": None}
"""What is told where the training chain is not there to be read."""


class Training:
    """Says in the real journal when the counter is one to learn at.

    Both chains say so; what the training counter rings up stands in its own between the two.

    Args:
        journal: The real one.
        chain: The training counter's.
        history: The same, for reading.
        clock: The shop's time.
    """

    def __init__(
        self, *, journal: Journal, chain: Journal, history: JournalHistory, clock: Clock
    ) -> None:
        self._journal = journal
        self._chain = chain
        self._history = history
        self._clock = clock
        self._since = START

    def begin(self, person: str, allowed_by: str) -> None:
        """Record that somebody begins to learn. Waits for the disk: it is done once in a while.

        Raises:
            JournalError: If it cannot be recorded; nothing has begun then.
        """
        head = self._mark(
            events.training_begun(person, allowed_by, self._history.head, self._clock())
        )
        self._journal.submit(
            events.training_begun(person, allowed_by, head, self._clock())
        ).result()
        self._since = head

    def end(self, person: str, reason: str) -> RungUp:
        """Record that it is over. Waits for the disk.

        Args:
            person: Who learned.
            reason: ``left``, ``lock``, ``idle``, ``switch`` or ``removed``.

        Raises:
            JournalError: If it cannot be recorded; the counter stays one to learn at then.
        """
        found, now = rung_up(self._history, self._since), self._clock()
        head = self._mark(events.training_ended(person, reason, found.to_data(), now))
        found = replace(found, head=head)
        self._journal.submit(events.training_ended(person, reason, found.to_data(), now)).result()
        return found

    def _mark(self, event: Event) -> Watermark:
        return self._chain.submit(event).result()[-1].watermark


def settle(
    begun: Mapping[str, Any] | None,
    *,
    journal: Journal,
    history: JournalHistory | None,
    clock: Clock,
) -> None:
    """Close what a power cut left open, before anything is sold.

    Args:
        begun: The entry's data that says that somebody learns; None where nobody does.
        journal: The real one.
        history: The training chain; None where it is no longer there, which is told.
        clock: The shop's time.
    """
    if begun is None:
        return
    chain = begun["chain"]
    since = Watermark(chain["epoch"], chain["sequence"], chain["hash"])
    found = _read(history, since)
    told = found.to_data() if found else NOBODY_KNOWS
    ended = events.training_ended(begun["person"], "restart", told, clock())
    journal.submit(ended).add_done_callback(_complain)


def rung_up(history: JournalHistory, since: Watermark) -> RungUp:
    """Add up what was rung up after a place of the training chain.

    Raises:
        JournalError: If it cannot be read.
        LookupError: If the place is not in it: another chain lies there.
    """
    sales, gross, head = 0, 0, START
    for entry in history.entries(replace(since, sequence=since.sequence - 1)):
        if head == START and entry.watermark != since:
            break
        head = entry.watermark
        if entry.type == events.COMPLETED:
            sales += 1
            gross += entry.data["totals"]["gross_minor"]
    if head == START:
        raise LookupError(f"Entry {since.epoch}.{since.sequence} of the training chain is gone.")
    return RungUp(sales, gross, head)


def _read(history: JournalHistory | None, since: Watermark) -> RungUp | None:
    """Return what was rung up, or nothing where the chain is not what it was."""
    if history is None:
        return None
    try:
        return rung_up(history, since)
    except (JournalError, LookupError):
        log.exception("The training chain cannot be read; the journal will say so.")
        return None


def _complain(future: Future[tuple[Entry, ...]]) -> None:
    error = future.exception()
    if error is not None:
        log.error("The end of training could not be recorded: %s", error)
