# ruff: noqa: S608 (the words of every statement are this file's own)
"""What a kind of tampering is: each has a name, a way to do it, and what must be found, and where.

``finds`` says for each kind of file which finding must be among those made, as ``(kind, place)``.
A kind of file that is not named cannot be tampered with in that way.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import orjson

from appliance.journal.batch import signed_text
from appliance.journal.entry import Watermark
from tests.journal.exhibits import ARCHIVE, COLLECTOR, DEVICE, EXPORT

AT = 29
"""The place most things are done at: entry 1.30, receipt register-29."""
HERE, NEXT = "1.30", "1.31"
ALL = (DEVICE, EXPORT, ARCHIVE, COLLECTOR)
TEXTS = (EXPORT, ARCHIVE)

Finds = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Tampering:
    name: str
    do: Callable
    finds: Finds
    alike: bool = False
    """Whether one rule finds it in every kind of file, so that one of them is enough at a time."""

    def __str__(self):
        return self.name


TAMPERINGS: list[Tampering] = []


def tampering(name, finds, *, alike=False, **others):
    """Add a kind of tampering."""

    def add(do):
        TAMPERINGS.append(Tampering(name, do, {**finds, **others}, alike))
        return do

    return add


def found(kind, place, *files):
    """Say that the same is found in several kinds of files."""
    return dict.fromkeys(files or ALL, (kind, place))


def honest(ex):
    """Let what says where the chain ends agree with the forged chain."""
    if ex.kind == COLLECTOR:
        ex.follow_with_watermark()
    elif ex.kind in TEXTS:
        ex.honest_headers()


def mark(ex, change, epoch):
    ex.sql(
        f"update ingest_watermark set {change} where device_id = 'register-1' and epoch = ?", epoch
    )


def signature(key, entry, raw):
    place = Watermark(entry["epoch"], entry["sequence"], sha256(raw).hexdigest())
    text = signed_text("journal", "register-1", place)
    return base64.b64encode(key.sign(text)).decode()


def sign_row(ex, key, epoch, index):
    entry, raw = orjson.loads(ex.raws[index]), ex.raws[index]
    ex.sql(
        "update ingest_signature set hash = ?, signature = ? where device_id = 'register-1'"
        " and epoch = ? and sequence = ?",
        sha256(raw).hexdigest(),
        signature(key, entry, raw),
        epoch,
        entry["sequence"],
    )
