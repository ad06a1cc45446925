"""``balie update --start``: waits for a quiet moment, then has the new system started.

The desk declares the moment (see `appliance.services.updating`): nobody is signed in, nothing is
on the counter, no drawer is being counted, and nobody said "not now". Where no desk runs for a
while, because it does not open, there is nobody to disturb.

What waits may change meanwhile: the back office may take it back, or something newer is written
over it. So each second it is looked at anew, and what starts is what is whole in the other slot.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from appliance import small_files
from appliance.domain.update import Stage, Why
from appliance.update.notes import Installed, Notes
from appliance.update.system import Rauc, UpdateError

log = logging.getLogger("balie.update")

ALONE_S = 600.0
"""Without a desk for so long, nobody is asked."""
LOOK_S = 1.0


class Switching:
    """Waits and marks.

    Args:
        notes: What is known of updates.
        rauc: Marks the slot.
        desk_runs: Tells whether a desk is open.
        wait: Lets seconds pass.
        monotonic: Seconds of a clock that never jumps.
        is_offered: Tells whether what waits may still be started.
    """

    def __init__(
        self,
        notes: Notes,
        rauc: Rauc,
        *,
        desk_runs: Callable[[], bool],
        wait: Callable[[float], object],
        monotonic: Callable[[], float],
        is_offered: Callable[[Installed], bool] = lambda _note: True,
    ) -> None:
        self._notes = notes
        self._rauc = rauc
        self._desk_runs = desk_runs
        self._wait = wait
        self._monotonic = monotonic
        self._is_offered = is_offered

    def run(self) -> bool:
        """Wait for the moment and mark the other slot.

        Returns:
            Whether the device is to be started anew now.

        Raises:
            UpdateError: The slot could not be marked.
        """
        self._notes.withdraw()  # what was said before this start does not hold any more
        alone_since = self._monotonic()
        while (note := self._notes.installed) is not None and note.stage in _AWAITED:
            if self._desk_runs():
                alone_since = self._monotonic()
            is_alone = self._monotonic() - alone_since >= ALONE_S
            if self._may_start(note) and (self._notes.is_agreed or is_alone):
                with self._notes.alone() as nobody_writes:
                    if nobody_writes and self._notes.installed == note:
                        return self._mark(note)
            self._wait(LOOK_S)
        self._notes.asked_enough()
        return False

    def _may_start(self, note: Installed) -> bool:
        """Ask the desk for a moment, or ask no more where what waits must not be started."""
        if note.stage is not Stage.INSTALLED:
            self._notes.hold()
            return False
        is_offered = self._is_offered(note)
        why = None if is_offered else Why.WITHDRAWN
        if note.why is not why:
            self._notes.installed = replace(note, why=why, detail="")
        if not is_offered:
            self._notes.hold()
            return False
        self._notes.ask_for_quiet(note.version)
        return note.why is why

    def _mark(self, note: Installed) -> bool:
        """Choose the other slot, once it is seen to hold what is to be started."""
        other = self._rauc.other()
        if not other.is_whole or (other.version, other.name) != (note.version, note.slot):
            found = f"{other.version or 'nothing'}, {'' if other.is_whole else 'not '}whole"
            said = f"{note.version} was expected in slot {note.slot}, found {found}; write it anew."
            self._notes.installed = replace(note, stage=Stage.WAITING, why=Why.INSTALL, detail=said)
            self._notes.asked_enough()
            log.error("%s", said)
            return False
        # First the note, then the mark: `settle` tells a mark that was cut off.
        self._notes.installed = replace(
            note, stage=Stage.TRYING, before=small_files.read(self._notes.desk), why=None, detail=""
        )
        try:
            self._rauc.try_other()
        except UpdateError:
            self._notes.installed = note
            raise
        self._notes.asked_enough()
        log.info("the device starts anew with version %s", note.version)
        return True


_AWAITED = (Stage.INSTALLED, Stage.INSTALLING)
"""What waits, or is just being written over by something newer."""
