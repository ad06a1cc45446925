"""The first minute of a register that was just let in: one training sale, a slip, the drawer.

It happens once, by itself, so that the technician sees before leaving that articles have come, that
the printer prints and that the drawer opens. The sale is rung up at the training counter: it counts
nowhere and the real journal says that it was (`appliance.services.training`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from appliance.domain.article import Article
from appliance.domain.errors import DomainError
from appliance.journal.errors import JournalError
from appliance.services.ports import Clock
from appliance.services.words import Words
from drivers.printer import Align, Cut, Element, Feed, Rule, Text

log = logging.getLogger(__name__)

FILE = "commissioning.json"
"""Beside the settings; whoever let the device in left it there."""
PERSON = "commissioning"
"""Stands where an entry names who was at the counter: nobody was."""
PAPER = "commissioning slip"
"""Stands where a receipt has its number."""
PATIENCE_S = 90.0
"""For so long it waits for articles; then the slip says that none have come."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was known when the device was let in.

    Attributes:
        fingerprint: Of the device's key.
        office: Where it was let in.
        broker: Where it sends to.
        certificate_until: The day its certificate runs out.
    """

    fingerprint: str
    office: str
    broker: str
    certificate_until: str


@dataclass(frozen=True, slots=True)
class Named:
    """Who the register is.

    Attributes:
        name: What people call it.
        device: What the back office knows it by.
        register: The number on its receipts.
        software: The program and its version.
    """

    name: str
    device: str
    register: str
    software: str


def read(file: Path) -> Facts | None:
    """Return what was left for the first start; None where nothing was, or it cannot be read."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return Facts(**{each.name: str(told[each.name]) for each in fields(Facts)})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError):
        log.warning("%s cannot be read; no slip is printed", file)
        return None


class Commissioning:
    """Does it all once, as soon as articles have come.

    Args:
        facts: What was known when the device was let in.
        named: Who it is.
        article: Returns an article to be sold for practice; None while none has come.
        practise: Sells it at the training counter; returns the receipt's number.
        idle: Tells whether nobody is at the counter.
        submit: Prints the slip.
        kick: Opens the drawer.
        done: Called before anything else is done: it must not happen twice.
        words: The language of the paper.
        clock: The shop's time.
        monotonic: Seconds of a clock that never jumps.
    """

    def __init__(
        self,
        facts: Facts,
        named: Named,
        *,
        article: Callable[[], Article | None],
        practise: Callable[[Article], str],
        idle: Callable[[], bool],
        submit: Callable[[tuple[Element, ...]], object],
        kick: Callable[[], object],
        done: Callable[[], object],
        words: Words,
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        self._facts, self._named = facts, named
        self._article, self._practise, self._idle = article, practise, idle
        self._submit, self._kick, self._done = submit, kick, done
        self._words, self._clock, self._monotonic = words, clock, monotonic
        self._until = monotonic() + PATIENCE_S
        self._over = False

    def tick(self) -> None:
        """About once a second, on the screen's thread."""
        if self._over or not self._idle():
            return
        article = self._article()
        if article is None and self._monotonic() < self._until:
            return
        self._over = True
        self._done()
        sold = self._sell(article) if article else ""
        self._submit(self.slip(sold, has_articles=article is not None))
        self._kick()

    def slip(self, sold: str, *, has_articles: bool) -> tuple[Element, ...]:
        """What goes on paper.

        Args:
            sold: The number of the training receipt; empty where none was made.
            has_articles: Whether articles have come.
        """
        say, facts, named = self._words.say, self._facts, self._named
        come = say("have come") if has_articles else say("none yet")
        lines = (
            (say("Register"), named.register),
            (say("Identity"), named.device),
            (say("Back office"), facts.office),
            (say("Broker"), facts.broker),
            (say("Certificate until"), facts.certificate_until),
            (say("Software"), named.software),
            (say("Time"), f"{self._clock():%Y-%m-%d %H:%M}"),
            (say("Articles"), come),
            (say("Training sale"), sold or say("not made")),
        )
        return (
            Text(named.name, align=Align.CENTRE, bold=True, size=2),
            Text(say("This device was let in"), align=Align.CENTRE),
            Rule(),
            *(Text(left, right) for left, right in lines),
            Rule(),
            Text(say("Fingerprint of this device"), align=Align.CENTRE),
            Text(facts.fingerprint, align=Align.CENTRE, bold=True),
            Text(say("Compare it with the one in the back office."), align=Align.CENTRE),
            Feed(1),
            Cut(),
        )

    def _sell(self, article: Article) -> str:
        try:
            return self._practise(article)
        except (DomainError, JournalError, OSError, LookupError):
            log.exception("no training sale could be made")
            return ""
