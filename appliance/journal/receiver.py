"""The receiving half of the wire, without a wire; see `appliance.journal.stream`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from appliance.journal.batch import Batch, Stream, unpack, verify
from appliance.journal.entry import Entry, Watermark
from appliance.journal.errors import BatchError, EntryError
from appliance.journal.signing import PublicKey


@dataclass(frozen=True, slots=True)
class Spoiled:
    """What a receiver set aside instead of storing it; it is never thrown away.

    Attributes:
        reason: ``forged`` (bytes, signature or parts are wrong), ``fork`` (another entry holds
            that place) or ``late`` (its epoch takes no more entries).
        sentence: What was expected and what came.
        device: From whom.
        payload: The batch as it came.
        entries: The entries concerned; empty when the batch could not be read.
    """

    reason: str
    sentence: str
    device: str
    payload: bytes
    entries: tuple[Entry, ...] = ()


class Keeper(Protocol):
    """Where a receiver keeps one stream of one device."""

    @property
    def watermark(self) -> Watermark:
        """Up to where the highest epoch is held without a gap, `START` for nothing.

        MUST count an epoch only when all is held that its first entry names as ``after``: one
        that was put back to an older state could otherwise hide what it lost before that epoch.
        """
        ...

    def mark(self, epoch: int) -> Watermark | None:
        """Tell the same for one epoch; None if it takes no more entries.

        MUST give ``Watermark(epoch, 0, ZERO_HASH)`` for an epoch above all it holds.
        """
        ...

    def hashes(self, epoch: int, first: int, last: int) -> Mapping[int, str]:
        """Tell the hashes of entries held, by sequence. MAY leave out what it forgot."""
        ...

    def store(self, entries: Sequence[Entry], beside: Sequence[bytes] = ()) -> None:
        """Keep entries that follow each other and its mark, durably, all or none. MUST be.

        Args:
            entries: The entries.
            beside: The lines of attachments that came with them, unread.
        """
        ...

    def quarantine(self, spoiled: Spoiled) -> None:
        """Set aside what may not be stored, for a person to look at. MUST be implemented."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a payload.

    Attributes:
        watermark: The answer to send.
        stored: Entries newly kept, earlier payloads' included.
        repeated: Entries that were held already.
        early: Whether the payload waits for what comes before it.
        spoiled: Whether anything of it was set aside.
    """

    watermark: Watermark
    stored: int = 0
    repeated: int = 0
    early: bool = False
    spoiled: bool = False


class Receiver:
    """Takes the batches of one stream of one device as they come, in any order.

    Entries are given to the keeper only in their order. Batches that come early wait in memory;
    the watermark tells the sender about them only when they are kept.

    Args:
        keeper: Where entries are kept.
        stream: ``journal`` or ``directory``.
        device: Whose batches are taken.
        public_key: Whose signature they carry; None takes unsigned batches too.
        waiting: How many early batches are held at most.
    """

    def __init__(
        self,
        keeper: Keeper,
        *,
        stream: Stream,
        device: str,
        public_key: PublicKey | None,
        waiting: int = 20,
    ) -> None:
        self._keeper = keeper
        self._stream = stream
        self._device = device
        self._public_key = public_key
        self._waiting = waiting
        self._early: dict[tuple[int, int, str], tuple[Batch, bytes]] = {}

    @property
    def watermark(self) -> Watermark:
        """The answer to send when asked for none: what is held."""
        return self._keeper.watermark

    def receive(self, payload: bytes) -> Receipt:
        """Take a payload: keep what is next, hold what is early, set aside what is wrong.

        Raises:
            Exception: what the keeper raises; then nothing counts as received.
        """
        try:
            batch = unpack(payload)
            self._check(batch)
        except (BatchError, EntryError) as error:
            spoiled = Spoiled("forged", str(error), self._device, payload)
            self._keeper.quarantine(spoiled)
            return Receipt(self._keeper.watermark, spoiled=True)
        receipt = self._place(batch, payload)
        if not receipt.stored:
            return receipt
        more = self._place_early()
        return replace(receipt, stored=receipt.stored + more, watermark=self._keeper.watermark)

    def _check(self, batch: Batch) -> None:
        if (batch.stream, batch.device) != (self._stream, self._device):
            raise BatchError(
                f"expected the {self._stream} of {self._device}, "
                f"found the {batch.stream} of {batch.device}"
            )
        if self._public_key:
            verify(batch, self._public_key)
        for entry in batch.entries:
            entry.whole()  # what is kept here is read here, and can be

    def _place_early(self) -> int:
        """Place the batches that waited, lowest first; tell how many entries were kept."""
        waiting, self._early = self._early, {}
        return sum(self._place(*waiting[key]).stored for key in sorted(waiting))

    def _place(self, batch: Batch, payload: bytes) -> Receipt:
        mark = self._keeper.mark(batch.epoch)
        if mark is None:
            return self._set_aside("late", batch, payload, batch.entries, "its epoch is closed")
        fork = self._fork(batch, mark)
        fresh = [entry for entry in batch.entries if entry.sequence > mark.sequence]
        if fork is None and fresh and fresh[0].sequence == mark.sequence + 1:
            fork = None if fresh[0].follows(mark) else fresh[0].sequence
        if fork is not None:
            forked = batch.entries[fork - batch.first :]
            return self._set_aside("fork", batch, payload, forked, "another entry is held there")
        repeated = batch.count - len(fresh)
        if fresh and fresh[0].sequence > mark.sequence + 1:
            self._hold(batch, payload)
            return Receipt(self._keeper.watermark, early=True)
        if fresh:
            self._keeper.store(fresh, batch.attachments)
        return Receipt(self._keeper.watermark, stored=len(fresh), repeated=repeated)

    def _fork(self, batch: Batch, mark: Watermark) -> int | None:
        """Tell the first sequence at which the batch differs from what is held."""
        last = min(batch.watermark.sequence, mark.sequence)
        if last < batch.first:
            return None
        held = self._keeper.hashes(batch.epoch, batch.first, last)
        for entry in batch.entries:
            if held.get(entry.sequence, entry.hash) != entry.hash:
                return entry.sequence
        return None

    def _set_aside(
        self, reason: str, batch: Batch, payload: bytes, entries: tuple[Entry, ...], why: str
    ) -> Receipt:
        sentence = f"entry {entries[0].watermark} of {self._device} was not taken: {why}"
        self._keeper.quarantine(Spoiled(reason, sentence, self._device, payload, entries))
        repeated = batch.count - len(entries)
        return Receipt(self._keeper.watermark, repeated=repeated, spoiled=True)

    def _hold(self, batch: Batch, payload: bytes) -> None:
        if len(self._early) < self._waiting:
            self._early[batch.epoch, batch.first, batch.head] = (batch, payload)
