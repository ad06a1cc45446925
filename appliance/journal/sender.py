"""The sending half of the wire, without a wire; see `appliance.journal.stream`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Protocol

from appliance.journal.entry import START, Sendable, Watermark
from appliance.journal.word import Word

_RAW = attrgetter("raw")


class Source(Protocol):
    """Where a sender reads; `JournalReader` is one."""

    @property
    def head(self) -> Watermark:
        """The last entry's place, `START` if there is none. MUST be implemented."""
        ...

    def entries(self, after: Watermark, limit: int) -> Iterable[Sendable]:
        """Read at most ``limit`` entries after a place, over epochs. MUST be implemented."""
        ...

    def find(self, epoch: int, sequence: int) -> Watermark | None:
        """Tell an entry's place and hash, None if unknown. MUST be implemented."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is sent before an answer, and how long an answer is waited for.

    Attributes:
        window: Batches in flight at most; brokers promise no more than 20.
        batch_entries: Entries in a batch at most.
        batch_bytes: Bytes of entries in a batch at most; a longer entry travels alone.
        patience_s: Without an answer for so long, what was sent is sent again, one batch at first.
        patience_most_s: The wait doubles up to this.
        settle_s: How long a lower watermark must stand before it is believed.
        probe_s: With everything acknowledged, the last entry is sent again after so long, to
            hear whether the receiver still has it.
    """

    window: int = 20
    batch_entries: int = 50
    batch_bytes: int = 256 * 1024
    patience_s: float = 10.0
    patience_most_s: float = 300.0
    settle_s: float = 1.0
    probe_s: float = 900.0


class Sender:
    """Decides what to send next.

    Call `connected` and `disconnected` as the connection comes and goes, `acknowledge` with each
    answer, and `due` until it returns None whenever something happened or `deadline` has come.

    Args:
        source: The entries.
        pack: Makes a payload of entries of one epoch.
        acked: What the receiver held when last heard of; `START` if that is not known.
        pace: How much and how long.
        pruned: Up to where the source let its entries go, and can compare them no longer.
    """

    def __init__(
        self,
        source: Source,
        pack: Callable[[Sequence[Sendable]], bytes],
        *,
        acked: Watermark = START,
        pace: Pace | None = None,
        pruned: Callable[[], Watermark] = lambda: START,
    ) -> None:
        self._source = source
        self._pruned = pruned
        self._pack = pack
        self._pace = pace or Pace()
        self._online = False
        self._acked = acked
        self._sent = acked
        self._flight: deque[Watermark] = deque()
        self._window = 1
        self._patience_s = self._pace.patience_s
        self._again_at = 0.0
        self._probe_at = 0.0
        self._unanswered_since: float | None = None
        self._doubt: tuple[Watermark, float] | None = None
        self._stranger: Watermark | None = None
        self._meeting = False

    @property
    def acked(self) -> Watermark:
        """Up to where the receiver holds what we hold."""
        return self._acked

    @property
    def stranger(self) -> Watermark | None:
        """What the receiver holds that we do not: this card is behind, or was copied."""
        return self._stranger

    @property
    def is_refused(self) -> bool:
        """Whether the receiver holds something else where ours should stand."""
        return self._meeting

    @property
    def unanswered_since(self) -> float | None:
        """Since when something sent waits for any answer; None when nothing does."""
        return self._unanswered_since

    def connected(self, now: float) -> None:
        """Begin to send from the last known watermark, if it is one of ours still."""
        self._online = True
        if self._source.find(self._acked.epoch, self._acked.sequence) != self._acked:
            self._acked = START
        self._probe_at = now
        self._patience_s = self._pace.patience_s
        self._rewind()

    def disconnected(self) -> None:
        """Stop sending; what is in flight counts as lost."""
        self._online = False
        self._unanswered_since = None
        self._rewind()

    def acknowledge(self, heard: Watermark | Word, now: float, *, live: bool = True) -> None:
        """Hear the receiver's word of what it holds.

        Args:
            heard: Its word, or of it only the highest epoch.
            now: The time.
            live: False for a word kept by the broker: it says nothing of the receiver today.
        """
        word = heard if isinstance(heard, Word) else Word(heard)
        ours = self._ours(word)
        self._meeting = ours is None
        self._stranger = word.watermark if self._is_strange(word) else None
        if ours is None:
            self._meet(now)
        elif ours.place < self._acked.place:
            self._doubt = (ours, self._doubt[1] if self._doubt else now)
        else:
            self._advance(ours, now)
        if live:
            self._probe_at = now + self._pace.probe_s
            self._unanswered_since = now if self._flight else None

    def due(self, now: float) -> bytes | None:
        """Make the next payload to send, or None if there is nothing to send now."""
        if not self._online:
            return None
        self._reconsider(now)
        if len(self._flight) >= self._window:
            return None
        entries = self._next_run() or (self._last_entry() if self._must_probe(now) else [])
        if not entries:
            return None
        if not self._flight:
            self._again_at = now + self._patience_s
        if self._unanswered_since is None:
            self._unanswered_since = now
        self._sent = entries[-1].watermark
        self._flight.append(self._sent)
        return self._pack(entries)

    def deadline(self) -> float | None:
        """Tell when `due` is to be asked again though nothing has happened; None for never."""
        if not self._online:
            return None
        times = []
        if self._doubt:
            times.append(self._doubt[1] + self._pace.settle_s)
        if self._flight:
            times.append(self._again_at)
        elif self._is_idle():
            times.append(self._probe_at)
        return min(times, default=None)

    def _is_strange(self, word: Word) -> bool:
        """Tell whether the receiver's last entry is another card's, and in the way or beyond ours."""
        if not word.all or self._knows(word.watermark):
            return False
        return self._meeting or word.watermark.place > self._source.head.place

    def _knows(self, watermark: Watermark) -> bool:
        """Tell whether the receiver's last entry is one of ours, byte for byte."""
        if watermark in (START, self._acked) or watermark in self._flight:
            return True
        if self._source.find(watermark.epoch, watermark.sequence) == watermark:
            return True
        pruned = self._pruned()
        return watermark == pruned or watermark.place < pruned.place

    def _ours(self, word: Word) -> Watermark | None:
        """Tell up to where the receiver holds ours; None if another history stands in its place.

        Epochs that we do not have are another card's, and no business of ours. Where the word
        leaves epochs out, what it says of ours is not known.
        """
        known = max(filter(self._knows, word.all), key=_place, default=START)
        strange = [mark for mark in word.all if mark.epoch > known.epoch]
        if any(self._holds(mark.epoch) for mark in strange if not self._knows(mark)):
            return None
        return known if known != START or word.is_whole else None

    def _holds(self, epoch: int) -> bool:
        return epoch == self._source.head.epoch or self._source.find(epoch, 1) is not None

    def _advance(self, watermark: Watermark, now: float) -> None:
        if watermark != self._acked:
            self._patience_s = self._pace.patience_s
            self._again_at = now + self._patience_s
        self._doubt = None
        self._acked = watermark
        while self._flight and self._flight[0].place <= watermark.place:
            self._answered()
        if self._sent.place < watermark.place:
            self._sent = watermark

    def _meet(self, now: float) -> None:
        """The receiver holds another history: go on showing it ours, so that it sees the fork.

        What was sent since the connection was made began at the last common place; it counts as
        answered, and is not sent again.
        """
        if self._flight:
            self._answered()
            self._again_at = now + self._patience_s

    def _answered(self) -> None:
        self._flight.popleft()
        self._window = min(self._window * 2, self._pace.window)

    def _reconsider(self, now: float) -> None:
        """Believe a lower watermark that stood, and send again what got no answer."""
        if self._doubt and now >= self._doubt[1] + self._pace.settle_s:
            self._acked = self._doubt[0]
            self._rewind()
        if self._flight and now >= self._again_at:
            self._patience_s = min(self._patience_s * 2, self._pace.patience_most_s)
            if self._meeting:
                self._flight.clear()
            else:
                self._rewind()

    def _rewind(self) -> None:
        self._sent = self._acked
        self._flight.clear()
        self._doubt = None
        self._window = 1

    def _next_run(self) -> list[Sendable]:
        """Read what comes next: of one epoch, within a batch's size.

        A later epoch waits until everything of the one before is answered for: whoever holds
        an entry of an epoch therefore holds all that could be had of the epochs before it.
        """
        entries = list(self._source.entries(self._sent, self._pace.batch_entries))
        if not entries or (self._flight and entries[0].epoch != self._flight[-1].epoch):
            return []
        is_one_run = entries[0].epoch == entries[-1].epoch
        if is_one_run and sum(map(len, map(_RAW, entries))) <= self._pace.batch_bytes:
            return entries
        return self._first_run(entries)

    def _first_run(self, entries: Sequence[Sendable]) -> list[Sendable]:
        """Take from the beginning what fits into a batch."""
        run: list[Sendable] = []
        size = 0
        for entry in entries:
            size += len(entry.raw)
            if run and (entry.epoch != run[0].epoch or size > self._pace.batch_bytes):
                break
            run.append(entry)
        return run

    def _is_idle(self) -> bool:
        return not self._flight and self._acked != START and self._sent == self._acked

    def _must_probe(self, now: float) -> bool:
        return self._is_idle() and now >= self._probe_at

    def _last_entry(self) -> list[Sendable]:
        before = Watermark(self._acked.epoch, self._acked.sequence - 1, "")
        return list(self._source.entries(before, 1))


def _place(mark: Watermark) -> tuple[int, int]:
    return mark.place
