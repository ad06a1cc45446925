"""``balie update --start``: waits for a quiet moment, then has the new system started.

The desk declares the moment (see `appliance.services.updating`): nobody is signed in, nothing is
on the counter, no drawer is being counted, and nobody said "not now". Where no desk runs for a
while, because it does not open, there is nobody to disturb.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from appliance.domain.update import Stage
from appliance.update.notes import Notes, read
from appliance.update.system import Rauc

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
    """

    def __init__(
        self,
        notes: Notes,
        rauc: Rauc,
        *,
        desk_runs: Callable[[], bool],
        wait: Callable[[float], object],
        monotonic: Callable[[], float],
    ) -> None:
        self._notes = notes
        self._rauc = rauc
        self._desk_runs = desk_runs
        self._wait = wait
        self._monotonic = monotonic

    def run(self) -> bool:
        """Wait for the moment and mark the other slot.

        Returns:
            Whether the device is to be started anew now.

        Raises:
            UpdateError: The slot could not be marked.
        """
        note = self._notes.installed
        if note is None or note.stage is not Stage.INSTALLED:
            self._notes.asked_enough()
            return False
        self._notes.withdraw()  # what was said before this start does not hold any more
        self._notes.ask_for_quiet(note.version)
        self._wait_for_quiet()
        # First the note, then the mark: `settle` tells a mark that was cut off.
        self._notes.installed = replace(
            note, stage=Stage.TRYING, before=read(self._notes.desk), why=None, detail=""
        )
        self._rauc.try_other()
        self._notes.asked_enough()
        log.info("the device starts anew with version %s", note.version)
        return True

    def _wait_for_quiet(self) -> None:
        alone_since = self._monotonic()
        while not self._notes.is_agreed:
            if self._desk_runs():
                alone_since = self._monotonic()
            elif self._monotonic() - alone_since >= ALONE_S:
                return
            self._wait(LOOK_S)
