"""The notes that the screen and ``balie admit`` leave each other, each written whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any

FOLDER = "door"
"""In the device's own folder."""

_ASKED, _SAID = "asked.json", "said.json"


class State(Enum):
    """How far the device has come."""

    WAITING = "waiting"
    ASKING = "asking"
    REFUSED = "refused"
    LET_IN = "let in"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the screen took.

    Attributes:
        turn: Tells this asking from any other.
        code: The code, as it was scanned or typed.
        place: Where to ask, where that was typed beside it.
        counter: What stands on the counter, as sections of the settings.
    """

    turn: str
    code: str
    place: str = ""
    counter: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """What came of it.

    Attributes:
        state: How far the device is.
        fingerprint: Of its own key.
        turn: Which asking this answers.
        refusal: A key of ``refusals.REFUSALS``, where it was refused.
        facts: What that sentence names.
        name: What people will call the device, once it is let in.
    """

    state: State
    fingerprint: str
    turn: str = ""
    refusal: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


class Box:
    """The folder of the notes.

    Args:
        folder: The device's own folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def ask(self, asked: Asked) -> None:
        """Have the code taken to the back office."""
        self._write(_ASKED, asdict(asked))

    def asked(self) -> Asked | None:
        """Return what the screen took last, unless it was dealt with."""
        told = self._read(_ASKED)
        try:
            return Asked(**_known(Asked, told)) if told else None
        except TypeError:
            return None

    def forget(self) -> None:
        """Throw away what the screen took: a code is a secret while it lives."""
        (self._folder / _ASKED).unlink(missing_ok=True)

    def say(self, said: Said) -> None:
        """Let the screen know."""
        self._write(_SAID, {**asdict(said), "state": said.state.value})

    def said(self) -> Said | None:
        """Return what was said last; None while ``balie admit`` has not begun."""
        told = self._read(_SAID)
        if not told:
            return None
        try:
            return Said(**{**_known(Said, told), "state": State(told["state"])})
        except (TypeError, ValueError, LookupError):
            return None

    def _write(self, name: str, told: Mapping[str, Any]) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        aside = self._folder / f"{name}.new"
        aside.unlink(missing_ok=True)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(told, file)
        aside.replace(self._folder / name)

    def _read(self, name: str) -> dict[str, Any]:
        try:
            told = json.loads((self._folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}


def _known(kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: told[each.name] for each in fields(kind) if each.name in told}
