# ruff: noqa: S608 (the words of every statement are this file's own)
"""A collector's database to tamper with, and one whose entries lie in archives."""

from __future__ import annotations

import base64
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256

from appliance.journal import signing
from appliance.journal.batch import signed_text
from appliance.journal.entry import Watermark
from appliance.journal.verify import verify
from tests.journal.exhibits import (
    COLLECTOR,
    FOLDER,
    Archive,
    DeviceFile,
    Exhibit,
    Text,
    filed_as,
    in_utc_text,
    read_object,
)
from tests.journal.exhibits_making import FIRST, SECOND


class CollectorFile(Exhibit):
    """A collector's database; register-2 stands beside, untouched."""

    kind = COLLECTOR
    database = "collector.db"
    archives = None

    def copy(self):
        self.path = self.folder / "collector.db"
        shutil.copy(self.made / self.database, self.path)

    def load(self):
        with closing(sqlite3.connect(self.path)) as connection:
            rows = connection.execute(
                "select raw from ingest_entry where device_id = 'register-1'"
                " order by epoch, sequence"
            ).fetchall()
        self.slots = [[raw] for (raw,) in rows]
        self.original = [raw for (raw,) in rows]

    def save(self):
        """Write changed entries back, with everything kept beside them."""
        with closing(sqlite3.connect(self.path)) as connection:
            for index, (slot, before) in enumerate(zip(self.slots, self.original, strict=True)):
                if slot == [before]:
                    continue
                place = ("register-1", *filed_as(before, index))
                where = "where device_id = ? and epoch = ? and sequence = ?"
                connection.execute(f"delete from ingest_entry {where}", place)
                for raw in slot:
                    self.insert(connection, raw, index)
            connection.commit()

    def insert(self, connection, raw, index):
        epoch, sequence = filed_as(raw, index)
        value = read_object(raw)
        connection.execute(
            "insert into ingest_entry (device_id, epoch, sequence, hash, previous, type, time,"
            " raw, received) values (?, ?, ?, ?, ?, ?, ?, ?, '2026-11-22 12:00:00')",
            (
                "register-1",
                epoch,
                sequence,
                sha256(raw).hexdigest(),
                value.get("previous", "0" * 64),
                value.get("type", "t"),
                in_utc_text(value.get("time", "2026-11-22T12:00:00+00:00")),
                raw,
            ),
        )

    def columns(self, table):
        with closing(sqlite3.connect(self.path)) as connection:
            return {name for _, name, *_ in connection.execute(f"pragma table_info({table})")}

    def sql(self, statement, *values):
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(statement, values)
            connection.commit()

    def attachment(self, change, sequence, *values):
        self.sql(
            f"update attachments_attachment {change} where device_id = 'register-1'"
            f" and epoch = 1 and sequence = {sequence}",
            *values,
        )

    def swap_attachments(self, one, other):
        self.attachment("set sequence = -1", one)
        self.attachment(f"set sequence = {one}", other)
        self.attachment(f"set sequence = {other}", -1)

    def invent_attachment(self, sequence):
        columns = "device_id, epoch, entry, kind, subject, commitment, salt, content, received"
        self.sql(
            f"insert into attachments_attachment (sequence, reference, {columns})"
            f" select {sequence}, '{'ab' * 16}', {columns} from attachments_attachment"
            " where device_id = 'register-1' and epoch = 1 and sequence = 41"
        )

    def fork(self, sequence):
        """Let the collector have set an entry aside, signed by the device itself."""
        raw = self.raws[40]
        place = Watermark(1, sequence, sha256(raw).hexdigest())
        key = signing.load_private(self.made / "register-1.key")
        signature = base64.b64encode(key.sign(signed_text("journal", "register-1", place)))
        self.sql(
            "insert into ingest_fork (device_id, epoch, sequence, hash, raw, reason, received)"
            " values ('register-1', 1, ?, ?, ?, 'r', '2026-11-22 12:00:00')",
            sequence,
            place.hash,
            raw,
        )
        self.sql(
            "insert into ingest_signature (device_id, epoch, sequence, hash, signature)"
            " values ('register-1', 1, ?, ?, ?)",
            sequence,
            place.hash,
            signature.decode(),
        )
        self.sql(
            "insert into ingest_alarm"
            " (device, kind, sentence, first_at, last_at, times, settled_by, words, facts)"
            " values ('register-1', 'fork', 'It sent two different histories in epoch 1.',"
            " '2026-11-22', '2026-11-22', 1, '', '', '{}')"
        )

    def follow_with_watermark(self):
        """Let the watermarks agree with what stands here now, as a forger would."""
        for epoch, index in ((1, FIRST - 1), (2, FIRST + SECOND - 1)):
            self.sql(
                "update ingest_watermark set hash = ? where device_id = 'register-1' and epoch = ?",
                sha256(self.raws[index]).hexdigest(),
                epoch,
            )

    def verify(self):
        return verify(
            self.path, device="register-1", heads=self.heads, archives=self.archives, key=None
        )


class ArchiveFolder(CollectorFile):
    """A collector whose first epoch lies in archives of 20 entries each."""

    kind = FOLDER
    database = "archived.db"

    def copy(self):
        super().copy()
        self.archives = self.folder / "archive"
        shutil.copytree(self.made / "archive", self.archives)

    def spoiled_file(self):
        return self.file(21)

    def file(self, first, device="register-1"):
        """Find the archive that begins with an entry of the first epoch."""
        (found,) = self.archives.glob(f"{device}-1-{first}-*.balie")
        return found


EXHIBITS = {each.kind: each for each in (DeviceFile, Text, Archive, CollectorFile, ArchiveFolder)}
