"""What has not left the building yet, and why; and what to do when it is not taken."""

from __future__ import annotations

from collections.abc import Callable

from appliance.journal.word import NOTHING, Word
from appliance.services.ports import Outbox, Post, Sending
from appliance.services.worker import DeviceWorker


class SendingWatch:
    """Looks every second, on a worker's thread.

    Args:
        outbox: Where to look.
        worker: Where looking may block.
        post: Brings what is new to the screen's thread.
        changed: Called there when something is new.

    Attributes:
        meet: Told the collector's word, again and again, while it holds something else where this
            journal stands; see `appliance.journal.writer.JournalWriter.meet`. MUST NOT block.
        view: What the screen knows.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        worker: DeviceWorker,
        post: Post,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.changed = changed
        self.meet: Callable[[Word], object] = lambda _: None
        self.view = Sending()
        self._outbox = outbox
        self._post = post
        worker.watch(self._look)

    def _look(self) -> None:
        seen = self._outbox.look()
        if seen.refusing != NOTHING:
            self.meet(seen.refusing)
        if seen != self.view:
            self._post(lambda: self._show(seen))

    def _show(self, seen: Sending) -> None:
        self.view = seen
        self.changed()
