"""What a benchmark says in the end: a table for people, JSON for programs."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Figure:
    """One thing measured in every round.

    Attributes:
        name: What it is.
        unit: Of its values.
        goal: What it should be, in words; empty when it is only told.
        met: Whether a median meets the goal.
        values: One for each round.
    """

    name: str
    unit: str = ""
    goal: str = ""
    met: Callable[[float], bool] = lambda _median: True
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The value that counts."""
        return statistics.median(self.values)

    def line(self) -> str:
        """Say it in one line of the table."""
        low, high = min(self.values), max(self.values)
        spread = f"({_short(low)} to {_short(high)})"
        verdict = "" if not self.goal else "met" if self.met(self.median) else "not met"
        goal = f"{self.goal}: {verdict}" if self.goal else ""
        return (
            f"{self.name:<46}{_short(self.median):>10} {self.unit:<11}{spread:<24}{goal}".rstrip()
        )


def at_most(limit: float) -> Callable[[float], bool]:
    """A goal that is an upper limit."""
    return lambda median: median <= limit


def at_least(limit: float) -> Callable[[float], bool]:
    """A goal that is a lower limit."""
    return lambda median: median >= limit


def take_turns(ways: Sequence[Callable[[], None]], rounds: int) -> None:
    """Let several ways take their turn in every round; who begins changes from round to round."""
    for number in range(rounds):
        begin = number % len(ways)
        for way in (*ways[begin:], *ways[:begin]):
            way()


def report(title: str, figures: Iterable[Figure], file: Path | None) -> None:
    """Print a table, and write the figures to a file when one is given."""
    figures = list(figures)
    sys.stdout.write("\n".join((title, *(figure.line() for figure in figures))) + "\n")
    if file:
        told = {
            figure.name: {
                "median": figure.median,
                "unit": figure.unit,
                "goal": figure.goal,
                "values": figure.values,
            }
            for figure in figures
        }
        file.write_text(json.dumps({"title": title, "figures": told}, indent=2) + "\n")


def processor_s(process: int) -> float:
    """Tell how many seconds of a processor a running process has used, to the nanosecond."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def _short(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
