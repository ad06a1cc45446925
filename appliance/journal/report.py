"""What a verification found, in words a book-keeper can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.domain.money import format_minor
from appliance.journal.entry import START, Watermark
from appliance.journal.takings import Takings


class Kind(StrEnum):
    """What may be wrong with a journal."""

    UNREADABLE = "unreadable"
    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    FORGED = "forged"
    FOREIGN = "foreign"
    UNGUARDED = "unguarded"
    TOTALS = "totals"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: What kind of thing.
        place: Where: ``1.7`` is entry 7 of epoch 1; a row or line where no entry can be read.
        sentence: What was expected and what was found.
    """

    kind: Kind
    place: str
    sentence: str


@dataclass(slots=True)
class Stretch:
    """The entries of one epoch that were found.

    Attributes:
        epoch: Which.
        first: The lowest sequence.
        last: The highest.
        count: How many entries.
    """

    epoch: int
    first: int
    last: int
    count: int = 0


@dataclass(slots=True)
class Report:
    """All that a verification has to say.

    Attributes:
        what: The file and what it is.
        device: Whose journal it is.
        stretches: Each epoch's entries.
        head: The last entry's place and hash.
        gaps: How many entries are missing between the first and the last.
        signatures: What was found out about signatures, as a phrase.
        heads: What was found out about heads known from elsewhere, as a phrase.
        takings: The sales, by day and currency.
        findings: Everything that is wrong.
    """

    what: str
    device: str = ""
    stretches: dict[int, Stretch] = field(default_factory=dict)
    head: Watermark = START
    gaps: int = 0
    signatures: str = "none in a file of this kind"
    heads: str = "none were given"
    takings: Takings = field(default_factory=Takings)
    findings: list[Finding] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """How many entries were read."""
        return sum(stretch.count for stretch in self.stretches.values())

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def text(self) -> str:
        """Write the report, one fact a line."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"Journal of {self.device or 'an unknown device'}: {self.what}"
        yield ""
        for stretch in self.stretches.values():
            run = f"{stretch.epoch}.{stretch.first} to {stretch.epoch}.{stretch.last}"
            yield f"  Epoch {stretch.epoch:<8} {run}, {stretch.count} entries"
        yield f"  Gaps           {self.gaps}"
        yield f"  Head           {self.head.to_text()}"
        yield f"  Signatures     {self.signatures}"
        yield f"  Known heads    {self.heads}"
        yield ""
        yield from self._sales()
        if self.is_sound:
            yield "Sound: nothing was changed, removed, inserted or swapped."
            return
        count = len(self.findings)
        yield f"NOT sound: {count} {'thing is' if count == 1 else 'things are'} wrong."
        for number, finding in enumerate(self.findings, 1):
            yield f"  {number}. [{finding.kind}] {finding.sentence}"

    def _sales(self) -> Iterator[str]:
        if not self.takings.days:
            return
        yield f"  {'Day':<12}{'Sales':>8}{'Returns':>9}{'Turnover':>18}"
        for (day, currency), sums in sorted(self.takings.days.items()):
            amount = format_minor(sums.gross_minor, sums.decimals, "en", minus="-")
            yield f"  {day:<12}{sums.sales:>8}{sums.returns:>9}{amount:>14} {currency}"
        yield ""
