"""Changing the directory: rows and log together or not at all.

This is the only way to change it. Forms, imports and commands all give rows as they travel (see
``rows``); a row may leave out what it does not change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.conf import settings as django_settings
from django.db import models, transaction

from appliance.journal.entry import ZERO_HASH, Watermark
from collector.directory import log
from collector.directory.models import Article, Setting
from collector.directory.rows import ARTICLES, SETTINGS, TABLES, Key, Row, Table, own_gtin, utc_text

_BATCH = 500


class EditRefused(ValueError):  # noqa: N818 (reads as what happened)
    """A change that would leave the directory in a state no device could use."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different. Every list holds rows as they travel, whole or in part.

    Attributes:
        articles: By ``code``.
        categories: By ``key``; ``"active": False`` takes one away.
        quick_keys: By ``category``, ``page``, ``position``; ``"active": False`` takes one away.
        staff: By ``id``.
        promotions: By ``id``; ``"active": False`` takes one away.
        settings: Values by key.
    """

    articles: Sequence[Row] = ()
    categories: Sequence[Row] = ()
    quick_keys: Sequence[Row] = ()
    staff: Sequence[Row] = ()
    promotions: Sequence[Row] = ()
    settings: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change came to.

    Attributes:
        changed: How many rows and settings are different now, by list.
        watermark: The log's head: a device that wants what comes after it has the change.
    """

    changed: Mapping[str, int]
    watermark: Watermark

    @property
    def total(self) -> int:
        """How many rows and settings are different now."""
        return sum(self.changed.values())


def apply(change: Change, *, now: datetime | None = None, rehearse: bool = False) -> Outcome:
    """Make a change in the tables and in the log; rows that change nothing are left out of both.

    Args:
        change: What is to be different.
        now: The time of the change, the present by default.
        rehearse: Find out what would change, and change nothing.

    Raises:
        EditRefused: A row is impossible or incomplete, or two active articles share a GTIN.
    """
    moment = now or datetime.now(UTC)
    with transaction.atomic():
        place = log.lock()
        different = {
            table.name: _different(table, getattr(change, table.name), moment) for table in TABLES
        }
        settings = _different_settings(change.settings or {})
        changed = {name: len(rows) for name, rows in different.items() if rows}
        if settings:
            changed["settings"] = len(settings)
        if rehearse or not changed:
            return Outcome(changed, place)
        for table in TABLES:
            _keep(table, different[table.name])
        _keep(SETTINGS, [{"key": key, "value": value} for key, value in settings.items()])
        return Outcome(changed, log.append(place, different, settings, moment))


def open_epoch(above: int = 0, *, now: datetime | None = None) -> Watermark:
    """Begin the log anew with the whole directory as its first change.

    Needed when devices hold what this collector does not, because it was restored from a backup.

    Args:
        above: The new epoch is higher than this and than the present one.
        now: The time of the change, the present by default.
    """
    with transaction.atomic():
        place = log.lock()
        rows = {
            table.name: [table.row_of(each) for each in table.model._default_manager.all()]  # noqa: SLF001 (Django's own name for it)
            for table in TABLES
        }
        settings = dict(Setting.objects.values_list("key", "value"))
        epoch = Watermark(max(place.epoch, above) + 1, 0, ZERO_HASH)
        moment = now or datetime.now(UTC)
        log.append(epoch, rows, settings, moment)
        for name in django_settings.BALIE_ANNOUNCEMENTS:
            import_module(name).announce(moment)
        return log.head()


def _different(table: Table, given: Sequence[Row], now: datetime) -> list[Row]:
    """Complete rows and keep those that differ from what is held."""
    if not given:
        return []
    latest = {table.key_of(row): row for row in given}
    held = table.held(latest)
    different = []
    for key, row in latest.items():
        before = held.get(key)
        if table.goes and not row.get("active", True):
            different += [] if before is None else [{**before, "active": False}]
            continue
        after = _completed(table, key, row, before, now)
        if after != before:
            different.append(after)
    if table is ARTICLES:
        _refuse_shared_gtins(different)
    return different


def _completed(table: Table, key: Key, row: Row, before: Row | None, now: datetime) -> Row:
    after = {**table.defaults, **(before or {}), **row}
    missing = [name for name in table.required if name not in after]
    unknown = [name for name in row if name not in table.fields and name != "active"]
    if missing or unknown:
        raise EditRefused(
            f"A new row {'/'.join(map(str, key))} of {table.name} needs {', '.join(table.required)}"
            f" and may have {', '.join(table.defaults)}; "
            f"{', '.join(missing) or 'nothing'} is missing and "
            f"{', '.join(unknown) or 'nothing'} is unknown."
        )
    if table is ARTICLES:
        _complete_article(after, row, before, now)
    try:
        table.check(after)
    except ValueError as impossible:
        raise EditRefused(str(impossible)) from impossible
    return {name: after[name] for name in table.fields}


def _complete_article(after: Row, row: Row, before: Row | None, now: datetime) -> None:
    """Fill in what follows from the rest: a code that is the GTIN, and when stock was counted."""
    if before is None and "gtin" not in row:
        after["gtin"] = own_gtin(after["code"])
    recounted = before is None or after["stock_milli"] != before["stock_milli"]
    if recounted and "stock_at" not in row:
        after["stock_at"] = None if after["stock_milli"] is None else utc_text(now)
    known = {each["place"]: each for each in (before or {}).get("stock_elsewhere", ())}
    after["stock_elsewhere"] = [
        {**each, "at": each.get("at") or _counted(each, known.get(each["place"]), now)}
        for each in after["stock_elsewhere"]
    ]


def _counted(given: Row, known: Row | None, now: datetime) -> str:
    """Return when a place's stock was counted: now, unless it is what was known."""
    same = known is not None and known["quantity_milli"] == given["quantity_milli"]
    return str(known["at"]) if known is not None and same else utc_text(now)


def _different_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    held = {key: setting.value for key, setting in Setting.objects.in_bulk(list(given)).items()}
    nothing = object()
    return {key: value for key, value in given.items() if held.get(key, nothing) != value}


def _refuse_shared_gtins(changed: Iterable[Row]) -> None:
    """Refuse a change after which a scan would mean two articles."""
    owners: dict[str | None, str] = {}
    active = {row["gtin"]: row["code"] for row in changed if row["active"] and row["gtin"]}
    codes = {row["code"] for row in changed}
    gtins = list(active)
    for start in range(0, len(gtins), _BATCH):
        found = Article.objects.filter(active=True, gtin__in=gtins[start : start + _BATCH])
        owners.update(found.values_list("gtin", "code"))
    others = {gtin: code for gtin, code in owners.items() if code not in codes}
    for row in changed:
        gtin = row["gtin"]
        other = others.get(gtin) or active.get(gtin, row["code"])
        if row["active"] and gtin and other != row["code"]:
            raise EditRefused(
                f"Articles {other} and {row['code']} cannot both have GTIN {gtin}: "
                "a scan must mean one of them. Make one inactive or correct its GTIN."
            )


def _keep(table: Table, rows: Sequence[Row]) -> None:
    """Write rows, taking away those that go."""
    gone = [row for row in rows if table.goes and not row.get("active", True)]
    kept = [row for row in rows if row not in gone] if gone else list(rows)
    manager: models.Manager[Any] = table.model._default_manager  # noqa: SLF001 (Django's own name for it)
    for row in gone:
        manager.filter(**dict(zip(table.key, table.key_of(row), strict=True))).delete()
    if table is ARTICLES:
        # Two articles may swap their GTINs; neither may hold the other's for a moment.
        codes = [row["code"] for row in kept]
        for start in range(0, len(codes), _BATCH):
            manager.filter(code__in=codes[start : start + _BATCH]).update(gtin=None)
    if kept:
        manager.bulk_create(
            [table.instance_of(row) for row in kept],
            update_conflicts=True,
            unique_fields=list(table.key),
            update_fields=[name for name in table.fields if name not in table.key],
            batch_size=_BATCH,
        )
