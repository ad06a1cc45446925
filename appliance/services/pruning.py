"""Room on the card: what the back office has archived goes once it is old, in an idle moment.

The desk is the journal's only writer, so it is the desk that prunes, some hundred entries at a
time. Nothing depends on it: a device that never gets to it sells on until its card is full.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from appliance.journal.entry import Entry, Watermark
from appliance.journal.errors import JournalError
from appliance.journal.prune import Plan
from appliance.services.ports import Shelf
from appliance.services.worker import DeviceWorker

log = logging.getLogger(__name__)

AGAIN_S = 900.0
"""When there was nothing to let go of, it is looked again after so long."""


class OldEntries(Protocol):
    """Knows what may go; see `appliance.store.old_entries`."""

    def plan(self, keep_from: Sequence[Watermark]) -> Plan | None:
        """Find some entries that may go, None for nothing. MAY block for a moment.

        Args:
            keep_from: Places above which somebody still reads.

        Raises:
            JournalError: If the journal cannot be read.
        """


class Pruner(Protocol):
    """Who removes entries; see `appliance.journal.writer`."""

    def prune(self, plan: Plan) -> Future[Entry]:
        """Say what goes and remove it."""


class Pruning:
    """Looks now and then, on a worker's thread, and lets go of what may go.

    Args:
        old: Knows what may go.
        journal: Who removes it.
        shelf: Baskets that were kept are looked for in the journal at a start, so what came after
            them stays.
        worker: Where looking may block.
        idle: Tells whether nobody stands at the counter; a sale never waits for this.
        monotonic: Seconds of a clock that never jumps.
    """

    def __init__(
        self,
        *,
        old: OldEntries,
        journal: Pruner,
        shelf: Shelf,
        worker: DeviceWorker,
        idle: Callable[[], bool],
        monotonic: Callable[[], float],
    ) -> None:
        self._old = old
        self._journal = journal
        self._shelf = shelf
        self._idle = idle
        self._monotonic = monotonic
        self._again_at = 0.0
        worker.watch(self.look)

    def look(self) -> None:
        """Let some entries go, if there are such and nobody is kept waiting by it."""
        if self._monotonic() < self._again_at or not self._idle() or self._shelf.trouble:
            return
        try:
            plan = self._old.plan([kept.head for kept in self._shelf.baskets()])
            if plan is not None:
                self._journal.prune(plan).result()
                log.info("Entries up to %s were archived and are old: pruned", plan.until)
                return
        except JournalError as error:
            log.warning("Old entries stay for now: %s", error)
        self._again_at = self._monotonic() + AGAIN_S
