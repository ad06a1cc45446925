"""Money that a card paid, given back on the terminal: recorded first, asked after."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_sentences import explain_unrecorded
from appliance.desks.register.presenter_session import Session
from appliance.journal.errors import JournalError
from appliance.services.commit import Commit
from appliance.services.ports import Attempt
from appliance.services.reversals import Reversals
from appliance.services.slips import print_slips
from drivers.terminal import Result, Told


class CardReturn:
    """Has the terminal give a payment back: recorded first, asked after.

    Args:
        session: The desk's.
        failed: Is called when nothing could be recorded, and so nothing was asked.
    """

    def __init__(self, session: Session, failed: Callable[[], object]) -> None:
        self._session = session
        self._failed = failed
        parts = session.parts
        self._reversals = Reversals(
            journal=parts.journal, clock=parts.clock, currency=parts.market.currency
        )

    def ask(
        self, attempt: Attempt, told: Told, done: Callable[[Result], object], *, into: str = ""
    ) -> None:
        """Ask the terminal, and say what came of it once that is recorded too.

        Args:
            attempt: What took the money.
            told: Is given what the terminal shows meanwhile.
            done: Is given what came of it.
            into: The return or void that the money goes back in.
        """

        def said(result: Result) -> None:
            print_slips(self._session.parts.printing, f"{attempt.id}-back", result.slips)
            self._when_known(self._reversals.said(attempt, result, into), lambda: done(result))

        self._when_known(
            self._reversals.ask(attempt, into),
            lambda: self._session.parts.cards.reverse(attempt, said, told),
        )

    def _when_known(self, commit: Commit[None], then: Callable[[], object]) -> None:
        def take_over() -> None:
            try:
                commit.finish()
            except JournalError as error:
                self._failed()
                self._session.refuse(explain_unrecorded(error, self._session.words))
                return
            then()

        commit.when_known(lambda: self._session.parts.post(take_over))
