"""The screen and what people touch: the kernel's view, and what the desk says of its own window."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host, read
from appliance.services.words import sentence
from appliance.update.graphics import NO_CHIP, is_painted, lacks_chip

SCREEN = sentence("Screen")
INPUTS = sentence("Touch and keys")
_CONNECTED = sentence("A screen is connected.")
_NONE = sentence("No screen is connected.")
_NONE_REMEDY = sentence("Check the screen's cable and its power, then start the device again.")
_PAINTED = sentence("Pictures are made without the graphics chip; the screen is slow.")
_PAINTED_REMEDY = sentence("Start the device again; if this stays, update it.")
_INPUTS = sentence("They work: {names}.")
_NO_TOUCH = sentence("No touchscreen is there.")
_NO_TOUCH_REMEDY = sentence("Check the touchscreen's USB cable; a mouse works meanwhile.")
_SHUT = sentence("These may not be used: {names}.")
_SHUT_REMEDY = sentence("Update the device, or write its card anew.")

_DIRECT = 1 << 1
"""A surface that shows what is touched (INPUT_PROP_DIRECT)."""
_KEYS = re.compile(r"\bkbd\b")
_POINTER = re.compile(r"\bmouse\d")
_NO_INPUT = re.compile(r"hdmi|power button|pwr_button|vc4|speaker|video bus", re.IGNORECASE)


def check_screen(host: Host, shown: Mapping[str, Any]) -> list[Finding]:
    """Look whether a screen hangs on it, and who makes the pictures.

    Args:
        host: The machine.
        shown: What the desk shows of itself, see `appliance.update.notes`; empty while none runs.
    """
    states = _states(host)
    renderer = str(shown.get("renderer", ""))
    if is_missing(host):
        detail = ", ".join(sorted(states))
        return [Finding("screen", Severity.BAD, SCREEN, _NONE, _NONE_REMEDY, {}, detail)]
    if lacks_chip(renderer, host.root):
        return [Finding("screen", Severity.LOOK, SCREEN, _PAINTED, _PAINTED_REMEDY, {}, renderer)]
    if not states and not renderer:
        return [Finding("screen", Severity.LOOK, SCREEN, _NONE, _NONE_REMEDY)]
    connected = [name for name, state in states.items() if state == "connected"]
    drawn = [renderer, *([NO_CHIP] if is_painted(renderer) else [])] if renderer else []
    detail = ", ".join([*connected, *drawn])
    return [Finding("screen", Severity.WELL, SCREEN, _CONNECTED, "", {}, detail)]


def is_missing(host: Host) -> bool:
    """Tell whether it is certain that no screen hangs on the machine."""
    states = _states(host)
    return bool(states) and "connected" not in states.values()


def _states(host: Host) -> dict[str, str]:
    """Return what the kernel says of each connector."""
    states = {each.parent.name: read(each) for each in host.find("sys/class/drm/card*-*/status")}
    return {name: state for name, state in states.items() if "Writeback" not in name}


def check_inputs(host: Host, shown: Mapping[str, Any]) -> list[Finding]:
    """Look what can be touched and typed on; arguments as of `check_screen`."""
    shut = [str(each) for each in shown.get("inputs_shut", ())]
    if shut:
        facts = {"names": ", ".join(shut)}
        return [Finding("inputs", Severity.BAD, INPUTS, _SHUT, _SHUT_REMEDY, facts)]
    names, touch = [], False
    for block in host.read("proc/bus/input/devices").split("\n\n"):
        name, handlers, properties = (
            _line(block, key) for key in ("N: Name", "H: Handlers", "B: PROP")
        )
        is_touch = bool(_hex(properties) & _DIRECT)
        is_input = is_touch or _KEYS.search(handlers) or _POINTER.search(handlers)
        if is_input and not _NO_INPUT.search(name):
            names.append(name.strip('"'))
            touch = touch or is_touch
    facts = {"names": ", ".join(names)}
    if not touch:
        return [
            Finding(
                "inputs", Severity.LOOK, INPUTS, _NO_TOUCH, _NO_TOUCH_REMEDY, facts, facts["names"]
            )
        ]
    return [Finding("inputs", Severity.WELL, INPUTS, _INPUTS, "", facts)]


def _line(block: str, key: str) -> str:
    found = re.search(rf"^{key}=(.*)$", block, re.MULTILINE)
    return found[1].strip() if found else ""


def _hex(text: str) -> int:
    try:
        return int(text.rsplit(maxsplit=1)[-1], 16) if text else 0
    except ValueError:
        return 0
