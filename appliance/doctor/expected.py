"""Where in the network the counter's devices are expected, and whether they can be reached there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from appliance.config import Settings
from appliance.doctor import peripherals
from appliance.doctor.findings import Finding, Severity
from appliance.doctor.peripherals import Named
from appliance.peripherals import AddressError, Place, is_shut_in, places
from appliance.services.words import sentence
from drivers.terminal import TerminalState

CHECK = "expected"
TITLE = sentence("In the network")
_EXPECTED = sentence("It is expected at {address}.")
_NO_ADDRESS = sentence("It is set to {address}: this device cannot reach it by that.")
_FIX = sentence("Give it a fixed address in the router and set that.")

_TITLES = {
    "printer": peripherals.PRINTER,
    "drawer": peripherals.DRAWER,
    "scanner": peripherals.SCANNER,
    "terminal": peripherals.TERMINAL,
    "scale": peripherals.SCALE,
    "display": peripherals.DISPLAY,
}
_LONGEST = 60


def checks(settings: Settings, shown: Mapping[str, Any]) -> Iterator[Named]:
    """Return the check of the devices in the network, where there are any.

    Args:
        settings: Say where they are.
        shown: What the open desk shows of itself: it alone asks them.
    """
    found = list(places(settings))
    away = {str(each) for each in shown.get("away", ())}
    if shown.get("terminal") == TerminalState.AWAY.value:
        away.add("terminal")
    if found:
        yield CHECK, TITLE, lambda: [_of(each, is_away=each.kind in away) for each in found]


def _of(place: Place, *, is_away: bool) -> Finding:
    title, facts = _TITLES[place.kind], {"address": place.text[:_LONGEST]}
    if is_shut_in():
        try:
            place.address  # noqa: B018 - whether it has one
        except AddressError as error:
            return Finding(CHECK, Severity.BAD, title, _NO_ADDRESS, _FIX, facts, str(error))
    if is_away:
        return peripherals.unreached(CHECK, title, facts["address"])
    return Finding(CHECK, Severity.WELL, title, _EXPECTED, "", facts)
