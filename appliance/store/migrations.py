"""The tables of the directory and of the desk, and every step that made them.

A step that has left the house is never edited: a change is a further step.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from appliance.store import again, balances, baskets, customers

directory = Migrations("directory")
desk = Migrations("desk")


@directory()
def hold_what_the_back_office_says(db: Database) -> None:
    """Articles with a search over parts of words, people, keys, settings, and the watermark."""
    for statement in _DIRECTORY:
        db.execute(statement)


@desk()
def hold_what_is_going_on(db: Database) -> None:
    """Baskets, print jobs and a few facts of the register."""
    for statement in _DESK:
        db.execute(statement)


@directory()
def hold_orders_to_erase(db: Database) -> None:
    """What the back office wants erased of the journal's attachments, in the order it was said."""
    db.execute(
        """create table erasure (
            number integer primary key, epoch integer not null, sequence integer not null,
            what text not null check (what in ('reference', 'subject')), value text not null
        ) strict"""
    )
    db.execute("create index erasure_place on erasure (epoch, sequence)")


@directory()
def hold_what_is_archived(db: Database) -> None:
    """Up to where the collector has archived each epoch of this device's journal."""
    db.execute(
        """create table archived (
            epoch integer primary key, sequence integer not null, hash text not null
        ) strict"""
    )


@directory()
def note_what_was_not_understood(db: Database) -> None:
    """Types of entries that were passed over, for a later version to read again."""
    db.execute(again.TABLE)


@directory()
def hold_promotions_and_what_goods_ask(db: Database) -> None:
    """Promotions; of an article what it is for, the age it asks and the deposit on it."""
    db.execute("alter table article add column kind text not null default 'goods'")
    db.execute("alter table article add column minimum_age integer not null default 0")
    db.execute("alter table article add column deposit text not null default ''")
    db.execute(
        """create table promotion (
            id text primary key, position integer not null, rule text not null
        ) strict, without rowid"""
    )


@directory()
def hold_what_packing_weighs(db: Database) -> None:
    """Of an article that is weighed in its packing, what the packing weighs."""
    db.execute("alter table article add column tare_milli integer not null default 0")


@directory()
def hold_balances(db: Database) -> None:
    """What gift cards, store credit, vouchers and accounts come to."""
    db.execute(balances.TABLE)


@directory()
def hold_customers(db: Database) -> None:
    """Customers, with a search over parts of names and numbers; what an erasure left to wipe."""
    for statement in customers.TABLES:
        db.execute(statement)


@desk()
def hold_baskets_line_by_line(db: Database) -> None:
    """Lines in rows of their own; a basket that was open before keeps its own until it changes."""
    db.execute(baskets.TABLE)


@directory()
def note_what_may_be_read_again(db: Database) -> None:
    """Of what could not be used where it begins, so that a later version can take it again."""
    for statement in again.SINCE:
        db.execute(statement)


@directory()
def hold_what_other_places_have(db: Database) -> None:
    """Of an article how much of it other places have; null in rows of before."""
    db.execute("alter table article add column stock_elsewhere text")


_DIRECTORY = (
    """create table watermark (
        only_row integer primary key check (only_row = 1),
        epoch integer not null, sequence integer not null, hash text not null
    ) strict""",
    """create table part (
        epoch integer not null, change text not null, part integer not null, data blob not null,
        primary key (epoch, change, part)
    ) strict""",
    "create table content (epoch integer not null) strict",
    "insert into content values (0)",
    """create table refused (
        change text primary key, reason text not null
    ) strict, without rowid""",
    """create table article (
        id integer primary key, code text not null unique, gtin text, name text not null,
        price_minor integer not null, tax_class text not null, category text not null,
        unit text not null, cost_minor integer, stock_milli integer, stock_at text, colour text,
        active integer not null, folded text not null
    ) strict""",
    "create index article_gtin on article (gtin) where gtin is not null",
    "create index article_folded on article (folded)",
    """create virtual table article_part using fts5 (
        folded, content='article', content_rowid='id', tokenize='trigram'
    )""",
    """create trigger article_added after insert on article begin
        insert into article_part (rowid, folded) values (new.id, new.folded);
    end""",
    """create trigger article_renamed after update of folded on article
    when new.folded is not old.folded begin
        insert into article_part (article_part, rowid, folded) values ('delete', old.id, old.folded);
        insert into article_part (rowid, folded) values (new.id, new.folded);
    end""",
    """create trigger article_gone after delete on article begin
        insert into article_part (article_part, rowid, folded) values ('delete', old.id, old.folded);
    end""",
    """create table category (
        key text primary key, name text not null, colour text, position integer not null
    ) strict, without rowid""",
    """create table quick_key (
        category text not null, page integer not null, position integer not null,
        article text not null, label text, colour text,
        primary key (category, page, position)
    ) strict, without rowid""",
    """create table person (
        id text primary key, name text not null, pin_hash text, badge_hash text,
        roles text not null, language text, active integer not null
    ) strict, without rowid""",
    "create table setting (key text primary key, value text not null) strict, without rowid",
)

_DESK = (
    """create table basket (
        id text primary key, opened text not null, parked integer not null, name text not null,
        content text not null, payments text not null,
        epoch integer not null, sequence integer not null, hash text not null
    ) strict, without rowid""",
    """create table print_job (
        made integer primary key, sale text not null, receipt text not null, copy integer not null,
        document blob not null, printed integer not null, trouble text not null,
        unique (sale, copy)
    ) strict""",
    "create table fact (key text primary key, value text not null) strict, without rowid",
)
