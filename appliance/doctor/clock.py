"""The clock: is it kept by the network, and not behind what was sold?"""

from __future__ import annotations

from datetime import datetime

from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host
from appliance.services.words import sentence

TITLE = sentence("Clock")
_WELL = sentence("The clock goes right and is kept by the network.")
_ALONE = sentence("The clock is not kept by the network yet.")
_ALONE_REMEDY = sentence(
    "Check the network. A device that is often without it needs a clock with a battery."
)
_BEHIND = sentence("The clock is behind what was sold last, on {last}.")
_WRONG = sentence("The clock says {now}: that cannot be.")
_SET = sentence("Connect the network, or set the clock; receipts show the wrong time until then.")

EARLIEST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
"""This program did not exist before."""


def check(host: Host, now: datetime, last: datetime | None) -> list[Finding]:
    """Look at the clock.

    Args:
        host: The machine.
        now: What the clock says.
        last: When the last entry of the journal was made.
    """
    if now < EARLIEST:
        return [
            Finding("clock", Severity.BAD, TITLE, _WRONG, _SET, {"now": f"{now:%Y-%m-%d %H:%M}"})
        ]
    if last is not None and now < last:
        facts = {"last": f"{last.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"}
        return [Finding("clock", Severity.BAD, TITLE, _BEHIND, _SET, facts)]
    kept = (host.root / "run/systemd/timesync/synchronized").exists()
    battery = bool(host.find("sys/class/rtc/rtc*"))
    detail = "with a battery" if battery else "without a battery"
    if kept:
        return [Finding("clock", Severity.WELL, TITLE, _WELL, "", {}, detail)]
    return [Finding("clock", Severity.LOOK, TITLE, _ALONE, _ALONE_REMEDY, {}, detail)]
