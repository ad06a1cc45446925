"""Tampering with signatures, epochs and the file that a device keeps."""

from __future__ import annotations

from hashlib import sha256

import orjson

from tests.journal.exhibits import COLLECTOR, DEVICE, EXPORT
from tests.journal.exhibits_making import FIRST
from tests.journal.tampering_book import (
    AT,
    HERE,
    TEXTS,
    found,
    honest,
    tampering,
)

# Signatures


@tampering("signatures removed", found("forged", "1.1", *TEXTS), collector=("forged", "1.61"))
def _(ex):
    if ex.kind == COLLECTOR:
        ex.sql("delete from ingest_signature where epoch = 1 and sequence = 80")
    else:
        ex.header(0, signature="")


@tampering("a signature garbled", found("forged", "1.1", *TEXTS), collector=("forged", "1.40"))
def _(ex):
    if ex.kind == COLLECTOR:
        ex.sql("update ingest_signature set signature = 'AAAA' where epoch = 1 and sequence = 40")
    else:
        ex.header(0, signature="AAAA")


@tampering(
    "a signature moved to another head",
    found("forged", "1.51", EXPORT),
    collector=("forged", "1.40"),
)
def _(ex):
    if ex.kind == COLLECTOR:
        ex.sql(
            "update ingest_signature set signature = (select signature from ingest_signature o"
            " where o.device_id = 'register-1' and o.epoch = 1 and o.sequence = 60)"
            " where device_id = 'register-1' and epoch = 1 and sequence = 40"
        )
    else:
        ex.header(1, signature=orjson.loads(ex.lines[ex.headers[0]])["signature"])


@tampering(
    "the head of a batch changed", found("changed", "1.50", EXPORT), archive=("changed", "1.80")
)
def _(ex):
    ex.header(0, head="ab" * 32)


@tampering("the header of a batch torn", found("changed", "line 2", *TEXTS))
def _(ex):
    ex.header(0, count=None)


@tampering("the count of a batch changed", found("inserted", "1.1", *TEXTS))
def _(ex):
    ex.header(0, count=10)


@tampering("the first line removed", found("removed", "line 1", *TEXTS))
def _(ex):
    ex.lines[0] = None


@tampering(
    "the first line changed", found("forged", "line 1", EXPORT), archive=("removed", "line 1")
)
def _(ex):
    if ex.kind == EXPORT:
        ex.manifest(entries=119)
    else:
        ex.manifest(until={"epoch": 1, "sequence": 90, "hash": "ab" * 32})


# Epochs


@tampering("an entry given to another epoch", found("removed", HERE, DEVICE, EXPORT, COLLECTOR))
def _(ex):
    ex.change(AT, epoch=2, id=HERE.replace("1.", "2."))
    if ex.kind == COLLECTOR:
        ex.sql("delete from ingest_entry where epoch = 2 and sequence = 30")


@tampering(
    "an epoch renumbered",
    found("removed", "2.40", DEVICE),
    export=("changed", "2.40"),
    collector=("watermark", "3.40"),
)
def _(ex):
    ex.know_heads(-1)
    for index in range(FIRST, len(ex.slots)):
        sequence = index - FIRST + 1
        ex.change(index, epoch=3, id=f"3.{sequence}")
    ex.rehash(FIRST)


@tampering("an epoch removed", found("removed", "1.1", DEVICE, EXPORT, COLLECTOR))
def _(ex):
    for index in range(FIRST):
        ex.slots[index] = []


@tampering("the end of an epoch removed", found("removed", "1.76", DEVICE, EXPORT, COLLECTOR))
def _(ex):
    for index in range(FIRST - 5, FIRST):
        ex.slots[index] = []


@tampering(
    "the device renamed everywhere",
    found("forged", "1.1", *TEXTS),
    device=("rewritten", "1.60"),
    collector=("foreign", "1.1"),
)
def _(ex):
    ex.know_heads(59)
    for index in range(len(ex.slots)):
        ex.change(index, source="/devices/register-9")
    ex.rehash(0)
    honest(ex)
    for number in range(len(getattr(ex, "headers", ()))):
        ex.header(number, device="register-9")


# The device's file itself


@tampering("a guard dropped", found("unguarded", "entry_stays", DEVICE))
def _(ex):
    ex.guard("drop trigger entry_stays")


@tampering("a guard weakened", found("unguarded", "entry_is_kept", DEVICE))
def _(ex):
    ex.guard(
        "drop trigger entry_is_kept; create trigger entry_is_kept before delete on entry "
        "when 0 begin select raise(abort, 'an entry is never removed'); end"
    )


@tampering("a trigger added", found("unguarded", "helper", DEVICE))
def _(ex):
    ex.guard("create trigger helper after insert on entry begin delete from epoch where 0; end")


@tampering("an entry filed under another number", found("swapped", "row 30", DEVICE))
def _(ex):
    ex.sql("update entry set sequence = 31 where position = 30")


@tampering("an epoch filed elsewhere", found("swapped", "2.1", DEVICE))
def _(ex):
    ex.sql("update epoch set first_position = 70 where epoch = 2")


@tampering("a file overwritten in the middle", found("unreadable", "*", DEVICE))
def _(ex):
    ex.spoil = lambda content: content[:60_000] + bytes(30_000) + content[90_000:]


@tampering("the beginning pruned without a word", found("removed", "1.1", DEVICE))
def _(ex):
    for index in range(AT):
        ex.slots[index] = []


def _prune(ex, says, index=AT):
    """Remove the beginning and let the last entry say that it was pruned."""
    ex.change(-1, type="balie.journal.pruned.v1", data=says)
    for each in range(index):
        ex.slots[each] = []


@tampering("more pruned than the journal says", found("removed", "1.21", DEVICE))
def _(ex):
    _prune(ex, {"epoch": 1, "sequence": 20, "hash": sha256(ex.raws[19]).hexdigest()})


@tampering("a pruned beginning that ended otherwise", found("changed", "1.29", DEVICE))
def _(ex):
    _prune(ex, {"epoch": 1, "sequence": 29, "hash": "ab" * 32})


# Attachments


@tampering("an attachment altered", found("attachment", "1.41", DEVICE, COLLECTOR))
def _(ex):
    ex.attachment("set content = ?", 41, b"Somebody else")


@tampering("two attachments exchanged", found("attachment", "1.41", DEVICE, COLLECTOR))
def _(ex):
    ex.swap_attachments(41, 51)


@tampering("an attachment invented", found("attachment", HERE, DEVICE, COLLECTOR))
def _(ex):
    ex.invent_attachment(30)


@tampering("an attachment removed rather than erased", found("attachment", "1.41", DEVICE))
def _(ex):
    ex.sql("delete from attachment where position = 41")


@tampering("an attachment erased without a word", found("attachment", "1.41", DEVICE))
def _(ex):
    ex.attachment("set salt = null, content = null, erased_at = '2026-11-22'", 41)
