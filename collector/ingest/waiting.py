"""Messages on their way to a turn, and the checking of the next turn's while this one's are stored.

Storing waits for the disk or for a server, and most of checking (unpacking, hashing, the
signature) needs no Python: the two can go on at the same time. A turn therefore takes no more than
its share when much is waiting, and what comes next is checked on a second thread meanwhile.
"""

from __future__ import annotations

import queue
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from collector.ingest.checking import Checked, KnownDevice, Refused, check_all
from collector.ingest.receiving import UNACKNOWLEDGED, Message

Named = Sequence[tuple[str, Message]]
"""Messages with the devices their topics name."""

WAITING = 10_000
"""Messages that may wait. Far more than we ask the broker to hand over unacknowledged, because
mosquitto 2.0.11 goes beyond that when much is waiting (its issue 2301), and what finds no room is
sent again only at the next connection."""
HEAVY_BYTES = 32 << 20
"""With so many bytes waiting nothing more is read from the broker: as many messages as it may hand
over, each as large as may be, would be 4 GB."""
WAITING_BYTES = 2 * HEAVY_BYTES
"""More is never kept, also where connections that end and begin again bring it all the same."""
TOGETHER = UNACKNOWLEDGED // 2
"""The most messages of a turn: half of what the broker hands over before the first is dealt with,
so that there is another half to be checked meanwhile."""
TOGETHER_BYTES = 3 << 19
"""A turn takes no further message when it has so many bytes: some sixty batches of fifty sales, or
as many single ones as a turn may have."""
TEXT_BYTES = 32 << 20
"""No further batch is unpacked for a turn when those before it hold so many bytes: eight thousand may
be packed so that they travel as eight."""


class Waiting:
    """What was delivered and not yet taken."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._next: list[Message] = []
        # Each is counted up by one thread only: their difference is what waits.
        self._came_bytes = 0
        self._taken_bytes = 0

    @property
    def next(self) -> Sequence[Message]:
        """With what the next turn will begin, as far as that is known."""
        return self._next

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._next and self._queue.empty()

    @property
    def bytes(self) -> int:
        """How much waits that no turn has taken."""
        return self._came_bytes - self._taken_bytes

    @property
    def is_heavy(self) -> bool:
        """Whether so much waits that no more should come for now."""
        return self.bytes >= HEAVY_BYTES

    def put(self, message: Message) -> bool:
        """Take a message, from the broker's thread; False when there is no room for it."""
        size = len(message.payload)
        if self._queue.qsize() >= WAITING or self.bytes + size > WAITING_BYTES:
            return False
        self._came_bytes += size
        self._queue.put(message)
        return True

    def stays_empty(self, moment_s: float) -> bool:
        """Whether nothing waits and nobody comes for a moment; whoever does begins the next turn."""
        if self.is_empty:
            try:
                self._next.append(self._taken(self._queue.get(timeout=moment_s)))
            except queue.Empty:
                return True
        return False

    def take(self, patience_s: float) -> list[Message]:
        """Take what is waiting for a turn; wait a moment where nothing is."""
        messages = self._next
        if not messages:
            try:
                messages = [self._taken(self._queue.get(timeout=patience_s))]
            except queue.Empty:
                return []
        self._fill(messages)
        self._next = []
        self._fill(self._next)
        return messages

    def _fill(self, messages: list[Message]) -> None:
        """Add what is waiting until there is enough for a turn."""
        size = sum(len(message.payload) for message in messages)
        while len(messages) < TOGETHER and size < TOGETHER_BYTES:
            try:
                messages.append(self._taken(self._queue.get_nowait()))
            except queue.Empty:
                return
            size += len(messages[-1].payload)

    def _taken(self, message: Message) -> Message:
        self._taken_bytes += len(message.payload)
        return message


class Checks:
    """Checks messages, some of them ahead of their turn."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "check")
        self._begun: tuple[Named, Future[list[Checked | Refused]]] | None = None

    def begin(self, messages: Named, known: Mapping[str, KnownDevice]) -> None:
        """Begin to check on the other thread with what the next turn begins."""
        if messages and self._begun is None:
            self._begun = messages, self._thread.submit(_check_all, messages, known)

    def check(self, messages: Named, known: Mapping[str, KnownDevice]) -> list[Checked | Refused]:
        """Check the first messages of a turn, those that were begun with by waiting for them.

        Returns:
            What each of them is: of all, unless they are so large that the rest has to wait.
        """
        begun, found = self._begun, list[Checked | Refused]()
        if begun is not None and messages and begun[0][0][1] is messages[0][1]:
            self._begun = None
            found = begun[1].result()
        room = TEXT_BYTES - sum(each.text_bytes for each in found if isinstance(each, Checked))
        if found and room <= 0:
            return found
        return found + _check_all(messages[len(found) :], known, room)

    def close(self) -> None:
        """End the thread; doing it twice is allowed."""
        self._thread.shutdown(cancel_futures=True)


def _check_all(
    messages: Named, known: Mapping[str, KnownDevice], room: int = TEXT_BYTES
) -> list[Checked | Refused]:
    came = ((device, message.payload) for device, message in messages)
    return check_all(came, known, most_bytes=room)
