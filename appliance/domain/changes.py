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
    """A line that was taken out, and when: kept, because a scan that vanishes is a question.

    Attributes:
        line: As it was.
        at: When it was taken out.
        back: When that was undone and the line put back; None where it stayed out.
    """

    line: Line
    at: datetime
    back: datetime | None = None

    def times(self) -> dict[str, str]:
        """Return when, in JSON's own types; that it was put back only where it was."""
        back = {} if self.back is None else {"back": self.back.isoformat()}
        return {"at": self.at.isoformat()} | back

    @classmethod
    def of(cls, line: Line, times: Mapping[str, Any]) -> RemovedLine:
        """Read what `times` made."""
        back = times.get("back")
        return cls(
            line,
            datetime.fromisoformat(times["at"]),
            None if back is None else datetime.fromisoformat(back),
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
    """

    line: int
    article: str
    before_milli: int
    after_milli: int
    at: datetime
    undoes: bool = False

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        data = {
            "line": self.line,
            "article": self.article,
            "before_milli": self.before_milli,
            "after_milli": self.after_milli,
            "at": self.at.isoformat(),
        }
        return data | {"undoes": True} if self.undoes else data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Recount:
        """Read what `to_data` made."""
        return cls(**{**data, "at": datetime.fromisoformat(data["at"])})
