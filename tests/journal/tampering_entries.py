"""Tampering with entries: changed, taken away, put in, moved, made anew, signed otherwise."""

from __future__ import annotations

from hashlib import sha256

import orjson

from appliance.journal import signing
from tests.journal.exhibits import ARCHIVE, COLLECTOR, DEVICE, EXPORT
from tests.journal.exhibits_making import FIRST
from tests.journal.tampering_book import (
    AT,
    HERE,
    found,
    honest,
    sign_row,
    signature,
    tampering,
)

# One entry


@tampering("an amount in an entry changed", found("changed", HERE))
def _(ex):
    ex.data(AT, lambda data: data["lines"][0].update(gross_minor=1))


@tampering(
    "the last entry changed",
    found("changed", "1.80", ARCHIVE),
    device=("rewritten", "2.40"),
    export=("changed", "2.40"),
    collector=("forged", "2.40"),
)
def _(ex):
    ex.know_heads(-1)
    ex.change(-1, time="2026-11-22T12:00:01.000+00:00")


@tampering("an entry's bytes torn", found("unreadable", HERE))
def _(ex):
    ex.put(AT, ex.raws[AT][:-30])


@tampering("an entry emptied", found("unreadable", HERE))
def _(ex):
    ex.put(AT, b"")


@tampering("an entry replaced by something else", found("unreadable", HERE))
def _(ex):
    ex.put(AT, b"[]")


@tampering("the facts of an entry made unreadable", found("unreadable", HERE))
def _(ex):
    ex.put(AT, ex.raws[AT].replace(b'"data":{', b'"data":{?', 1))


@tampering("blanks added to an entry", found("changed", HERE))
def _(ex):
    ex.put(AT, ex.raws[AT].replace(b'"data":{', b'"data": {', 1))


@tampering("a key said twice in an entry", found("changed", HERE))
def _(ex):
    ex.put(AT, ex.raws[AT].replace(b'"decimals":2', b'"decimals":2,"decimals":2', 1))
    ex.rehash(AT)


@tampering("the time of an entry moved", found("changed", HERE))
def _(ex):
    ex.change(AT, time="2026-11-19T12:00:00.000+00:00")


@tampering("the type of an entry renamed", found("changed", HERE))
def _(ex):
    ex.change(AT, type="balie.sale.abandoned.v1")


@tampering("an entry of another device put in its place", found("foreign", HERE))
def _(ex):
    ex.change(AT, source="/devices/register-2")
    ex.rehash(AT)


# Entries taken away, put in, moved


@tampering("an entry removed", found("removed", HERE))
def _(ex):
    ex.slots[AT] = []


@tampering("a run of entries removed", found("removed", HERE))
def _(ex):
    for index in range(AT, AT + 5):
        ex.slots[index] = []


@tampering("the first entries removed", found("removed", "1.1"))
def _(ex):
    for index in range(3):
        ex.slots[index] = []


@tampering(
    "the last entries removed",
    found("truncated", "1.80", ARCHIVE),
    device=("truncated", "2.40"),
    export=("truncated", "2.40"),
    collector=("watermark", "2.40"),
)
def _(ex):
    ex.know_heads(-1)
    for index in range(len(ex.slots) - 5, len(ex.slots)):
        ex.slots[index] = []


@tampering(
    "the last entries removed, and what says where the end was",
    found("removed", "2.40", COLLECTOR),
    export=("forged", "line 1"),
)
def _(ex):
    for index in range(len(ex.slots) - 5, len(ex.slots)):
        ex.slots[index] = []
    value = orjson.loads(ex.raws_left()[-1])
    digest = sha256(ex.raws_left()[-1]).hexdigest()
    if ex.kind == EXPORT:
        until = {"epoch": 2, "sequence": value["sequence"], "hash": digest}
        ex.manifest(until=until, entries=115)
        ex.header(2, count=35, head=digest)
    else:
        ex.sql(
            "update ingest_watermark set sequence = 35, projected = 35, hash = ?"
            " where device_id = 'register-1' and epoch = 2",
            digest,
        )


@tampering("an entry doubled", found("inserted", HERE, DEVICE, EXPORT, ARCHIVE))
def _(ex):
    ex.slots[AT] = ex.slots[AT] * 2


@tampering("an entry doubled at the end", found("inserted", HERE, DEVICE, EXPORT))
def _(ex):
    ex.slots[-1] = [ex.raws[-1], ex.raws[AT]]


@tampering("a forged entry put in", found("inserted", HERE, DEVICE, EXPORT, ARCHIVE))
def _(ex):
    forged = orjson.dumps({**orjson.loads(ex.raws[AT]), "time": "2026-11-22T12:00:01.000+00:00"})
    ex.slots[AT] = [ex.raws[AT], forged]


@tampering(
    "a forged entry added at the end",
    found("inserted", "2.1", EXPORT),
    collector=("watermark", "2.40"),
)
def _(ex):
    last = orjson.loads(ex.raws[-1])
    number = last["sequence"] + 1
    forged = orjson.dumps(
        {
            **last,
            "id": f"2.{number}",
            "sequence": number,
            "previous": sha256(ex.raws[-1]).hexdigest(),
        }
    )
    ex.slots[-1] = [ex.raws[-1], forged]


@tampering("two entries exchanged", found("swapped", HERE, DEVICE, EXPORT, ARCHIVE))
def _(ex):
    ex.slots[AT], ex.slots[AT + 1] = ex.slots[AT + 1], ex.slots[AT]


@tampering("two sales exchanged and renumbered", found("changed", HERE))
def _(ex):
    one, other = orjson.loads(ex.raws[AT]), orjson.loads(ex.raws[AT + 1])
    ex.change(AT, data=other["data"])
    ex.change(AT + 1, data=one["data"])


# Made anew from a change on


@tampering(
    "changed and made anew from there on",
    found("forged", "1.1", EXPORT, ARCHIVE),
    device=("rewritten", "1.60"),
    collector=("forged", "1.40"),
)
def _(ex):
    ex.know_heads(9, 59)
    ex.change(AT, time="2026-11-20T19:00:00.000+00:00")
    ex.rehash(AT)
    honest(ex)


@tampering(
    "an entry removed, the rest renumbered and made anew",
    found("forged", "1.1", EXPORT, ARCHIVE),
    device=("rewritten", "1.60"),
    collector=("forged", "1.40"),
)
def _(ex):
    ex.know_heads(59)
    rest = [*ex.raws[AT + 1 : FIRST], ex.raws[FIRST - 1]]
    for index, raw in enumerate(rest, AT):
        value = orjson.loads(raw)
        number = index + 1
        ex.put(index, orjson.dumps({**value, "id": f"1.{number}", "sequence": number}))
    ex.rehash(AT)
    honest(ex)


@tampering(
    "made anew and signed by a stranger",
    found("forged", "1.1", EXPORT, ARCHIVE),
    collector=("forged", "1.40"),
)
def _(ex):
    ex.change(AT, time="2026-11-20T19:00:00.000+00:00")
    ex.rehash(AT)
    stranger = signing.generate()
    if ex.kind == COLLECTOR:
        honest(ex)
        for epoch, index in ((1, 39), (1, 59), (1, 79), (2, 99), (2, 119)):
            sign_row(ex, stranger, epoch, index)
    else:
        ex.honest_headers(lambda entry, raw: signature(stranger, entry, raw))
