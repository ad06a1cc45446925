"""How the device's journal and the collector's copy of it stand: "device N · collector N · gaps 0".

The line is what a cashier, a Z report and the back office's page say in the same words. It is the
device's own knowledge: what the collector last acknowledged, and how old that word is.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.journal.entry import START, Watermark
from appliance.services.words import Words
from drivers.printer import Align, Element, Text

FRESH = timedelta(seconds=15)
"""An answer so young needs no age, though more was recorded since."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of this device's journal is known to be held elsewhere.

    Attributes:
        enabled: Whether this device sends at all.
        device: Entries of the journal's present epoch.
        collector: How many of them the collector acknowledged, None if it never answered.
        gaps: Entries missing among these; None while the collector holds another history under
            this device's name, and nothing can be compared.
        told_at: When the collector last answered.
        connected: Whether the way to it is open now.
    """

    enabled: bool = True
    device: int = 0
    collector: int | None = None
    gaps: int | None = 0
    told_at: datetime | None = None
    connected: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the collector has everything."""
        return self.collector == self.device and self.gaps == 0


NOTHING_KNOWN = Standing()
"""Before anybody looked."""


def compare(
    head: Watermark,
    acknowledged: Watermark,
    *,
    gaps: int,
    told_at: datetime | None,
    connected: bool,
    refused: bool,
) -> Standing:
    """Compare the journal's head with what the collector acknowledged.

    Args:
        head: The last entry of the journal.
        acknowledged: Up to where the collector holds what this device holds; `START` if unknown.
        gaps: Numbers missing in the journal itself.
        told_at: When the collector last answered.
        connected: Whether the way to it is open now.
        refused: Whether it holds something else where this journal stands.
    """
    heard = told_at is not None or acknowledged != START
    here = acknowledged.sequence if acknowledged.epoch == head.epoch else 0
    return Standing(
        device=head.sequence,
        collector=min(here, head.sequence) if heard else None,
        gaps=None if refused else gaps,
        told_at=told_at,
        connected=connected,
    )


def say_standing(standing: Standing, words: Words, now: datetime) -> str:
    """Say it in one line, with the age of that knowledge where it is not of this moment.

    Args:
        standing: What is known.
        words: The language.
        now: The shop's time; the moment of the collector's answer is said in its zone.
    """
    return " · ".join(_pieces(standing, words, now))


def standing_lines(
    standing: Standing, words: Words, now: datetime, columns: int
) -> tuple[Element, ...]:
    """Write it as lines of a receipt, such as a Z report, broken between its pieces.

    Args:
        standing: What is known.
        words: The language.
        now: The shop's time.
        columns: How many characters the paper is wide.
    """
    lines: list[str] = []
    for piece in _pieces(standing, words, now):
        together = f"{lines[-1]} · {piece}" if lines else piece
        if lines and len(together) <= columns:
            lines[-1] = together
        else:
            lines += textwrap.wrap(piece, columns)
    return tuple(Text(line, align=Align.CENTRE) for line in lines)


def _pieces(standing: Standing, words: Words, now: datetime) -> list[str]:
    pieces = [words.say("device {number}", number=standing.device)]
    if not standing.enabled:
        return [*pieces, words.say("not set up to send")]
    if standing.collector is None:
        return [*pieces, words.say("the collector has not answered yet")]
    pieces.append(words.say("collector {number}", number=standing.collector))
    if standing.gaps is None:
        pieces.append(words.say("the collector holds another history"))
    else:
        pieces.append(words.say("gaps {number}", number=standing.gaps))
    age = _age(standing, words, now)
    return [*pieces, age] if age else pieces


def _age(standing: Standing, words: Words, now: datetime) -> str:
    """Say of when the collector's word is; empty while it is of this moment."""
    if standing.told_at is None:
        return "" if standing.connected and standing.is_whole else words.say("of an unknown time")
    passed = now - standing.told_at
    jumped = passed < -FRESH
    if standing.connected and not jumped and (standing.is_whole or passed < FRESH):
        return ""
    told_at = standing.told_at.astimezone(now.tzinfo)
    same_day = told_at.date() == now.date()
    moment = f"{told_at:%H:%M}" if same_day else f"{told_at:%d-%m-%Y %H:%M}"
    if jumped:
        return words.say("as of {moment}; the clock has jumped since", moment=moment)
    return words.say("as of {moment}, {age}", moment=moment, age=_ago(passed, words))


def _ago(passed: timedelta, words: Words) -> str:
    seconds = max(0, int(passed.total_seconds()))
    if seconds < _MINUTE:
        return words.say("just now")
    if seconds < _HOUR:
        return words.say("{number} min ago", number=seconds // _MINUTE)
    if seconds < 2 * _DAY:
        return words.say("{number} h ago", number=seconds // _HOUR)
    return words.count("{number} day ago", "{number} days ago", seconds // _DAY)
