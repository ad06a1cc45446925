"""What a verification found, in words a book-keeper can read and as data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

from appliance.domain.money import format_minor
from appliance.journal.entry import START, Watermark
from appliance.journal.findings import Finding, Findings, Kind
from appliance.journal.takings import Takings

__all__ = ["Finding", "Findings", "Kind", "Report", "Stretch"]


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
    """All that a verification has to say, of one journal or of several.

    Attributes:
        what: The file and what it is.
        device: Whose journal it is.
        stretches: Each epoch's entries.
        head: The last entry's place and hash.
        gaps: How many entries are missing between the first and the last.
        signatures: What was found out about signatures, as a phrase.
        heads: What was found out about heads known from elsewhere, as a phrase.
        takings: The sales, by day, rate and tender.
        notes: What a reader should know though nothing is wrong, such as what was erased.
        limits: What was not checked, and why.
        findings: Everything that is wrong.
        parts: The reports of the journals inside, where there are several.
    """

    what: str
    device: str = ""
    stretches: dict[int, Stretch] = field(default_factory=dict)
    head: Watermark = START
    gaps: int = 0
    signatures: str = "none in a file of this kind"
    heads: str = "none were given"
    takings: Takings = field(default_factory=Takings)
    notes: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    parts: list[Report] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """How many entries were read."""
        own = sum(stretch.count for stretch in self.stretches.values())
        return own + sum(part.entries for part in self.parts)

    @property
    def wrong(self) -> int:
        """How many things are wrong."""
        return len(self.findings) + sum(part.wrong for part in self.parts)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    def every_finding(self) -> Iterator[Finding]:
        """Go through what is wrong here and in the parts."""
        return chain(self.findings, *(part.every_finding() for part in self.parts))

    def text(self) -> str:
        """Write the report, one fact a line."""
        return "\n".join(self._several() if self.parts else self._lines()) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON's own types."""
        head = None
        if self.head != START:
            head = {
                "epoch": self.head.epoch,
                "sequence": self.head.sequence,
                "hash": self.head.hash,
            }
        return {
            "what": self.what,
            "device": self.device,
            "sound": self.is_sound,
            "entries": self.entries,
            "epochs": [asdict(stretch) for stretch in self.stretches.values()],
            "gaps": self.gaps,
            "head": head,
            "signatures": self.signatures,
            "heads": self.heads,
            **self.takings.as_dict(),
            "notes": self.notes,
            "not_checked": self.limits,
            "wrong": self.wrong,
            "findings": [asdict(finding) for finding in self.findings],
            "parts": [part.as_dict() for part in self.parts],
        }

    def _several(self) -> Iterator[str]:
        yield f"{self.what}: {_journals(len(self.parts))}, {self.entries} entries"
        for part in self.parts:
            yield ""
            yield from part._lines()  # noqa: SLF001 - of the same class
        yield ""
        if self.findings:
            yield "Beside the journals themselves:"
        yield from self._notes()
        yield from self._numbered()
        if self.is_sound:
            yield "Sound as a whole." if len(self.parts) > 1 else "Nothing else is wrong."
        else:
            names = [part.device for part in self.parts if not part.is_sound]
            yield f"NOT sound: {_things(self.wrong)} wrong{_of(names)}."

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
        yield from self._notes()
        yield ""
        yield from self._sales()
        if self.is_sound:
            yield (
                "Sound as far as it was checked: what was not is named above."
                if self.limits
                else "Sound: nothing was changed, removed, inserted or swapped."
            )
            return
        yield f"NOT sound: {_things(self.wrong)} wrong."
        yield from self._numbered()

    def _notes(self) -> Iterator[str]:
        for note in self.notes:
            yield f"  Note           {note}"
        for limit in self.limits:
            yield f"  Not checked    {limit}"

    def _numbered(self) -> Iterator[str]:
        for number, finding in enumerate(self.findings, 1):
            yield f"  {number}. [{finding.kind}] {finding.sentence}"
        unlisted = len(self.findings) - len(self.findings.listed)
        if unlisted:
            yield f"  … and {unlisted} more, not listed"

    def _sales(self) -> Iterator[str]:
        takings = self.takings
        if not takings.days:
            return
        yield f"  {'Day':<12}{'Sales':>8}{'Returns':>9}{'Turnover':>18}  Receipts"
        for (day, currency), sums in sorted(takings.days.items()):
            amount = format_minor(sums.gross_minor, sums.decimals, "en", minus="-")
            run = f"  {sums.first_receipt} to {sums.last_receipt}" if sums.first_receipt else ""
            yield f"  {day:<12}{sums.sales:>8}{sums.returns:>9}{amount:>14} {currency}{run}"
        yield ""
        yield f"  {'Tax rate':<12}{'Net':>17}{'Tax':>13}{'Gross':>19}"
        for (currency, rate_bp), part in sorted(takings.rates.items()):
            net, tax, gross = (
                format_minor(value, part.decimals, "en", minus="-")
                for value in (part.net_minor, part.tax_minor, part.gross_minor)
            )
            yield f"  {_rate(rate_bp):<12}{net:>17}{tax:>13}{gross:>15} {currency}"
        yield ""
        yield f"  {'Paid by':<20}{'Times':>9}{'Amount':>18}"
        for (currency, tender), paid in sorted(takings.tenders.items()):
            amount = format_minor(paid.amount_minor, paid.decimals, "en", minus="-")
            yield f"  {tender.replace('_', ' '):<20}{paid.times:>9}{amount:>14} {currency}"
        yield ""


def _journals(count: int) -> str:
    return "1 journal" if count == 1 else f"{count} journals"


def _things(count: int) -> str:
    return "1 thing is" if count == 1 else f"{count} things are"


def _of(names: list[str]) -> str:
    return f" (see {', '.join(names)})" if names else ""


def _rate(rate_bp: int) -> str:
    return f"{rate_bp / 100:g} %"
