"""Files people bring: articles, categories, keys, staff and the shop itself.

A file is taken whole or not at all. Whatever is wrong in it is named at once, each place with its
line, its column and the reason, so that it is mended in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a file.

    Attributes:
        line: Line of the file, from 1; 0 for the file as a whole.
        column: Name of the column, empty for the whole line.
        value: What stands there.
        reason: Why that cannot be taken.
    """

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        if not self.line:
            return self.reason
        place = f"line {self.line}"
        if not self.column:
            return f"{place}: {self.reason}"
        return f"{place}, {self.column} “{self.value[:60]}”: {self.reason}"


class FileRefused(ValueError):  # noqa: N818 (reads as what happened)
    """A file that was not taken; ``faults`` says everything that is wrong with it."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.name = name
        self.faults = tuple(sorted(faults))
        rows = len({fault.line for fault in faults if fault.line})
        count = f" {rows} of its lines are wrong:" if rows > 1 else ""
        found = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{name} was not taken.{count}\n{found}")
