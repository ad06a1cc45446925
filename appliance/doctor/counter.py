"""What the back office told of the counter: whether this device uses it."""

from __future__ import annotations

from appliance.doctor.findings import Finding, Severity
from appliance.domain.counter import Stage, Taken
from appliance.services.words import sentence

CHECK = "counter_settings"
TITLE = sentence("Settings of the counter")
_IN_USE = sentence("What the back office told is in use.")
_WAITING = sentence("What the back office told is taken when nobody is at the counter.")
_REFUSED = sentence("What the back office told cannot be used; the counter goes on without it.")
_CORRECT = sentence("Correct it in the back office, under Devices.")


def check(taken: Taken) -> list[Finding]:
    """Say how the device stands to what it was told.

    Args:
        taken: As it says to the back office too.
    """
    if taken.stage is Stage.REFUSED:
        return [Finding(CHECK, Severity.LOOK, TITLE, _REFUSED, _CORRECT, {}, taken.why)]
    meaning = _IN_USE if taken.stage is Stage.IN_USE else _WAITING
    return [Finding(CHECK, Severity.WELL, TITLE, meaning)]
