"""The card terminal, asked on a thread of its own. What it says is recorded by the register."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial

from appliance.services.ports import Attempt, Post
from drivers.terminal import Outcome, Result, Terminal, TerminalError

log = logging.getLogger(__name__)

Answer = Callable[[Result], object]


class Cards:
    """Asks the terminal and brings the answer to the screen's thread.

    Args:
        terminal: The terminal.
        executor: Where its calls may block.
        post: Brings answers back.
        currency: ISO 4217 code of every amount.
        decimals: How many decimals an amount has.
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
        self._terminal = terminal
        self._executor = executor
        self._post = post
        self._currency = currency
        self._decimals = decimals

    def pay(self, attempt: Attempt, answer: Answer) -> None:
        """Ask for money. MUST be called only once the attempt is recorded."""
        ask = partial(
            self._terminal.pay, attempt.id, attempt.amount_minor, self._currency, self._decimals
        )
        self._ask(ask, answer)

    def look_up(self, attempt: Attempt, answer: Answer) -> None:
        """Ask what became of an attempt."""
        self._ask(partial(self._terminal.look_up, attempt.id), answer)

    def cancel(self) -> None:
        """Stop the payment under way, if it still can be; its answer tells."""
        self._terminal.cancel()

    def _ask(self, ask: Callable[[], Result], answer: Answer) -> None:
        future = self._executor.submit(ask)
        future.add_done_callback(lambda done: self._post(lambda: answer(_result(done))))


def _result(done: Future[Result]) -> Result:
    """Turn what the driver raised into an outcome: not asked is declined, anything else unknown."""
    error = done.exception()
    if error is None:
        return done.result()
    if isinstance(error, TerminalError):
        return Result(Outcome.DECLINED, message=f"{error.meaning} {error.remedy}")
    log.error("The card terminal's driver failed.", exc_info=error)
    return Result(Outcome.UNKNOWN)
