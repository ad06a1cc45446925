"""What may be told of the system's log: when, who, how bad and where in our program; never what.

A message of ours may name a customer, a receipt or a card's reference, and nobody can tell by
looking. So of each line only what cannot hold such a thing is kept: its time, its unit, its level,
the part of the program, places in the program and the kind of error. Lines of the kernel and of
systemd speak of hardware and units and stay whole, but for long numbers.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator

Lines = Callable[[], Iterable[str]]

_LINE = re.compile(r"^(\S+) \S+ ([\w@.:-]+?)(?:\[\d+\])?: (.*)$")
_OURS = re.compile(
    r"^(DEBUG|INFO|WARNING|ERROR|CRITICAL) ((?:appliance|drivers|balie)(?:\.[a-z_]+)*):? "
)
_PLACE = re.compile(
    r'^\s+File "[^"]*?((?:appliance|drivers|python3[\w.]*)/[\w/.]+)", line (\d+), in (\w+)$'
)
_ERROR = re.compile(r"^(?:[a-z_]+\.)*([A-Z]\w*(?:Error|Exception|Interrupt))\b")
_WHOLE = frozenset({"kernel", "systemd", "systemd-udevd", "systemd-timesyncd", "systemd-networkd"})
_OUR_PROGRAMS = frozenset({"balie", "python3"})
_LONG_NUMBER = re.compile(r"\w*\d{6,}\w*")
_COMMAND = (
    "journalctl", "--boot", "--no-pager", "--quiet", "--output=short-iso", "--lines=4000",
)  # fmt: skip
_WAIT_S = 20


def read_log() -> Iterable[str]:
    """Read the system's log since the start; none where there is none."""
    try:
        ended = subprocess.run(_COMMAND, capture_output=True, timeout=_WAIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return ended.stdout.decode("utf-8", "replace").splitlines()


def told(lines: Iterable[str]) -> Iterator[str]:
    """Return what may be told of each line; lines of which nothing may be are counted."""
    kept_back = 0
    for line in lines:
        said = _said(line)
        if said:
            yield said
        else:
            kept_back += 1
    yield f"{kept_back} lines were kept back: they may hold anything."


def _said(line: str) -> str:
    found = _LINE.match(line)
    if found is None:
        return ""
    at, who, message = found.groups()
    if who in _WHOLE:
        return f"{at} {who}: {_LONG_NUMBER.sub('#', message)}"
    if who not in _OUR_PROGRAMS:
        return ""
    for form, words in ((_OURS, "{} {}"), (_PLACE, "  {}:{} {}"), (_ERROR, "  {}")):
        if (match := form.match(message)) is not None:
            return f"{at} {who}: {words.format(*match.groups())}"
    return ""
