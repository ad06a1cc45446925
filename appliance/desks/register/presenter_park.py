"""A sale is laid aside: under a number, under a name, or under its time."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_pad import Pad
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import State
from appliance.domain.errors import DomainError
from appliance.services.counter import BusyError, NothingToPayError

LONGEST_NAME = 24
"""Characters; as many as a tile shows in two lines."""


def park_pad(session: Session, *, closed: Callable[[Pad], None]) -> Pad:
    """Ask for a number, the quickest to type; a name is one touch further.

    Args:
        session: For the language and the counter.
        closed: Called when the pad goes.
    """
    say = session.words.say
    return Pad(
        session,
        purpose="park",
        title=say("Park under which number?"),
        hint=say("Table or customer; leave empty to find it by its time."),
        confirm=say("Park"),
        decimals=None,
        optional=True,
        extra=say("A name"),
        do_extra=lambda: _ask_name(session),
        done=lambda _number, name: _park(session, name),
        closed=closed,
    )


def _ask_name(session: Session) -> None:
    """Ask for the name on the keyboard."""
    say = session.words.say

    def done(answers: Answers) -> str | None:
        name = " ".join(answers["name"].split())
        if len(name) > LONGEST_NAME:
            return say("At most {number} letters, please.", number=LONGEST_NAME)
        if not name:
            return say("Fill this in.")
        refused = _park(session, name)
        if refused is None:
            session.pages.sale.enter()
            _tell(session)
        return refused

    session.show(
        FormPage(
            session,
            title=say("Park under which name?"),
            fields=[Asked("name", say("Name"), Typing.LETTERS)],
            confirm=say("Park"),
            done=done,
            back=session.pages.sale.enter,
        )
    )


def _park(session: Session, name: str) -> str | None:
    """Lay the sale aside; return the sentence why not, if not."""
    try:
        session.parts.register.park(name)
    except (DomainError, BusyError, NothingToPayError) as error:
        return explain(error, session.words)
    session.accept()
    session.pages.sale.forget_lines()
    _tell(session)
    return None


def _tell(session: Session) -> None:
    session.tell(session.words.say("The sale is parked. Find it under 'Parked'."), State.OK)
