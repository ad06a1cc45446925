"""Hints in place: one quiet sentence where the eye is, until it is known.

A hint tells the next step where it is not plain to see. It goes by use, for each person on this
counter: who took money with one touch three times is not told of it again. See
`appliance.services.hints` for what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, Notice, State
from appliance.services.words import sentence


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing worth knowing.

    Attributes:
        key: Its stable name.
        text: What is said, in English.
        used: The controls whose touch shows that a person knows it.
        enough: After how many such touches it is known.
    """

    key: str
    text: str
    used: re.Pattern[str]
    enough: int


PAY = Hint(
    "pay",
    sentence("All scanned? One touch below ends the sale: exact cash, a note, or card."),
    re.compile(r"money-(exact|card|note-\d+)"),
    3,
)
LINE = Hint(
    "line",
    sentence("Touch a line to say how many there are of it, or to take it out."),
    re.compile(r"action-(quantity|remove)"),
    2,
)
UNDO = Hint(
    "undo",
    sentence("Not what you meant? 'Undo' brings it back."),
    re.compile(r"action-undo"),
    1,
)
PARKED = Hint(
    "parked",
    sentence("A sale waits under 'Parked'; touch that to take it back."),
    re.compile(r"action-parked"),
    2,
)
SEARCH = Hint(
    "search",
    sentence("No barcode and no key? Touch the field on top and type a part of the name."),
    re.compile(r"search|result-.*"),
    1,
)
MORE = Hint(
    "more",
    sentence("Discounts, returns and the cash drawer are under 'More'."),
    re.compile(r"action-more"),
    1,
)
TENDERS = Hint(
    "tenders",
    sentence(
        "Choose a way to pay and say how much of it; what is left can be paid in another way."
    ),
    re.compile(r"tender-(?!back).*"),
    2,
)

HINTS = (PAY, LINE, UNDO, PARKED, SEARCH, MORE, TENDERS)

PAID_BEFORE_MORE = 2
"""Sales a person makes before hearing of what is less common: one thing at a time."""


class Tips:
    """Chooses the hint that is shown, and notices what is known.

    Args:
        session: For the page, the person and the language.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._hints = session.parts.hints
        self._counted: tuple[str, str] = ("", "")

    def tip(self) -> Notice | None:
        """What is to be said now, if anything."""
        hint, person = self._wanted(), self._person
        if hint is None:
            return None
        basket = self._session.parts.register.basket
        # During one sale it is one showing, however often the screen is drawn.
        seen = (hint.key, basket.id if basket is not None else self._counted[1])
        if seen != self._counted:
            self._counted = seen
            self._hints.show(person, hint.key)
        say = self._session.words.say
        return Notice(say(hint.text), State.HINT, Action("tip", say("Got it")))

    def pressed(self, control: str) -> None:
        """A control was touched: what it shows to be known is counted."""
        for hint in HINTS:
            if hint.used.fullmatch(control):
                self._hints.use(self._person, hint.key, hint.enough)

    def dismiss(self) -> None:
        """The hint was read and is not wanted again."""
        hint = self._wanted()
        if hint is not None:
            self._hints.dismiss(self._person, hint.key)

    @property
    def _person(self) -> str:
        person = self._session.parts.staff.person
        return "" if person is None else person.id

    def _wanted(self) -> Hint | None:
        if not self._person:
            return None
        return next((hint for hint in self._fitting() if self._needs(hint)), None)

    def _needs(self, hint: Hint) -> bool:
        return self._hints.needs(self._person, hint.key, hint.enough)

    def _fitting(self) -> Iterator[Hint]:
        """The hints that fit what is on the screen, the most pressing one first."""
        session, pages, register = self._session, self._session.pages, self._session.parts.register
        paid = self._hints.done(self._person, PAY.key)
        if session.page is pages.tenders:
            yield TENDERS
        if session.page is not pages.sale or pages.sale.is_asking or register.busy:
            return
        if register.undoable is not None:
            yield UNDO
        if register.lines:
            yield PAY
            if paid:
                yield LINE
        elif register.parked:
            yield PARKED
        elif paid:
            yield SEARCH
            if paid >= PAID_BEFORE_MORE:
                yield MORE
