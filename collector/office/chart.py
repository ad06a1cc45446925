"""A chart of bars with a line to compare with, worked out here and drawn as SVG by a template.

One chart answers one question. Its figures stand beside it as a table for whoever cannot see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 236
LEFT, RIGHT, TOP, BOTTOM = 52, 6, 10, 28
MOST_TICKS = 4
BAR_SHARE = 0.52
"""How much of its column a bar fills."""


@dataclass(frozen=True, slots=True)
class Column:
    """One place on the axis.

    Attributes:
        label: What stands under it.
        value: Height of the bar; below zero it hangs.
        compared: Height of the line there; none where the line has a hole.
        link: Where the bar leads.
        words: The column in words, read out and shown when pointed at.
    """

    label: str
    value: int
    compared: int | None
    link: str
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar as drawn, in the chart's own units."""

    column: Column
    x: float
    y: float
    width: float
    height: float
    middle: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A level line and what it stands for."""

    y: float
    label: str
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template draws."""

    bars: tuple[Bar, ...]
    lines: tuple[str, ...]
    ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    label_y: int = HEIGHT - 8


def draw(columns: Sequence[Column], *, unit: int, write: Callable[[int], str]) -> Chart:
    """Work out a chart.

    Args:
        columns: What is shown, from left to right.
        unit: The smallest step a level line may have, such as 100 cents.
        write: Writes a level's value as it stands beside its line.
    """
    values = [column.value for column in columns]
    values += [column.compared for column in columns if column.compared is not None]
    levels = _levels(min(values, default=0), max(values, default=0), unit)
    low, high = levels[0], levels[-1]

    def y_of(value: int) -> float:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    step = (WIDTH - LEFT - RIGHT) / max(1, len(columns))
    middles = [round(LEFT + step * (place + 0.5), 1) for place in range(len(columns))]
    width = round(step * BAR_SHARE, 1)
    bars = tuple(
        Bar(
            column=column,
            x=round(middle - width / 2, 1),
            y=min(y_of(column.value), y_of(0)),
            width=width,
            height=round(abs(y_of(column.value) - y_of(0)), 1),
            middle=middle,
        )
        for column, middle in zip(columns, middles, strict=True)
    )
    points = [
        None if column.compared is None else f"{middle},{y_of(column.compared)}"
        for column, middle in zip(columns, middles, strict=True)
    ]
    ticks = tuple(Tick(y_of(level), write(level), level == 0) for level in levels)
    return Chart(bars, tuple(_unbroken(points)), ticks)


def _levels(low: int, high: int, unit: int) -> list[int]:
    """Choose round levels that hold every value and zero."""
    low, high = min(low, 0), max(high, 0)
    step = next(step for step in _steps(unit) if high - low <= step * MOST_TICKS)
    first, last = low // step, max(-(-high // step), low // step + 1)
    return [level * step for level in range(first, last + 1)]


def _steps(unit: int) -> Iterator[int]:
    """Count up in round steps: 1, 2, 5, 10, 20, 50 … times the unit."""
    while True:
        yield unit
        yield 2 * unit
        yield 5 * unit
        unit *= 10


def _unbroken(points: Sequence[str | None]) -> list[str]:
    """Return the line's pieces between its holes."""
    pieces: list[list[str]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return [" ".join(piece) for piece in pieces if piece]
