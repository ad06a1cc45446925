"""The top bar's item about a new version: what is going on, why it did not stay, what to do."""

from __future__ import annotations

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import State, StatusItem
from appliance.domain.update import Stage, Why
from appliance.services.words import sentence

_GO_ON = sentence("Go on selling; the back office knows.")
_PULL_OUT = sentence("Pull the stick out and go on selling.")
_LABELS = {
    Stage.WAITING: (State.LOOK, sentence("Update waits")),
    Stage.INSTALLING: (State.OK, sentence("Updating")),
    Stage.INSTALLED: (State.OK, sentence("Update ready")),
    Stage.TRYING: (State.OK, sentence("New version")),
    Stage.FELL_BACK: (State.LOOK, sentence("Update failed")),
    Stage.REFUSED: (State.LOOK, sentence("Update refused")),
}
_MEANINGS = {
    Stage.WAITING: sentence("Version {version} is here and cannot be installed yet."),
    Stage.INSTALLING: sentence("Version {version} is being installed. Go on selling."),
    Stage.INSTALLED: sentence("Version {version} starts when nobody is at the counter."),
    Stage.TRYING: sentence("Version {version} has just started and shows what it can."),
    Stage.FELL_BACK: sentence("Version {version} could not sell, so the one before runs again."),
    Stage.REFUSED: sentence("Version {version} was not taken."),
}
_NAMELESS = {
    Stage.WAITING: sentence("What is on the stick cannot be installed yet."),
    Stage.REFUSED: sentence("What is on the stick was not taken."),
}
"""Where nobody knows its version, because nobody believes what it says."""
_WHY = {
    Why.UNSENT: sentence("Something is only on this device and must be sent first."),
    Why.SIGNATURE: sentence(
        "It is not meant for this device, or not signed by whoever may update it."
    ),
    Why.OLDER: sentence("It is older than what runs here; a stick brings none."),
    Why.SIZE: sentence("Its file is not whole."),
    Why.INSTALL: sentence("The storage card did not take it."),
    Why.START: sentence("It did not start."),
    Why.DESK: sentence("Its screen showed nothing."),
    Why.GRAPHICS: sentence("Its pictures were not made by the graphics chip."),
    Why.INPUTS: sentence("It could not read the touchscreen or the keys."),
    Why.PERIPHERALS: sentence("It did not find what stands on the counter."),
    Why.JOURNAL: sentence("Its journal took nothing."),
}
_REMEDIES = {
    Why.UNSENT: sentence("Check the connection; it goes on by itself."),
    Why.SIZE: sentence("Copy it to the stick anew, or wait: it is fetched again."),
    Why.INSTALL: sentence("It is tried again. If this stays, change the storage card."),
    Why.PERIPHERALS: sentence("Check printer, drawer and scanner, then tell the back office."),
}


def update_item(session: Session) -> StatusItem | None:
    """Prepare the item; None while nothing is worth saying."""
    say, report = session.words.say, session.parts.updating.view.report
    if report is None or report.stage not in _LABELS or report.why is Why.WITHDRAWN:
        return None
    state, label = _LABELS[report.stage]
    if report.version or report.stage not in _NAMELESS:
        meaning = say(_MEANINGS[report.stage], version=report.version)
    else:
        meaning = say(_NAMELESS[report.stage])
    if report.why in _WHY:
        meaning += " " + say(_WHY[report.why])
    is_brought = not report.version or report.why is Why.OLDER
    otherwise = _PULL_OUT if is_brought else _GO_ON
    remedy = say(_REMEDIES.get(report.why, otherwise)) if report.why else ""
    return StatusItem("update", say(label), state, meaning, remedy)
