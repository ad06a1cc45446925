"""Reading what a device did to its drawer out of entries, believing nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models

from appliance.domain import market as markets
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.shift import PeriodSum, Z
from appliance.domain.shift_books import (
    ABANDONED,
    CASH_MOVED,
    DRAWER_OPENED,
    PERIOD_CLOSED,
    REPRINTED,
    SALE,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    TERMINAL_CLOSED,
)
from appliance.domain.shift_count import Count
from appliance.journal.entry import parse_envelope
from appliance.journal.training_rules import BEGUN as TRAINING_BEGUN
from appliance.journal.training_rules import ENDED as TRAINING_ENDED
from collector.desks.register.models import Sale
from collector.desks.register.shift_models import (
    CounterException,
    DrawerEvent,
    PeriodClosing,
    Shift,
    TerminalDay,
    TrainingTurn,
)
from collector.ingest.projecting import Proven

Row = tuple[Any, ...]
Rows = list[tuple[type[models.Model], Row]]

OPEN = "open_"
"""Before the cause of an opening, among the kinds of what was done to a drawer."""


def decimals_of_currency(currency: str) -> int:
    """Return how many decimals a currency has at a till; those of the shop's own where unknown."""
    for code in markets.MARKETS:
        market = markets.load(code)
        if market.currency == currency:
            return market.decimals
    return markets.load(settings.BALIE_MARKET).decimals


def decimals_of_device(device: str) -> int:
    """Return how many decimals a device's amounts have: those of its last sale."""
    last = Sale.objects.filter(device=device).order_by("-epoch", "-sequence").first()
    return decimals_of_currency("") if last is None else last.decimals


def read_rows(proven: Proven) -> Rows:
    """Return the rows that an entry gives, each with its table.

    Raises:
        DomainError, LookupError, TypeError, ValueError, AttributeError: It cannot be read.
    """
    return _READERS[proven.type](proven, proven.data)


def _place(proven: Proven, part: int = 0) -> tuple[str, str, int, int]:
    identity = f"{proven.device}.{proven.epoch}.{proven.sequence}"
    if part:
        identity = f"{identity}.{part}"
    return identity, proven.device, proven.epoch, proven.sequence


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the moment {text} has no offset from UTC")
    return moment


def _recorded(proven: Proven, told: str = "") -> Row:
    """Return when something happened: as it says, else when it was recorded."""
    at = _moment(told or parse_envelope(proven.raw).time)
    return at.astimezone(UTC), at.date()


def _closed(proven: Proven, data: Mapping[str, Any]) -> Rows:
    z = Z.from_data(data)
    count, perpetual = z.closing.count, z.perpetual
    row = (
        *_place(proven),
        _moment(data["closed"]).astimezone(UTC),
        z.opening.day,
        z.register,
        z.number,
        _moment(data["opened"]).astimezone(UTC),
        z.opening.by,
        z.closing.by,
        z.closing.allowed_by,
        z.currency,
        decimals_of_currency(z.currency),
        z.totals.receipts,
        z.totals.gross_minor,
        z.totals.turnover_minor,
        z.opening.proposed_minor,
        z.opening.float_minor,
        z.expected_minor,
        None if count is None else count.total_minor,
        z.counts,
        z.difference_minor,
        z.closing.reason,
        z.left_minor,
        z.taken_minor,
        perpetual.gross_minor,
        perpetual.absolute_minor,
        perpetual.receipts,
        z.first.epoch,
        z.first.sequence,
        z.last.epoch,
        z.last.sequence,
        z.entries,
    )
    return [(Shift, row)]


def _period(proven: Proven, data: Mapping[str, Any]) -> Rows:
    closed, perpetual = PeriodSum.from_data(data), data["perpetual"]
    before = (
        Shift.objects.filter(device=proven.device, number=closed.last_z)
        .order_by("-epoch", "-sequence")
        .first()
    )
    row = (
        *_place(proven),
        *_recorded(proven, data["closed"]),
        closed.period.value,
        closed.number,
        closed.name,
        data["by"],
        closed.first_z,
        closed.last_z,
        "" if before is None else before.currency,
        decimals_of_device(proven.device) if before is None else before.decimals,
        closed.totals.receipts,
        closed.totals.gross_minor,
        closed.totals.turnover_minor,
        closed.difference_minor,
        perpetual["gross_minor"],
        perpetual["absolute_minor"],
        perpetual["receipts"],
    )
    return [(PeriodClosing, row)]


def _drawer(
    proven: Proven, data: Mapping[str, Any], kind: str, amount: int | None, at: str = ""
) -> Rows:
    row = (
        *_place(proven),
        *_recorded(proven, at),
        kind,
        data.get("number", 0),
        amount,
        decimals_of_device(proven.device),
        data.get("open_s"),
        data.get("reason", ""),
        data["by"],
        data.get("allowed_by", ""),
    )
    return [(DrawerEvent, row)]


def _moved(proven: Proven, data: Mapping[str, Any]) -> Rows:
    return _drawer(proven, data, data["kind"], data["amount_minor"])


def _opened(proven: Proven, data: Mapping[str, Any]) -> Rows:
    return _drawer(proven, data, f"{OPEN}{data['cause']}", None, data["opened"])


def _counted(proven: Proven, data: Mapping[str, Any]) -> Rows:
    return _drawer(proven, data, "count", Count.from_data(data["count"]).total_minor)


def _exception(
    proven: Proven, kind: str, amount: int, what: str, by: str, *, part: int = 0, at: str = ""
) -> Rows:
    decimals = proven.data.get("decimals")
    row = (
        *_place(proven, part),
        *_recorded(proven, at),
        kind,
        amount,
        decimals_of_device(proven.device) if decimals is None else decimals,
        what,
        by,
    )
    return [(CounterException, row)]


def _removed(proven: Proven, data: Mapping[str, Any]) -> Rows:
    if not data.get("removed"):
        return []
    facts = ReceiptFacts.from_data(data)
    rows: Rows = []
    for part, gone in enumerate(facts.removed, 1):
        if gone.back is not None:
            continue  # it was put back, and is sold
        amount = gone.line.amount_minor(facts.rounding)
        told, by = {"part": part, "at": gone.at.isoformat()}, gone.by or facts.cashier
        rows += _exception(proven, "removed", amount, gone.line.name, by, **told)  # type: ignore[arg-type] # one of each
    return rows


def _abandoned(proven: Proven, data: Mapping[str, Any]) -> Rows:
    return _exception(proven, "abandoned", data["gross_minor"], "", data["cashier"])


def _copied(proven: Proven, data: Mapping[str, Any]) -> Rows:
    return _exception(proven, "copy", 0, data["receipt"], "")


def _terminal(proven: Proven, data: Mapping[str, Any]) -> Rows:
    row = (
        *_place(proven),
        *_recorded(proven),
        data["shift"],
        data["outcome"],
        data["total_minor"],
        data["count"],
        data["ours_minor"],
        data["ours_count"],
        data["difference_minor"],
        data["currency"],
        decimals_of_currency(data["currency"]),
        data["by"],
    )
    return [(TerminalDay, row)]


def _training(proven: Proven, data: Mapping[str, Any]) -> Rows:
    begun = proven.type == TRAINING_BEGUN
    row = (
        *_place(proven),
        *_recorded(proven),
        "begun" if begun else "ended",
        data["person"],
        data["allowed_by"] if begun else "",
        "" if begun else data["reason"],
        None if begun else data["sales"],
        None if begun else data["gross_minor"],
        decimals_of_device(proven.device),
    )
    return [(TrainingTurn, row)]


_READERS: Mapping[str, Callable[[Proven, Mapping[str, Any]], Rows]] = {
    SALE: _removed,
    ABANDONED: _abandoned,
    REPRINTED: _copied,
    CASH_MOVED: _moved,
    DRAWER_OPENED: _opened,
    SHIFT_COUNTED: _counted,
    SHIFT_CLOSED: _closed,
    PERIOD_CLOSED: _period,
    TERMINAL_CLOSED: _terminal,
    TRAINING_BEGUN: _training,
    TRAINING_ENDED: _training,
}

TYPES = tuple(_READERS)
