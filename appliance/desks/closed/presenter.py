"""What the screen says while no desk can open, and the tries to open one after all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.desks.closed.troubles import trouble_of
from appliance.services.words import LANGUAGES, Words

AGAIN = "again"
"""The key that tries again."""
EVERY_S = 15.0
"""How often it is tried without being told to."""


@dataclass(frozen=True, slots=True)
class View:
    """What is shown.

    Attributes:
        name: What people call this device.
        heading: What happened.
        meaning: What that means.
        remedy: What to do.
        detail: The error itself, in English, for the technician.
        again: The words on the key that tries again.
        languages: Each language's code and name.
        language: The code of the one in use.
    """

    name: str
    heading: str
    meaning: str
    remedy: str
    detail: str
    again: str
    languages: tuple[tuple[str, str], ...]
    language: str


class ClosedPresenter:
    """Says why the desk does not open.

    Args:
        error: What went wrong.
        name: What people call this device.
        language: Which language is shown first.
        opens: Tells whether the desk would open now; MUST NOT take long.
        again: Starts the whole program anew.
        monotonic: Seconds of a clock that never jumps.
    """

    def __init__(
        self,
        error: BaseException,
        *,
        name: str,
        language: str,
        opens: Callable[[], bool],
        again: Callable[[], object],
        monotonic: Callable[[], float],
    ) -> None:
        self._trouble = trouble_of(error)
        self._detail = str(error)
        self._name = name
        self._opens = opens
        self._again = again
        self._monotonic = monotonic
        self._due = monotonic() + EVERY_S
        self._listener: Callable[[View], object] = lambda _: None
        self._words = Words(language)

    @property
    def view(self) -> View:
        """What is shown now."""
        say = self._words.say
        return View(
            name=self._name,
            heading=say(self._trouble.heading),
            meaning=say(self._trouble.meaning),
            remedy=say(self._trouble.remedy),
            detail=self._detail,
            again=say("Try again"),
            languages=tuple(LANGUAGES.items()),
            language=self._words.language,
        )

    def watch(self, listener: Callable[[View], object]) -> None:
        """Have every change shown."""
        self._listener = listener

    def press(self, control: str) -> None:
        """Take a touch: ``again``, or ``language-nl`` and the like."""
        kind, _, language = control.partition("-")
        if control == AGAIN:
            self._again()
        elif kind == "language" and language in LANGUAGES:
            self._words = Words(language)
            self._listener(self.view)

    def tick(self) -> None:
        """Open by itself once what was wrong is mended."""
        if self._monotonic() < self._due:
            return
        self._due = self._monotonic() + EVERY_S
        if self._opens():
            self._again()
