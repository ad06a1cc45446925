"""Findings for a reader: as text for a terminal, and as a slip for the receipt printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap

from appliance.doctor.findings import Finding, Said, Severity, worst
from appliance.services.words import Words, sentence
from drivers.printer import Align, Cut, Element, Rule, Text

HEADING = sentence("Check of the device")
ALL_WELL = sentence("All is well.")
LOOK = sentence("Somebody should look at this.")
BAD = sentence("This must be mended.")
CONCLUSION = {Severity.WELL: ALL_WELL, Severity.LOOK: LOOK, Severity.BAD: BAD}
SIGNS = {Severity.WELL: "+", Severity.LOOK: "?", Severity.BAD: "!"}
"""Colour never speaks alone, and paper has none."""

_WIDTH, _INDENT = 96, 22


def text(findings: Sequence[Finding], words: Words, name: str) -> str:
    """Write findings for a terminal, the remedy under each that needs one."""
    lines = [f"{words.say(HEADING)}: {name}", ""]
    for each in findings:
        said = each.said(words)
        lines += _block(f"{SIGNS[each.severity]} {said.title}", said.meaning)
        if said.remedy:
            lines += _block("", f"→ {said.remedy}")
        if each.detail:
            lines += _block("", f"({each.detail})")
    lines += ["", words.say(CONCLUSION[worst(list(findings))])]
    return "\n".join(lines) + "\n"


def document(
    findings: Sequence[tuple[Severity, Said]], words: Words, name: str, at: datetime
) -> list[Element]:
    """Write findings on a slip: what is not well first.

    Args:
        findings: Each with how much it matters.
        words: The language of the slip.
        name: What people call the device.
        at: When.
    """
    order = list(Severity)
    ordered = sorted(findings, key=lambda each: order.index(each[0]), reverse=True)
    found: list[Element] = [
        Text(words.say(HEADING), align=Align.CENTRE, bold=True),
        Text(name, align=Align.CENTRE),
        Text(f"{at:%d-%m-%Y %H:%M}", align=Align.CENTRE),
        Rule(),
    ]
    for severity, said in ordered:
        found.append(Text(f"{SIGNS[severity]} {said.title}", bold=severity is not Severity.WELL))
        found.append(Text(said.meaning))
        if said.remedy:
            found.append(Text(f"> {said.remedy}"))
    severity = ordered[0][0] if ordered else Severity.WELL
    return [*found, Rule(), Text(words.say(CONCLUSION[severity]), bold=True), Cut()]


def _block(head: str, said: str) -> Iterator[str]:
    """Write a text beside its heading, wrapped."""
    for line in wrap(said, _WIDTH - _INDENT) or [""]:
        yield f"{head:<{_INDENT}}{line}".rstrip()
        head = ""
