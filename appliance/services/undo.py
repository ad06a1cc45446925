"""The last changes of the basket on the counter that can be undone without harm.

A line that was taken out can come back, and a quantity that was set can be what it was before. What
was undone stays told, as does its undoing. Only what was done since the counter has this basket is
offered: after a restart a cashier no longer knows what "the last" was.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from appliance.domain.errors import UnknownLineError
from appliance.domain.sale import Line
from appliance.domain.undo import put_back, recount
from appliance.services.basket import OpenBasket


class Step(Enum):
    """What was changed."""

    REMOVED = "removed"
    RECOUNTED = "recounted"


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change that can be undone.

    Attributes:
        basket: Id of the basket it was made in.
        step: What was changed.
        line: The line's number.
        name: The article's.
        before_milli: The quantity before.
        after_milli: The quantity after; 0 for a line that was taken out.
    """

    basket: str
    step: Step
    line: int
    name: str
    before_milli: int
    after_milli: int = 0


class UndoBasket(OpenBasket):
    """The basket on the counter, with what a person can take back of what was changed in it."""

    _steps: tuple[Undoable, ...] = ()

    def set_quantity(self, number: int, quantity_milli: int) -> Line:
        """Set a line's quantity; the sale's entry will tell of it.

        Raises:
            UnknownLineError: If there is no such line.
            ImpossibleValueError: If the quantity cannot be; zero is what `remove` is for.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        line = self._begun.line(number)
        told = recount(self._begun, number, quantity_milli, self._clock(), by=self.cashier)
        self._change(told)
        self._remember(Step.RECOUNTED, line, quantity_milli)
        return self._begun.line(number)

    def remove(self, number: int) -> None:
        """Take a line out; the sale's entry will tell of it.

        One that was to come back without its receipt does not do so again unless it is allowed
        again, so this cannot be undone.

        Raises:
            UnknownLineError: If there is no such line.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        line = self._begun.line(number)
        self._change(self._begun.remove(number, self._clock(), self.cashier))
        if not line.is_without_receipt:
            self._remember(Step.REMOVED, line)

    @property
    def undoable(self) -> Undoable | None:
        """The last change that can be undone; one that was overtaken no longer can."""
        basket = self.basket
        if basket is None or not self._steps:
            return None
        numbers = {line.number: line.quantity_milli for line in basket.lines}
        for step in reversed(self._steps):
            if step.basket != basket.id:
                return None
            gone = step.step is Step.REMOVED and step.line not in numbers
            if gone or numbers.get(step.line) == step.after_milli:
                return step
        return None

    def undo(self) -> Undoable:
        """Undo the last change; its undoing is told as well.

        Returns:
            What was undone.

        Raises:
            UnknownLineError: If nothing can be undone.
            SettlementError: If that would leave less than what was paid already.
            BusyError: If the sale is being paid.
        """
        self._refuse_while_busy()
        last = self.undoable
        if last is None:
            raise UnknownLineError("A change that can be undone was expected, found none.")
        basket, now = self._begun, self._clock()
        if last.step is Step.REMOVED:
            self._change(put_back(basket, last.line, now))
        else:
            by = self.cashier
            self._change(recount(basket, last.line, last.before_milli, now, by=by, undoes=True))
        self._steps = self._steps[: self._steps.index(last)]
        return last

    def _remember(self, step: Step, line: Line, after_milli: int = 0) -> None:
        done = Undoable(
            self._begun.id, step, line.number, line.name, line.quantity_milli, after_milli
        )
        same = tuple(each for each in self._steps if each.basket == done.basket)
        self._steps = (*same, done)
