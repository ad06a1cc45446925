"""A supervisor allows something at the moment of need, by PIN or badge, and the sale goes on.

Nobody changes places: the cashier stays signed in. Who asked and who allowed are both recorded,
before what was allowed is done.
"""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_sign_in import DOT
from appliance.desks.register.view import Action, PersonTile, SignInView
from appliance.domain.staff import LONGEST_PIN, Person, Right

Do = Callable[[str], object]
"""What was asked for; takes the id of who allowed it, empty where the cashier may."""


class AllowPage:
    """Who allows it?"""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._right = Right.SELL
        self._what = ""
        self._do: Do = lambda _who: None
        self._back: Callable[[], object] = lambda: None
        self._chosen = ""
        self._pin = ""
        self._wrong = False
        self._checking = False
        self._asked = 0

    def ask(self, right: Right, what: str, do: Do) -> None:
        """Do something at once where the cashier may, else ask who allows it.

        Args:
            right: What is needed.
            what: What is asked, in words, such as “Discount on Nutella 400 g”.
            do: Does it.
        """
        if self._session.parts.staff.may(right):
            do("")
            return
        came_from = self._session.page
        self._asked += 1
        self._right, self._what, self._do = right, what, do
        self._back = lambda: self._session.show(came_from)
        self._pin, self._wrong, self._checking = "", False, False
        people = self._people()
        self._chosen = people[0].id if len(people) == 1 else ""
        self._session.show(self)

    def view(self) -> SignInView:
        """Prepare what is shown."""
        say = self._session.words.say
        return SignInView(
            title=say("{what}: who allows it?", what=self._what),
            people=tuple(
                PersonTile(each.id, each.name, each.id == self._chosen) for each in self._people()
            ),
            dots=DOT * len(self._pin),
            prompt=self._prompt(),
            keypad_enabled=bool(self._person()) and not self._checking and not self._waits(),
            cancel=Action("cancel", say("Back")),
        )

    def press(self, control: str) -> bool:
        """Choose a person, type a PIN, or go back."""
        kind, _, key = control.partition("-")
        if control == "allow-cancel":
            self._asked += 1
            self._back()
        elif kind == "person":
            self._chosen, self._pin, self._wrong = key, "", False
        elif control == "pin-enter":
            self._try()
        elif control == "pin-back":
            self._pin = self._pin[:-1]
        elif kind == "pin" and key.isdigit() and len(key) == 1:
            self._pin, self._wrong = (self._pin + key)[:LONGEST_PIN], False
        else:
            return False
        self._session.changed()
        return True

    def badge(self, code: str) -> None:
        """Somebody's badge was scanned."""
        person = self._session.parts.staff.who_has_badge(code)
        if person is None:
            self._session.refuse(self._session.words.say("This badge is not known here."))
        elif not person.may(self._right):
            self._refuse_person()
        else:
            self._allowed(person, "badge")

    def _try(self) -> None:
        person = self._person()
        if person is not None and self._pin and not self._checking and not self._waits():
            pin, self._pin, self._checking = self._pin, "", True
            asked = self._asked
            self._session.parts.staff.check_pin(
                person, pin, lambda right: self._checked(person, asked, right=right)
            )

    def _checked(self, person: Person, asked: int, *, right: bool) -> None:
        """Take the answer, which is of this person and this question and of no later one."""
        if asked != self._asked or self._session.page is not self:
            return
        self._checking = False
        if right:
            self._allowed(person, "pin")
            return
        self._wrong = True
        self._session.sound = (self._session.sound[0] + 1, "bad")
        self._session.changed()

    def _allowed(self, person: Person, method: str) -> None:
        self._session.parts.staff.record_allowed(person, self._right, method)
        self._session.accept()
        self._back()
        self._do(person.id)

    def _refuse_person(self) -> None:
        self._session.refuse(self._session.words.say("This person may not allow that."))

    def _people(self) -> list[Person]:
        people = self._session.parts.staff.people()
        return [each for each in people if each.may(self._right)]

    def _person(self) -> Person | None:
        return next((each for each in self._people() if each.id == self._chosen), None)

    def _waits(self) -> bool:
        return self._session.parts.staff.wait_s(self._chosen) > 0

    def _prompt(self) -> str:
        say = self._session.words.say
        if not self._people():
            return say("Nobody here may allow that. Ask the back office for the right.")
        if self._waits():
            return say("Too many wrong PINs. Choose another name, or scan a badge.")
        if self._wrong:
            return say("That PIN is not right.")
        return say("Type the PIN, or scan the badge.")
