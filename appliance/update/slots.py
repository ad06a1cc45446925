"""Which slot starts: the state that the start-up script and the running system share.

It is kept twice on the partition the firmware reads, each copy in one sector of 512 bytes with a
CRC-32, in a folder of its own. The newer whole copy counts. Only the older is written, in place
and synced, so a power cut leaves at least one. The format is that of U-Boot's ``env export -c``,
because the script (``image/start/boot.cmd``) has no other; it writes the numbers in hexadecimal.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Slot = Literal["A", "B"]

SECTOR = 512
COPIES = ("slots/0/state", "slots/1/state")
TRIES = 2
"""Starts a new system gets to show that it can sell."""

_CHECK = struct.Struct("<I")
_COMMAND_LINE = Path("/proc/cmdline")


class SlotError(OSError):
    """The state cannot be read or written; the message says what to do."""


@dataclass(frozen=True, slots=True)
class State:
    """What is to be started.

    Attributes:
        slot: The slot that starts.
        trying: True while it has not yet shown that it can sell.
        tries: How many starts it still has to show it.
        turn: Counts every writing.
        bad: The slot that must not be started, or empty.
    """

    slot: Slot = "A"
    trying: bool = False
    tries: int = 0
    turn: int = 0
    bad: str = ""

    def pack(self) -> bytes:
        """Return the sector as the start-up script reads it."""
        words = {
            "read_turn": f"{self.turn:x}",
            "slot": self.slot,
            "trying": str(int(self.trying)),
            "tries": f"{self.tries:x}",
            "bad": self.bad,
        }
        said = b"".join(f"{key}={value}".encode() + b"\0" for key, value in words.items() if value)
        said = said.ljust(SECTOR - _CHECK.size, b"\0")
        return _CHECK.pack(zlib.crc32(said)) + said

    @classmethod
    def unpack(cls, sector: bytes) -> State | None:
        """Return what a sector says, or None when it is not whole."""
        said = sector[_CHECK.size : SECTOR]
        if len(sector) < SECTOR or _CHECK.unpack_from(sector) != (zlib.crc32(said),):
            return None
        words = dict(
            line.decode("ascii", "replace").split("=", 1)
            for line in said.split(b"\0")
            if b"=" in line
        )
        if words.get("slot") not in ("A", "B"):
            return None
        slot: Slot = "A" if words["slot"] == "A" else "B"
        try:
            turn, tries = int(words.get("read_turn", ""), 16), int(words.get("tries", "0"), 16)
        except ValueError:
            return None
        return cls(slot, words.get("trying") == "1", tries, turn, words.get("bad", ""))


class Slots:
    """Reads and writes the state.

    Args:
        folder: Where the partition that the firmware reads is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> State:
        """Return the newer whole copy; a card that was never updated starts slot A."""
        return max(self._copies(), key=lambda each: each[0].turn, default=(State(), 0))[0]

    def write(self, state: State) -> State:
        """Write the state over the older copy, and see it on the card before returning.

        Raises:
            SlotError: The card refused.
        """
        whole = self._copies()
        newest = max(whole, key=lambda each: each[0].turn, default=(State(turn=0), 1))
        written = replace(state, turn=newest[0].turn + 1)
        place = self._folder / COPIES[1 - newest[1]]
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # No O_TRUNC: the sector is written over where it lies, and no table of the FAT changes.
            target = os.open(place, os.O_WRONLY | os.O_CREAT, 0o644)
            try:
                os.pwrite(target, written.pack(), 0)
                os.fsync(target)
            finally:
                os.close(target)
        except OSError as error:
            raise SlotError(
                f"The slot to start could not be written to {place}: {error.strerror}. "
                "The device starts as before; change its storage card soon."
            ) from error
        return written

    def try_out(self, slot: Slot) -> State:
        """Start ``slot`` from now on, for a few tries, unless it shows that it can sell."""
        state = self.read()
        bad = "" if state.bad == slot else state.bad
        return self.write(replace(state, slot=slot, trying=True, tries=TRIES, bad=bad))

    def keep(self, slot: Slot) -> State:
        """Start ``slot`` for good: it has shown that it can sell."""
        state = self.read()
        if state.slot != slot:
            return state
        bad = "" if state.bad == slot else state.bad
        return self.write(replace(state, trying=False, tries=0, bad=bad))

    def refuse(self, slot: Slot) -> State:
        """Never start ``slot``; if it would start now, the other does."""
        state = self.read()
        starts = other(slot) if state.slot == slot else state.slot
        return self.write(replace(state, slot=starts, trying=False, tries=0, bad=slot))

    def _copies(self) -> list[tuple[State, int]]:
        """Return the copies that are whole, each with its number."""
        found = []
        for number, name in enumerate(COPIES):
            try:
                sector = (self._folder / name).read_bytes()
            except OSError:
                continue
            if (state := State.unpack(sector)) is not None:
                found.append((state, number))
        return found


def other(slot: Slot) -> Slot:
    """Return the other slot."""
    return "B" if slot == "A" else "A"


def running(command_line: Path = _COMMAND_LINE) -> Slot | None:
    """Return the slot this system was started from, or None where there are none."""
    try:
        said = command_line.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(r"\brauc\.slot=([AB])\b", said)
    return None if found is None else "A" if found[1] == "A" else "B"
