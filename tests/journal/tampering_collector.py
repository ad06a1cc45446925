# ruff: noqa: S608 (the words of every statement are this file's own)
"""Tampering with a collector's tables and archives."""

from __future__ import annotations

from appliance.journal import signing
from tests.journal.exhibits import ARCHIVE, COLLECTOR, FOLDER
from tests.journal.tampering_book import (
    HERE,
    found,
    mark,
    tampering,
)

# The collector's tables


@tampering("the watermark raised", found("watermark", "2.50", COLLECTOR))
def _(ex):
    mark(ex, "sequence = 50, projected = 50", 2)


@tampering("the watermark lowered", found("watermark", "2.20", COLLECTOR))
def _(ex):
    mark(ex, "sequence = 20, projected = 20", 2)


@tampering("the watermark's hash exchanged", found("watermark", "2.40", COLLECTOR))
def _(ex):
    mark(ex, f"hash = '{'ab' * 32}'", 2)


@tampering("a watermark removed", found("watermark", "2.40", COLLECTOR))
def _(ex):
    ex.sql("delete from ingest_watermark where device_id = 'register-1' and epoch = 2")


@tampering("figures said to follow further than they do", found("watermark", "2.40", COLLECTOR))
def _(ex):
    mark(ex, "projected = 45", 2)


@tampering("the public key exchanged", found("key", "public key", COLLECTOR))
def _(ex):
    stranger = signing.public_pem(signing.generate())
    ex.sql("update ingest_device set public_key = ? where id = 'register-1'", stranger)


@tampering("what stands beside an entry changed", found("changed", HERE, COLLECTOR))
def _(ex):
    ex.sql(
        "update ingest_entry set time = '2026-11-19 12:00:00' where device_id = 'register-1'"
        " and epoch = 1 and sequence = 30"
    )


@tampering("a sale hidden from the figures", found("figures", HERE, COLLECTOR))
def _(ex):
    for table in ("saleline", "payment", "saletax"):
        ex.sql(f"delete from register_{table} where sale_id = 'register-1.1.30'")
    ex.sql("delete from register_sale where id = 'register-1.1.30'")


@tampering("a sale invented in the figures", found("figures", "1.900", COLLECTOR))
def _(ex):
    columns = ", ".join(ex.columns("register_sale") - {"id", "sequence", "sale"})
    ex.sql(
        f"insert into register_sale (id, sequence, sale, {columns})"
        f" select 'register-1.1.900', 900, 'ab', {columns} from register_sale"
        " where id = 'register-1.1.30'"
    )


def figure(name, statement):
    @tampering(name, found("figures", HERE, COLLECTOR, FOLDER))
    def _(ex):
        ex.sql(statement)


figure(
    "a total altered in the figures",
    "update register_sale set gross_minor = gross_minor + 100 where id = 'register-1.1.30'",
)
figure(
    "a day altered in the figures",
    "update register_sale set day = '2026-11-25' where id = 'register-1.1.30'",
)
figure(
    "a line altered in the figures",
    "update register_saleline set quantity_milli = 9000 where sale_id = 'register-1.1.30'"
    " and line = 1",
)
figure(
    "a line removed from the figures",
    "delete from register_saleline where sale_id = 'register-1.1.30' and line = 1",
)
figure(
    "a payment altered in the figures",
    "update register_payment set tender = 'cash' where sale_id = 'register-1.1.30'",
)
figure(
    "tax altered in the figures",
    "update register_saletax set rate_bp = 600 where sale_id = 'register-1.1.30' and rate_bp = 900",
)


@tampering("a fork hidden", found("removed", "1.85", COLLECTOR))
def _(ex):
    ex.fork(85)
    ex.sql("delete from ingest_fork")


@tampering("every trace of a fork but its alarm hidden", found("fork", "forks", COLLECTOR))
def _(ex):
    ex.fork(85)
    ex.sql("delete from ingest_fork")
    ex.sql("delete from ingest_signature where epoch = 1 and sequence = 85")


@tampering("a fork changed", found("changed", "1.85", COLLECTOR))
def _(ex):
    ex.fork(85)
    ex.sql("update ingest_fork set raw = cast(replace(cast(raw as text), 'a', 'b') as blob)")


# Archives


@tampering("an archive cut", found("unreadable", "1.*", ARCHIVE), folder=("archive", "1.21"))
def _(ex):
    ex.spoil = lambda content: content[: len(content) * 2 // 3]


@tampering(
    "a bit of an archive flipped", found("unreadable", "*", ARCHIVE), folder=("archive", "1.21")
)
def _(ex):
    def flip(content):
        middle = len(content) * 2 // 3
        return content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :]

    ex.spoil = flip


@tampering("archives exchanged between devices", found("archive", "1.21", FOLDER))
def _(ex):
    mine, other = ex.file(21), ex.file(21, "register-2")
    content = mine.read_bytes()
    mine.write_bytes(other.read_bytes())
    other.write_bytes(content)


@tampering("an archive taken away", found("archive", "1.21", FOLDER))
def _(ex):
    ex.file(21).unlink()


@tampering("an older copy of an archive put back", found("archive", "1.21", FOLDER))
def _(ex):
    ex.file(21).write_bytes(ex.file(1).read_bytes())


@tampering("an archive put into the book twice", found("archive", "1.21", FOLDER))
def _(ex):
    ex.sql(
        "update archive_archive set first = 21, file = (select file from archive_archive o"
        " where o.device_id = 'register-1' and o.epoch = 1 and o.first = 41)"
        " where device_id = 'register-1' and epoch = 1 and first = 21"
    )


@tampering("an archive struck from the book", found("archive", "1.41", FOLDER))
def _(ex):
    ex.sql("pragma foreign_keys = off")
    ex.sql(
        "delete from archive_archive where device_id = 'register-1' and epoch = 1 and first = 21"
    )
