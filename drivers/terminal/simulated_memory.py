"""What a simulated terminal remembers, apart from the register that asks it."""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drivers.terminal import Outcome

_ATTEMPTS_FILE = "attempts.jsonl"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an attempt.

    Attributes:
        outcome: The first outcome, for good.
        amount_minor: How much was asked.
        currency: ISO 4217 code.
        given_back: Whether it went back to the customer.
        day_closed: Whether the terminal's day was closed since.
    """

    outcome: Outcome
    amount_minor: int
    currency: str
    given_back: bool = False
    day_closed: bool = False


class Memory:
    """The first outcome of every attempt, for good."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()

    def all(self) -> dict[str, Kept]:
        """Everything remembered, by attempt."""
        with self._locked():
            return dict(self._read())

    def settle(self, attempt: str, wanted: Outcome, amount_minor: int, currency: str) -> Outcome:
        """What becomes of an attempt: what became of it the first time, else what is wanted.

        Raises:
            ValueError: The same attempt comes with another amount.
        """
        with self._locked():
            before = self._read().get(attempt)
            if before is None:
                self._remember(attempt, Kept(wanted, amount_minor, currency))
                return wanted
            if (before.amount_minor, before.currency) != (amount_minor, currency):
                raise ValueError(
                    f"Attempt {attempt} was over {before.amount_minor} {before.currency} and comes "
                    f"back with {amount_minor} {currency}. Make a new attempt for another amount."
                )
            return before.outcome

    def give_back(self, attempt: str) -> None:
        """Give an attempt back, once."""
        with self._locked():
            self._remember(attempt, replace(self._read()[attempt], given_back=True))

    def close_day(self) -> list[int]:
        """Close the day; the amounts that were taken in it, in minor units."""
        with self._locked():
            today = {a: kept for a, kept in self._read().items() if not kept.day_closed}
            for attempt, kept in today.items():
                self._remember(attempt, replace(kept, day_closed=True))
        taken = (kept for kept in today.values() if kept.outcome is Outcome.APPROVED)
        return [kept.amount_minor for kept in taken if not kept.given_back]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock:
            yield

    def _read(self) -> dict[str, Kept]:
        return self._kept

    def _remember(self, attempt: str, kept: Kept) -> None:
        self._kept[attempt] = kept


class FileMemory(Memory):
    """A memory in a file, which outlives the register; the last line about an attempt counts."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / _ATTEMPTS_FILE

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock, self._path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, Kept]:
        rows = map(json.loads, self._path.read_text("utf-8").splitlines())
        return {row["attempt"]: _kept(row) for row in rows}

    def _remember(self, attempt: str, kept: Kept) -> None:
        row = {
            "attempt": attempt,
            "outcome": kept.outcome.value,
            "amount_minor": kept.amount_minor,
            "currency": kept.currency,
            "given_back": kept.given_back,
            "day_closed": kept.day_closed,
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def _kept(row: dict[str, Any]) -> Kept:
    return Kept(
        Outcome(row["outcome"]),
        row["amount_minor"],
        row["currency"],
        row.get("given_back", False),
        row.get("day_closed", False),
    )
