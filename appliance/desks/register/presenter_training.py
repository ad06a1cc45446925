"""Two counters behind one screen: the one that sells, and the one people learn at.

Only one of them is shown and hears what comes in. Turning to the other and back is recorded first,
see `appliance.services.training`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from appliance.desks.register.presenter import RegisterPresenter
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Screen, State
from appliance.domain.errors import DomainError
from appliance.journal.errors import JournalError
from appliance.services.counter import BusyError, NothingToPayError
from appliance.services.training import Training


@dataclass(frozen=True, slots=True)
class Practice:
    """The counter people learn at, open.

    Attributes:
        presenter: What it shows.
        training: Says in the real journal who is there.
    """

    presenter: RegisterPresenter
    training: Training


class Counters:
    """The one presenter that the screen knows; see `contract.Presenter`.

    Args:
        real: Of the counter that sells.
        open_practice: Opens the other one; called when it is first wanted.

    Attributes:
        screen: What is shown now.
        shown: The presenter of the counter that has the screen.
    """

    def __init__(
        self, real: RegisterPresenter, open_practice: Callable[[], Practice] | None
    ) -> None:
        self.screen = real.screen
        self._real = real
        self.shown = real
        self._open = open_practice
        self._practice: Practice | None = None
        self._listeners: list[Callable[[Screen], None]] = []
        real.watch(lambda _: self._follow())
        if open_practice is not None:
            real.session.turn = self._begin

    @property
    def is_training(self) -> bool:
        """Whether somebody learns now."""
        return self.shown is not self._real

    def watch(self, listener: Callable[[Screen], None]) -> None:
        """Have ``listener`` called with the new screen after every change."""
        self._listeners.append(listener)

    def press(self, control: str) -> None:
        """A control was touched.

        Raises:
            LookupError: If there is no such control on the page.
        """
        self.shown.press(control)

    def scanned(self, text: str, source: str, fault: str | None = None) -> None:
        """A scanner read ``text``, or failed with ``fault``."""
        if self._is_anothers_badge(text) and not self._end("switch"):
            return
        self.shown.scanned(text, source, fault)

    def searched(self, text: str) -> None:
        """The search text changed."""
        self.shown.searched(text)

    def tick(self) -> None:
        """About once a second: the clock, the idle lock, what the back office said."""
        self.shown.tick()

    def _follow(self) -> None:
        """Show what the counter that has the screen shows."""
        if self.shown.screen != self.screen:
            self.screen = self.shown.screen
            for listener in self._listeners:
                listener(self.screen)

    # To the counter people learn at.

    def _begin(self, allowed_by: str) -> None:
        session = self._real.session
        person = session.parts.staff.person
        if person is None or self._open is None:
            return
        try:
            practice = self.practice()
            practice.training.begin(person.id, allowed_by)
        except (JournalError, OSError) as error:
            session.refuse(explain(error, session.words))
            return
        self._real.rest()
        self.shown = practice.presenter
        there = practice.presenter.session
        there.parts.staff.person = person
        there.speak(session.words.language)
        _clear(there)
        practice.presenter.attend()
        there.pages.signed_in()
        there.tell(there.words.say("You are learning: nothing is sold, the drawer stays shut."))
        self._follow()

    def practice(self) -> Practice:
        """Return the counter people learn at; it is opened when it is first wanted.

        Raises:
            LookupError: This desk has none.
            JournalError: If its journal cannot be trusted or opened.
            OSError: If its files cannot be made.
        """
        if self._open is None:
            raise LookupError("A counter to learn at was wanted; this desk has none.")
        self._practice = self._practice or self._opened(self._open())
        return self._practice

    def _opened(self, practice: Practice) -> Practice:
        practice.presenter.watch(lambda _: self._follow())
        practice.presenter.session.turn = lambda _who: self._end("left")
        practice.presenter.signs_out = self._sign_out
        return practice

    # And back.

    def _end(self, reason: str) -> bool:
        """Turn back to the counter that sells; say whether it could be.

        Where the disk refuses it stays one to learn at, so that nothing is sold unseen.
        """
        practice, person = self._practice, self._real.session.parts.staff.person
        if practice is None or person is None or practice.presenter.is_paying:
            return False
        there = practice.presenter.session
        try:
            found = practice.training.end(person.id, reason)
        except JournalError as error:
            there.refuse(explain(error, there.words))
            return False
        practice.presenter.rest()
        there.parts.staff.person = None
        self.shown = self._real
        session = self._real.session
        session.speak(there.words.language)
        session.pages.sale.enter()
        self._real.attend()
        session.tell(
            session.words.count(
                "The training is over: {number} sale was rung up, none of it counts.",
                "The training is over: {number} sales were rung up, none of it counts.",
                found.sales,
            ),
            State.OK,
        )
        if reason != "left":
            self._real.lock(reason)
        self._follow()
        return True

    def _sign_out(self, reason: str) -> bool:
        """End the training instead of signing out in it; nobody signs in there."""
        self._end(reason)
        return True

    def _is_anothers_badge(self, text: str) -> bool:
        """Whether somebody else wants the counter while one learns: that ends the training."""
        staff = self._real.session.parts.staff
        if not self.is_training or text.isdigit() or self.shown.is_asking_for_leave:
            return False
        who = staff.who_has_badge(text)
        return who is not None and staff.person is not None and who.id != staff.person.id


def _clear(session: Session) -> None:
    """Let the one who learns begin at an empty counter, as far as nothing is paid on it."""
    with suppress(DomainError, BusyError, NothingToPayError, JournalError):
        session.parts.register.abandon().finish()
