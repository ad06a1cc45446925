"""The journal's end, and which program of which slot runs."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host
from appliance.journal.entry import device_source
from appliance.journal.errors import JournalAbsent, JournalError
from appliance.journal.reader import JournalReader
from appliance.services.words import sentence

JOURNAL = sentence("Journal")
VERSION = sentence("Version")
_SOUND = sentence("Its end is sound, up to entry {head}.")
_NEW = sentence("Nothing was sold on this device yet.")
_DAMAGED = sentence("The journal is damaged")
_DAMAGED_REMEDY = sentence(
    "Sell at another register and call the technician. Keep the storage card: do not erase it."
)
_RUNS = sentence("{software} runs from slot {slot}.")
_RUNS_ALONE = sentence("{software} runs.")


def last_moment(journal: Path) -> datetime | None:
    """Return when the last entry was made; None where that cannot be told."""
    try:
        with closing(JournalReader.open(journal)) as reader:
            last = reader.last
            return None if last is None else last.moment
    except JournalError:
        return None


def check_journal(journal: Path, device: str) -> list[Finding]:
    """Look whether the last entries are whole, chained and this device's own."""
    try:
        with closing(JournalReader.open(journal)) as reader:
            reader.check_tail(device_source(device))
            facts = {"head": str(reader.head)}
    except JournalAbsent:
        return [Finding("journal", Severity.WELL, JOURNAL, _NEW)]
    except JournalError as error:
        return [
            Finding("journal", Severity.BAD, JOURNAL, _DAMAGED, _DAMAGED_REMEDY, {}, str(error))
        ]
    return [Finding("journal", Severity.WELL, JOURNAL, _SOUND, "", facts)]


def check_version(host: Host, software: str, slot: str | None, update: str) -> list[Finding]:
    """Say what runs.

    Args:
        host: The machine.
        software: The program's name and version.
        slot: The slot it was started from; None on a machine without slots.
        update: What is known of the last update, in English.
    """
    model = host.read("proc/device-tree/model") or host.read("sys/class/dmi/id/product_name")
    kernel = host.read("proc/sys/kernel/osrelease")
    detail = ", ".join(filter(None, (model, f"Linux {kernel}" if kernel else "", update)))
    facts = {"software": software, "slot": slot or ""}
    meaning = _RUNS if slot else _RUNS_ALONE
    return [Finding("version", Severity.WELL, VERSION, meaning, "", facts, detail)]
