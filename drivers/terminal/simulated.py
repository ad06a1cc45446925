"""A card terminal without cards, for the workstation and for tests.

What a terminal remembers is kept apart from the register: in a folder, where it outlives a register
that is killed in the middle of a payment, and where the bench sets how it behaves; or in memory.
"""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from drivers import Closing, OptionError
from drivers.terminal import Outcome, Result, Terminal


class Behaviour(Enum):
    """What the customer and the line do."""

    APPROVE = "approve"
    DECLINE = "decline"
    SILENT = "silent"
    """The money is taken, and the answer is lost. ``look_up`` finds it."""
    DEAD = "dead"
    """Nothing reaches the terminal and nothing is taken; ``look_up`` gets no answer either."""


PAID = "The card payment was approved."
REFUSED = "The card was refused: nothing was taken."
STOPPED = "The card payment was stopped: nothing was taken."
NO_ANSWER = "The terminal did not answer. Ask again before asking the customer for other money."
NEVER_ASKED = "The payment never reached the terminal: nothing was taken."

MESSAGES = (PAID, REFUSED, STOPPED, NO_ANSWER, NEVER_ASKED)
"""Every sentence that ``Result.message`` can be; fixed, so that they can be translated."""

_BEHAVIOUR_FILE = "behaviour"
_ATTEMPTS_FILE = "attempts.jsonl"
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
        self._memory = _FileMemory(self._folder) if self._folder else _Memory()
        self._behaviour = Behaviour.APPROVE
        self._cancelled = threading.Event()

    @property
    def charges(self) -> dict[str, int]:
        """What was really taken: minor units by attempt."""
        return {
            attempt: amount
            for attempt, (outcome, amount, _currency) in self._memory.all().items()
            if outcome is Outcome.APPROVED
        }

    def behave(self, behaviour: Behaviour) -> None:
        """Behave so from now on."""
        self._behaviour = behaviour
        if self._folder:
            set_behaviour(self._folder, behaviour)

    def pay(self, attempt: str, amount_minor: int, currency: str, decimals: int) -> Result:
        """See ``drivers.terminal.Terminal``."""
        if amount_minor <= 0:
            raise ValueError(f"A card payment is above zero, found {amount_minor}. Give it back.")
        del decimals  # this terminal has no display to write the amount on
        self._cancelled.clear()
        behaviour = self._now()
        if behaviour is not Behaviour.DEAD:
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
        return _result(attempt, kept[0])

    def cancel(self) -> None:
        """See ``drivers.terminal.Terminal``."""
        self._cancelled.set()

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


_Kept = tuple[Outcome, int, str]
"""What became of an attempt, its amount in minor units and its currency."""


class _Memory:
    """What the terminal remembers: the first outcome of every attempt, for good."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def all(self) -> dict[str, _Kept]:
        """Everything remembered, by attempt."""
        with self._lock:
            return dict(self._kept)

    def settle(self, attempt: str, wanted: Outcome, amount_minor: int, currency: str) -> Outcome:
        """What becomes of an attempt: what became of it the first time, else what is wanted.

        Raises:
            ValueError: The same attempt comes with another amount.
        """
        with self._lock:
            return self._settled(self._kept, attempt, (wanted, amount_minor, currency))

    def _settled(self, kept: dict[str, _Kept], attempt: str, new: _Kept) -> Outcome:
        before = kept.get(attempt)
        if before is None:
            kept[attempt] = new
            self._remember(attempt, new)
            return new[0]
        if before[1:] != new[1:]:
            raise ValueError(
                f"Attempt {attempt} was over {before[1]} {before[2]} and comes back with "
                f"{new[1]} {new[2]}. Make a new attempt for another amount."
            )
        return before[0]

    def _remember(self, attempt: str, new: _Kept) -> None:
        """Write it down, where there is a place for it."""


class _FileMemory(_Memory):
    """A memory in a file, which outlives the register."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / _ATTEMPTS_FILE

    def all(self) -> dict[str, _Kept]:
        """Everything remembered, by attempt."""
        with self._locked():
            return self._read()

    def settle(self, attempt: str, wanted: Outcome, amount_minor: int, currency: str) -> Outcome:
        """See ``_Memory``."""
        with self._locked():
            return self._settled(self._read(), attempt, (wanted, amount_minor, currency))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock, self._path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, _Kept]:
        rows = map(json.loads, self._path.read_text("utf-8").splitlines())
        return {
            row["attempt"]: (Outcome(row["outcome"]), row["amount_minor"], row["currency"])
            for row in rows
        }

    def _remember(self, attempt: str, new: _Kept) -> None:
        outcome, amount_minor, currency = new
        row = {
            "attempt": attempt,
            "outcome": outcome.value,
            "amount_minor": amount_minor,
            "currency": currency,
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def _result(attempt: str, outcome: Outcome) -> Result:
    message = {Outcome.APPROVED: PAID, Outcome.CANCELLED: STOPPED}.get(outcome, REFUSED)
    reference = f"SIM-{attempt[:8].upper()}" if outcome is Outcome.APPROVED else ""
    return Result(outcome, reference, message)
