"""A disk that fails at a chosen call, for a process that runs under the recorder.

A program gives `sweep` one life to live: it is lived once to count the calls that change files, and
then again in a process of its own with each of them failing in turn.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

FOR_EVER = 2**62


@dataclass(frozen=True, slots=True)
class Fault:
    """What is the matter with a disk.

    Attributes:
        error: The number of the error.
        lasts: Whether every call from the first on fails, until somebody mends it.
        syncs: Whether syncs fail too.
    """

    error: int
    lasts: bool
    syncs: bool


FAULTS = {
    "full": Fault(errno.ENOSPC, lasts=True, syncs=False),
    "read-only": Fault(errno.EROFS, lasts=True, syncs=False),
    "fails once": Fault(errno.EIO, lasts=False, syncs=True),
    "broken": Fault(errno.EIO, lasts=True, syncs=True),
}


class Disk:
    """The disk as the recorder lets a process see it."""

    def __init__(self) -> None:
        self._recorder = ctypes.CDLL(None)
        self._recorder.disk_fail.argtypes = (
            ctypes.c_long,
            ctypes.c_long,
            ctypes.c_int,
            ctypes.c_int,
        )
        self._recorder.disk_calls.restype = ctypes.c_long

    def break_at(self, call: int, fault: Fault) -> None:
        """Fail at a call from now on; 0 only counts."""
        last = FOR_EVER if fault.lasts else call
        self._recorder.disk_fail(call or FOR_EVER, last, fault.error, fault.syncs)

    @property
    def calls(self) -> int:
        """How many calls there were since."""
        return int(self._recorder.disk_calls())

    def mend(self) -> None:
        """Make room, change the card."""
        self._recorder.disk_fail(FOR_EVER, FOR_EVER, 0, 1)


def sweep(
    live: Callable[[Disk, int, Fault], dict[str, Any]], fault: Fault, *, tries: int
) -> Iterator[dict[str, Any]]:
    """Live with each call failing in turn; yield what every life tells.

    Args:
        live: Breaks the disk at a call, lives, mends it, goes on, and tells.
        fault: What is the matter.
        tries: How many of the calls are tried, spread over all of them.
    """
    calls = _apart(lambda: live(Disk(), 0, fault))["calls"]
    step = max(1.0, calls / tries)
    # From the last one back: the first calls only open the files.
    for number in dict.fromkeys(int(calls - at * step) for at in range(int(calls / step))):
        yield {"call": number, **_apart(lambda at=number: live(Disk(), at, fault))}


def _apart(live: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Live in a process of its own, which ends as a power cut would end it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            told = live()
        except BaseException:  # noqa: BLE001 - told to the process that judges
            told = {"raised": traceback.format_exc()}
        with os.fdopen(writing, "w") as out:
            json.dump(told, out)
        sys.stdout.flush()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if text else {"raised": f"it ended with {status}"}
