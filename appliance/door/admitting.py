"""Takes the code that the screen took to the back office, until the device is let in."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from appliance.domain import admission
from appliance.domain.admission import Admission, AdmissionError
from appliance.door import arriving
from appliance.door.asking import ask
from appliance.door.box import Asked, Box, Said, State
from appliance.door.refusals import TRIED_AGAIN, NotLetInError, key_of

log = logging.getLogger("balie.door")

LOOK_S = 0.25
AGAIN_S = 5.0
"""After so long it is tried again to reach the back office."""
LARGEST_FILE = 4096
_BLANK = "".join(map(chr, range(33))) + "\ufeff"
"""What some editors leave at the ends of lines: blanks and control characters."""
FROM_FILE = "enrol.txt"
"""The turn of what was found on the card."""


class Doorkeeper:
    """Waits for codes and takes them to the back office.

    Args:
        folder: The device's own.
        file: May hold a code; it is tried first.
    """

    def __init__(self, folder: Path, file: Path | None = None) -> None:
        self._folder = folder
        self._file = file
        self._box = Box(folder)
        self._dealt_with = ""
        self._again_at: float | None = None

    def run(self, stop: threading.Event) -> bool:
        """Work until the device is let in, or told to stop; tell whether it is let in.

        Raises:
            NotLetInError: There can be no key: the card refuses.
            OSError: The card refuses.
        """
        arriving.finish(self._folder)
        if arriving.is_let_in(self._folder):
            self._box.forget()
            return True
        key = arriving.own_key(self._folder)
        fingerprint = arriving.fingerprint(key)
        log.info("this device waits to be let in; its fingerprint is %s", fingerprint)
        self._box.say(Said(State.WAITING, fingerprint))
        found = self._found()
        while not stop.is_set():
            asked = self._box.asked() or found
            if asked is not None and self._is_due(asked):
                self._box.say(Said(State.ASKING, fingerprint, asked.turn))
                said = self._ask(asked, fingerprint)
                self._box.say(said)
                if said.state is State.LET_IN:
                    return True
            stop.wait(LOOK_S)
        return False

    def _is_due(self, asked: Asked) -> bool:
        if asked.turn != self._dealt_with:
            return True
        return self._again_at is not None and time.monotonic() >= self._again_at

    def _ask(self, asked: Asked, fingerprint: str) -> Said:
        """Take one code to the back office and say what came of it."""
        self._dealt_with, self._again_at = asked.turn, None
        try:
            key = arriving.own_key(self._folder)
            code = _read(asked)
            answer = ask(code, key, asked.counter)
            arriving.write(self._folder, answer, key, asked.counter)
        except NotLetInError as refused:
            log.warning("not let in: %s", refused)
            if refused.key in TRIED_AGAIN:
                self._again_at = time.monotonic() + AGAIN_S
            else:
                self._box.forget()
            return Said(State.REFUSED, fingerprint, asked.turn, refused.key, refused.facts)
        except Exception:
            # A supervising loop: ended here, the same code would end it again and again, and
            # whoever stands before the screen would be told nothing.
            log.exception("not let in")
            self._box.forget()
            facts = {"place": asked.place} if asked.place else {}
            return Said(State.REFUSED, fingerprint, asked.turn, "odd", facts)
        self._box.forget()
        log.info("let in as %s", answer.device["id"])
        return Said(State.LET_IN, fingerprint, asked.turn, name=answer.device["name"])

    def _found(self) -> Asked | None:
        """Return what stands in the file on the card; None where there is no file, or it is empty."""
        if self._file is None:
            return None
        try:
            found = self._file.read_bytes()[:LARGEST_FILE]
        except OSError:
            return None
        lines = [line.strip(_BLANK) for line in _decoded(found).splitlines()]
        said = [line for line in lines if line and not line.startswith("#")]
        if not said:
            return None
        if said[0].upper().startswith(admission.MARK):
            return Asked(FROM_FILE, "".join(said))
        place, code = said[0], "".join(said[1:])
        return Asked(FROM_FILE, code, place)


def _read(asked: Asked) -> Admission:
    typed = bool(asked.place)
    try:
        return (
            admission.read_typed(asked.place, asked.code) if typed else admission.read(asked.code)
        )
    except AdmissionError as error:
        key = key_of(error, typed=typed)
        in_file = asked.turn == FROM_FILE and key in {"other", "place", "torn", "mistyped"}
        raise NotLetInError("file" if in_file else key) from error


def _decoded(text: bytes) -> str:
    """Return what an editor wrote, whichever way it writes letters."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if text.startswith(mark):
            return text.decode(encoding, "replace")
    return text.decode("utf-8-sig", "replace")
