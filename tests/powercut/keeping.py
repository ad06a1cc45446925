"""Ingest storing batches while its database's disk fails.

    python keeping.py FOLDER FAULT TRIES

Under the recorder, with DATABASE_URL in FOLDER/data. For each call that fails it prints what was
acknowledged, what was not there at that moment, and what is there in the end.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from django.db import connection

from tests.powercut import disk, office

BATCHES = 3


class Patience:
    """Stands for the time that passes until somebody mends the disk."""

    def __init__(self, broken: disk.Disk) -> None:
        self._broken, self.waits = broken, 0

    def is_set(self) -> bool:
        return False

    def wait(self, _seconds: float) -> None:
        self.waits += 1
        self._broken.mend()


def live(folder, broken, call, fault):
    """One life of ingest, from its start on a database that is there already."""
    data, acked, missing = folder / "data", [], []
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(folder / "base", data)

    def told(mark):
        acked.append(mark.sequence)
        if (mark.sequence, mark.hash) not in office.held(data / "collector.db"):
            missing.append(mark.sequence)

    patience = Patience(broken)
    ingest = office.Office(told, patience)
    connection.close()
    broken.break_at(call, fault)
    for _ in range(BATCHES):
        ingest.take()
    ingest.rest()
    calls = broken.calls
    broken.mend()
    ingest.rest()
    connection.close()
    kept = office.held(data / "collector.db")
    return {
        "calls": calls,
        "waits": patience.waits,
        "acked": acked,
        "missing": missing,
        "whole": kept == [(entry.sequence, entry.hash) for entry in ingest.till.entries],
        "figures": office.count(data / "collector.db", "register_sale"),
        "sales": ingest.till.number,
    }


def main():
    folder, fault, tries = Path(sys.argv[1]), disk.FAULTS[sys.argv[2]], int(sys.argv[3])
    office.make()
    (folder / "data").rename(folder / "base")
    for told in disk.sweep(lambda *how: live(folder, *how), fault, tries=tries):
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
