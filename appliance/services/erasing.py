"""Personal data goes when the back office says so: the desk erases it in an idle moment.

The desk is the journal's only writer, so it is the desk that erases. An order may come twice, after
a power cut or when the directory begins anew; carrying it out again changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from appliance.journal.errors import JournalError
from appliance.services.ports import Shelf, StoreError
from appliance.services.worker import DeviceWorker

log = logging.getLogger(__name__)

FACT = "erased"
"""Up to where in the directory orders have been carried out, on the shelf."""

Place = tuple[int, int]
"""Epoch and sequence in the directory."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be erased.

    Attributes:
        place: Where in the directory it is said last.
        references: Attachments.
        subjects: People, for all that is attached about them.
    """

    place: Place
    references: tuple[str, ...]
    subjects: tuple[str, ...]


class Orders(Protocol):
    """What the back office wants erased; see `appliance.store.erasures`."""

    def after(self, place: Place) -> Order | None:
        """Return what is ordered after a place of the directory. MAY block for a moment."""


class Eraser(Protocol):
    """Who erases; see `appliance.journal.writer`."""

    def erase(self, references: Sequence[str], subjects: Sequence[str]) -> Future[tuple[str, ...]]:
        """Erase, then record that it was done."""


class Erasing:
    """Looks for orders every second, on a worker's thread, and carries them out.

    Args:
        orders: Where to look.
        journal: Who erases.
        shelf: Keeps how far it got.
        worker: Where looking may block.
        idle: Tells whether nobody stands at the counter; a sale never waits for an erasure.
        forget: Lets go of what the desk holds beside the journal, first of all.
    """

    def __init__(
        self,
        *,
        orders: Orders,
        journal: Eraser,
        shelf: Shelf,
        worker: DeviceWorker,
        idle: Callable[[], bool],
        forget: Callable[[Order], object] = lambda _: None,
    ) -> None:
        self._orders = orders
        self._forget = forget
        self._journal = journal
        self._shelf = shelf
        self._idle = idle
        epoch, sequence = shelf.fact(FACT, (0, 0))
        self._done: Place = (epoch, sequence)
        worker.watch(self.look)

    def look(self) -> None:
        """Carry out what is ordered, if nobody is kept waiting by it."""
        if not self._idle():
            return
        order = self._orders.after(self._done)
        if order is None:
            return
        try:
            self._forget(order)
            erased = self._journal.erase(order.references, order.subjects).result()
        except (JournalError, StoreError) as error:
            log.warning("Personal data is still to be erased, trying again: %s", error)
            return
        log.info("Erased as the back office ordered: %s attachments", len(erased))
        self._done = order.place
        self._shelf.keep_fact(FACT, order.place)
