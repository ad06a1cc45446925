"""The way to the counter people learn at, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_session import Session
from appliance.domain.staff import Right


class TrainingChange:
    """Offers the way to the counter people learn at, and the way back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def offer(self) -> Sequence[MenuItem]:
        """Say whether the counter can be turned just now."""
        turn, say = self._session.turn, self._session.words.say
        if turn is None:
            return []
        if self._session.parts.training:
            return [MenuItem("training", say("End the training"), lambda: turn(""))]
        register = self._session.parts.register
        empty = not register.lines
        return [
            MenuItem(
                "training",
                say("Training"),
                self._ask,
                detail="" if empty else say("Finish or park this sale first."),
                enabled=empty and not register.busy,
            )
        ]

    def _ask(self) -> None:
        what = self._session.words.say("Training: nothing is sold then")
        self._session.pages.allow.ask(Right.TRAIN, what, self._turn)

    def _turn(self, who: str) -> None:
        if self._session.turn is not None:
            self._session.turn(who)
