"""``balie health``: a new system is kept only when it can sell, whether or not anybody hears of it.

It can sell when the desk opened and its heart beats (it beats after frames that were really
shown), its pictures are made by the graphics chip where the board has one, its inputs and what was
set up answer, the journal's file is sound and took an entry of this very start. The network is not
asked: a shop without it sells. What the system before could not do either is no fault of the new one.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from appliance import small_files
from appliance.domain.update import Stage, Why
from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalError
from appliance.journal.reader import JournalReader
from appliance.update.graphics import NO_CHIP, is_painted, lacks_chip
from appliance.update.notes import Installed, Notes
from appliance.update.system import Pulse, Rauc, Started

log = logging.getLogger("balie.update")

PATIENCE_S = 240.0
"""So long a new system has to show that it can sell, where nothing else was said."""
BEATS = 4
"""So many beats are seen before the heart counts as beating."""
LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What keeps a system from selling.

    Attributes:
        why: In one word.
        detail: What was expected and found, in English.
    """

    why: Why
    detail: str


class Health:
    """Looks until all is well or patience ends.

    Args:
        notes: What is known of updates, and what the desk shows of itself.
        journal: The journal's file.
        pulse: Tells how the desk's unit is doing.
        wait: Lets seconds pass.
        monotonic: Seconds of a clock that never jumps.
        patience_s: So long it looks; a machine that is slow for good needs more.
        root: Where the machine's root folder is.
    """

    def __init__(
        self,
        notes: Notes,
        journal: Path,
        *,
        pulse: Callable[[], Pulse],
        wait: Callable[[float], object],
        monotonic: Callable[[], float],
        patience_s: float = PATIENCE_S,
        root: Path = Path("/"),
    ) -> None:
        self._notes = notes
        self._journal = journal
        self._pulse = pulse
        self._wait = wait
        self._monotonic = monotonic
        self._patience_s = patience_s
        self._root = root
        self._beats: list[int] = []
        self._restarts = 0
        self._is_sound = False

    def look_until_well(self) -> Finding | None:
        """Look again and again; return what is still wrong when patience ends."""
        until = self._monotonic() + self._patience_s
        while (finding := self.look()) is not None:
            if self._monotonic() >= until:
                return finding
            self._wait(LOOK_S)
        return None

    def look(self) -> Finding | None:
        """Return the first thing that is not as it must be, None where all is well."""
        note = self._notes.installed
        before = (note.before if note is not None else None) or {}
        shown = small_files.read(self._notes.desk)
        return (
            self._desk(shown)
            or _graphics(shown, before, self._root)
            or _inputs(shown, before)
            or _peripherals(shown, before)
            or self._canary(shown)
        )

    def remark(self) -> str:
        """Return what is worth noting of a system that is well, in English; mostly nothing."""
        renderer = str(small_files.read(self._notes.desk).get("renderer", ""))
        if not is_painted(renderer) or lacks_chip(renderer, self._root):
            return ""
        return f"Pictures are made by {renderer}: {NO_CHIP}."

    def _desk(self, shown: Mapping[str, Any]) -> Finding | None:
        pulse = self._pulse()
        if pulse.restarts != self._restarts or not pulse.is_open:
            self._beats, self._restarts = [], pulse.restarts
        elif pulse.beat_at and pulse.beat_at not in self._beats:
            self._beats.append(pulse.beat_at)
        if not pulse.is_open or not shown:
            return Finding(Why.DESK, "An open desk was expected, found none")
        if len(self._beats) < BEATS:
            return Finding(
                Why.DESK,
                f"{BEATS} beats after frames were expected, found {len(self._beats)}",
            )
        return None

    def _canary(self, shown: Mapping[str, Any]) -> Finding | None:
        """See that the file is sound, and holds what the desk wrote at this start."""
        try:
            mark = Watermark(**shown["canary"])
            with JournalReader.open(self._journal) as reader:
                held = reader.find(mark.epoch, mark.sequence)
            if held != mark:
                return Finding(Why.JOURNAL, f"Entry {mark} was expected in the journal")
            if not self._is_sound:
                self._is_sound = _is_sound(self._journal)
        except (JournalError, KeyError, TypeError, sqlite3.Error, OSError) as error:
            return Finding(Why.JOURNAL, f"An entry of this start was expected: {error!r}")
        return None if self._is_sound else Finding(Why.JOURNAL, "quick_check found damage")


def commit_or_leave(health: Health, notes: Notes, rauc: Rauc, started: Started) -> Finding | None:
    """Keep a new system that can sell; note why of one that cannot.

    Returns:
        What is wrong; the device is then to be started anew. None when it was kept.

    Raises:
        UpdateError: The slot could not be marked.
    """
    note = notes.installed
    if started.slot is not None and note is not None and note.slot not in ("", started.slot):
        # The start-up script found no system in the new slot and took this one.
        rauc.refuse_other()
        notes.installed = replace(note, stage=Stage.FELL_BACK, why=Why.START)
        return None
    finding = health.look_until_well()
    note = note or Installed("", "", Stage.TRYING, slot=started.slot or "")
    if finding is None:
        rauc.keep()
        remark = health.remark()
        notes.installed = replace(note, stage=Stage.RUNNING, why=None, detail=remark)
        log.info("version %s can sell and stays. %s", note.version, remark)
        return None
    log.error("version %s cannot sell: %s", note.version, finding.detail)
    notes.installed = replace(note, stage=Stage.TRYING, why=finding.why, detail=finding.detail)
    if not started.tries:
        rauc.give_up()
    return finding


def _graphics(shown: Mapping[str, Any], before: Mapping[str, Any], root: Path) -> Finding | None:
    found = str(shown.get("renderer", ""))
    if found and (not lacks_chip(found, root) or is_painted(str(before.get("renderer", "")))):
        return None
    return Finding(Why.GRAPHICS, f"Pictures by a graphics chip were expected, found {found!r}")


def _inputs(shown: Mapping[str, Any], before: Mapping[str, Any]) -> Finding | None:
    shut = [name for name in shown.get("inputs_shut", ()) if name not in _of(before, "inputs_shut")]
    gone = int(before.get("inputs", 0)) > 0 and int(shown.get("inputs", 0)) == 0
    if not shut and not gone:
        return None
    return Finding(Why.INPUTS, f"Inputs that open were expected, found {shut or 'none'}")


def _peripherals(shown: Mapping[str, Any], before: Mapping[str, Any]) -> Finding | None:
    away = [name for name in shown.get("away", ()) if name not in _of(before, "away")]
    if not away:
        return None
    return Finding(Why.PERIPHERALS, f"What worked before was expected, not found: {away}")


def _of(before: Mapping[str, Any], name: str) -> list[str]:
    return list(before.get(name, ()))


def _is_sound(journal: Path) -> bool:
    uri = f"{journal.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        connection.execute("pragma query_only = on")
        return bool(connection.execute("pragma quick_check").fetchone() == ("ok",))
