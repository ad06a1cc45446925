"""What the back office told of the counter, in small files beside ``balie.toml``.

That file stays as it was written when the device was let in, with all that the device found itself.
What was told since then lies beside it, each file whole or as it was::

    counter.toml        the newest settings that passed the check    the door, then the desk
    counter.good.toml   the last with which a desk was seen          the desk
    counter.json        what is tried, and what was refused          the desk

Whoever reads them takes the newest, else the last good ones, else the device's own: a file that is
missing, torn or cannot be read is passed over, because no till may stay shut for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance import small_files
from appliance.domain.counter import LONGEST_BYTES, Stage, Taken, digest

TOLD, GOOD, STATE = "counter.toml", "counter.good.toml", "counter.json"
FILES = (TOLD, GOOD, STATE)


@dataclass(frozen=True, slots=True)
class Told:
    """Settings of the counter that the back office told.

    Attributes:
        text: As they were told.
        file: Where they lie.
    """

    text: str
    file: Path


@dataclass(frozen=True, slots=True)
class Refused:
    """Settings that could not be used.

    Attributes:
        digest: Tells them from others.
        why: For the technician, in English.
        software: Which version could not use them; another is asked again.
    """

    digest: str
    why: str
    software: str


class CounterFiles:
    """The files of one device. Only its desk writes them, and only one thread of it at a time.

    Args:
        folder: Where ``balie.toml`` is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def told(self) -> str | None:
        """The newest settings; None where nothing was told yet, or it cannot be read."""
        return _text(self.folder / TOLD)

    @property
    def good(self) -> str | None:
        """The last with which a desk was seen; None where there are none."""
        return _text(self.folder / GOOD)

    @property
    def refused(self) -> Refused | None:
        """What could not be used, None where the newest can."""
        data = self._state.get("refused")
        try:
            return Refused(str(data["digest"]), str(data["why"]), str(data["software"]))  # type: ignore[index]  # as said below
        except (KeyError, TypeError):  # nothing was, or the file is none of ours
            return None

    def usable(self, without: Collection[str] = ()) -> Iterator[Told]:
        """Return what may be used, the best first.

        Args:
            without: Digests of what is passed over.
        """
        refused = self.refused
        passed_over = {*without, *([refused.digest] if refused else [])}
        for name in (TOLD, GOOD):
            text = _text(self.folder / name)
            if text is not None and digest(text) not in passed_over:
                yield Told(text, self.folder / name)

    def starts(self, text: str) -> int:
        """Return how often a desk was started with settings and was not seen."""
        tried = self._state.get("tried")
        if not isinstance(tried, dict) or tried.get("digest") != digest(text):
            return 0
        starts = tried.get("starts")
        return starts if type(starts) is int else 0

    def taken(self) -> Taken | None:
        """Return how the device stands to what it was told; None where it was told nothing."""
        refused, told = self.refused, self.told
        if refused is not None:
            return Taken(refused.digest, Stage.REFUSED, refused.why)
        if told is None:
            return None
        return Taken(digest(told), Stage.IN_USE if told == self.good else Stage.WAITING)

    # Of the desk alone.

    def tell(self, text: str) -> None:
        """Keep settings that passed the check.

        Raises:
            OSError: The card refuses.
        """
        _put(self.folder / TOLD, text)
        self._note(tried=self._state.get("tried") if self.starts(text) else None)

    def count(self, text: str, starts: int) -> None:
        """Keep how often a desk was started with settings and was not seen.

        Raises:
            OSError: The card refuses.
        """
        tried = {"digest": digest(text), "starts": starts} if starts else None
        self._note(tried=tried, refused=self.refused)

    def keep(self, text: str) -> None:
        """Keep settings as good: a desk was seen with them.

        Raises:
            OSError: The card refuses.
        """
        _put(self.folder / GOOD, text)
        if self._state.get("tried") is not None:
            self._note(refused=self.refused)

    def refuse(self, text: str, why: str, software: str, *, instead: str | None) -> None:
        """Never use settings again with this software.

        Args:
            text: The settings.
            why: For the technician, in English.
            software: The program's name and version.
            instead: What the desk goes on with; None for the device's own.

        Raises:
            OSError: The card refuses.
        """
        # First of all, because from here on nobody takes them from the files either.
        self._note(refused=Refused(digest(text), why, software))
        if self.good == text:
            self._remove(GOOD)
        if instead is None:
            self._remove(TOLD)
        else:
            _put(self.folder / TOLD, instead)

    @property
    def _state(self) -> dict[str, Any]:
        return small_files.read(self.folder / STATE)

    def _note(self, *, tried: dict[str, Any] | None = None, refused: Refused | None = None) -> None:
        state = {"tried": tried, "refused": asdict(refused) if refused else None}
        file = self.folder / STATE
        if state != self._state and (file.exists() or any(state.values())):
            small_files.write(file, state, private=True)

    def _remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        small_files.sync_folder(self.folder)


def _put(file: Path, text: str) -> None:
    if _text(file) != text:
        small_files.replace(file, text.encode("utf-8"), private=True)


def _text(file: Path) -> str | None:
    try:
        with file.open("rb") as opened:
            return opened.read(LONGEST_BYTES + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
