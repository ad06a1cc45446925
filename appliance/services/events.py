"""What the services record, as events for the journal. No name, no card number, no PIN."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from appliance.domain.payment import PaymentOutcome, Tender
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import Basket, Line, Totals
from appliance.journal.attachments import Attachment
from appliance.journal.entry import Watermark
from appliance.journal.store import Event
from appliance.services.ports import Attempt

COMPLETED = "balie.sale.completed.v1"
ABANDONED = "balie.sale.abandoned.v1"
ATTEMPTED = "balie.payment.attempted.v1"
RESULTED = "balie.payment.resulted.v1"
REVERSING = "balie.reversal.attempted.v1"
REVERSED = "balie.reversal.resulted.v1"
REPRINTED = "balie.receipt.reprinted.v1"
CUSTOMER_CHANGED = "balie.customer.changed.v1"
SIGNED_IN = "balie.staff.signed_in.v1"
SIGNED_OUT = "balie.staff.signed_out.v1"
REFUSED = "balie.staff.refused.v1"
ALLOWED = "balie.staff.allowed.v1"
TRAINING_BEGUN = "balie.training.begun.v1"
TRAINING_ENDED = "balie.training.ended.v1"


def completed(facts: ReceiptFacts, beside: tuple[Attachment, ...] = ()) -> Event:
    """A sale was paid; ``beside`` it stands who bought, where the receipt says so."""
    return Event(COMPLETED, facts.to_data(), facts.completed, beside)


def customer_changed(
    customer: str, change: str, consents: Mapping[str, bool], by: str, at: datetime
) -> Event:
    """Something was said of a customer; who that is stands beside the entry."""
    said = [{"purpose": purpose, "given": given} for purpose, given in consents.items()]
    data = {"customer": customer, "change": change, "by": by, "consents": said}
    return Event(CUSTOMER_CHANGED, data, at)


def abandoned(basket: Basket, totals: Totals, at: datetime) -> Event:
    """A sale was given up; its lines are told, those removed before included."""
    data = {
        "sale": basket.id,
        "lines": [_line(line) for line in basket.lines],
        "removed": [_line(gone.line) | gone.told() for gone in basket.removed],
        "gross_minor": totals.gross_minor,
        "cashier": basket.cashier,
    }
    if basket.recounts:
        data["recounts"] = [each.to_data() for each in basket.recounts]
    return Event(ABANDONED, data, at)


def attempted(attempt: Attempt, currency: str, at: datetime) -> Event:
    """The terminal is about to be asked, or a code is about to be shown."""
    return Event(
        ATTEMPTED,
        {**attempt_data(attempt), "tender": attempt.tender.value, "currency": currency},
        at,
    )


def resulted(
    attempt: Attempt,
    outcome: PaymentOutcome,
    reference: str,
    message: str,
    at: datetime,
    *,
    used: bool,
    seen_by: str = "",
    allowed_by: str = "",
) -> Event:
    """The terminal answered, or did not; ``used`` tells whether the money went into the sale.

    Of a code that was shown somebody says so who saw the money, or saw that it did not come.
    """
    data = {
        "attempt": attempt.id,
        "sale": attempt.sale,
        "outcome": outcome.value,
        "reference": reference or None,
        "message": message,
        "used": used,
    }
    said = {"seen_by": seen_by, "allowed_by": allowed_by}
    return Event(RESULTED, data | {key: who for key, who in said.items() if who}, at)


def reversing(attempt: Attempt, currency: str, at: datetime, *, into: str = "") -> Event:
    """The terminal is about to be asked to give a payment back."""
    data = {"attempt": attempt.id, "sale": attempt.sale, "amount_minor": attempt.amount_minor}
    said = {"into": into} if into else {}
    return Event(REVERSING, {**data, "currency": currency, **said}, at)


def reversed_(
    attempt: Attempt, outcome: str, reference: str, message: str, at: datetime, *, into: str = ""
) -> Event:
    """The terminal gave a payment back, or did not, or nobody knows."""
    data = {
        "attempt": attempt.id,
        "sale": attempt.sale,
        "outcome": outcome,
        "reference": reference or None,
        "message": message,
    }
    return Event(REVERSED, data | ({"into": into} if into else {}), at)


def reprinted(facts: ReceiptFacts, copy: int, at: datetime) -> Event:
    """A copy of a receipt was made."""
    return Event(REPRINTED, {"sale": facts.sale, "receipt": facts.receipt, "copy": copy}, at)


def signed_in(person: str, method: str, at: datetime) -> Event:
    """Somebody took the counter, by ``pin`` or ``badge``."""
    return Event(SIGNED_IN, {"person": person, "method": method}, at)


def signed_out(person: str, reason: str, at: datetime) -> Event:
    """Somebody left it, by ``lock`` or ``idle``."""
    return Event(SIGNED_OUT, {"person": person, "reason": reason}, at)


def refused(person: str, tries: int, until: datetime, at: datetime) -> Event:
    """Too many wrong PINs."""
    return Event(REFUSED, {"person": person, "tries": tries, "until": until.isoformat()}, at)


def allowed(right: str, asked_by: str, allowed_by: str, method: str, at: datetime) -> Event:
    """Somebody allowed another what that one may not do, by ``pin`` or ``badge``."""
    data = {"right": right, "asked_by": asked_by, "allowed_by": allowed_by, "method": method}
    return Event(ALLOWED, data, at)


def training_begun(person: str, allowed_by: str, head: Watermark, at: datetime) -> Event:
    """The counter is one to learn at, from the training chain's ``head`` on."""
    data = {"person": person, "allowed_by": allowed_by, "chain": place(head)}
    return Event(TRAINING_BEGUN, data, at)


def training_ended(person: str, reason: str, rung_up: dict[str, Any], at: datetime) -> Event:
    """The counter sells again; ``rung_up`` is as `appliance.services.training` tells it."""
    return Event(TRAINING_ENDED, {"person": person, "reason": reason, **rung_up}, at)


def attempt_data(attempt: Attempt) -> dict[str, Any]:
    """An attempt in JSON's own types; what is usual is left out."""
    data: dict[str, Any] = {
        "attempt": attempt.id,
        "sale": attempt.sale,
        "amount_minor": attempt.amount_minor,
    }
    said = {"tip_minor": attempt.tip_minor} if attempt.tip_minor else {}
    return data | said | ({"tender": attempt.tender.value} if attempt.by_code else {})


def attempt_from(data: dict[str, Any]) -> Attempt:
    """An attempt as it was written by `attempt_data`."""
    return Attempt(
        data["attempt"],
        data["sale"],
        data["amount_minor"],
        Tender(data.get("tender", Tender.CARD_TERMINAL.value)),
        data.get("tip_minor", 0),
    )


def place(watermark: Watermark) -> dict[str, Any]:
    """A watermark in JSON's own types."""
    return {"epoch": watermark.epoch, "sequence": watermark.sequence, "hash": watermark.hash}


def _line(line: Line) -> dict[str, Any]:
    return {
        "line": line.number,
        "article": line.article_code,
        "name": line.name,
        "quantity_milli": line.quantity_milli,
        "unit_price_minor": line.unit_price_minor,
    }
