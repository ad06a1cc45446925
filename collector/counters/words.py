"""What stands on a counter, and how far a device has got with it, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collector.counters.standing import Standing, State

STATES: dict[State, Any] = {
    State.UNTOLD: "",
    State.SHUT_OUT: gettext_lazy("told when it is let in again"),
    State.UNHEARD: gettext_lazy("not heard of yet"),
    State.WAITING: gettext_lazy("waits until nobody is at the counter"),
    State.IN_USE: gettext_lazy("in use"),
    State.REFUSED: gettext_lazy("refused"),
}


def source_words(standing: Standing) -> str:
    """Say what was chosen for a counter."""
    if standing.profile:
        return _("profile {name}").format(name=standing.profile)
    return _("settings of its own") if standing.settings else _("what it finds itself")


def state_words(standing: Standing) -> str:
    """Say how far a device has got; empty where there is nothing to get."""
    return str(STATES[standing.state])
