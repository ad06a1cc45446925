"""Goods by weight: what the scale says, taken by one touch, or typed where there is none.

The packing comes off what is weighed: as much as the article's packing weighs, or as was typed, or
as lay on the scale when the key for it was touched. A tare that the scale took off itself is never
taken off twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.desks.register.presenter_pad import COMMAS, LONGEST_ENTRY
from appliance.desks.register.presenter_scale import SCALE_TROUBLES, WEIGHING
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Keypad, SaleView, Screen
from appliance.domain.article import Article
from appliance.domain.errors import AmountError
from appliance.domain.money import format_minor, parse_minor
from appliance.services.scales import Scales
from drivers.scale import Reading, ScaleState

DECIMALS = 3
PURPOSE = "weight"

LEAST_G = 20
"""Grams: twenty of the smallest steps of a usual counter scale, below which weighing for sale is
not allowed (OIML R 76, class III: Min = 20 e). The back office may set ``least_weight_g``."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is sold by weight.

    Attributes:
        quantity_milli: How much, in thousandths of a kilogram, without the packing.
        tare_milli: What the packing weighed.
        source: ``scale``, or ``key`` where the weight was typed.
    """

    quantity_milli: int
    tare_milli: int
    source: str


def follow_scale(scales: Scales, screen: Screen) -> None:
    """Have the scale asked often while somebody looks at its weight, and seldom else."""
    keypad = screen.body.keypad if isinstance(screen.body, SaleView) else None
    scales.following = keypad is not None and keypad.purpose == PURPOSE


class WeighPad:
    """The pad for a weight; see `presenter_pad.Pad`.

    Args:
        session: For the scale and the language.
        article: What is weighed.
        add: Adds it, or says why not.
        closed: Called when the pad goes.

    Attributes:
        article: What is weighed.
    """

    def __init__(
        self,
        session: Session,
        article: Article,
        *,
        add: Callable[[Weighed], str | None],
        closed: Callable[[WeighPad], None],
    ) -> None:
        self.article = article
        self._session = session
        self._scales = session.parts.scales
        self._add = add
        self._closed = closed
        self._entry = ""
        self._tare_milli = article.tare_milli
        self._refused = ""
        self._refused_for: Reading | None = None
        self._asking = False
        self._gone = False

    @property
    def shown_milli(self) -> int | None:
        """The weight that would be sold as things lie, without the packing."""
        reading = self._scales.view.reading
        if self._entry or reading is None or reading.weight_milli is None:
            return None
        return max(0, reading.weight_milli - self._comes_off(reading))

    def view(self) -> Keypad:
        """Prepare what is shown."""
        say = self._session.words.say
        live = self.shown_milli
        return Keypad(
            purpose=PURPOSE,
            title=say("Weight in kg"),
            entry=self._entry or ("" if live is None else self._kg(live)),
            hint=self._trouble() or self._what(),
            confirm=say("OK"),
            cancel=say("Cancel"),
            comma=self._comma,
            extra=say("Packing"),
        )

    def press(self, control: str) -> bool:
        """Type, confirm, tell the packing, or leave."""
        key = control.removeprefix("pad-")
        if key == control:
            return False
        self._refused = ""
        if key.isdigit() and len(key) == 1:
            self._entry = (self._entry + key)[:LONGEST_ENTRY]
        elif key == "comma":
            self._entry += self._comma if self._comma not in self._entry else ""
        elif key == "back":
            self._entry = self._entry[:-1]
        elif key == "extra":
            self._pack()
        elif key == "confirm":
            self._confirm()
        elif key == "cancel":
            self._go()
        else:
            return False
        self._session.changed()
        return True

    def _trouble(self) -> str:
        """What keeps the weight from being taken, if anything does."""
        reading = self._scales.view.reading
        if self._refused and self._refused_for in {None, reading}:
            return self._refused
        if self._entry or reading is None:
            return ""
        return " ".join(map(self._session.words.say, _trouble(reading)))

    def _what(self) -> str:
        """What is weighed, and what comes off it."""
        say, reading = self._session.words.say, self._scales.view.reading
        what = f"{self.article.name} · {self._session.price(self.article)}"
        if not self._entry and reading is not None and reading.net:
            net = say("The scale takes the packing off itself.")
            return f"{what} · {net}"
        if self._tare_milli:
            packing = say("Packing {weight} kg comes off.", weight=self._kg(self._tare_milli))
            return f"{what} · {packing}"
        return what

    def _pack(self) -> None:
        """Take what was typed, or what lies there, as the packing; again takes that back."""
        reading = self._scales.view.reading
        if self._entry:
            typed = self._typed()
            if typed is not None:
                self._tare_milli, self._entry = typed, ""
        elif self._tare_milli:
            self._tare_milli = 0
        elif reading is not None and reading.can_be_sold and not reading.net:
            self._tare_milli = reading.weight_milli or 0
        else:
            self._refuse(
                self._session.words.say(
                    "Type what the packing weighs, or put it on the scale, then touch this again."
                )
            )

    def _confirm(self) -> None:
        say = self._session.words.say
        if self._entry:
            typed = self._typed()
            if typed is not None:
                self._take(typed, self._tare_milli, "key")
        elif not self._scales.view.present:
            self._refuse(say("Type a number first."))
        elif not self._asking:
            self._asking = True
            self._scales.weigh(self._weighed)

    def _weighed(self, reading: Reading) -> None:
        """The scale said what lies on it after the touch."""
        self._asking = False
        if self._gone or self._entry:
            return
        least_g = self._session.setting("least_weight_g", LEAST_G)
        refused = self._why_not(reading, least_g if isinstance(least_g, int) else LEAST_G)
        if refused:
            self._refuse(refused, reading)
        elif reading.net:
            self._take(reading.weight_milli or 0, reading.tare_milli, "scale", gross=False)
        else:
            self._take(reading.weight_milli or 0, self._tare_milli, "scale")
        self._session.changed()

    def _why_not(self, reading: Reading, least_g: int) -> str:
        """Why what the scale said cannot be sold; empty if it can."""
        say = self._session.words.say
        trouble = _trouble(reading)
        if trouble:
            return " ".join(map(say, trouble))
        if not reading.weight_milli:
            return say("Nothing lies on the scale. Put it on, or type the weight.")
        if reading.weight_milli + (reading.tare_milli if reading.net else 0) < least_g:
            return say(
                "Less than {weight} kg cannot be weighed for sale here. Add more, or sell the piece.",
                weight=self._kg(least_g),
            )
        return ""

    def _take(self, milli: int, tare_milli: int, source: str, *, gross: bool = True) -> None:
        net_milli = milli - tare_milli if gross else milli
        if net_milli <= 0:
            self._refuse(
                self._session.words.say("The packing weighs more than that. Check both weights.")
            )
            return
        refused = self._add(Weighed(net_milli, tare_milli, source))
        if refused:
            self._refuse(refused)
        else:
            self._go()

    def _comes_off(self, reading: Reading) -> int:
        return 0 if reading.net else self._tare_milli

    def _typed(self) -> int | None:
        """What was typed, in thousandths of a kilogram; None, with the reason shown, if nothing."""
        typed = self._entry.removesuffix(self._comma)
        try:
            return parse_minor(typed, DECIMALS, self._session.words.language)
        except AmountError:
            self._refuse(self._session.words.say("Type a number first."))
            return None

    def _go(self) -> None:
        self._gone = True
        self._closed(self)

    def _refuse(self, sentence: str, reading: Reading | None = None) -> None:
        """Say why not; what is about a reading is said no longer than it holds."""
        self._refused, self._refused_for = sentence, reading
        self._session.sound = (self._session.sound[0] + 1, "bad")

    def _kg(self, milli: int) -> str:
        return format_minor(milli, DECIMALS, self._session.words.language)

    @property
    def _comma(self) -> str:
        return COMMAS.get(self._session.words.language, ",")


def _trouble(reading: Reading) -> tuple[str, ...]:
    """The sentences about a reading that cannot be sold; none for one that is stable."""
    if reading.state in SCALE_TROUBLES:
        return SCALE_TROUBLES[reading.state][1:]
    if reading.state is ScaleState.STABLE:
        return ()
    return (WEIGHING[reading.state],)
