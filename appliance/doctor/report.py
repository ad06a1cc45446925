"""Findings for a reader: as text for a terminal, and as a slip for the receipt printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap

from appliance.doctor.findings import Finding, Said, Severity, worst
from appliance.services.words import Words, sentence
from drivers.printer import Align, Cut, Element, Feed, Qr, Rule, Text

HEADING = sentence("Check of the device")
STATUS = sentence("How this device is")
PLUGGED_IN = sentence("Printed because the printer was plugged in.")
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
    severity = ordered[0][0] if ordered else Severity.WELL
    return [
        *_head(words.say(HEADING), name, at),
        *_findings(ordered),
        Rule(),
        Text(words.say(CONCLUSION[severity]), bold=True),
        Cut(),
    ]


def status(
    findings: Sequence[Finding], words: Words, name: str, at: datetime, *, fingerprint: str = ""
) -> list[Element]:
    """Write the slip of a printer that was plugged in; other arguments as of `document`.

    Args:
        findings: What the device says of itself, in the order in which it is read.
        words: The language of the slip.
        name: What people call the device.
        at: When.
        fingerprint: Of a device that was not let in yet: whoever lets it in compares it.
    """
    told = [(each.severity, each.said(words)) for each in findings]
    own: list[Element] = []
    if fingerprint:
        own = [
            Rule(),
            Text(words.say("Fingerprint of this device"), align=Align.CENTRE),
            Text(fingerprint, align=Align.CENTRE, bold=True),
            Feed(1),
            Qr(fingerprint),
            Feed(1),
            Text(words.say("Compare it with the one in the back office."), align=Align.CENTRE),
        ]
    return [
        *_head(words.say(STATUS), name, at),
        *_findings(told),
        *own,
        Rule(),
        Text(words.say(PLUGGED_IN), align=Align.CENTRE),
        Cut(),
    ]


def _head(heading: str, name: str, at: datetime) -> list[Element]:
    return [
        Text(heading, align=Align.CENTRE, bold=True),
        Text(name, align=Align.CENTRE),
        Text(f"{at:%d-%m-%Y %H:%M}", align=Align.CENTRE),
        Rule(),
    ]


def _findings(findings: Sequence[tuple[Severity, Said]]) -> Iterator[Element]:
    for severity, said in findings:
        yield Text(f"{SIGNS[severity]} {said.title}", bold=severity is not Severity.WELL)
        yield Text(said.meaning)
        if said.remedy:
            yield Text(f"> {said.remedy}")


def _block(head: str, said: str) -> Iterator[str]:
    """Write a text beside its heading, wrapped."""
    for line in wrap(said, _WIDTH - _INDENT) or [""]:
        yield f"{head:<{_INDENT}}{line}".rstrip()
        head = ""
