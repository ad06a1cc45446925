"""A number asked for: a quantity, a weight, an amount, a reference."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Keypad
from appliance.domain.errors import AmountError
from appliance.domain.money import parse_minor

LONGEST_ENTRY = 12
COMMAS = {"en": "."}


class Pad:
    """What is being typed.

    Args:
        session: For the language.
        purpose: Stable name of what is asked.
        title: What is asked, in words.
        hint: More about it.
        confirm: What the large key says.
        decimals: Digits after the comma that may be typed; None where a text of digits is asked.
        optional: Whether nothing may be typed.
        done: Takes the number, in units of the last decimal, or the digits; it may refuse them
            with a sentence for the hint.
        closed: Called when the pad goes; its owner may have opened another one meanwhile.
        extra: What a key of its own says; empty for none.
        do_extra: What that key does, once the pad has gone.
    """

    def __init__(
        self,
        session: Session,
        *,
        purpose: str,
        title: str,
        confirm: str,
        done: Callable[[int, str], str | None],
        closed: Callable[[Pad], None],
        hint: str = "",
        decimals: int | None = 0,
        optional: bool = False,
        entry: str = "",
        extra: str = "",
        do_extra: Callable[[], object] = lambda: None,
    ) -> None:
        self._session = session
        self._purpose = purpose
        self._title = title
        self._hint = hint
        self._confirm = confirm
        self._decimals = decimals
        self._optional = optional
        self._done = done
        self._closed = closed
        self._entry = entry
        self._extra = extra
        self._do_extra = do_extra

    def view(self) -> Keypad:
        """Prepare what is shown."""
        return Keypad(
            purpose=self._purpose,
            title=self._title,
            entry=self._entry,
            hint=self._hint,
            confirm=self._confirm,
            cancel=self._session.words.say("Cancel"),
            comma=self._comma if self._decimals else "",
            extra=self._extra,
        )

    def press(self, control: str) -> bool:
        """Type, confirm or leave."""
        key = control.removeprefix("pad-")
        if key == control:
            return False
        if key.isdigit() and len(key) == 1:
            self._entry = (self._entry + key)[:LONGEST_ENTRY]
        elif key == "comma" and self._decimals:
            self._entry += self._comma if self._comma not in self._entry else ""
        elif key == "back":
            self._entry = self._entry[:-1]
        elif key == "confirm":
            self._confirmed()
        elif key == "cancel":
            self._closed(self)
        elif key == "extra" and self._extra:
            self._closed(self)
            self._do_extra()
        else:
            return False
        self._session.changed()
        return True

    @property
    def _comma(self) -> str:
        return COMMAS.get(self._session.words.language, ",")

    def _confirmed(self) -> None:
        try:
            number = self._number()
        except AmountError:
            self._refuse(self._session.words.say("Type a number first."))
            return
        refused = self._done(number, self._entry)
        if refused is None:
            self._closed(self)
        else:
            self._refuse(refused)

    def _number(self) -> int:
        if not self._entry and self._optional:
            return 0
        if self._decimals is None:
            return int(self._entry or "0")
        typed = self._entry.removesuffix(self._comma)
        return parse_minor(typed, self._decimals, self._session.words.language)

    def _refuse(self, sentence: str) -> None:
        self._hint = sentence
        self._session.sound = (self._session.sound[0] + 1, "bad")
