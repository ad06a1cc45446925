"""The card terminal, asked on a thread of its own. What it says is recorded by the register."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import TypeVar

from appliance.services.ports import Attempt, Post
from drivers.terminal import (
    DayClosed,
    Outcome,
    Result,
    Terminal,
    TerminalError,
    TerminalState,
    Told,
)

log = logging.getLogger(__name__)

Answer = Callable[[Result], object]
DayAnswer = Callable[[DayClosed], object]
T = TypeVar("T", Result, DayClosed)

LOOK_EVERY_S = 20.0
"""How often the terminal is asked how it is, while nobody asks it for anything else."""


class Cards:
    """Asks the terminal and brings the answer to the screen's thread.

    Args:
        terminal: The terminal.
        executor: Where its calls may block.
        post: Brings answers back.
        currency: ISO 4217 code of every amount.
        decimals: How many decimals an amount has.

    Attributes:
        present: Whether there is a terminal at all.
        state: What it last said of itself; None before it was asked.
    """

    def __init__(
        self,
        *,
        terminal: Terminal,
        executor: Executor,
        post: Post,
        currency: str,
        decimals: int,
    ) -> None:
        self.present = terminal.present
        self.state: TerminalState | None = None
        self._under_way = 0
        self._look_at = 0.0
        self.currency = currency
        self._terminal = terminal
        self._executor = executor
        self._post = post
        self._decimals = decimals

    def pay(self, attempt: Attempt, answer: Answer, told: Told | None = None) -> None:
        """Ask for money. MUST be called only once the attempt is recorded.

        Args:
            attempt: What is asked.
            answer: Is given what became of it.
            told: Is given what the terminal shows meanwhile.
        """
        ask = partial(
            self._terminal.pay,
            attempt.id,
            attempt.amount_minor,
            self.currency,
            self._decimals,
            self._telling(told),
        )
        self._ask(ask, answer, Result)

    def look_up(self, attempt: Attempt, answer: Answer) -> None:
        """Ask what became of an attempt."""
        self._ask(partial(self._terminal.look_up, attempt.id), answer, Result)

    def reverse(self, attempt: Attempt, answer: Answer, told: Told | None = None) -> None:
        """Have the terminal give a payment back. MUST be called only once that is recorded."""
        ask = partial(self._terminal.reverse, attempt.id, self._telling(told))
        self._ask(ask, answer, Result)

    def end_of_day(self, answer: DayAnswer, told: Told | None = None) -> None:
        """Have the terminal close its own day.

        Args:
            answer: Is given its totals, and the slips it wants on paper.
            told: Is given what it shows meanwhile.
        """
        self._ask(partial(self._terminal.end_of_day, self._telling(told)), answer, DayClosed)

    def look(self, now_s: float, changed: Callable[[], object]) -> None:
        """Ask now and then how the terminal is; whatever is asked of it meanwhile tells more.

        Args:
            now_s: Seconds of a clock that never jumps.
            changed: Called when it has changed.
        """
        if not self.present or self._under_way or now_s < self._look_at:
            return
        self._look_at = now_s + LOOK_EVERY_S

        def seen(done: Future[TerminalState]) -> None:
            self._under_way -= 1
            state = TerminalState.AWAY if done.exception() else done.result()
            if state is not self.state:
                self.state = state
                changed()

        self._under_way += 1
        future = self._executor.submit(self._terminal.state)
        future.add_done_callback(lambda done: self._post(lambda: seen(done)))

    def cancel(self) -> None:
        """Stop the payment under way, if it still can be; its answer tells."""
        self._terminal.cancel()

    def _telling(self, told: Told | None) -> Told | None:
        """Bring what the terminal shows to the screen's thread."""
        if told is None:
            return None
        return lambda text: self._post(lambda: told(text))

    def _ask(self, ask: Callable[[], T], answer: Callable[[T], object], kind: type[T]) -> None:
        def answered(done: Future[T]) -> None:
            self._under_way -= 1
            self._look_at = 0.0
            answer(_result(done, kind))

        self._under_way += 1
        future = self._executor.submit(ask)
        future.add_done_callback(lambda done: self._post(lambda: answered(done)))


def _result(done: Future[T], kind: type[T]) -> T:
    """Turn what the driver raised into an outcome: not asked is declined, anything else unknown."""
    error = done.exception()
    if error is None:
        return done.result()
    if isinstance(error, TerminalError):
        return kind(Outcome.DECLINED, message=f"{error.meaning} {error.remedy}")
    log.error("The card terminal's driver failed.", exc_info=error)
    return kind(Outcome.UNKNOWN)
