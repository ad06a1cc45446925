"""The storage card: is it written to, does it fail, is it worn, is it full?"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host, Mount, read
from appliance.services.words import sentence

TITLE = sentence("Storage card")
_CHANGE = sentence(
    "Change the storage card soon: read what is unsent off it, write a new one, enrol that."
)
_READ_ONLY = sentence("The storage card has become read-only: nothing more can be sold.")
_READ_ONLY_REMEDY = sentence(
    "Switch the device off and on again. If this stays, read the card with 'balie recover' and "
    "change it."
)
_FAULTS = sentence("The file system counted {count} faults, the last on {day}.")
_FAILED = sentence("{count} reads or writes of the storage card failed since the start.")
_WORN = sentence("The storage card says that {percent} % of its life is used.")
_FULL = sentence("Only {free} MB of the storage card are free.")
_FULL_REMEDY = sentence("Let the device send; take a larger card if this stays.")
_WELL = sentence("The storage card works: {free} of {size} GB are free.")

_MB, _GB = 1_000_000, 1_000_000_000
_SHORT_MB, _FULL_MB = 500, 100
_URGENT, _WARNING = 3, 2
_WORN_FROM, _WORN_OUT = 8, 10
"""Tenths of a life."""
_PARTITION = re.compile(r"p?\d+$")

Usage = Callable[[Path], tuple[int, int]]
"""Tells of a folder's file system how many bytes it has, and how many are free."""


def usage(folder: Path) -> tuple[int, int]:
    """Ask the system."""
    told = shutil.disk_usage(folder)
    return told.total, told.free


def check(host: Host, data: Path, ask: Usage = usage) -> list[Finding]:
    """Look at the card that the device's data are on."""
    mount = host.mount_of(data)
    found = [] if mount is None else [*_state(host, mount), *_card(host, mount)]
    try:
        size, free = ask(data)
    except OSError as error:
        return [
            *found,
            Finding("storage", Severity.BAD, TITLE, _READ_ONLY, _READ_ONLY_REMEDY, {}, str(error)),
        ]
    facts = {"free": f"{free / _GB:.1f}", "size": f"{size / _GB:.1f}"}
    if free < _SHORT_MB * _MB and free < size / 2:
        severity = Severity.BAD if free < _FULL_MB * _MB else Severity.LOOK
        left = {"free": str(free // _MB)}
        found.append(Finding("storage", severity, TITLE, _FULL, _FULL_REMEDY, left))
    if found:
        return found
    name = (
        "" if mount is None else f"{_of_card(host, mount, 'name')} {_of_card(host, mount, 'date')}"
    )
    return [Finding("storage", Severity.WELL, TITLE, _WELL, "", facts, name.strip())]


def _state(host: Host, mount: Mount) -> Iterator[Finding]:
    """What the file system says of itself."""
    if "ro" in mount.options:
        yield Finding("storage", Severity.BAD, TITLE, _READ_ONLY, _READ_ONLY_REMEDY)
    folder = f"sys/fs/ext4/{mount.device}"
    count = host.number(f"{folder}/errors_count") or 0
    if count:
        at = host.number(f"{folder}/last_error_time") or 0
        day = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}" if at else "?"
        detail = host.read(f"{folder}/last_error_func")
        facts = {"count": str(count), "day": day}
        yield Finding("storage", Severity.BAD, TITLE, _FAULTS, _CHANGE, facts, detail)


def _card(host: Host, mount: Mount) -> Iterator[Finding]:
    """What the card and its driver say."""
    failed = (host.number(f"sys/block/{_disk(mount)}/device/ioerr_cnt") or 0) + _mmc_errors(host)
    if failed:
        facts = {"count": str(failed)}
        yield Finding("storage", Severity.LOOK, TITLE, _FAILED, _CHANGE, facts)
    tenths = [int(each, 16) for each in _of_card(host, mount, "life_time").split() if _is_hex(each)]
    end = _of_card(host, mount, "pre_eol_info")
    ending = int(end, 16) if _is_hex(end) else 0
    used = max(tenths, default=0)
    if used > _WORN_FROM or ending >= _WARNING:
        severity = Severity.BAD if used > _WORN_OUT or ending >= _URGENT else Severity.LOOK
        facts = {"percent": str(min(used, 10) * 10 or 80)}
        detail = f"life_time {tenths}, pre_eol_info {ending}"
        yield Finding("storage", severity, TITLE, _WORN, _CHANGE, facts, detail)


def _of_card(host: Host, mount: Mount, name: str) -> str:
    return host.read(f"sys/block/{_disk(mount)}/device/{name}")


def _disk(mount: Mount) -> str:
    return _PARTITION.sub("", mount.device)


def _mmc_errors(host: Host) -> int:
    """Add up what the memory card's driver counted, where the kernel lets us see it."""
    total = 0
    for file in host.find("sys/kernel/debug/mmc*/err_stats"):
        for line in read(file).splitlines():
            count = line.rpartition(":")[2].strip()
            total += int(count) if count.isdigit() else 0
    return total


def _is_hex(text: str) -> bool:
    return bool(re.fullmatch(r"0x[0-9a-fA-F]+", text))
