"""The customer display of two lines: what it says, and that it says it.

It follows the register from a worker of its own; a display that is away holds nobody up. It is
told again now and then what it shows, because one that lost its power comes back dark.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from appliance.domain.article import Unit
from appliance.domain.market import Market
from appliance.domain.money import format_minor, format_quantity
from appliance.domain.sale import ONE_MILLI, LineTotals
from appliance.services.moment import Moment, Stage
from appliance.services.ports import Post
from appliance.services.words import Words
from appliance.services.worker import DeviceWorker
from drivers.display import Display, DisplayError

log = logging.getLogger(__name__)

AGAIN_LOOKS = 10
"""At every so many looks it is told again what it shows."""

WEIGHT_DECIMALS = 3

Lines = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DisplayView:
    """What the screen knows of the customer display.

    Attributes:
        present: Whether there is one at all.
        error: Why the customer does not see what was to be shown.
    """

    present: bool = False
    error: type[DisplayError] | None = None


class CustomerDisplay:
    """Shows two lines on the device worker; only what was said last counts.

    Args:
        display: The display.
        worker: Where its calls may block.
        post: Brings results back to the screen's thread.
        changed: Called there after each.

    Attributes:
        view: What the screen knows; replaced, never changed.
        lines: What was said last.
    """

    def __init__(
        self,
        *,
        display: Display,
        worker: DeviceWorker,
        post: Post,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.changed = changed
        self.view = DisplayView(display.present)
        self.lines: Lines = ("", "")
        self.columns = display.columns
        self._display = display
        self._worker = worker
        self._post = post
        self._shown: Lines | None = None
        self._looks = 0
        if display.present:
            worker.watch(self._look)

    def say(self, lines: Lines) -> None:
        """Have the customer read two lines."""
        if self.view.present and lines != self.lines:
            self.lines = lines
            self._worker.do(self._show)

    def _look(self) -> None:
        self._looks += 1
        if self._shown is None or self._looks % AGAIN_LOOKS == 0:
            self._shown = None
            self._show()

    def _show(self) -> None:
        lines = self.lines
        if lines == self._shown:
            return
        error: type[DisplayError] | None = None
        try:
            self._display.show(*lines)
            self._shown = lines
        except DisplayError as raised:
            error, self._shown = type(raised), None
        if error is not self.view.error:
            if error is not None:
                log.warning("The customer display shows nothing: %s", error.meaning)
            self._post(lambda: self._tell(error))

    def _tell(self, error: type[DisplayError] | None) -> None:
        self.view = DisplayView(self.view.present, error)
        self.changed()


class Sayings:
    """What the customer is told, in the shop's language, at most so many characters a line.

    Args:
        words: The shop's language.
        market: How amounts are written. The currency's sign is left out: not every display has it.
        columns: Characters on a line.
    """

    def __init__(self, words: Words, market: Market, columns: int) -> None:
        self._words = words
        self._decimals = market.decimals
        self._columns = columns

    def of(self, moment: Moment) -> Lines:
        """What two lines can tell of a moment."""
        total, weighed = moment.total_minor, moment.weighing
        if weighed is not None:
            return self.weighing(weighed.name, weighed.price_minor, weighed.weight_milli)
        if moment.stage is Stage.SELLING and moment.latest is not None:
            return self.line(moment.latest, total)
        said: dict[Stage, Callable[[], Lines]] = {
            Stage.TRAINING: self.training,
            Stage.CLOSED: self.closed,
            Stage.HELLO: lambda: self.hello(moment.shop),
            Stage.AT_TERMINAL: lambda: self.at_terminal(moment.remaining_minor),
            Stage.DONE: lambda: self.done(total, moment.change_minor),
        }
        return said.get(moment.stage, lambda: self.to_pay(total, moment.remaining_minor))()

    def closed(self) -> Lines:
        """Nobody serves here."""
        return self._middle(self._words.say("This register")), self._middle(
            self._words.say("is closed")
        )

    def training(self) -> Lines:
        """People learn here, and nothing is sold."""
        return self._middle(self._words.say("TRAINING")), self._middle(
            self._words.say("nothing is sold")
        )

    def hello(self, shop: str) -> Lines:
        """The counter waits for a customer."""
        return self._middle(shop), self._middle(self._words.say("Welcome"))

    def line(self, each: LineTotals, total_minor: int) -> Lines:
        """What was just added, and what it comes to so far."""
        line, words = each.line, self._words
        name = line.name
        if line.unit is Unit.KG:
            name = f"{self._weight(line.quantity_milli)} {name}"
        elif line.quantity_milli != ONE_MILLI:
            name = f"{format_quantity(line.quantity_milli, words.language)} x {name}"
        return self._pair(name, self._money(each.gross_minor)), self._total(total_minor)

    def weighing(self, name: str, price_minor: int, weight_milli: int | None) -> Lines:
        """What is being weighed."""
        upper = self._pair(name, f"{self._money(price_minor)}/kg")
        if weight_milli is None:
            return upper, ""
        return upper, self._weight(weight_milli).rjust(self._columns)

    def to_pay(self, total_minor: int, remaining_minor: int) -> Lines:
        """The sale is being paid."""
        say = self._words.say
        if remaining_minor == total_minor:
            return self._total(total_minor), ""
        return self._total(total_minor), self._pair(say("To pay"), self._money(remaining_minor))

    def at_terminal(self, amount_minor: int) -> Lines:
        """The customer is asked to pay by card."""
        say = self._words.say
        return self._pair(say("To pay"), self._money(amount_minor)), self._middle(
            say("Follow the terminal")
        )

    def done(self, total_minor: int, change_minor: int) -> Lines:
        """The sale is done."""
        say = self._words.say
        if change_minor:
            return self._total(total_minor), self._pair(say("Change"), self._money(change_minor))
        if total_minor < 0:
            back = self._pair(say("Give back"), self._money(-total_minor))
            return back, self._middle(say("Thank you"))
        return self._total(total_minor), self._middle(say("Thank you"))

    def _total(self, total_minor: int) -> str:
        return self._pair(self._words.say("Total"), self._money(total_minor))

    def _weight(self, weight_milli: int) -> str:
        return f"{format_minor(weight_milli, WEIGHT_DECIMALS, self._words.language)} kg"

    def _money(self, amount_minor: int) -> str:
        return format_minor(amount_minor, self._decimals, self._words.language)

    def _pair(self, left: str, right: str) -> str:
        """Words on the left, an amount on the right; the words give way."""
        room = self._columns - len(right) - 1
        return f"{left[:room].ljust(room)} {right}" if room > 0 else right[-self._columns :]

    def _middle(self, text: str) -> str:
        return text[: self._columns].center(self._columns).rstrip()
