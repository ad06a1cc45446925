"""What a person may set at the counter for the own ease: how loud it is, and whether it hints."""

from __future__ import annotations

from functools import partial

from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ListRow
from appliance.services.sounds import Loudness


class Comfort:
    """What a person may set for the own ease: how loud the counter is, and hints."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def offer(self) -> list[MenuItem]:
        """Offer both under "More"."""
        say, person = self._session.words.say, self._session.parts.staff.person
        offered = [
            MenuItem(
                "sounds", say("Sounds"), self._ask, self._name(self._session.parts.sounds.loudness)
            ),
        ]
        if person is not None:
            on = self._session.parts.hints.is_on(person.id)
            offered.append(
                MenuItem(
                    "hints",
                    say("Set hints off") if on else say("Show hints again"),
                    partial(self._turn, person.id, on=not on),
                )
            )
        return offered

    def _name(self, loudness: Loudness) -> str:
        say = self._session.words.say
        return {
            Loudness.OFF: say("Off"),
            Loudness.SOFT: say("Soft"),
            Loudness.NORMAL: say("Normal"),
            Loudness.LOUD: say("Loud"),
        }[loudness]

    def _ask(self) -> None:
        """Show how loud it can be; a touch sets it and lets it be heard."""
        session = self._session
        session.show(
            ListPage(
                session,
                title=session.words.say("How loud?"),
                rows=lambda: [
                    ListRow(
                        each.value,
                        self._name(each),
                        chosen=each is self._session.parts.sounds.loudness,
                    )
                    for each in Loudness
                ],
                pick=self._choose,
                back=session.pages.menu.enter,
            )
        )

    def _choose(self, key: str) -> None:
        self._session.parts.sounds.turn(Loudness(key))
        self._session.play("good")
        self._session.changed()

    def _turn(self, person: str, *, on: bool) -> None:
        self._session.parts.hints.turn(person, on=on)
        self._session.pages.sale.enter()
