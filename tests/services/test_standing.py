"""The line that says how much of the journal is held elsewhere, in every state it can be in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from appliance.journal.entry import START, Watermark
from appliance.services.standing import Standing, compare, say_standing, standing_lines
from appliance.services.words import LANGUAGES, Words

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=timezone(timedelta(hours=1)))
EN = Words("en")


def mark(sequence, epoch=1):
    return Watermark(epoch, sequence, "ab" * 32)


def standing(device, acked, **told):
    given = {"gaps": 0, "told_at": NOW, "connected": True, "refused": False, **told}
    return compare(mark(device), acked, **given)


STATES = {
    "online": (standing(412, mark(412)), "device 412 · collector 412 · gaps 0"),
    "idle for hours": (
        standing(412, mark(412), told_at=NOW - timedelta(hours=5)),
        "device 412 · collector 412 · gaps 0",
    ),
    "just sold": (standing(413, mark(412)), "device 413 · collector 412 · gaps 0"),
    "silent": (
        standing(413, mark(412), told_at=NOW - timedelta(minutes=3)),
        "device 413 · collector 412 · gaps 0 · as of 14:02, 3 min ago",
    ),
    "offline": (
        standing(420, mark(412), connected=False, told_at=NOW - timedelta(hours=2)),
        "device 420 · collector 412 · gaps 0 · as of 12:05, 2 h ago",
    ),
    "offline a moment": (
        standing(412, mark(412), connected=False, told_at=NOW - timedelta(seconds=3)),
        "device 412 · collector 412 · gaps 0 · as of 14:04, just now",
    ),
    "offline for days": (
        standing(420, mark(412), connected=False, told_at=NOW - timedelta(days=3)),
        "device 420 · collector 412 · gaps 0 · as of 19-11-2026 14:05, 3 days ago",
    ),
    "another zone": (
        standing(
            420, mark(412), connected=False, told_at=(NOW - timedelta(hours=2)).astimezone(UTC)
        ),
        "device 420 · collector 412 · gaps 0 · as of 12:05, 2 h ago",
    ),
    "never connected": (
        standing(412, START, told_at=None, connected=False),
        "device 412 · the collector has not answered yet",
    ),
    "not set up": (Standing(enabled=False, device=412), "device 412 · not set up to send"),
    "collector put back": (standing(412, mark(300)), "device 412 · collector 300 · gaps 0"),
    "collector emptied": (standing(412, START), "device 412 · collector 0 · gaps 0"),
    "new epoch": (
        compare(mark(1, 2), mark(412), gaps=0, told_at=NOW, connected=True, refused=False),
        "device 1 · collector 0 · gaps 0",
    ),
    "another history": (
        standing(412, mark(412), refused=True),
        "device 412 · collector 412 · the collector holds another history",
    ),
    "a hole": (standing(412, mark(412), gaps=2), "device 412 · collector 412 · gaps 2"),
    "clock put back": (
        standing(412, mark(412), told_at=NOW + timedelta(days=400)),
        "device 412 · collector 412 · gaps 0 · as of 27-12-2027 14:05; the clock has jumped since",
    ),
    "an old uplink.db": (
        standing(412, mark(412), told_at=None, connected=False),
        "device 412 · collector 412 · gaps 0 · of an unknown time",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_the_line(state):
    told, line = STATES[state]
    assert say_standing(told, EN, NOW) == line


def test_nothing_is_whole_that_is_not_known_to_be():
    whole = {state for state, (told, _) in STATES.items() if told.is_whole}
    assert whole == {
        "online",
        "idle for hours",
        "offline a moment",
        "clock put back",
        "an old uplink.db",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [24, 32, 42, 48])
def test_it_fits_on_the_paper_in_every_language(language, columns):
    for told, _ in STATES.values():
        words = Words(language)
        lines = [line.left for line in standing_lines(told, words, NOW, columns)]
        assert all(0 < len(line) <= columns for line in lines)
        said = say_standing(told, words, NOW).replace(" · ", " ")
        assert " ".join(lines).replace(" · ", " ") == said


def test_dutch_says_it_so():
    told, _ = STATES["offline"]
    assert say_standing(told, Words("nl"), NOW) == (
        "apparaat 420 · collector 412 · gaten 0 · stand van 12:05, 2 uur geleden"
    )
