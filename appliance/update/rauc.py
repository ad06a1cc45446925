"""What RAUC asks of a bootloader of another make: ``bootloader-custom-backend`` of its manual.

    rauc.py get-primary | set-primary SLOT | get-state SLOT | set-state SLOT good|bad | get-current

RAUC calls it as root when it installs, marks and shows; it answers on standard output, and a
status other than 0 means that it failed.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from appliance.update.slots import Slot, SlotError, Slots, running

START = Path("/boot/firmware")


def main(words: Sequence[str], folder: Path = START) -> int:
    """Answer one question, or carry out one order."""
    match words:
        case ["get-primary"]:
            print(Slots(folder).read().slot)  # noqa: T201  # the answer
        case ["get-current"]:
            print(running() or "A")  # noqa: T201  # the answer
        case ["get-state", ("A" | "B") as slot]:
            print("bad" if Slots(folder).read().bad == slot else "good")  # noqa: T201  # the answer
        case ["set-primary", ("A" | "B") as slot]:
            return _order(folder, "try", slot)
        case ["set-state", ("A" | "B") as slot, ("good" | "bad") as state]:
            return _order(folder, state, slot)
        case _:
            sys.stderr.write(f"RAUC was expected to ask something known, found: {words}\n")
            return 2
    return 0


def _order(folder: Path, what: str, slot: Slot) -> int:
    try:
        with _writable(folder):
            place = Slots(folder)
            {"try": place.try_out, "good": place.keep, "bad": place.refuse}[what](slot)
    except (SlotError, OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Let the partition be written for a moment; it is read-only otherwise."""
    if not folder.is_mount():  # a folder of a test, or a card in a workshop's reader
        yield
        return
    subprocess.run(["/usr/bin/mount", "-o", "remount,rw", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["/usr/bin/mount", "-o", "remount,ro", str(folder)], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
