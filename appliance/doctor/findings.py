"""A finding: what was looked at, how it is, what that means and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from appliance.services.words import Words


class Severity(Enum):
    """How much a finding matters."""

    WELL = "well"
    LOOK = "look"
    """It works, and somebody should see to it."""
    BAD = "bad"
    """Something does not work, or will not for long."""


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in one language."""

    title: str
    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: A stable name, such as ``storage``.
        severity: How much it matters.
        title: What was looked at; an English sentence to be translated, as the next two.
        meaning: How it is; may name facts as ``{free}``.
        remedy: What to do, or empty.
        facts: What the names stand for.
        detail: More, in English, for whoever mends it.
    """

    check: str
    severity: Severity
    title: str
    meaning: str
    remedy: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""

    def said(self, words: Words) -> Said:
        """Return it in a language."""
        meaning = words.say(self.meaning)
        return Said(
            words.say(self.title),
            meaning.format(**self.facts) if self.facts else meaning,
            words.say_each(self.remedy),
        )

    def as_dict(self, words: Words) -> dict[str, Any]:
        """Return it as JSON's own types."""
        said = self.said(words)
        return {
            "check": self.check,
            "severity": self.severity.value,
            "title": said.title,
            "meaning": said.meaning,
            "remedy": said.remedy,
            "facts": dict(self.facts),
            "detail": self.detail,
        }


def worst(findings: list[Finding]) -> Severity:
    """Return the severity of the worst of them."""
    order = list(Severity)
    return max((each.severity for each in findings), key=order.index, default=Severity.WELL)
