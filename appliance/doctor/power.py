"""Power and temperature, as the Pi's firmware and the kernel's drivers tell them."""

from __future__ import annotations

from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host, read
from appliance.services.words import sentence

POWER = sentence("Power")
TEMPERATURE = sentence("Temperature")
_STEADY = sentence("The power is steady.")
_UNTOLD = sentence("This device does not tell how its power is.")
_WEAK = sentence("The power is too weak just now.")
_WAS_WEAK = sentence("The power was too weak at some time since the start.")
_POWER_REMEDY = sentence(
    "Use the Pi's own power supply and its own cable; put heavy USB devices on a hub with power."
)
_INSIDE = sentence("It is {degrees} °C inside.")
_HOT = sentence("It is {degrees} °C inside: the device slows down to protect itself.")
_WAS_HOT = sentence("It is {degrees} °C inside, and was too hot at some time since the start.")
_AIR = sentence("Give it air: clear its slots, take it out of the sun, fit a fan or a heat sink.")

_WEAK_NOW, _SLOW_NOW, _HOT_NOW = 1 << 0, 1 << 2, 1 << 3
_SINCE = 16
"""The same flags, since the start, stand so many bits higher."""
_WARM, _TOO_HOT = 75, 80


def check_power(host: Host) -> list[Finding]:
    """Look whether the power is, or was, too weak."""
    flags = _flags(host)
    alarms = [
        read(folder.parent / "in0_lcrit_alarm") == "1"
        for folder in host.find("sys/class/hwmon/hwmon*/name")
        if read(folder) == "rpi_volt"
    ]
    detail = "" if flags is None else f"get_throttled {flags:#x}"
    if any(alarms) or (flags or 0) & _WEAK_NOW:
        return [Finding("power", Severity.BAD, POWER, _WEAK, _POWER_REMEDY, {}, detail)]
    if (flags or 0) & _WEAK_NOW << _SINCE:
        return [Finding("power", Severity.LOOK, POWER, _WAS_WEAK, _POWER_REMEDY, {}, detail)]
    told = flags is not None or alarms
    return [Finding("power", Severity.WELL, POWER, _STEADY if told else _UNTOLD, "", {}, detail)]


def check_temperature(host: Host) -> list[Finding]:
    """Look how hot it is; a machine that does not tell has no finding."""
    hot = degrees(host)
    if hot is None:
        return []
    flags, facts = _flags(host) or 0, {"degrees": str(hot)}
    if hot >= _TOO_HOT or flags & (_SLOW_NOW | _HOT_NOW):
        return [Finding("temperature", Severity.BAD, TEMPERATURE, _HOT, _AIR, facts)]
    if flags & (_SLOW_NOW | _HOT_NOW) << _SINCE:
        return [Finding("temperature", Severity.LOOK, TEMPERATURE, _WAS_HOT, _AIR, facts)]
    severity = Severity.LOOK if hot >= _WARM else Severity.WELL
    remedy = _AIR if hot >= _WARM else ""
    return [Finding("temperature", severity, TEMPERATURE, _INSIDE, remedy, facts)]


def degrees(host: Host) -> int | None:
    """Return how hot it is inside, in °C; None on a machine that does not tell."""
    told = [read(zone) for zone in host.find("sys/class/thermal/thermal_zone*/temp")]
    return max((int(each) // 1000 for each in told if each.lstrip("-").isdigit()), default=None)


def _flags(host: Host) -> int | None:
    """Read the firmware's flags; they are hexadecimal, with or without saying so."""
    for file in host.find("sys/devices/platform/soc*/soc*firmware/get_throttled"):
        try:
            return int(read(file), 16)
        except ValueError:
            continue
    return None
