"""A form: some things to fill in, one after the other, on keys or on the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, Field, FormView, Row
from appliance.domain.errors import AmountError
from appliance.domain.money import parse_minor

LONGEST_TEXT = 60
LONGEST_NUMBER = 12
COMMAS = {"en": "."}


class Typing(Enum):
    """What a field takes."""

    DIGITS = "digits"
    AMOUNT = "amount"
    LETTERS = "letters"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a form asks.

    Attributes:
        key: Its stable name.
        label: What is asked, in words.
        typing: What it takes.
        entry: What stands there now; ``on`` for a switch that is on.
        decimals: Digits after the comma of an amount.
        optional: Whether nothing may stand there.
        longest: How many characters, where more or fewer than usual are right.
        signs: Characters that get a key of their own, beside letters or digits.
        refused: Why it cannot be used as it is.
    """

    key: str
    label: str
    typing: Typing = Typing.DIGITS
    entry: str = ""
    decimals: int = 0
    optional: bool = False
    longest: int = 0
    signs: str = ""
    refused: str = field(default="", compare=False)


Answers = dict[str, str]


class FormPage:
    """Things to fill in; the first field that is empty is active.

    Args:
        session: For the language and the way to other pages.
        title: What the form is for.
        fields: What it asks.
        confirm: What the large key says.
        done: Takes what was filled in, by key; it may refuse with a sentence for the form.
        back: Goes back.
        text: A sentence under the title.
        summary: Makes what the answers come to, shown while they are typed.
        scan: Takes what was scanned while this is shown, and says whether it was for this page.
    """

    def __init__(
        self,
        session: Session,
        *,
        title: str,
        fields: Sequence[Asked],
        confirm: str,
        done: Callable[[Answers], str | None],
        back: Callable[[], object],
        text: str = "",
        summary: Callable[[Answers], Sequence[Row]] = lambda _answers: (),
        scan: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        self._session = session
        self._title = title
        self._fields = {each.key: each for each in fields}
        self._confirm = confirm
        self._done = done
        self._back = back
        self._text = text
        self._summary = summary
        self.scan = scan
        self._refused = ""
        typed = [each for each in fields if each.typing is not Typing.SWITCH]
        empty = [each for each in typed if not each.entry]
        self._active = next((each.key for each in [*empty, *typed]), "")

    @property
    def answers(self) -> Answers:
        """What stands in the fields now."""
        return {key: each.entry for key, each in self._fields.items()}

    def view(self) -> FormView:
        """Prepare what is shown."""
        say, active = self._session.words.say, self._fields.get(self._active)
        typing = "" if active is None else active.typing.value
        return FormView(
            title=self._title,
            fields=tuple(self._field(each) for each in self._fields.values()),
            confirm=Action("confirm", self._confirm),
            back=Action("back", say("Back")),
            text=self._refused or self._text,
            summary=tuple(self._summary(self.answers)),
            actions=tuple(Action(f"type-{sign}", sign) for sign in active.signs) if active else (),
            typing=typing,
            comma=self._comma if active is not None and active.decimals else "",
        )

    def press(self, control: str) -> bool:
        """Choose a field, type, confirm, or go back."""
        kind, _, key = control.partition("-")
        if kind == "field":
            self._touch(key)
        elif kind != "form":
            return False
        elif key == "back":
            self._back()
        elif key == "confirm":
            self._confirmed()
        elif key == "next":
            self._next()
        elif key in ("erase", "type-back"):
            self._set(lambda entry: entry[:-1])
        elif key == "type-comma":
            self._type(self._comma)
        elif key.startswith("type-"):
            self._type(key.removeprefix("type-"))
        else:
            return False
        self._session.changed()
        return True

    def fill(self, key: str, entry: str) -> None:
        """Put something into a field, and go on to the next one that is empty."""
        asked = self._fields[key]
        longest = asked.longest or LONGEST_TEXT
        self._fields[key] = replace(asked, entry=entry[:longest], refused="")
        empty = [each.key for each in self._fields.values() if not each.entry]
        self._active = next(iter(empty), self._active)
        self._session.changed()

    def refuse(self, sentence: str) -> None:
        """Say on the form why what was scanned cannot be used."""
        self._refused = sentence
        self._session.sound = (self._session.sound[0] + 1, "bad")
        self._session.changed()

    def amount(self, key: str) -> int:
        """Return an amount or a number that was typed, 0 for nothing.

        Raises:
            AmountError: If it is none.
        """
        asked = self._fields[key]
        if not asked.entry:
            return 0
        typed = asked.entry.removesuffix(self._comma)
        return parse_minor(typed, asked.decimals, self._session.words.language)

    def _field(self, asked: Asked) -> Field:
        is_switch = asked.typing is Typing.SWITCH
        return Field(
            key=asked.key,
            label=asked.label,
            value="" if is_switch else asked.entry,
            active=asked.key == self._active,
            is_switch=is_switch,
            on=is_switch and bool(asked.entry),
            refused=asked.refused,
        )

    def _touch(self, key: str) -> None:
        asked = self._fields[key]
        if asked.typing is Typing.SWITCH:
            self._fields[key] = replace(asked, entry="" if asked.entry else "on")
        else:
            self._active = key

    def _next(self) -> None:
        """Go on to the next field, round to the first."""
        keys = [key for key, each in self._fields.items() if each.typing is not Typing.SWITCH]
        if self._active in keys:
            self._active = keys[(keys.index(self._active) + 1) % len(keys)]

    def _type(self, character: str) -> None:
        asked = self._fields.get(self._active)
        if asked is None or len(character) != 1 or not character.isprintable():
            return
        if asked.typing is Typing.LETTERS:
            self._set(lambda entry: (entry + character)[: asked.longest or LONGEST_TEXT])
        elif (character.isdecimal() and character.isascii()) or character in asked.signs:
            self._set(lambda entry: (entry + character)[: asked.longest or LONGEST_NUMBER])
        elif character in ",." and asked.decimals and self._comma not in asked.entry:
            self._set(lambda entry: (entry or "0") + self._comma)

    def _set(self, change: Callable[[str], str]) -> None:
        asked = self._fields.get(self._active)
        if asked is not None:
            self._fields[asked.key] = replace(asked, entry=change(asked.entry), refused="")
            self._refused = ""

    def _confirmed(self) -> None:
        if not self._all_usable():
            self._session.sound = (self._session.sound[0] + 1, "bad")
            return
        refused = self._done(self.answers)
        if refused is not None:
            self._refused = refused
            self._session.sound = (self._session.sound[0] + 1, "bad")

    def _all_usable(self) -> bool:
        """Mark what cannot be used, go to the first of them, and say whether there is none."""
        say, wrong = self._session.words.say, []
        for key, asked in self._fields.items():
            refused = ""
            if not asked.entry and not asked.optional and asked.typing is not Typing.SWITCH:
                refused = say("Fill this in.")
            elif asked.typing is Typing.AMOUNT or asked.decimals:
                try:
                    self.amount(key)
                except AmountError:
                    refused = say("Type a number first.")
            self._fields[key] = replace(asked, refused=refused)
            wrong += [key] if refused else []
        if wrong:
            self._active = wrong[0]
        return not wrong

    @property
    def _comma(self) -> str:
        return COMMAS.get(self._session.words.language, ",")
