"""The card terminal's own end of day, at a Z or by hand: what it took beside what we did.

The shift is closed by then. Whatever the terminal answers, or does not, stops nobody; it may be
asked again at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_shift_paper import ShiftPaper
from appliance.desks.register.presenter_shift_record import record
from appliance.desks.register.view import State
from appliance.domain.shift import Z
from appliance.domain.shift_books import TERMINAL_APPROVED
from appliance.domain.shift_terminal import TerminalDay
from drivers.terminal import DayClosed, Slip

TOLD = "terminal_day"
"""What the notice about it is about."""

WITH_Z = "terminal_closes_with_z"
"""The setting: without it the terminal closes its day at every Z."""


class ShiftTerminal:
    """Asks the terminal to close its day, records what it says, and names the difference."""

    def __init__(self, session: Session, paper: ShiftPaper) -> None:
        self._session = session
        self._paper = paper
        self._asking = False

    @property
    def can_ask(self) -> bool:
        """Whether there is a terminal, and it is not being asked already."""
        return self._session.parts.cards.present and not self._asking

    def after(self, z: Z) -> None:
        """Have the terminal close its day with a Z, unless the shop does that by hand."""
        if self._session.setting(WITH_Z, None) is not False:
            self.ask(z.closing.by)

    def ask(self, by: str) -> None:
        """Have the terminal close its day."""
        if not self.can_ask:
            return
        self._asking = True
        say = self._session.words.say
        self._session.tell(say("The card terminal closes its day."), State.OK, cause=TOLD)
        self._session.parts.cards.end_of_day(partial(self._answered, by))

    def _answered(self, by: str, told: DayClosed) -> None:
        self._asking = False
        self._session.over(TOLD)
        shifts = self._session.parts.shifts
        record(
            self._session,
            lambda: shifts.close_terminal(told, by),
            partial(self._recorded, told.slips),
        )

    def _recorded(self, slips: Sequence[Slip], day: TerminalDay) -> None:
        self._paper.terminal(day, slips)
        say, money = self._session.words.say, self._session.money_with_symbol
        ours = money(day.ours.amount_minor)
        if day.outcome != TERMINAL_APPROVED:
            self._session.tell(
                self._session.words.say_each(day.message),
                action=say("Close its day again"),
                do=lambda: self.ask(day.by),
                cause=TOLD,
            )
        elif day.total_minor is None:
            text = "The card terminal closed its day. Compare its slip: here it took {ours}."
            self._session.tell(say(text, ours=ours))
        elif day.difference_minor:
            self._session.tell(
                say(
                    "The card terminal took {theirs}, here it is {ours}: {difference} differs. "
                    "Compare its slips.",
                    theirs=money(day.total_minor),
                    ours=ours,
                    difference=money(day.difference_minor),
                ),
                action=say("I have seen it"),
                cause=TOLD,
            )
        else:
            text = say("The card terminal closed its day: {ours}, the same as here.", ours=ours)
            self._session.tell(text, State.OK)
