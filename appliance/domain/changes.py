"""What a person changed of a basket before it was paid, and what of it was undone.

Nothing that was taken out or made less vanishes: the sale's entry tells of it, and of its undoing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.domain.line import Line


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line that was taken out, when and by whom: a scan that vanishes is a question.

    Who completes the sale need not be who took the line out, so that is not asked of the sale.

    Attributes:
        line: As it was.
        at: When it was taken out.
        back: When that was undone and the line put back; None where it stayed out.
        by: Who took it out, by id; empty where an earlier version did not say.
    """

    line: Line
    at: datetime
    back: datetime | None = None
    by: str = ""

    def told(self) -> dict[str, str]:
        """Return when and by whom, in JSON's own types; that it was put back only where it was."""
        data = {"at": self.at.isoformat()}
        if self.back is not None:
            data["back"] = self.back.isoformat()
        return data | {"by": self.by} if self.by else data

    @classmethod
    def of(cls, line: Line, told: Mapping[str, Any]) -> RemovedLine:
        """Read what `told` made."""
        back = told.get("back")
        return cls(
            line,
            datetime.fromisoformat(told["at"]),
            None if back is None else datetime.fromisoformat(back),
            told.get("by", ""),
        )


@dataclass(frozen=True, slots=True)
class Recount:
    """That a person set the quantity of a line.

    Attributes:
        line: The line's number.
        article: The article's code.
        before_milli: The quantity before.
        after_milli: The quantity after.
        at: When.
        undoes: Whether it only takes the change before it back.
        by: Who set it, by id; empty where an earlier version did not say.
    """

    line: int
    article: str
    before_milli: int
    after_milli: int
    at: datetime
    undoes: bool = False
    by: str = ""

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        data: dict[str, Any] = {
            "line": self.line,
            "article": self.article,
            "before_milli": self.before_milli,
            "after_milli": self.after_milli,
            "at": self.at.isoformat(),
        }
        if self.undoes:
            data["undoes"] = True
        return data | {"by": self.by} if self.by else data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Recount:
        """Read what `to_data` made."""
        return cls(**{**data, "at": datetime.fromisoformat(data["at"])})
