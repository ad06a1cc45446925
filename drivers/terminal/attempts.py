"""What a driver notes of its attempts, on the disk before the terminal is asked.

A terminal knows nothing of our attempts: it numbers its own transactions and remembers the last.
So the driver notes under which number the terminal stood when it was asked, and finds the attempt
by that later, also after a power cut.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from drivers.terminal import NotesError, Outcome, Result, Slip, SlipFor
from drivers.terminal.zvt_status import Mark

log = logging.getLogger(__name__)

_PLAIN = ("attempt", "amount_minor", "wire_minor", "currency", "day", "could_say")

KEPT = 200
"""Attempts whose outcome is known; those that are open are kept for good."""


class Stage(Enum):
    """How far an attempt, or its giving back, has come."""

    NOTED = "noted"
    """The terminal was not asked yet."""
    ASKED = "asked"
    """The terminal may have been asked: money may have moved."""
    LOST = "lost"
    """It may have moved, and the terminal can no longer say."""
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Note:
    """One attempt.

    Attributes:
        attempt: Its id.
        amount_minor: How much was asked, as the register counts.
        wire_minor: The same in the currency's own minor units, as the terminal counts.
        currency: ISO 4217 code.
        day: In which of the terminal's days, counted by this driver.
        stage: How far it is.
        could_say: Whether the terminal could tell its last transaction when it was asked.
        before: That transaction; None where it had no number.
        result: What became of it, once known.
        mark: Which of the terminal's transactions it is, once known.
        giving_back: How far it is given back, if it was ever asked to be.
    """

    attempt: str
    amount_minor: int
    wire_minor: int
    currency: str
    day: int
    stage: Stage = Stage.NOTED
    could_say: bool = False
    before: Mark | None = None
    result: Result | None = None
    mark: Mark | None = None
    giving_back: Stage | None = None

    @property
    def is_open(self) -> bool:
        """Whether the terminal may still say what became of it."""
        return self.stage is Stage.ASKED


class Book:
    """All notes, in a file that is replaced whole and is on the disk when a call returns.

    Args:
        path: The file; None keeps the notes in memory. One that is damaged is put aside: what it
            told of is unknown from then on, and the shop sells on.

    Attributes:
        day: The terminal's day, counted by this driver.
        is_new: Whether the notes begin now, and know nothing of what was asked before.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._notes: dict[str, Note] = {}
        self.day = 1
        self.is_new = path is None or not self._read(path)
        if path is not None and self.is_new:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write()

    def find(self, attempt: str) -> Note | None:
        """The note of an attempt, if there is one."""
        return self._notes.get(attempt)

    def open_notes(self) -> tuple[Note, ...]:
        """The attempts that the terminal may still tell about, oldest first."""
        return tuple(note for note in self._notes.values() if note.is_open)

    def keep_first(self, note: Note) -> Note:
        """Keep a note before the terminal is asked.

        Raises:
            NotesError: It is not on the disk, so the terminal MUST NOT be asked.
        """
        before = self._notes.get(note.attempt)
        self._notes[note.attempt] = note
        try:
            self._write()
        except OSError as error:
            self._notes[note.attempt] = before or note
            raise NotesError(str(error)) from error
        return note

    def keep(self, note: Note) -> Note:
        """Keep what became of an attempt.

        Where that cannot be written, the disk still says that it was asked, and the next start asks
        the terminal again.
        """
        self._notes[note.attempt] = note
        known = [each.attempt for each in self._notes.values() if each.stage is Stage.KNOWN]
        for attempt in known[:-KEPT]:
            del self._notes[attempt]
        self._try_to_write()
        return note

    def next_day(self) -> None:
        """The terminal closed its day: what it took before cannot be taken back there."""
        self.day += 1
        self._try_to_write()

    def _try_to_write(self) -> None:
        try:
            self._write()
        except OSError:
            log.exception("The notes of card payments cannot be written; they go on in memory.")

    def _write(self) -> None:
        if self._path is None:
            return
        told = {"day": self.day, "notes": [_told(note) for note in self._notes.values()]}
        unfinished = self._path.with_suffix(".part")
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _read(self, path: Path) -> bool:
        """Read the notes there are; False where there are none, or none that can be read."""
        if not path.exists():
            return False
        try:
            told = json.loads(path.read_text("utf-8"))
            self.day = int(told["day"])
            notes = [_note(row) for row in told["notes"]]
        except (OSError, ValueError, KeyError, TypeError):
            aside = path.with_suffix(".damaged")
            log.exception("The notes of card payments are damaged; they lie in %s now.", aside)
            path.replace(aside)
            return False
        self._notes = {note.attempt: note for note in notes}
        return True


def known(note: Note, result: Result, mark: Mark | None = None) -> Note:
    """The note with what became of it."""
    return replace(note, stage=Stage.KNOWN, result=result, mark=mark)


def lost(note: Note, message: str) -> Note:
    """The note of an attempt that the terminal can no longer tell about."""
    return replace(note, stage=Stage.LOST, result=Result(Outcome.UNKNOWN, message=message))


def _told(note: Note) -> dict[str, Any]:
    row = asdict(note)
    for key in ("stage", "giving_back"):
        row[key] = row[key].value if row[key] else None
    if note.result is not None:
        row["result"]["outcome"] = note.result.outcome.value
        for slip in row["result"]["slips"]:
            slip["wanted_by"] = slip["wanted_by"].value
    return row


def _note(row: dict[str, Any]) -> Note:
    result = row["result"]
    return Note(
        **{key: row[key] for key in _PLAIN},
        stage=Stage(row["stage"]),
        before=Mark(**row["before"]) if row["before"] else None,
        result=_result(result) if result else None,
        mark=Mark(**row["mark"]) if row["mark"] else None,
        giving_back=Stage(row["giving_back"]) if row["giving_back"] else None,
    )


def _result(row: dict[str, Any]) -> Result:
    slips = tuple(Slip(SlipFor(slip["wanted_by"]), tuple(slip["lines"])) for slip in row["slips"])
    return Result(Outcome(row["outcome"]), row["reference"], row["message"], slips)
