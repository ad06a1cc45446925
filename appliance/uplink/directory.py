"""The directory's end of the wire: what the receiver keeps goes into directory.db."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from appliance.journal.entry import ZERO_HASH, Entry, Watermark
from appliance.journal.stream import Spoiled
from appliance.store.directory_store import DirectoryStore

log = logging.getLogger("balie.uplink")

_LONGEST = 200
"""Letters of a reason: one of the program's own words and what it says, not the whole row."""


class DirectoryKeeper:
    """Keeps the directory's entries; see `appliance.journal.stream.Keeper`.

    The store applies entries and forgets them, so only the last one's hash is known.
    """

    def __init__(self, store: DirectoryStore) -> None:
        self._store = store
        self._spoiled = ""

    @property
    def refusal(self) -> str:
        """Why something of the directory was set aside or refused; empty while all is well."""
        return self._spoiled or next(reversed(self._store.refused), "")

    def told(self) -> dict[str, Any]:
        """Return what the back office is told of what this program cannot use, if anything."""
        refused = self._store.refused
        if not refused:
            return {}
        return {"refused": {"count": len(refused), "last": refused[-1][:_LONGEST]}}

    @property
    def watermark(self) -> Watermark:
        """Up to where the directory is held."""
        return self._store.watermark

    def mark(self, epoch: int) -> Watermark | None:
        """Tell how far one epoch is held; an epoch before the present one takes no more."""
        held = self._store.watermark
        if epoch < held.epoch:
            return None
        return held if epoch == held.epoch else Watermark(epoch, 0, ZERO_HASH)

    def hashes(self, epoch: int, first: int, last: int) -> Mapping[int, str]:
        """Tell the last entry's hash; the others are forgotten."""
        held = self._store.watermark
        known = epoch == held.epoch and first <= held.sequence <= last
        return {held.sequence: held.hash} if known else {}

    def store(self, entries: Sequence[Entry], beside: Sequence[bytes] = ()) -> None:
        """Keep entries and what came beside them, and apply what they complete.

        Raises:
            StoreError: if the disk refuses; nothing was kept.
        """
        self._store.receive(entries, beside)
        self._spoiled = ""

    def quarantine(self, spoiled: Spoiled) -> None:
        """Note what was not taken; the collector sends what is missing again."""
        if spoiled.reason == "late":
            return
        self._spoiled = spoiled.sentence
        log.warning("directory: %s", spoiled.sentence)
