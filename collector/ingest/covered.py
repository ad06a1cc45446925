"""Signatures that were not needed, looked at when nobody waits.

The signature of a chain's end proves all of it, so entries are stored and acknowledged without
looking at those between. Entries under a false one are the device's own all the same, byte for byte:
nothing that counts depends on it. But somebody who sends in the device's name without its key is
somebody to be found, also where a true batch came right behind; so each is looked at in the end.
What waits for that is given up when the process is killed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice

from django.utils.translation import gettext_noop

from collector.ingest.alarms import Complaint
from collector.ingest.checking import Checked, Refused

MOST = 20_000
"""So many may wait, some MB. Beyond that those that wait longest are looked at before anything else."""
STEP = 20
"""So many are looked at in one go: two milliseconds, which whoever comes meanwhile waits."""


class Covered:
    """The signatures that nobody has looked at yet."""

    def __init__(self) -> None:
        self._left: deque[Checked] = deque()

    @property
    def is_empty(self) -> bool:
        """Whether every one was looked at."""
        return not self._left

    def add(self, found: Iterable[Checked | Refused]) -> None:
        """Remember the batches that were proven by a later one."""
        for each in found:
            if isinstance(each, Checked) and each.is_covered:
                # Of its entries nothing is needed: their hash is in its head, as it was checked.
                head = replace(each.batch, entries=(), attachments=())
                self._left.append(replace(each, batch=head, times=()))

    def look(self, tell: Callable[[Sequence[Complaint]], None], *, at_most: int) -> None:
        """Look at the oldest ones, some of them or as many as are too many.

        Args:
            tell: Takes what a person should look at; what it raises leaves them to be looked at.
            at_most: How many, unless more are too many.
        """
        count = min(len(self._left), max(at_most, len(self._left) - MOST))
        if found := [_complaint(each) for each in islice(self._left, count) if not each.is_signed]:
            tell(found)
        for _ in range(count):
            self._left.popleft()


def _complaint(checked: Checked) -> Complaint:
    batch = checked.batch
    words = gettext_noop(
        "The batch of %(device)s up to entry %(place)s was not signed by the device's own key. Its "
        "entries are the device's own, as a later signature proves, and are kept: find out who else "
        "sends under its name."
    )
    place = f"{batch.epoch}.{batch.watermark.sequence}"
    facts = {"device": batch.device, "place": place}
    return Complaint(batch.device, "forged", words, batch.signature.encode(), facts)
