"""A support file: what somebody far away needs to mend a device, and nothing of anybody's.

It is made of what is asked for by name, never of what is left after taking secrets out: findings,
how many entries of which type there are, which drivers serve, what the kernel says of the machine,
and what may be told of the log. No entry, no table of people, no key, no settings file is copied.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.config import Settings
from appliance.doctor import addresses, counter, expected
from appliance.doctor.findings import Finding
from appliance.doctor.host import Host
from appliance.doctor.log import told
from appliance.services.words import Words
from drivers.plugged import plugged

_SYSTEM = (
    "etc/os-release", "proc/loadavg", "proc/meminfo", "proc/mounts", "proc/partitions",
    "proc/sys/kernel/osrelease", "proc/device-tree/model", "proc/uptime", "proc/modules",
)  # fmt: skip
_TABLES = ("journal.db", "desk.db", "directory.db", "uplink.db")


def write(
    target: Path,
    *,
    host: Host,
    settings: Settings | None,
    findings: Sequence[Finding],
    log: Iterable[str],
) -> None:
    """Write a support file.

    Args:
        target: A zip file that is not there yet.
        host: The machine.
        settings: The device's; None where they cannot be read.
        findings: What the doctor found.
        log: The system's log, as it is.

    Raises:
        OSError: It cannot be written.
    """
    words = Words("en")
    parts: dict[str, Any] = {
        "doctor.json": [
            _untold(each).as_dict(words) for each in findings if each.check != addresses.CHECK
        ],
        "usb.json": [
            {"place": each.place, "identity": each.identity, "what": each.what.value}
            for each in plugged(host.root / "sys/bus/usb/devices")
        ],
    }
    if settings is not None:
        parts["device.json"] = _device(settings)
        parts["files.json"] = _files(settings.device.data)
        parts["journal.json"] = _journal(settings.device.data / "journal.db")
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name, part in parts.items():
            packed.writestr(name, json.dumps(part, indent=2, ensure_ascii=False) + "\n")
        for path in _SYSTEM:
            if said := host.read(path):
                packed.writestr(f"system/{path.replace('/', '-')}", said + "\n")
        packed.writestr("log.txt", "\n".join(told(log)) + "\n")


def _device(settings: Settings) -> dict[str, Any]:
    device, broker = settings.device, settings.broker
    kinds = (settings.printer, settings.drawer, settings.terminal, settings.scale, settings.display)
    return {
        "id": device.id,
        "register": device.register,
        "market": device.market,
        "language": device.language,
        "timezone": device.timezone,
        "desks": list(device.desks),
        "screen": f"{settings.screen.width}x{settings.screen.height}",
        "customer_screen": settings.customer_screen is not None,
        "drivers": [_driver(each.kind, each.driver, each.options) for each in kinds],
        "scanners": [_driver(each.kind, each.driver, each.options) for each in settings.scanners],
        "sends": broker is not None,
        "port": None if broker is None else broker.port,
    }


def _untold(finding: Finding) -> Finding:
    """Leave out what quotes the settings of the counter: it may be a password that was misspelt."""
    facts = {**finding.facts, "address": "…"} if "address" in finding.facts else finding.facts
    quotes = finding.check in {counter.CHECK, expected.CHECK}
    return replace(finding, facts=facts, detail="" if quotes else finding.detail)


def _driver(kind: str, driver: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Name a driver with its options; a text among them may be a password, so only its name."""
    shown = {key: value if isinstance(value, bool) else "set" for key, value in options.items()}
    return {"kind": kind, "driver": driver, "options": shown}


def _files(data: Path) -> dict[str, int]:
    return {
        file.name: file.stat().st_size
        for name in _TABLES
        for file in sorted(data.glob(f"{name}*"))
        if file.is_file()
    }


def _journal(journal: Path) -> dict[str, Any]:
    """Count entries by epoch and type; what they say stays where it is."""
    if not journal.exists():
        return {}
    uri = f"{journal.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as opened:
            opened.execute("pragma query_only = on")
            rows = opened.execute(
                "select epoch, case when json_valid(cast(raw as text)) then"
                " json_extract(cast(raw as text), '$.type') else 'unreadable' end, count(*),"
                " min(sequence), max(sequence) from entry group by 1, 2 order by 1, 4"
            ).fetchall()
    except sqlite3.Error as error:
        return {"unreadable": str(error)}
    names = ("epoch", "type", "count", "first", "last")
    return {"entries": [dict(zip(names, row, strict=True)) for row in rows]}
