"""A card terminal without cards, for the workstation and for tests.

What a terminal remembers is kept apart from the register: in a folder, where it outlives a register
that is killed in the middle of a payment, and where the bench sets how it behaves; or in memory.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from drivers import Closing, OptionError
from drivers.terminal import (
    DayClosed,
    NotReversibleError,
    Outcome,
    Result,
    Slip,
    SlipFor,
    Terminal,
    TerminalAwayError,
    TerminalState,
    Told,
    sentences,
)
from drivers.terminal.sentences import NEVER_ASKED, NO_ANSWER, PAID, REFUSED, STOPPED
from drivers.terminal.simulated_memory import FileMemory, Memory


class Behaviour(Enum):
    """What the customer and the line do."""

    APPROVE = "approve"
    DECLINE = "decline"
    SILENT = "silent"
    """The money is taken, and the answer is lost. ``look_up`` finds it."""
    DEAD = "dead"
    """Nothing reaches the terminal and nothing is taken; ``look_up`` gets no answer either."""


MESSAGES = sentences.MESSAGES
"""Every sentence that ``Result.message`` can be; fixed, so that they can be translated."""

_BEHAVIOUR_FILE = "behaviour"
_LONGEST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a simulated terminal.

    Attributes:
        folder: Where it keeps its memory and reads how to behave; empty keeps all in memory.
        customer_s: How long the customer takes to hold the card to it.
        answer_timeout_s: How long the register waits for an answer that does not come.
    """

    folder: str = ""
    customer_s: float = 0.0
    answer_timeout_s: float = 1.0

    def __post_init__(self) -> None:
        for key in ("customer_s", "answer_timeout_s"):
            if not 0 <= getattr(self, key) <= _LONGEST_S:
                raise OptionError(key, f"{key} is 0 to {_LONGEST_S:g} seconds. Leave it out.")


def open_device(options: Options) -> Terminal:
    """The terminal."""
    return SimulatedTerminal(options)


def set_behaviour(folder: Path, behaviour: Behaviour) -> None:
    """Have the terminals that look into ``folder`` behave so from now on."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{_BEHAVIOUR_FILE}.part"
    unfinished.write_text(behaviour.value, encoding="utf-8")
    unfinished.replace(folder / _BEHAVIOUR_FILE)


class SimulatedTerminal(Closing):
    """See ``drivers.terminal.Terminal``."""

    present = True

    def __init__(self, options: Options | None = None) -> None:
        self._options = options or Options()
        folder = self._options.folder
        self._folder = Path(folder) if folder else None
        self._memory = FileMemory(self._folder) if self._folder else Memory()
        self._behaviour = Behaviour.APPROVE
        self._cancelled = threading.Event()

    @property
    def charges(self) -> dict[str, int]:
        """What was really taken and not given back: minor units by attempt."""
        return {
            attempt: kept.amount_minor
            for attempt, kept in self._memory.all().items()
            if kept.outcome is Outcome.APPROVED and not kept.given_back
        }

    def behave(self, behaviour: Behaviour) -> None:
        """Behave so from now on."""
        self._behaviour = behaviour
        if self._folder:
            set_behaviour(self._folder, behaviour)

    def pay(
        self,
        attempt: str,
        amount_minor: int,
        currency: str,
        decimals: int,
        told: Told | None = None,
    ) -> Result:
        """See ``drivers.terminal.Terminal``."""
        if amount_minor <= 0:
            raise ValueError(f"A card payment is above zero, found {amount_minor}. Give it back.")
        del decimals  # this terminal has no display to write the amount on
        self._cancelled.clear()
        behaviour = self._now()
        if behaviour is not Behaviour.DEAD:
            if told is not None:
                told(sentences.CARD_PLEASE)
            self._cancelled.wait(self._options.customer_s)
            wanted = self._wanted(behaviour)
            kept = self._memory.settle(attempt, wanted, amount_minor, currency)
            if behaviour is not Behaviour.SILENT or self._cancelled.is_set():
                return _result(attempt, kept)
        self._cancelled.wait(self._options.answer_timeout_s)
        return Result(Outcome.UNKNOWN, message=NO_ANSWER)

    def look_up(self, attempt: str) -> Result:
        """See ``drivers.terminal.Terminal``."""
        if self._now() is Behaviour.DEAD:
            return Result(Outcome.UNKNOWN, message=NO_ANSWER)
        kept = self._memory.all().get(attempt)
        if kept is None:
            return Result(Outcome.DECLINED, message=NEVER_ASKED)
        return _result(attempt, kept.outcome)

    def cancel(self) -> None:
        """See ``drivers.terminal.Terminal``."""
        self._cancelled.set()

    def reverse(self, attempt: str, told: Told | None = None) -> Result:
        """See ``drivers.terminal.Terminal``."""
        del told  # nobody needs the card for it
        behaviour = self._now()
        kept = self._memory.all().get(attempt)
        if kept is None or kept.outcome is not Outcome.APPROVED or kept.day_closed:
            raise NotReversibleError
        if behaviour is Behaviour.DEAD:
            return Result(Outcome.UNKNOWN, message=sentences.MAYBE_GIVEN_BACK)
        if behaviour is Behaviour.DECLINE and not kept.given_back:
            return Result(Outcome.DECLINED, message=sentences.NOT_GIVEN_BACK)
        self._memory.give_back(attempt)
        if behaviour is Behaviour.SILENT:
            return Result(Outcome.UNKNOWN, message=sentences.MAYBE_GIVEN_BACK)
        return Result(Outcome.APPROVED, _reference(attempt), sentences.GIVEN_BACK)

    def end_of_day(self, told: Told | None = None) -> DayClosed:
        """See ``drivers.terminal.Terminal``."""
        del told
        if self._now() is Behaviour.DEAD:
            raise TerminalAwayError
        if self._now() is Behaviour.DECLINE:
            return DayClosed(Outcome.DECLINED, sentences.DAY_OPEN)
        taken = self._memory.close_day()
        if self._now() is Behaviour.SILENT:
            return DayClosed(Outcome.UNKNOWN, sentences.DAY_UNKNOWN)
        slip = Slip(SlipFor.OFFICE, ("SIMULATED TERMINAL", f"payments {len(taken)}"))
        return DayClosed(
            Outcome.APPROVED, sentences.DAY_CLOSED, sum(taken), len(taken), slips=(slip,)
        )

    def state(self) -> TerminalState:
        """See ``drivers.terminal.Terminal``."""
        return TerminalState.AWAY if self._now() is Behaviour.DEAD else TerminalState.READY

    def _wanted(self, behaviour: Behaviour) -> Outcome:
        if self._cancelled.is_set():
            return Outcome.CANCELLED
        return Outcome.DECLINED if behaviour is Behaviour.DECLINE else Outcome.APPROVED

    def _now(self) -> Behaviour:
        if self._folder:
            try:
                return Behaviour((self._folder / _BEHAVIOUR_FILE).read_text("utf-8").strip())
            except (FileNotFoundError, ValueError):
                return Behaviour.APPROVE
        return self._behaviour


def _result(attempt: str, outcome: Outcome) -> Result:
    message = {Outcome.APPROVED: PAID, Outcome.CANCELLED: STOPPED}.get(outcome, REFUSED)
    return Result(outcome, _reference(attempt) if outcome is Outcome.APPROVED else "", message)


def _reference(attempt: str) -> str:
    return f"SIM-{attempt[:8].upper()}"
