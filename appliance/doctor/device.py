"""What the checks need of a device, from its settings and what lies beside them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from appliance import small_files
from appliance.config import Settings
from appliance.counter_files import CounterFiles
from appliance.doctor import expected
from appliance.doctor.examination import Device, checks, examine
from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host
from appliance.services.words import sentence
from appliance.store.outbox import UplinkOutbox
from appliance.update.notes import Notes
from appliance.update.system import Started

_TITLE = sentence("Settings")
_UNSETTLED = sentence("The settings cannot be read.")
_REMEDY = sentence("Enrol the device anew.")


def describe(host: Host, settings: Settings, *, software: str, now: datetime) -> Device:
    """Gather what the checks need.

    Args:
        host: The machine.
        settings: The device's.
        software: The program's name and version.
        now: What the clock says, with the zone that is shown.
    """
    data, broker = settings.device.data, settings.broker
    outbox = UplinkOutbox(data / "journal.db", data / "uplink.db", enabled=broker is not None)
    with closing(outbox):
        sending = outbox.look()
    notes = Notes(data)
    report = notes.report()
    return Device(
        id=settings.device.id,
        data=data,
        software=software,
        slot=Started.read(host.root / "proc/cmdline").slot,
        update="" if report is None else f"update {report.version}: {report.stage.value}",
        now=now,
        sending=sending,
        broker=None if broker is None else (broker.host, broker.port),
        certificate=None if broker is None else broker.certificate,
        shown=small_files.read(notes.desk),
        taken=CounterFiles(settings.file.parent).taken(),
    )


def examine_desk(
    settings: Settings, *, software: str, clock: Callable[[], datetime], host: Host | None = None
) -> list[Finding]:
    """Examine the device from within its open desk, which has no network and sees no certificate.

    Args:
        settings: The device's.
        software: The program's name and version.
        clock: The shop's time.
        host: The machine, where it is another than this.
    """
    host = host or Host()
    device = describe(host, settings, software=software, now=clock())
    # Its unit shows it an empty folder in the identity's place: that is not a missing certificate.
    device = replace(device, certificate=None)
    in_the_network = expected.checks(settings, device.shown)
    return examine([*checks(host, device, reach=None), *in_the_network])


def unsettled(why: str) -> Finding:
    """Say that nothing is known of the device but the machine itself."""
    return Finding("settings", Severity.BAD, _TITLE, _UNSETTLED, _REMEDY, {}, why)
