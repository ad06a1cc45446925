"""What the screen says while a device waits to be let in, and what it takes: one code."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from appliance.domain import admission
from appliance.domain.admission import AdmissionError
from appliance.door.box import Asked, Said, State
from appliance.door.refusals import REFUSALS, key_of
from appliance.services.words import LANGUAGES, Words

TYPED = "typed"
"""Where a code came from that no scanner read."""
SILENT_S = 30.0
"""Without a word of ``balie admit`` for so long, that is said."""
SHOWN_S = 2.0
"""How long it is shown that the device was let in."""
LONGEST_TYPED = 100


class Notes(Protocol):
    """What is asked, and what was said; see `appliance.door.box.Box`."""

    def ask(self, asked: Asked) -> None:
        """Have a code taken to the back office."""

    def said(self) -> Said | None:
        """Return what was said last."""


class Counter(Protocol):
    """What stands on the counter; see `appliance.door.finding.Finder`."""

    @property
    def has_scanner(self) -> bool:
        """Whether a scanner is plugged in."""

    def counter(self, source: str) -> Mapping[str, Any]:
        """Return what stands there, as sections of the settings."""


@dataclass(frozen=True, slots=True)
class Typing:
    """The code as it is typed.

    Attributes:
        place: Where to ask.
        code: The short code.
        active: Which of the two is typed now: ``place`` or ``code``.
        place_label: What stands over the place.
        code_label: What stands over the code.
        ask: Words on the key that asks.
        back: Words on the key back to the scanner.
        may_ask: Whether both are there.
    """

    place: str
    code: str
    active: str
    place_label: str
    code_label: str
    ask: str
    back: str
    may_ask: bool


@dataclass(frozen=True, slots=True)
class View:
    """What is shown.

    Attributes:
        heading: What this is about.
        steps: What to do, in order.
        scanner: Whether a scanner is there.
        kind: ``wait``, ``busy``, ``bad`` or ``good``.
        said: What happened, or nothing.
        remedy: What to do about it.
        fingerprint_label: What stands over the fingerprint.
        fingerprint: Of this device's key.
        type_key: Words on the key that opens the letters.
        typing: What is typed; None while the scanner is waited for.
        languages: Each language's code and name.
        language: The code of the one in use.
    """

    heading: str
    steps: tuple[str, ...]
    scanner: str
    kind: str
    said: str
    remedy: str
    fingerprint_label: str
    fingerprint: str
    type_key: str
    typing: Typing | None
    languages: tuple[tuple[str, str], ...]
    language: str


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why the last code was not taken.

    Attributes:
        key: A key of ``REFUSALS``, or nothing.
        facts: What its sentences name.
        scan: A scanner's own sentence, where the scan failed.
    """

    key: str = ""
    facts: Mapping[str, str] | None = None
    scan: str = ""


class DoorPresenter:
    """Takes a code, has it taken to the back office, and says what came of it.

    Args:
        notes: To and from ``balie admit``.
        counter: What stands on the counter.
        language: Which language is shown first.
        again: Starts the whole program anew, as a register.
        monotonic: Seconds of a clock that never jumps.
        play: Sounds ``good`` or ``bad``.
    """

    def __init__(
        self,
        notes: Notes,
        counter: Counter,
        *,
        language: str,
        again: Callable[[], object],
        monotonic: Callable[[], float],
        play: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.play = play
        self._notes, self._counter = notes, counter
        self._again, self._monotonic = again, monotonic
        self._words = Words(language)
        self._said: Said | None = notes.said()
        self._fault: _Fault | None = None
        self._typing: tuple[str, str, str] | None = None
        self._turn, self._since = "", monotonic()
        self._refused = ("", "")
        self._let_in_at: float | None = None
        self._listener: Callable[[View], object] = lambda _: None
        self._shown: View | None = None

    def watch(self, listener: Callable[[View], object]) -> None:
        """Have every change shown."""
        self._listener = listener

    @property
    def language(self) -> str:
        """The code of the language in use."""
        return self._words.language

    @property
    def is_busy(self) -> bool:
        """Whether a code is on its way."""
        if self._let_in_at is not None:
            return True
        if not self._turn or self._fault:
            return False
        answered = self._said is not None and self._said.turn == self._turn
        return not (answered and self._said and self._said.state is State.REFUSED)

    @property
    def view(self) -> View:
        """What is shown now."""
        say = self._words.say
        kind, said, remedy = self._state()
        return View(
            heading=say("Let this device in"),
            steps=(
                say("Plug in the network, the scanner and the printer."),
                say("In the back office open Devices and choose Let in."),
                say("Scan the code shown there with this device's scanner."),
            ),
            scanner=say("A scanner is plugged in.")
            if self._counter.has_scanner
            else say("No scanner yet: plug one in, or type the code."),
            kind=kind,
            said=said,
            remedy=remedy,
            fingerprint_label=say("Fingerprint of this device"),
            fingerprint=self._said.fingerprint if self._said else "…",
            type_key=say("Type the code"),
            typing=self._typed(),
            languages=tuple(LANGUAGES.items()),
            language=self._words.language,
        )

    def scanned(self, text: str, source: str, fault: str | None = None) -> None:
        """A scanner read ``text``, or failed with ``fault``."""
        if self.is_busy:
            return
        if fault is not None:
            self._refuse(_Fault(scan=fault))
            return
        try:
            admission.read(text)
        except AdmissionError as error:
            self._refuse(_Fault(key_of(error)))
            return
        self._ask(Asked(uuid.uuid4().hex, text, counter=self._counter.counter(source)))

    def press(self, control: str) -> None:
        """Take a touch: ``type``, ``place``, ``code``, ``ask``, ``letter-x`` or ``language-nl``."""
        kind, _, what = control.partition("-")
        if kind == "language" and what in LANGUAGES:
            self._words = Words(what)
        elif control == "type" and not self.is_busy:
            self._typing, self._fault = ("", "", "place"), None
        elif self._typing is not None and not self.is_busy:
            self._typing_pressed(kind, what)
        self._show()

    def typed(self, text: str) -> None:
        """Letters were typed on a keyboard."""
        if self._typing is not None:
            for letter in text:
                self._write(letter)
            self._show()

    def rubbed_out(self) -> None:
        """The last letter was taken away."""
        self.press("letter-back")

    def tick(self) -> None:
        """About once a second: hear what was said, begin anew once let in."""
        said = self._notes.said()
        if said is not None and said != self._said:
            self._hear(said)
        now = self._monotonic()
        if self._let_in_at is not None and now - self._let_in_at >= SHOWN_S:
            self._let_in_at = now
            self._again()
        waits = self._turn and not (said and said.turn == self._turn)
        if waits and not self._fault and now - self._since > SILENT_S:
            self._refuse(_Fault("silent"))
        self._show()

    def _hear(self, said: Said) -> None:
        self._said, before = said, self._refused
        self._refused = (said.turn, said.refusal) if said.refusal else before
        if said.state is State.LET_IN:
            self._let_in_at, self._typing = self._monotonic(), None
            self.play("good")
        elif said.state is State.REFUSED and said.turn:
            # What stands in the file on the card counts like a scan, unless somebody scanned since.
            self._turn = self._turn or said.turn
            if said.turn == self._turn:
                self._fault = None
                if self._refused != before:  # trying again by itself makes no noise
                    self.play("bad")

    def _ask(self, asked: Asked) -> None:
        self._turn, self._since, self._fault = asked.turn, self._monotonic(), None
        try:
            self._notes.ask(asked)
        except OSError:
            self._refuse(_Fault("card"))
        self._show()

    def _refuse(self, fault: _Fault) -> None:
        self._turn, self._fault = "", fault
        self.play("bad")
        self._show()

    def _show(self) -> None:
        view = self.view
        if view != self._shown:
            self._shown = view
            self._listener(view)

    def _state(self) -> tuple[str, str, str]:
        """Return what kind of thing happened, what, and what to do."""
        say, said = self._words.say, self._said
        if self._let_in_at is not None and said is not None:
            name = said.name or "…"
            return "good", say("Let in as {name}", name=name), say("The register opens now.")
        fault = self._fault
        if fault is None and said is not None and said.state is State.REFUSED:
            fault = _Fault(said.refusal, said.facts) if said.turn == self._turn else None
        if fault is not None:
            return ("bad", *self._in_words(fault))
        if self._turn or (said is not None and said.state is State.ASKING):
            return "busy", say("The back office is asked"), say("This takes some seconds.")
        return "wait", "", ""

    def _in_words(self, fault: _Fault) -> tuple[str, str]:
        if fault.scan:
            heading, _, remedy = self._words.say_each(fault.scan).partition(". ")
            return heading.rstrip("."), remedy
        refusal = REFUSALS.get(fault.key, REFUSALS["odd"])
        facts = {"place": "…", "today": "…", "detail": "…", **(fault.facts or {})}
        return (
            self._words.say(refusal.heading, **facts),
            self._words.say(refusal.remedy, **facts),
        )

    # What is typed.

    def _typed(self) -> Typing | None:
        if self._typing is None:
            return None
        place, code, active = self._typing
        say = self._words.say
        return Typing(
            place=place,
            code=_grouped(code),
            active=active,
            place_label=say("Address of the back office"),
            code_label=say("Code"),
            ask=say("Ask to be let in"),
            back=say("Back to the scanner"),
            may_ask=bool(place and code) and not self.is_busy,
        )

    def _typing_pressed(self, kind: str, what: str) -> None:
        place, code, active = self._typing or ("", "", "place")
        if kind in {"place", "code"}:
            self._typing = (place, code, kind)
        elif kind == "back":
            self._typing, self._fault, self._turn = None, None, ""
        elif kind == "letter" and what == "back":
            kept = (place[:-1], code) if active == "place" else (place, code[:-1])
            self._typing = (*kept, active)
        elif kind == "letter":
            self._write(what)
        elif kind == "ask" and place and code:
            self._ask_typed(place, code)

    def _write(self, letter: str) -> None:
        place, code, active = self._typing or ("", "", "place")
        if active == "place" and len(place) < LONGEST_TYPED:
            self._typing = (place + letter.lower(), code, active)
        elif active == "code" and letter.isalnum() and len(code) < LONGEST_TYPED:
            self._typing = (place, code + letter.upper(), active)

    def _ask_typed(self, place: str, code: str) -> None:
        try:
            admission.read_typed(place, code)
        except AdmissionError as error:
            self._refuse(_Fault(key_of(error, typed=True)))
            return
        told = self._counter.counter(TYPED)
        self._ask(Asked(uuid.uuid4().hex, code, place, told))


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
