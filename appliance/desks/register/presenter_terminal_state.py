"""How the card terminal is, for the top bar, with what to do."""

from __future__ import annotations

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import State, StatusItem
from appliance.services.words import sentence
from drivers.terminal import TerminalState

_READY = (sentence("Terminal"), State.OK, sentence("The card terminal is ready."), "")
_STATES: dict[TerminalState, tuple[str, State, str, str]] = {
    TerminalState.BUSY: (
        sentence("Terminal"),
        State.OK,
        sentence("The card terminal is busy with something else."),
        "",
    ),
    TerminalState.LOCKED: (
        sentence("Terminal?"),
        State.BAD,
        sentence("The card terminal does not take payments from this counter now."),
        sentence("Look at its display; until then enter card payments by hand."),
    ),
    TerminalState.AWAY: (
        sentence("Terminal away"),
        State.BAD,
        sentence("The card terminal does not answer."),
        sentence("Check its cable and its power; until then enter card payments by hand."),
    ),
}


def terminal_item(session: Session) -> StatusItem:
    """Say how the terminal is; before it was asked, that it is ready."""
    state, say = session.parts.cards.state, session.words.say
    label, how, meaning, remedy = _READY if state is None else _STATES.get(state, _READY)
    return StatusItem("terminal", say(label), how, say(meaning), say(remedy))
