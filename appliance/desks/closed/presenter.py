"""What the screen says while no desk can open, and the tries to open one after all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.desks.closed.troubles import trouble_of
from appliance.doctor.attending import Answer
from appliance.doctor.findings import Finding, Severity
from appliance.doctor.report import ALL_WELL, HEADING
from appliance.services.words import LANGUAGES, Words

AGAIN = "again"
"""The key that tries again."""
CHECK = "check"
"""The key that has the device looked at, and then shows what was found, one after another."""
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
        check: The words on the key that has the device looked at.
        languages: Each language's code and name.
        language: The code of the one in use.
    """

    name: str
    heading: str
    meaning: str
    remedy: str
    detail: str
    again: str
    check: str
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
        examine: Has the device looked at, and gives what was found to whoever asks.
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
        examine: Callable[[Answer], object],
        monotonic: Callable[[], float],
    ) -> None:
        self._trouble = trouble_of(error)
        self._detail = str(error)
        self._name = name
        self._opens = opens
        self._again = again
        self._examine = examine
        self._looking = False
        self._found: Sequence[Finding] = ()
        self._shown = -1
        self._monotonic = monotonic
        self._due = monotonic() + EVERY_S
        self._listener: Callable[[View], object] = lambda _: None
        self._words = Words(language)

    @property
    def view(self) -> View:
        """What is shown now."""
        say = self._words.say
        heading, meaning, remedy, detail = self._told()
        return View(
            name=self._name,
            heading=heading,
            meaning=meaning,
            remedy=remedy,
            detail=detail,
            again=say("Try again"),
            check=self._check_words(),
            languages=tuple(LANGUAGES.items()),
            language=self._words.language,
        )

    def _told(self) -> tuple[str, str, str, str]:
        """What keeps the desk from opening, or the finding whose turn it is."""
        say = self._words.say
        if self._shown < 0:
            trouble = self._trouble
            return say(trouble.heading), say(trouble.meaning), say(trouble.remedy), self._detail
        if not self._found:
            return say(HEADING), say(ALL_WELL), "", ""
        finding = self._found[self._shown]
        said = finding.said(self._words)
        return said.title, said.meaning, said.remedy, finding.detail

    def _check_words(self) -> str:
        say, count = self._words.say, len(self._found)
        if self._looking:
            return say("One moment")
        if self._shown < 0:
            return say("Check the device")
        if self._shown + 1 < count:
            return say("Next, {number} of {count}", number=self._shown + 2, count=count)
        return say("Back")

    def watch(self, listener: Callable[[View], object]) -> None:
        """Have every change shown."""
        self._listener = listener

    def press(self, control: str) -> None:
        """Take a touch: ``again``, ``check``, or ``language-nl`` and the like."""
        kind, _, language = control.partition("-")
        if control == AGAIN:
            self._again()
        elif control == CHECK:
            self._check()
        elif kind == "language" and language in LANGUAGES:
            self._words = Words(language)
            self._listener(self.view)

    def _check(self) -> None:
        """Have the device looked at, or go on to the next finding, and in the end back."""
        if self._looking:
            return
        if self._shown < 0:
            self._looking = True
            self._examine(self._take)
        else:
            self._shown = self._shown + 1 if self._shown + 1 < len(self._found) else -1
        self._listener(self.view)

    def _take(self, found: Sequence[Finding]) -> None:
        """Show what was found and is not well, the worst first."""
        order = list(Severity)
        ill = [each for each in found if each.severity is not Severity.WELL]
        self._found = sorted(ill, key=lambda each: -order.index(each.severity))
        self._looking, self._shown = False, 0
        self._listener(self.view)

    def tick(self) -> None:
        """Open by itself once what was wrong is mended."""
        if self._monotonic() < self._due:
            return
        self._due = self._monotonic() + EVERY_S
        if self._opens():
            self._again()
