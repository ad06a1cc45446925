"""The customers of directory.db: found by card, number and name, and erased without a trace.

The directory's entries say of a customer only what tells nothing of a person: price group, points,
what was allowed. Who it is comes beside the entry as an attachment, and only that is erased. The
uplink writes through the functions of this module; the desk asks through `CustomerRows`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from appliance.domain.customer import Consent, Profile, from_content, searched_in, sought
from appliance.journal.attached import empty_log
from appliance.journal.attachments import Carried, Named, read_names
from appliance.journal.entry import Entry
from appliance.journal.errors import AttachmentError
from appliance.services.ports import StoreError
from appliance.store.directory_rows import like

TOLD = "balie.customer.told.v1"
"""What the back office says of customers."""

CarriedBy = Mapping[str, Carried]
"""Attachments by reference."""

SHORTEST_PART = 3
"""The index holds groups of three signs; a shorter text is sought at the start of names."""
MOST_MERGES = 8
"""Longer chains of merges are a ring, which the back office never makes."""

Row = Mapping[str, Any]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as the back office says it.

    Attributes:
        id: Random.
        profile: Who it is.
        group: Key of the price group, or empty.
        points: What is in the books there.
        consents: The latest of each purpose.
        counted: By device, the last of its entries about this customer that is in all this.
        merged_into: Id of the customer that this one turned out to be, or empty.
    """

    id: str
    profile: Profile = field(default_factory=Profile)
    group: str = ""
    points: int = 0
    consents: tuple[Consent, ...] = ()
    counted: Mapping[str, Place] = field(default_factory=dict)
    merged_into: str = ""


# What the uplink writes.


def read_lines(lines: Iterable[bytes]) -> dict[str, Carried]:
    """Read what came beside entries; a line that is none is passed over, the entry says what lacks."""
    found = {}
    for line in lines:
        try:
            carried = Carried.from_line(line)
        except AttachmentError:
            continue
        found[carried.reference] = carried
    return found


def keep(connection: sqlite3.Connection, entry: Entry, carried: CarriedBy) -> None:
    """Write down what an entry says of customers, within the uplink's transaction.

    A profile that does not come with the entry was changed or erased since: then the one held
    stays, and a customer nobody can name yet is left out until it comes.
    """
    try:
        names = {name.subject or "": name for name in read_names(entry.data)}
    except AttachmentError:
        names = {}
    rows = entry.data.get("customers")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("customer"), str):
            name = names.get(row["customer"])
            _keep(connection, row, _profile(name, carried))


def _profile(name: Named | None, carried: CarriedBy) -> Profile | None:
    line = carried.get(name.reference) if name else None
    if name is None or line is None or not name.is_kept_by(line.salt, line.content):
        return None
    return Profile.from_data(from_content(line.content))


def _keep(connection: sqlite3.Connection, row: Row, profile: Profile | None) -> None:
    merged_into = str(row.get("merged_into") or "")
    if merged_into:
        profile = Profile()
    elif profile is None:
        held = connection.execute(
            "select profile from customer where customer = ?", (row["customer"],)
        ).fetchone()
        if held is None:
            return
        profile = Profile.from_data(orjson.loads(held[0]))
    values = {
        "customer": row["customer"],
        "folded": searched_in(profile),
        "profile": orjson.dumps(profile.to_data()).decode(),
        "price_group": str(row.get("group") or ""),
        "points": int(row.get("points", 0)),
        "consents": orjson.dumps(row.get("consents", [])).decode(),
        "counted": orjson.dumps(list(row.get("counted", ()))).decode(),
        "merged_into": merged_into,
    }
    connection.execute(_KEEP, values)
    connection.execute("delete from customer_card where customer = ?", (row["customer"],))
    connection.executemany(
        "insert or ignore into customer_card values (?, ?)",
        [(card, row["customer"]) for card in profile.cards],
    )


def erase(connection: sqlite3.Connection, order: Entry) -> None:
    """Let go of customers whose erasure is ordered, within the uplink's transaction."""
    subjects = order.data.get("subjects")
    listed = subjects if isinstance(subjects, list) else ()
    gone = [(each,) for each in listed if isinstance(each, str)]
    if not gone:
        return
    connection.executemany("delete from customer_card where customer = ?", gone)
    connection.executemany("delete from customer where customer = ?", gone)
    connection.execute("insert or ignore into residue values (1)")


def forget_all(connection: sqlite3.Connection) -> None:
    """Let go of all customers: the directory begins anew."""
    connection.execute("delete from customer_card")
    connection.execute("delete from customer")
    connection.execute("insert or ignore into residue values (1)")


def wipe(connection: sqlite3.Connection) -> bool:
    """Wipe what an erasure left: parts of words in the index, older pages in the log.

    Somebody who reads at that moment holds it up; it is done with the next entries, or at the
    next start. Until then no erasure is answered.

    Returns:
        Whether nothing is left.
    """
    if connection.execute("select 1 from residue").fetchone() is None:
        return True
    # Deleted words are only marked in the index until its pieces are joined.
    connection.execute("insert into customer_part (customer_part) values ('optimize')")
    if not empty_log(connection):
        return False
    connection.execute("delete from residue")
    return True


# What the desk asks.


class CustomerRows:
    """The desk's questions about customers; for one thread.

    Args:
        ask: Puts a question to directory.db.
    """

    def __init__(self, ask: Callable[[str, Sequence[object]], list[sqlite3.Row]]) -> None:
        self._put = ask

    def get(self, customer: str) -> CustomerRow | None:
        """Return a customer by id, as it is known now where it was merged; None for nobody."""
        for _ in range(MOST_MERGES):
            rows = self._ask("select * from customer where customer = ?", (customer,))
            if not rows:
                return None
            if not rows[0]["merged_into"]:
                return _row(rows[0])
            customer = rows[0]["merged_into"]
        return None

    def merged_with(self, customer: str) -> list[str]:
        """Return the ids that were merged into a customer, at any remove."""
        found: list[str] = []
        new = [customer]
        while new and len(found) < MOST_MERGES * MOST_MERGES:
            into = new.pop()
            rows = self._ask(_MERGED_INTO, (into,))
            ids = [row["customer"] for row in rows if row["customer"] not in found]
            found += ids
            new += ids
        return found

    def by_card(self, card: str) -> list[CustomerRow]:
        """Return whom a card belongs to; several where it was given out twice."""
        rows = self._ask(
            "select c.* from customer_card k join customer c on c.customer = k.customer"
            " where k.card = ? and c.merged_into = '' order by c.id",
            (card,),
        )
        return [_row(row) for row in rows]

    def search(self, text: str, limit: int) -> list[CustomerRow]:
        """Return customers by a part of a name, number or address, those that begin with it first.

        Args:
            text: What was typed; every word of it must occur, in any order.
            limit: How many at most.
        """
        words = sought(text)
        if not words:
            return []
        begin = " ".join(words)
        found = self._by_start(begin, limit)
        long = [word for word in words if len(word) >= SHORTEST_PART]
        if long and len(found) < limit:
            found |= self._by_part(words, long, limit)
        return list(found.values())[:limit]

    def _by_start(self, text: str, limit: int) -> dict[str, CustomerRow]:
        rows = self._ask(
            "select * from customer where folded >= ? and folded < ? and merged_into = ''"
            " order by folded limit ?",
            (text, text + "\U0010ffff", limit),
        )
        return {row["customer"]: _row(row) for row in rows}

    def _by_part(self, words: list[str], long: list[str], limit: int) -> dict[str, CustomerRow]:
        quoted = " ".join('"' + word.replace('"', '""') + '"' for word in long)
        short = [word for word in words if len(word) < SHORTEST_PART]
        more = " and c.folded like ? escape '\\'" * len(short)
        rows = self._ask(
            "select c.* from customer_part p join customer c on c.id = p.rowid"  # noqa: S608 - only marks
            f" where customer_part match ? and c.merged_into = ''{more} limit ?",
            (quoted, *map(like, short), limit),
        )
        return {row["customer"]: _row(row) for row in rows}

    def _ask(self, sql: str, values: Sequence[object]) -> list[sqlite3.Row]:
        try:
            return self._put(sql, values)
        except StoreError as error:
            # An uplink that was not started since the update has not made the table yet.
            if "no such table" in str(error.__cause__):
                return []
            raise


def _row(row: sqlite3.Row) -> CustomerRow:
    counted = orjson.loads(row["counted"])
    return CustomerRow(
        id=row["customer"],
        profile=Profile.from_data(orjson.loads(row["profile"])),
        group=row["price_group"],
        points=row["points"],
        consents=tuple(
            Consent(each["purpose"], each["given"], each["at"])
            for each in orjson.loads(row["consents"])
        ),
        counted={each["device"]: (each["epoch"], each["sequence"]) for each in counted},
        merged_into=row["merged_into"],
    )


_MERGED_INTO = "select customer from customer where merged_into = ? and merged_into <> ''"
"""Says twice what it means: SQLite takes the index of those that are merged only when told so."""
_KEEP = (
    "insert into customer"
    " (customer, folded, profile, price_group, points, consents, counted, merged_into)"
    " values (:customer, :folded, :profile, :price_group, :points, :consents, :counted,"
    " :merged_into)"
    " on conflict (customer) do update set folded = excluded.folded, profile = excluded.profile,"
    " price_group = excluded.price_group, points = excluded.points, consents = excluded.consents,"
    " counted = excluded.counted, merged_into = excluded.merged_into"
)

TABLES = (
    """create table customer (
        id integer primary key, customer text not null unique, folded text not null,
        profile text not null, price_group text not null, points integer not null,
        consents text not null, counted text not null, merged_into text not null
    ) strict""",
    "create index customer_folded on customer (folded)",
    "create index customer_merged on customer (merged_into) where merged_into <> ''",
    """create table customer_card (
        card text not null, customer text not null, primary key (card, customer)
    ) strict, without rowid""",
    "create index customer_card_of on customer_card (customer)",
    """create virtual table customer_part using fts5 (
        folded, content='customer', content_rowid='id', tokenize='trigram'
    )""",
    """create trigger customer_added after insert on customer begin
        insert into customer_part (rowid, folded) values (new.id, new.folded);
    end""",
    """create trigger customer_renamed after update of folded on customer
    when new.folded is not old.folded begin
        insert into customer_part (customer_part, rowid, folded)
            values ('delete', old.id, old.folded);
        insert into customer_part (rowid, folded) values (new.id, new.folded);
    end""",
    """create trigger customer_gone after delete on customer begin
        insert into customer_part (customer_part, rowid, folded)
            values ('delete', old.id, old.folded);
    end""",
    "create table residue (only_row integer primary key check (only_row = 1)) strict",
)
