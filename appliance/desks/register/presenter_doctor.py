"""How is the device? For a technician: every finding with its remedy, on the screen and as a slip.

What the device finds out about itself takes a moment and comes by itself. What stands on the
counter is told as the top bar knows it: nobody asks a printer twice while it prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_status import status_items
from appliance.desks.register.view import Action, ListRow, State
from appliance.doctor.findings import Finding, Said, Severity
from appliance.doctor.report import CONCLUSION, HEADING, SIGNS, document
from appliance.domain.staff import Right
from appliance.services.words import sentence

_STATES = {Severity.WELL: State.OK, Severity.LOOK: State.LOOK, Severity.BAD: State.BAD}
_SEVERITIES = {state: severity for severity, state in _STATES.items()}
_LOOKED_AT = frozenset({"sending", "network", "clock"})
"""Items of the top bar that the device itself tells more of."""
_URGENT = {
    Severity.WELL: "",
    Severity.LOOK: sentence("To be looked at"),
    Severity.BAD: sentence("To be mended"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    severity: Severity
    said: Said
    detail: str = ""


class DoctorPages:
    """Offers the check of the device, shows what it found, and prints it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: Sequence[Finding] | None = None
        self._asked = 0

    def offer(self) -> list[MenuItem]:
        """Offer it under "More"."""
        return [MenuItem("doctor", self._session.words.say("Check the device"), self._ask)]

    def _ask(self) -> None:
        what = self._session.words.say("Check the device")
        self._session.pages.allow.ask(Right.SERVICE, what, lambda _who: self._look())

    def _look(self) -> None:
        """Begin to look, and show what is known meanwhile."""
        self._found = None
        self._asked += 1
        asked = self._asked
        self._session.parts.doctor.ask(lambda found: self._show_found(asked, found))
        self._show()

    def _show_found(self, asked: int, found: Sequence[Finding]) -> None:
        if asked == self._asked:
            self._found = found
            self._session.changed()

    def _show(self) -> None:
        session = self._session
        session.show(
            ListPage(
                session,
                title=session.words.say(HEADING),
                text=self._conclusion,
                rows=self._rows,
                pick=self._open,
                back=session.pages.menu.enter,
                actions=self._actions,
                act=self._act,
            )
        )

    def _rows(self) -> list[ListRow]:
        return [self._row(each) for each in self._told()]

    def _row(self, row: _Row) -> ListRow:
        """What is well by its name; what is not by what it means, with the remedy below."""
        state, said = _STATES[row.severity], row.said
        if row.severity is Severity.WELL:
            return ListRow(row.key, said.title, said.meaning, state=state)
        urgent = f"{SIGNS[row.severity]} {self._session.words.say(_URGENT[row.severity])}"
        return ListRow(row.key, said.meaning, said.remedy, urgent, state)

    def _told(self) -> list[_Row]:
        """What is not well first, each in the order in which it is looked at."""
        words = self._session.words
        rows = [
            _Row(item.key, _SEVERITIES[item.state], Said(item.label, item.meaning, item.remedy))
            for item in status_items(self._session)
            if item.key not in _LOOKED_AT
        ]
        rows += [
            _Row(f"{each.check}-{number}", each.severity, each.said(words), each.detail)
            for number, each in enumerate(self._found or ())
        ]
        order = list(Severity)
        return sorted(rows, key=lambda row: -order.index(row.severity))

    def _conclusion(self) -> str:
        say = self._session.words.say
        if self._found is None:
            return say("The device is being looked at.")
        rows = self._told()
        return say(CONCLUSION[rows[0].severity if rows else Severity.WELL])

    def _open(self, key: str) -> None:
        """Show what one finding means, what to do about it, and its details."""
        row = next((each for each in self._told() if each.key == key), None)
        if row is None:
            return
        told = {"remedy": row.said.remedy, "detail": row.detail}
        self._session.show(
            ListPage(
                self._session,
                title=row.said.title,
                text=row.said.meaning,
                rows=lambda: [ListRow(name, said) for name, said in told.items() if said],
                pick=lambda _name: None,
                back=self._show,
            )
        )

    def _actions(self) -> list[Action]:
        say, is_done = self._session.words.say, self._found is not None
        actions = [Action("again", say("Look again"), enabled=is_done)]
        if self._session.parts.printing.view.present:
            actions.append(Action("print", say("Print"), enabled=is_done))
        return actions

    def _act(self, key: str) -> None:
        if self._found is None:
            return
        if key == "again":
            self._look()
        elif key == "print":
            self._print()

    def _print(self) -> None:
        session = self._session
        at = session.parts.clock()
        said = [(row.severity, row.said) for row in self._told()]
        paper = document(said, session.words, session.parts.name, at)
        session.parts.printing.print(
            f"doctor-{at:%Y%m%d%H%M%S}", session.words.say(HEADING), 0, paper
        )
