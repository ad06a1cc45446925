"""The journal's writer thread: the screen submits and goes on, the disk answers through a future."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, Self

from appliance.journal.attachments import ERASED
from appliance.journal.entry import Entry, Watermark
from appliance.journal.prune import Plan
from appliance.journal.store import Event, Journal
from appliance.journal.word import Word


def _nobody() -> None:
    """Tell nobody that something was committed."""


def _nothing(_head: Watermark) -> Event | None:
    return None


@dataclass(frozen=True, slots=True)
class Later(Event):
    """An event whose facts are known only when its turn has come.

    A closing is one: it covers everything that is recorded before it, and says where that ends.

    Attributes:
        make: Makes the event, given the journal's head just before it; None for nothing to record.
            Called in the writer's thread. It MUST NOT raise and MUST NOT wait.
    """

    make: Callable[[Watermark], Event | None] = _nothing


class Follower(Protocol):
    """Somebody who keeps books of what is recorded. Called in the writer's thread, in order.

    It MUST NOT raise and MUST NOT wait.
    """

    def before(self, events: Sequence[Event]) -> Sequence[Event]:
        """Return what must be recorded before these."""

    def after(self, entries: Sequence[Entry]) -> None:
        """Take what was recorded, before anybody else hears of it."""


class Nobody:
    """Follows nothing."""

    def before(self, _events: Sequence[Event]) -> Sequence[Event]:
        """Have nothing recorded before."""
        return ()

    def after(self, _entries: Sequence[Entry]) -> None:
        """Take nothing."""


class JournalWriter:
    """Appends to a journal in one thread, in the order of submission.

    Args:
        journal: The open journal; from now on only this writer touches it.
        on_commit: Called in the writer's thread after each commit, before the future is done:
            the uplink's poke. It MUST NOT raise and MUST NOT wait.
        follower: Keeps books of what is submitted here.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        on_commit: Callable[[], None] = _nobody,
        follower: Follower | None = None,
    ) -> None:
        self._journal = journal
        self._follower = follower or Nobody()
        self._on_commit = on_commit
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    def submit(self, *events: Event) -> Future[tuple[Entry, ...]]:
        """Record events, all or none, in one transaction and one sync.

        Returns:
            A future of the entries. It fails with a `JournalError` when nothing was recorded.
        """
        future = self._thread.submit(self._append, events)
        # What this raises is not waited for: nothing is lost by it, and the next commit says so.
        self._thread.submit(self._journal.tidy)
        return future

    def erase(self, references: Sequence[str], subjects: Sequence[str]) -> Future[tuple[str, ...]]:
        """Let go of attachments, and once nothing of them is left record that it was done.

        Args:
            references: Which.
            subjects: About whom; all of theirs.

        Returns:
            A future of the references of all that were ever here. It fails with a `JournalError`
            when it is to be done again.
        """
        return self._thread.submit(self._erase, references, subjects)

    def prune(self, plan: Plan) -> Future[Entry]:
        """Let the oldest entries go, and say so first.

        Returns:
            A future of the entry that says so. It fails with a `JournalError` when everything is
            as before.
        """
        return self._thread.submit(self._prune, plan)

    def reconcile(self, remote: Watermark | None) -> Future[Entry | None]:
        """Open a new epoch if the collector holds what this journal does not."""
        return self._thread.submit(self._open_epoch, lambda: self._journal.reconcile(remote))

    def meet(self, word: Word) -> Future[Entry | None]:
        """Open a new epoch between two sales if the collector holds another present one."""
        return self._thread.submit(self._open_epoch, lambda: self._journal.meet(word))

    def close(self) -> None:
        """Record what was submitted, then close the journal; doing it twice is allowed."""
        self._thread.shutdown()
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, events: tuple[Event, ...]) -> tuple[Entry, ...]:
        first = self._follower.before(events)
        if any(isinstance(each, Later) for each in events):
            # What is made now must know what was recorded before it.
            self._follower.after(self._journal.append(*first))
            first, events = (), ready(events, self._journal.head)
        entries = self._journal.append(*first, *events)
        self._follower.after(entries)
        self._on_commit()
        return entries[len(first) :]

    def _erase(self, references: Sequence[str], subjects: Sequence[str]) -> tuple[str, ...]:
        erased = self._journal.erase(references, subjects)
        if erased or subjects:
            told = {"references": list(erased), "subjects": list(subjects)}
            self._append((Event(ERASED, told),))
        return erased

    def _prune(self, plan: Plan) -> Entry:
        said = self._journal.prune(plan)
        self._on_commit()
        self._journal.tidy()
        return said

    def _open_epoch(self, decide: Callable[[], Entry | None]) -> Entry | None:
        opened = decide()
        if opened:
            self._on_commit()
        return opened


def ready(events: Sequence[Event], head: Watermark) -> tuple[Event, ...]:
    """Return events as they are recorded after a place: those for later are made now."""
    made = (each.make(head) if isinstance(each, Later) else each for each in events)
    return tuple(each for each in made if each is not None)
