"""How a device says it is itself: card, power, heat, clock, paper; in words, with what needs a look.

A device's word is whatever it chose to send: what makes no sense is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from collector.ingest.models import Device

_LONGEST, _MOST = 64, 1000


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a device says of itself.

    Attributes:
        title: Of what.
        words: How it is.
        tone: ``fine``, ``look`` or ``bad``; empty where nothing says whether it is well.
    """

    title: str
    words: str
    tone: str = ""

    @property
    def mark(self) -> str:
        """What stands before the words for who does not see colours."""
        return {"fine": "✓", "look": "!", "bad": "✗"}.get(self.tone, "")


_TONES = {"well": "fine", "look": "look", "bad": "bad"}


def facts(device: Device) -> list[Fact]:
    """Return what a device said of itself last; nothing of one that never did."""
    told: dict[str, Any] = device.reported if isinstance(device.reported, dict) else {}
    return [*_version(told), *_condition(_table(told, "condition"))]


def troubles(device: Device) -> list[Fact]:
    """Return what of it needs a person."""
    return [each for each in facts(device) if each.tone == "bad"]


def _version(told: dict[str, Any]) -> Iterator[Fact]:
    version, slot = _table(told, "versions").get("balie"), told.get("slot")
    if isinstance(version, str) and version:
        words = version[:_LONGEST]
        if slot in ("A", "B"):
            words = _("{version}, slot {slot}").format(version=words, slot=slot)
        yield Fact(_("Version"), words)


def _condition(told: dict[str, Any]) -> Iterator[Fact]:
    checks = _table(told, "checks")
    free, degrees = _count(told, "free_percent"), _count(told, "degrees")
    storage = _one(
        checks, "storage", _("works"), _("have a look soon"), _("fails or is full: change it")
    )
    yield from _with(
        _("Storage card"),
        storage,
        "" if free is None else _("{n} % free").format(n=free).replace(" %", "\u00a0%"),
    )
    power = _one(checks, "power", _("steady"), _("was too weak"), _("is too weak"))
    yield from _with(_("Power"), power)
    heat = _one(checks, "temperature", "", _("warm"), _("too hot"))
    yield from _with(_("Temperature"), heat, "" if degrees is None else f"{degrees}\u00a0°C")
    clock = _one(checks, "clock", _("kept by the network"), _("kept by nobody yet"), _("wrong"))
    yield from _with(_("Clock"), clock)
    paper = {
        "ok": (_("there"), "fine"),
        "near_end": (_("nearly out"), "look"),
        "out": (_("out"), "bad"),
    }
    said = told.get("paper")
    yield from _with(_("Paper"), paper.get(said) if isinstance(said, str) else None)


def _one(
    checks: dict[str, Any], name: str, well: str, look: str, bad: str
) -> tuple[str, str] | None:
    said = checks.get(name)
    words = {"well": well, "look": look, "bad": bad}
    return (words[said], _TONES[said]) if isinstance(said, str) and said in words else None


def _with(title: str, said: tuple[str, str] | None, figure: str = "") -> Iterator[Fact]:
    words, tone = said or ("", "")
    if words or figure:
        yield Fact(title, ", ".join(each for each in (words, figure) if each), tone)


def _table(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _count(told: dict[str, Any], name: str) -> int | None:
    found = told.get(name)
    is_count = isinstance(found, int) and not isinstance(found, bool) and abs(found) < _MOST
    return found if is_count else None
