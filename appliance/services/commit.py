"""Something on its way into the journal: the screen goes on, the answer comes back later."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from appliance.journal.entry import Entry
from appliance.journal.errors import JournalError

T = TypeVar("T")


class Commit(Generic[T]):
    """The answer of the journal, still to come.

    Args:
        future: What the journal's writer promised.
        recorded: Takes over the entries once they are on the disk, and makes the result.
        refused: Puts things back where nothing was recorded.
    """

    def __init__(
        self,
        future: Future[tuple[Entry, ...]],
        *,
        recorded: Callable[[tuple[Entry, ...]], T],
        refused: Callable[[], None],
    ) -> None:
        self._future = future
        self._recorded = recorded
        self._refused = refused

    def when_known(self, call: Callable[[], object]) -> None:
        """Have ``call`` made once the answer is known, on the writer's thread or at once."""
        self._future.add_done_callback(lambda _: call())

    def finish(self) -> T:
        """Wait for the answer and take it over. MUST be called once, on the owner's thread.

        Returns:
            What was recorded.

        Raises:
            JournalError: If nothing was recorded; everything is as it was before.
        """
        try:
            entries = self._future.result()
        except JournalError:
            self._refused()
            raise
        return self._recorded(entries)
