"""Makes the files that are tampered with: one honest shop, kept in every way it can be kept.

    python -m tests.journal.exhibits_making FOLDER

A program of its own, because a collector's database is made by a collector's process.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.journal import signing
from appliance.journal.attachments import attach
from appliance.journal.batch import pack
from appliance.journal.entry import Watermark
from appliance.journal.export import export_file
from appliance.journal.store import Event, Journal

FIRST, SECOND = 80, 40
"""Entries of register-1 in its two epochs, their openings included."""
BATCH = 20
ERASED = 31
"""The entry whose attachment is erased; 1.11, 1.21, … have one each."""


def main(folder: Path) -> None:
    """Make everything."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "collector.settings"
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'collector.db'}"
    os.environ["BALIE_STATE"] = str(folder / "state")
    import django  # noqa: PLC0415 - only now the settings are known

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs the setup
    from django.db import connection  # noqa: PLC0415 - the same

    call_command("migrate", verbosity=0)
    keys = {device: signing.generate() for device in ("register-1", "register-2")}
    for device, key in keys.items():
        signing.save(key, folder / f"{device}.key")
        (folder / f"{device}.pem").write_text(signing.public_pem(key))
    from tests.collector.till import Collector  # noqa: PLC0415 - needs the setup
    from tests.journal import exhibits_balances  # noqa: PLC0415 - the same

    collector = Collector()
    exhibits_balances.begin()
    for device, key in keys.items():
        sell(folder, device, key, collector)
    for _ in range(20):
        collector.ingest.turn([])
    exhibits_balances.merge()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    shutil.copy(folder / "collector.db", folder / "kept.db")
    for make, called in ((archive, "archived.db"), (archive_whole, "other.db")):
        make(folder)
        with connection.cursor() as cursor:
            cursor.execute("pragma wal_checkpoint(truncate)")
        connection.close()
        (folder / "collector.db").rename(folder / called)
        shutil.copy(folder / "kept.db", folder / "collector.db")


def sell(folder, device, key, collector):
    """Sell at one register and let the collector have it."""
    from tests.collector.till import SALE, Till, sale_data  # noqa: PLC0415 - needs the setup
    from tests.journal import exhibits_balances  # noqa: PLC0415 - the same
    from tests.journal.exhibits_drawer import Drawer  # noqa: PLC0415 - beside its use

    till = Till(device, key=key, at=datetime(2026, 11, 20, 7, 0, tzinfo=UTC))
    till.enrol()
    chance = random.Random(device)
    path = folder / f"{device}.db"
    journal = Journal.open(path, device, clock=lambda: till.at, software="balie test")

    drawer = Drawer(till)

    def one():
        till.at += timedelta(seconds=1500)
        other = drawer.event(journal.head)
        if other is not None:
            drawer.follow(journal.append(other))
            return
        till.number += 1
        quantities = (2, 1, 1) if chance.random() < 0.8 else (0, -1, 0)
        entry_number = journal.head.sequence + 1
        data = exhibits_balances.data(till, entry_number) or sale_data(till, quantities)
        beside = (
            (attach("customer", f"Customer {till.number}".encode()),)
            if entry_number % 10 == 1
            else ()
        )
        drawer.follow(journal.append(Event(SALE, data, till.at, beside)))

    for _ in range(FIRST - 1):
        one()
    journal.open_epoch("behind", Watermark(1, FIRST, journal.head.hash))
    till.epoch = 2
    for _ in range(SECOND - 2):
        one()
    for epoch, last in ((1, FIRST), (2, SECOND)):
        for first in range(1, last + 1, BATCH):
            if (epoch, first + BATCH) == (2, SECOND + 1):
                forget(journal, till.at)
            run = list(journal.entries(Watermark(epoch, first - 1, ""), BATCH))
            lines = [each.to_line() for each in journal.attachments(run)]
            payload = pack(run, stream="journal", device=device, signer=key, attachments=lines)
            collector.take(payload, device=device)
    journal.close()
    from appliance.journal.reader import JournalReader  # noqa: PLC0415 - beside its use

    with JournalReader.open(path) as reader:
        export_file(reader, folder / f"{device}.txt", signer=key)


def forget(journal, at):
    """Erase an attachment, and say so in the journal."""
    named = next(journal.entries(Watermark(1, ERASED - 1, ""), 1)).data["attachments"]
    references = [named[0]["reference"]]
    journal.erase(references)
    journal.append(
        Event("balie.attachment.erased.v1", {"references": references, "subjects": []}, at)
    )


def archive(folder):
    """Let the collector archive the first epoch in files of 20 entries."""
    from collector.archive import archiving  # noqa: PLC0415 - needs the setup

    now = datetime.now(UTC)
    archiving.ENTRIES_IN_A_FILE = BATCH
    run = archiving.archive(now, folder / "archive", now=now)
    assert not run.refused, run.refused


def archive_whole(folder):
    """Make one archive of the first epoch."""
    from collector.archive import archiving  # noqa: PLC0415 - needs the setup

    now = datetime.now(UTC)
    archiving.ENTRIES_IN_A_FILE = FIRST
    archiving.archive(now, folder / "whole", now=now, device="register-1")
    (name,) = (path.name for path in (folder / "whole").glob("register-1-1-1-80.balie"))
    (folder / "archives.json").write_text(json.dumps({"whole": name}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
