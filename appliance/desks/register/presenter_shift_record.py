"""Something about a shift goes into the journal; the page goes on when it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.domain.errors import DomainError
from appliance.journal.errors import JournalError
from appliance.services.commit import Commit

T = TypeVar("T")


def record(session: Session, ask: Callable[[], Commit[T]], then: Callable[[T], object]) -> None:
    """Record something, then go on with what was recorded; a refusal is said in a sentence.

    Args:
        session: For the language and the screen's thread.
        ask: Hands it to the journal.
        then: Takes the answer, on the screen's thread.
    """
    try:
        commit = ask()
    except DomainError as error:
        session.refuse(explain(error, session.words))
        return

    def take_over() -> None:
        try:
            result = commit.finish()
        except (JournalError, DomainError) as error:
            session.refuse(explain(error, session.words))
            return
        then(result)

    commit.when_known(lambda: session.parts.post(take_over))
