"""Rings, stages and reasons in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from appliance.domain.update import EARLY, EVERYONE, FIRST, HELD_BACK, Stage, Why

RINGS: dict[int, Any] = {
    HELD_BACK: _("held back"),
    FIRST: _("first"),
    EARLY: _("early"),
    EVERYONE: _("everyone"),
}
REACHES: dict[int, Any] = {
    HELD_BACK: _("Nobody"),
    FIRST: _("The first"),
    EARLY: _("The first and the early"),
    EVERYONE: _("Everyone"),
}
STATES: dict[str, Any] = {
    "cannot": _("Updates itself in no slot"),
    "none": _("Nothing offered"),
    "offered": _("Offered"),
    "newer": _("Runs a newer one"),
    Stage.FETCHING.value: _("Fetching"),
    Stage.FETCHED.value: _("Fetched"),
    Stage.WAITING.value: _("Waits"),
    Stage.INSTALLING.value: _("Installing"),
    Stage.INSTALLED.value: _("Installed; starts at a quiet moment"),
    Stage.TRYING.value: _("Started; shows what it can"),
    Stage.RUNNING.value: _("Runs"),
    Stage.FELL_BACK.value: _("Fell back"),
    Stage.REFUSED.value: _("Refused"),
}
REASONS: dict[Why, Any] = {
    Why.UNSENT: _("something has not been sent for more than an hour"),
    Why.UNREACHABLE: _("the door of the back office cannot be reached"),
    Why.DENIED: _("the door of the back office refuses it"),
    Why.SPACE: _("its storage card has no room"),
    Why.TORN: _("what came was damaged; it is fetched again"),
    Why.SIGNATURE: _("not signed for this device"),
    Why.OLDER: _("older than what runs there, and brought on a stick"),
    Why.WITHDRAWN: _("it is offered no longer, so it does not start"),
    Why.SIZE: _("its file is not whole"),
    Why.INSTALL: _("its storage card did not take it"),
    Why.START: _("it did not start"),
    Why.DESK: _("its screen showed nothing"),
    Why.GRAPHICS: _("its pictures were not made by the graphics chip"),
    Why.INPUTS: _("it could not read touchscreen or keys"),
    Why.PERIPHERALS: _("it did not find what stands on the counter"),
    Why.JOURNAL: _("its journal took nothing"),
}
