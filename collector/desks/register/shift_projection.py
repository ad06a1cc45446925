"""From entries about the drawer's money to the tables of shifts, closings and what was done to it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, models
from django.utils.translation import gettext_noop

from appliance.domain.errors import DomainError
from appliance.domain.shift_books import SALE
from appliance.journal.errors import EntryError
from collector.desks.register.fitting import refuse_unfitting
from collector.desks.register.shapes import refuse_nul
from collector.desks.register.shift_models import (
    CounterException,
    DrawerEvent,
    PeriodClosing,
    Shift,
    TerminalDay,
    TrainingTurn,
)
from collector.desks.register.shift_reading import TYPES as TYPES  # noqa: PLC0414 (a projection's own)
from collector.desks.register.shift_reading import Row, Rows, read_rows
from collector.ingest.alarms import Complaint
from collector.ingest.projecting import Proven
from collector.ingest.sql import insert_new

log = logging.getLogger("collector.ingest")

_TABLES = (Shift, PeriodClosing, DrawerEvent, CounterException, TerminalDay, TrainingTurn)
_UNREADABLE = (
    DomainError,
    EntryError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
)
_WORDS = gettext_noop(
    "Entry %(place)s (%(type)s) cannot be read (%(why)s): it is kept, and its figures are missing."
)


def project(proven: Sequence[Proven]) -> list[Complaint]:
    """Record what entries say of the drawer; entries already recorded change nothing.

    Returns:
        What a person should know: entries that cannot be read. A sale that cannot is told by the
        sales' own projection.
    """
    complaints: list[Complaint] = []
    rows: dict[type[models.Model], list[Row]] = defaultdict(list)
    for each in proven:
        try:
            found = _read(each)
        except _UNREADABLE as wrong:
            if each.type != SALE:
                complaints.append(_complaint(each, wrong))
            continue
        for table, row in found:
            rows[table].append(row)
        if any(table is Shift for table, _ in found):
            # A closing after it asks for its currency.
            insert_new(connection, Shift, rows.pop(Shift))
    for table, kept in rows.items():
        insert_new(connection, table, kept)
    return complaints


def clear(device: str | None = None) -> None:
    """Forget all derived rows, of one device or of all."""
    chosen = {} if device is None else {"device_id": device}
    for table in _TABLES:
        table._default_manager.filter(**chosen)._raw_delete(connection.alias)  # noqa: SLF001 (one DELETE; nothing hangs on these rows)


def _read(proven: Proven) -> Rows:
    found = read_rows(proven)
    if found:
        refuse_nul(proven.raw)
    for table, row in found:
        refuse_unfitting(table, row)
    return found


def _complaint(proven: Proven, wrong: Exception) -> Complaint:
    why = f"{wrong} is missing" if isinstance(wrong, KeyError) else str(wrong)
    facts = {
        "place": f"{proven.epoch}.{proven.sequence}",
        "type": proven.type,
        "why": why[:150],
    }
    return Complaint(proven.device, "unreadable", _WORDS, facts=facts)
