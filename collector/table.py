"""CSV as it goes out of the house: read by people's own tools, so no cell may be a program.

Reasons, names and references are typed by people at a counter. A spreadsheet takes a cell that
begins with one of a few signs for a formula and works it out on the desk of whoever opens the file;
an apostrophe before it makes it the text it is. Numbers keep their sign.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any, Protocol

_BEGINS_A_FORMULA = tuple("=+-@\t\r")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,  ()/-]*")
"""An amount, a date or a telephone number; nothing of it can be worked out to anything else."""


class Out(Protocol):
    """Whatever takes text."""

    def write(self, text: str, /) -> Any: ...  # noqa: D102 - as of any stream


class Writer:
    """Writes rows as CSV.

    Args:
        out: Where to.
    """

    def __init__(self, out: Out) -> None:
        self._rows = csv.writer(out, lineterminator="\n")

    def writerow(self, row: Iterable[Any]) -> Any:
        """Write one row; the answer is what the stream's ``write`` answers."""
        return self._rows.writerow([_as_text(cell) for cell in row])


def _as_text(cell: Any) -> Any:
    if not isinstance(cell, str) or not cell.startswith(_BEGINS_A_FORMULA):
        return cell
    return cell if _NUMBER.fullmatch(cell) else f"'{cell}"
