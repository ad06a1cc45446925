"""Signing in: choose a name, type a PIN."""

from __future__ import annotations

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import PersonTile, SignInView
from appliance.domain.staff import FREE_TRIES, LONGEST_PIN, Person

DOT = "●"


class SignInPage:
    """Who stands at the counter?"""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._chosen = ""
        self._pin = ""
        self._wrong = False
        self._checking = False

    def enter(self) -> None:
        """Show it, with the person who was last here already chosen."""
        staff = self._session.parts.staff
        self._pin, self._wrong, self._checking = "", False, False
        if staff.person is not None:
            self._chosen = staff.person.id
        self._session.show(self)

    @property
    def is_untouched(self) -> bool:
        """Whether nobody is signing in just now."""
        return not self._pin and not self._checking

    def view(self) -> SignInView:
        """Prepare what is shown."""
        say = self._session.words.say
        people = self._session.parts.staff.people()
        if len(people) == 1:
            self._chosen = people[0].id
        waits = self._wait_s() > 0
        return SignInView(
            title=say("Who is at the counter?"),
            people=tuple(PersonTile(p.id, p.name, p.id == self._chosen) for p in people),
            dots=DOT * len(self._pin),
            prompt=self._prompt(people),
            keypad_enabled=bool(self._person()) and not waits and not self._checking,
        )

    def press(self, control: str) -> bool:
        """Choose a person, type a PIN."""
        kind, _, key = control.partition("-")
        if kind == "person":
            self._chosen, self._pin, self._wrong = key, "", False
        elif kind == "pin" and key == "enter":
            self._try()
        elif kind == "pin" and key == "back":
            self._pin = self._pin[:-1]
        elif kind == "pin" and key.isdigit() and len(key) == 1:
            self._type(key)
        else:
            return False
        self._session.changed()
        return True

    def _type(self, digit: str) -> None:
        if self._person() and self._wait_s() == 0 and not self._checking:
            self._pin, self._wrong = (self._pin + digit)[:LONGEST_PIN], False

    def _try(self) -> None:
        person = self._person()
        if person and self._pin and not self._checking:
            pin, self._pin, self._checking = self._pin, "", True
            self._session.parts.staff.try_pin(person, pin, self._answered)

    def _answered(self, right: bool) -> None:  # noqa: FBT001 - the answer to one question
        self._checking = False
        if right:
            self._session.accept()
            self._session.pages.signed_in()
        else:
            self._wrong = True
            self._session.sound = (self._session.sound[0] + 1, "bad")
            self._session.changed()

    def _person(self) -> Person | None:
        people = self._session.parts.staff.people()
        return next((each for each in people if each.id == self._chosen), None)

    def _wait_s(self) -> float:
        return self._session.parts.staff.wait_s(self._chosen)

    def _prompt(self, people: object) -> str:
        say, count = self._session.words.say, self._session.words.count
        if not people:
            return say("Nobody may sign in yet. The back office adds people; check the connection.")
        wait = self._wait_s()
        if wait > 0:
            minutes, seconds = divmod(round(wait), 60)
            time = f"{minutes}:{seconds:02d}"
            return say(
                "Too many wrong PINs. Try again in {time}, or choose another name.", time=time
            )
        if self._wrong:
            left = FREE_TRIES - self._session.parts.staff.wrong_tries(self._chosen)
            return count(
                "That PIN is not right. {number} try is left.",
                "That PIN is not right. {number} tries are left.",
                max(left, 1),
            )
        return say("Type your PIN.") if self._chosen else say("Choose your name.")
