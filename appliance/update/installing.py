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

from appliance.domain.update import Stage, Why, is_older
from appliance.update.notes import Installed, Notes
from appliance.update.system import OtherSlot, Rauc, Started, UpdateError

log = logging.getLogger("balie.update")

LONGEST_UNSENT = timedelta(hours=1)
"""What is unsent for longer is sent before a device is updated."""
MOST_FAILURES = 3
"""So often writing what was fetched is tried: each time is a whole slot of the card's writing."""


class Installing:
    """Brings a bundle into the other slot.

    Args:
        notes: What is known of updates.
        rauc: Writes the slot.
        started: How this system was started.
        runs: The version that runs here, as the program itself says.
        oldest_unsent: When the oldest entry was made that has not left the device, None for none.
        clock: The local time.
    """

    def __init__(
        self,
        notes: Notes,
        rauc: Rauc,
        *,
        started: Started,
        runs: str = "",
        oldest_unsent: Callable[[], datetime | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._notes = notes
        self._rauc = rauc
        self._started = started
        self._runs = runs
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
        offer, found = fetched.offer, bundle.stat().st_size
        note = self._new(offer.sha256, offer.turn, version=offer.version, offered=True)
        if found != offer.size:
            bundle.unlink()
            detail = f"{offer.size} bytes were expected of {bundle.name}, found {found}"
            raise self._refused(note, UpdateError(Why.TORN, f"{detail}; it is fetched anew."))
        if note.key in note.settled:
            return False
        return self._install(bundle, note)

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
        if before is not None and before.sha256 == sha256 and before.stage is Stage.RUNNING:
            return False
        done_with = () if before is None else before.done_with
        turns = [int(each.split()[1]) for each in done_with if each.startswith(sha256)]
        return self._install(bundle, self._new(sha256, max(turns, default=0) + 1))

    def _install(self, bundle: Path, note: Installed) -> bool:
        before = self._notes.installed
        if before is not None and before.key == note.key:
            if before.stage is Stage.TRYING:
                return False
            if self._waits():
                return True
        if self._started.trying:
            raise UpdateError(
                Why.INSTALL,
                "This system still has to show that it can sell; it takes no other before that.",
            )
        with self._notes.alone() as nobody_else:
            if not nobody_else:
                raise UpdateError(
                    Why.INSTALL,
                    f"{bundle.name} was not looked at: another version is being written just now, "
                    "or starts. Try again after that.",
                )
            return self._take(bundle, note)

    def _take(self, bundle: Path, note: Installed) -> bool:
        """Check it, write it, and ask for a quiet moment."""
        try:
            note = replace(note, version=self._rauc.version_of(bundle))
            self._require_newer(note)
            self._require_sent(note)
        except UpdateError as error:
            raise self._refused(note, error) from error
        self._notes.brought = None
        self._notes.installed = note
        log.info("version %s is written to the other slot", note.version)
        try:
            other = self._write(bundle, note)
        except UpdateError as failure:
            failed = replace(note, failures=note.failures + 1)
            why = self._torn(bundle, note) or failure
            raise self._refused(failed, why, wrote=True) from failure
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

    def _torn(self, bundle: Path, note: Installed) -> UpdateError | None:
        """Throw away what was fetched and did not stay whole on the card."""
        if not note.offered or _is_whole(bundle, note.sha256):
            return None
        bundle.unlink(missing_ok=True)
        return UpdateError(
            Why.TORN, f"{bundle.name} did not stay what it was on the card; it is fetched anew."
        )

    def _require_newer(self, note: Installed) -> None:
        """See that nobody brings an older version, with faults that were mended since.

        The back office may offer one: who may do that there has a name and a password.

        Raises:
            UpdateError: It is older than what runs.
        """
        if not note.offered and is_older(note.version, note.runs):
            raise UpdateError(
                Why.OLDER,
                f"Version {note.version} is older than {note.runs}, which runs here. "
                "The back office may offer an older one; a stick brings none.",
            )

    def _require_sent(self, note: Installed) -> None:
        """See that nothing waits here for longer than it should, or for who knows how long.

        A device that had no power has no clock until it meets a network. What seems to be made
        later than now is then as old as can be.

        Raises:
            UpdateError: Something does.
        """
        oldest = self._oldest_unsent()
        if oldest is None or abs(self._clock() - oldest) <= LONGEST_UNSENT:
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

    def _new(
        self, sha256: str, turn: int, *, version: str = "", offered: bool = False
    ) -> Installed:
        """Begin a note; it goes on where one of the same bundle is."""
        note = Installed(version, sha256, Stage.INSTALLING, turn, offered=offered)
        before = self._notes.installed
        if before is None:
            return replace(note, runs=self._runs)
        return replace(
            note,
            failures=before.failures if before.key == note.key else 0,
            runs=before.version if before.stage is Stage.RUNNING else before.runs or self._runs,
            settled=before.done_with,
        )

    def _refused(self, note: Installed, error: UpdateError, *, wrote: bool = False) -> UpdateError:
        """Note why it does not go on; what may mend itself is tried again.

        What was brought and not written leaves no more than a word to whoever brought it.
        """
        mends = error.why in _MEND and note.failures < MOST_FAILURES
        stage = Stage.WAITING if mends else Stage.REFUSED
        noted = replace(note, stage=stage, why=error.why, detail=str(error))
        if note.offered or wrote:
            self._notes.installed = noted
        else:
            self._notes.brought = noted
        return error


_MEND = (Why.UNSENT, Why.INSTALL, Why.TORN)
"""What may be otherwise when it is looked at again."""


def _is_whole(bundle: Path, sha256: str) -> bool:
    try:
        with bundle.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == sha256
    except OSError:
        return False


def settle(notes: Notes, rauc: Rauc, started: Started) -> Installed | None:
    """After a start: find out what came of a new system that was to be tried.

    Returns:
        What is noted now.

    Raises:
        UpdateError: RAUC does not answer.
    """
    notes.brought = None  # who brought it knows by now
    note = notes.installed
    if note is not None and note.stage is Stage.INSTALLING:
        # The power was cut while it was written. What was fetched is written again by itself.
        detail = "Writing it was cut off; what came on a stick is to be brought again."
        notes.installed = replace(note, stage=Stage.WAITING, detail=detail)
        return notes.installed
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
