"""``balie update``: checks a bundle and writes it into the other slot, while selling goes on.

It may be cut off anywhere and begin again: what was written whole is not written twice, what was
not is never started. The slot that starts is not touched here (see `switching`).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from appliance.domain.update import Offer, Stage, Why
from appliance.update.notes import Installed, Notes
from appliance.update.system import OtherSlot, Rauc, Started, UpdateError

log = logging.getLogger("balie.update")

LONGEST_UNSENT = timedelta(hours=1)
"""What is unsent for longer is sent before a device is updated."""

_DONE = (Stage.RUNNING, Stage.FELL_BACK, Stage.REFUSED, Stage.TRYING)


class Installing:
    """Brings a bundle into the other slot.

    Args:
        notes: What is known of updates.
        rauc: Writes the slot.
        started: How this system was started.
        oldest_unsent: When the oldest entry was made that has not left the device, None for none.
        clock: The local time.
    """

    def __init__(
        self,
        notes: Notes,
        rauc: Rauc,
        *,
        started: Started,
        oldest_unsent: Callable[[], datetime | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._notes = notes
        self._rauc = rauc
        self._started = started
        self._oldest_unsent = oldest_unsent
        self._clock = clock

    def fetched(self) -> bool:
        """Install what was fetched, if there is something new.

        Returns:
            Whether a new system waits to be started.

        Raises:
            UpdateError: It does not go on; it was noted why.
        """
        fetched = self._notes.fetched
        if fetched is None or not fetched.is_whole:
            return self._waits()
        bundle = self._notes.bundle(fetched.offer)
        if not bundle.exists():
            return self._waits()
        if bundle.stat().st_size != fetched.offer.size:
            raise self._refused(
                self._new(fetched.offer.version, fetched.offer.sha256, fetched.offer.turn),
                UpdateError(
                    Why.SIZE,
                    f"{fetched.offer.size} bytes were expected of {bundle.name}, found "
                    f"{bundle.stat().st_size}; it is fetched anew.",
                ),
            )
        return self._install(bundle, fetched.offer)

    def from_file(self, bundle: Path) -> bool:
        """Install a bundle that somebody brought; one that failed before is tried again.

        Returns:
            Whether a new system waits to be started.

        Raises:
            UpdateError: It does not go on; it was noted why.
        """
        try:
            with bundle.open("rb") as whole:
                sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
        except OSError as error:
            raise UpdateError(
                Why.SIZE, f"{bundle} cannot be read ({error.strerror}); copy it anew."
            ) from error
        before = self._notes.installed
        turn = 1
        if before is not None and before.sha256 == sha256:
            if before.stage is Stage.RUNNING:
                return False
            turn = before.turn + (before.stage in _DONE)
        return self._install(bundle, None, sha256, turn)

    def _install(self, bundle: Path, offer: Offer | None, sha256: str = "", turn: int = 1) -> bool:
        sha256, turn = (offer.sha256, offer.turn) if offer else (sha256, turn)
        note = self._new("" if offer is None else offer.version, sha256, turn)
        before = self._notes.installed
        if before is not None and (before.sha256, before.turn) == (sha256, turn):
            if before.stage in _DONE:
                return False
            if self._waits():
                return True
        if self._started.trying:
            raise UpdateError(
                Why.INSTALL,
                "This system still has to show that it can sell; it takes no other before that.",
            )
        try:
            note = replace(note, version=self._rauc.version_of(bundle))
            self._notes.installed = note
            self._require_sent(note)
            log.info("version %s is written to the other slot", note.version)
            other = self._write(bundle, note)
        except UpdateError as error:
            raise self._refused(note, error) from error
        self._notes.installed = replace(note, stage=Stage.INSTALLED, slot=other.name)
        self._notes.ask_for_quiet(note.version)
        return True

    def _write(self, bundle: Path, note: Installed) -> OtherSlot:
        """Write it, and see that it is there.

        Raises:
            UpdateError: It is not.
        """
        self._rauc.install(bundle)
        other = self._rauc.other()
        if other.is_whole and other.version == note.version:
            return other
        raise UpdateError(
            Why.INSTALL,
            f"Version {note.version} was expected in slot {other.name}, found "
            f"{other.version or 'nothing whole'}; it is written anew.",
        )

    def _require_sent(self, note: Installed) -> None:
        """See that nothing waits here for longer than it should.

        Raises:
            UpdateError: Something does.
        """
        oldest = self._oldest_unsent()
        if oldest is None or self._clock() - oldest <= LONGEST_UNSENT:
            return
        raise UpdateError(
            Why.UNSENT,
            f"Version {note.version} waits: something of {oldest:%Y-%m-%d %H:%M} is only on this "
            "device. Connect it; when all is sent the update goes on by itself.",
        )

    def _waits(self) -> bool:
        """Tell whether a new system is in the other slot already."""
        note = self._notes.installed
        if note is None or note.stage is not Stage.INSTALLED:
            return False
        other = self._rauc.other()
        if not other.is_whole or (other.version, other.name) != (note.version, note.slot):
            return False
        self._notes.ask_for_quiet(note.version)
        return True

    def _new(self, version: str, sha256: str, turn: int) -> Installed:
        return Installed(version, sha256, Stage.INSTALLING, turn)

    def _refused(self, note: Installed, error: UpdateError) -> UpdateError:
        """Note why it does not go on; what may mend itself is tried again."""
        mends = error.why in (Why.UNSENT, Why.INSTALL, Why.SIZE)
        stage = Stage.WAITING if mends else Stage.REFUSED
        self._notes.installed = replace(note, stage=stage, why=error.why, detail=str(error))
        return error


def settle(notes: Notes, rauc: Rauc, started: Started) -> Installed | None:
    """After a start: find out what came of a new system that was to be tried.

    Returns:
        What is noted now.

    Raises:
        UpdateError: RAUC does not answer.
    """
    note = notes.installed
    if note is None or note.stage is not Stage.TRYING or started.trying:
        return note
    if started.slot == note.slot:
        # Kept, and the power was cut before it was noted.
        settled = replace(note, stage=Stage.RUNNING, why=None, detail="")
    elif rauc.other().is_bad and note.why is None:
        # Marking it was cut off, so it was never started: it waits for a quiet moment again.
        settled = replace(note, stage=Stage.INSTALLED)
        notes.ask_for_quiet(note.version)
    else:
        settled = replace(note, stage=Stage.FELL_BACK, why=note.why or Why.START)
        log.warning("version %s fell back: %s", note.version, settled.why)
    notes.installed = settled
    return settled
