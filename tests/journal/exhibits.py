"""Files to tamper with, all alike from outside: entries in places, whatever keeps them.

Each has ``slots``: what stands at each entry's place, a list of bytes: one honestly, none when it
was removed, more when something was put in. ``save`` writes them back as somebody would who knows
the format, and has the rights of the file's owner, but not the device's key.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from contextlib import closing, contextmanager
from hashlib import sha256

import orjson

from appliance.journal import signing
from appliance.journal.archive import read_text
from appliance.journal.entry import Watermark
from appliance.journal.verify import verify
from tests.journal.exhibits_making import FIRST

DEVICE, EXPORT, ARCHIVE, COLLECTOR, FOLDER = "device", "export", "archive", "collector", "folder"
KINDS = (DEVICE, EXPORT, ARCHIVE, COLLECTOR, FOLDER)


def place_of(index):
    return f"1.{index + 1}" if index < FIRST else f"2.{index - FIRST + 1}"


class Exhibit:
    """A copy of an honest file, to be spoiled."""

    kind = ""

    def __init__(self, made, folder):
        self.made, self.folder = made, folder
        self.key = signing.load_public(made / "register-1.pem")
        self.heads = []
        self.slots = []
        self.spoil = None
        self.copy()
        self.load()

    @property
    def raws(self):
        return [slot[0] for slot in self.slots]

    def put(self, index, raw):
        self.slots[index] = [raw]

    def change(self, index, **changes):
        self.put(index, orjson.dumps({**orjson.loads(self.raws[index]), **changes}))

    def data(self, index, change):
        """Change the facts of an entry."""
        value = orjson.loads(self.raws[index])
        change(value["data"])
        self.put(index, orjson.dumps(value))

    def rehash(self, start):
        """Make everything after a place anew, each epoch by itself."""
        for index in range(start + 1, len(self.slots)):
            value = orjson.loads(self.raws[index])
            before = sha256(self.raws[index - 1]).hexdigest()
            if value["sequence"] > 1:
                value["previous"] = before
            elif value["data"].get("after"):
                value["data"]["after"]["hash"] = before
                value["data"]["above"]["hash"] = before
            self.put(index, orjson.dumps(value))

    def know_heads(self, *indices):
        """Let the checker know places from a Z report or the collector's word."""
        for index in indices:
            value = orjson.loads(self.raws[index])
            mark = Watermark(
                value["epoch"], value["sequence"], sha256(self.raws[index]).hexdigest()
            )
            self.heads.append(mark)

    def verify(self):
        return verify(self.path, key=self.key, heads=self.heads)

    def raws_left(self):
        return [raw for slot in self.slots for raw in slot]

    def finish(self):
        """Spoil the bytes of the file themselves, where that was asked for."""
        if self.spoil:
            path = self.spoiled_file()
            path.write_bytes(self.spoil(path.read_bytes()))

    def spoiled_file(self):
        return self.path

    def copy(self):
        raise NotImplementedError

    def load(self):
        raise NotImplementedError

    def save(self):
        raise NotImplementedError


class DeviceFile(Exhibit):
    kind = DEVICE

    def copy(self):
        self.path = self.folder / "journal.db"
        shutil.copy(self.made / "register-1.db", self.path)

    def load(self):
        with closing(sqlite3.connect(self.path)) as connection:
            rows = connection.execute("select raw from entry order by position").fetchall()
        self.slots = [[raw] for (raw,) in rows]
        self.original = self.raws

    def save(self):
        """Write the entries back where the guards do not see it; places follow the order."""
        if self.raws_if_whole() == self.original:
            return
        with self.unguarded() as connection:
            connection.execute("delete from entry")
            position = 0
            for index, slot in enumerate(self.slots):
                for raw in slot:
                    position += 1
                    epoch, sequence = filed_as(raw, index)
                    connection.execute(
                        "insert into entry values (?, ?, ?, ?)", (position, epoch, sequence, raw)
                    )

    def raws_if_whole(self):
        return [slot[0] if len(slot) == 1 else None for slot in self.slots]

    @contextmanager
    def unguarded(self):
        """Change the file behind its guards, then put the guards back."""
        with closing(sqlite3.connect(self.path)) as connection:
            guards = connection.execute(
                "select name, sql from sqlite_schema where type = 'trigger'"
            ).fetchall()
            for name, _ in guards:
                connection.execute(f"drop trigger {name}")
            yield connection
            for _, sql in guards:
                connection.execute(sql)
            connection.commit()

    def sql(self, statement, *values):
        with self.unguarded() as connection:
            connection.execute(statement, values)

    def attachment(self, change, sequence, *values):
        self.sql(f"update attachment {change} where position = {sequence}", *values)

    def swap_attachments(self, one, other):
        with self.unguarded() as connection:
            connection.execute("drop index attachment_position")
            connection.execute("update attachment set position = -1 where position = ?", (one,))
            connection.execute(
                "update attachment set position = ? where position = ?", (one, other)
            )
            connection.execute("update attachment set position = ? where position = -1", (other,))

    def invent_attachment(self, sequence):
        self.sql(
            "insert into attachment (position, reference, salt, content) values (?, ?, ?, ?)",
            sequence,
            "ab" * 16,
            bytes(16),
            b"Nobody",
        )

    def guard(self, statement):
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(statement)


class Text(Exhibit):
    """An export, as lines."""

    kind = EXPORT

    def copy(self):
        self.path = self.folder / "register-1.txt"
        shutil.copy(self.made / "register-1.txt", self.path)

    def load(self):
        self.lines = self.read()
        self.at = [n for n, line in enumerate(self.lines) if b'"specversion"' in line]
        self.headers = [n for n, line in enumerate(self.lines) if b'"batch 1"' in line]
        self.beside = [n for n, line in enumerate(self.lines) if b'"salt"' in line]
        self.slots = [[self.lines[n]] for n in self.at]

    def read(self):
        return self.path.read_bytes().splitlines()

    def save(self):
        entries = dict(zip(self.at, self.slots, strict=True))
        lines = []
        for number, line in enumerate(self.lines):
            lines += entries.get(number, [line] if line is not None else [])
        self.write(b"\n".join(lines) + b"\n")

    def write(self, text):
        self.path.write_bytes(text)

    def header(self, number, **changes):
        """Change the header of a batch."""
        at = self.headers[number]
        self.lines[at] = orjson.dumps({**orjson.loads(self.lines[at]), **changes})

    def manifest(self, **changes):
        self.lines[0] = orjson.dumps({**orjson.loads(self.lines[0]), **changes})

    def honest_headers(self, sign=None):
        """Make the headers and the first line fit what stands below them, as a forger would."""
        entries = dict(zip(self.at, self.raws, strict=True))
        for number in range(len(self.headers)):
            until = self.headers[number + 1] if number + 1 < len(self.headers) else len(self.lines)
            last = entries[max(n for n in entries if n < until)]
            signature = {"signature": sign(orjson.loads(last), last)} if sign else {}
            self.header(number, head=sha256(last).hexdigest(), **signature)
        first = orjson.loads(self.lines[0])
        first["until"]["hash"] = sha256(self.raws[-1]).hexdigest()
        self.lines[0] = orjson.dumps(first)


class Archive(Text):
    """One archive that holds the first epoch."""

    kind = ARCHIVE

    def copy(self):
        name = json.loads((self.made / "archives.json").read_text())["whole"]
        self.path = self.folder / name
        shutil.copy(self.made / "whole" / name, self.path)

    def read(self):
        return list(read_text(self.path))

    def write(self, text):
        self.path.write_bytes(zlib.compress(text))


def read_object(raw):
    try:
        value = orjson.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def filed_as(raw, index):
    """Tell under which place an entry is kept: its own, or the one it stands at."""
    value = read_object(raw)
    if isinstance(value.get("epoch"), int) and isinstance(value.get("sequence"), int):
        return value["epoch"], value["sequence"]
    epoch, _, sequence = place_of(index).partition(".")
    return int(epoch), int(sequence)


def in_utc_text(text):
    from datetime import UTC, datetime  # noqa: PLC0415 - for this alone

    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat(" ").removesuffix("+00:00")
    except ValueError:
        return text
