"""After a start: what was sold is sold, what was open is open again.

The basket is kept on the shelf a moment after each step, the sale is in the journal the moment it
is paid. Where a power cut came between the two, the journal is right: a basket whose sale it holds
is not offered again, a card payment it tells of is not forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from appliance.domain.payment import PaymentOutcome, Tender, Tendered
from appliance.domain.receipt import ReceiptFacts
from appliance.journal.entry import Entry, Watermark
from appliance.journal.prune import PRUNED, Carried
from appliance.services import events
from appliance.services.copies import note_copy
from appliance.services.counter import Start
from appliance.services.customers import note_points
from appliance.services.ledger import note_moves
from appliance.services.ports import Attempt, JournalHistory, KeptBasket, Shelf
from appliance.services.register import NUMBER_FACT, UNRESOLVED_FACT
from appliance.services.returns import remember


@dataclass(frozen=True, slots=True)
class Resumed:
    """What was found at the start.

    Attributes:
        start: Where the register goes on.
        sold: Baskets that lay on the shelf and are in the journal: their receipts may never have
            been printed.
        notes_lost: Whether open and parked baskets could not be read any more.
        training: Of the counter that was one to learn at when the power went, what its journal
            said; None where it was not.
    """

    start: Start
    sold: tuple[ReceiptFacts, ...] = ()
    notes_lost: bool = False
    training: Mapping[str, Any] | None = None


@dataclass(slots=True)
class _Since:
    """What the journal tells of the time after the shelf was last written."""

    sales: dict[str, ReceiptFacts] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    returns: list[tuple[ReceiptFacts, Watermark]] = field(default_factory=list)
    moves: list[tuple[ReceiptFacts, Watermark]] = field(default_factory=list)
    """Sales that moved balances of cards or customers."""
    reversed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the terminal gave back into a return, by the attempt that had taken it."""
    copies: list[Mapping[str, Any]] = field(default_factory=list)
    number: int = 0
    training: Mapping[str, Any] | None = None


def resume(history: JournalHistory, shelf: Shelf, register: str, *, given_out: int = 0) -> Resumed:
    """Find where the register goes on.

    Args:
        history: The journal; only what was recorded since the shelf was last written is read,
            so a start takes no longer after ten years than after a day.
        shelf: What was going on.
        register: The register's part of the receipt number.
        given_out: The last receipt number the back office knows of; a replaced device goes on
            after it.
    """
    baskets = shelf.baskets()
    number = shelf.fact(NUMBER_FACT)
    places = [kept.head for kept in baskets]
    if number:
        places.append(Watermark(number["epoch"], number["sequence"], number["hash"]))
    after = min(places, key=lambda place: place.place) if number else None
    if after and after.place > history.head.place:
        after = None
    ids = [kept.basket.id for kept in baskets]
    since = _read(history.entries(after), register, ids)
    for facts, place in since.returns:
        remember(shelf, facts, place)
    for facts, place in since.moves:
        note_moves(shelf, facts, place)
        note_points(shelf, facts, place)
    for data in since.copies:
        note_copy(shelf, data)
    unresolved = _open_attempts(
        [events.attempt_from(data) for data in shelf.fact(UNRESOLVED_FACT, [])], since
    )
    open_: list[KeptBasket] = []
    parked: list[KeptBasket] = []
    closed: list[str] = []
    for kept in baskets:
        if kept.basket.id in since.sales or kept.basket.id in since.gone:
            closed.append(kept.basket.id)
            unresolved += _open_attempts(_attempts(kept, since), since)
        else:
            (parked if kept.parked else open_).append(_with_answers(kept, since))
    unresolved = list(dict.fromkeys(unresolved))
    # First what a closed basket leaves behind, then the basket: the next start finds it too.
    shelf.keep_fact(UNRESOLVED_FACT, [events.attempt_data(each) for each in unresolved])
    for basket in closed:
        shelf.drop_basket(basket)
    start = Start(
        number=max(since.number, number["number"] if number else 0, given_out),
        head=history.head,
        open=open_[-1] if open_ else None,
        parked=(*parked, *(replace(kept, parked=True) for kept in open_[:-1])),
        unresolved=tuple(unresolved),
    )
    sold = tuple(since.sales[sale] for sale in ids if sale in since.sales)
    # Nothing is sold while somebody learns, so what was read goes back far enough.
    return Resumed(start, sold, training=since.training)


def _read(entries: Iterable[Entry], register: str, wanted: Collection[str]) -> _Since:
    since = _Since()
    for entry in entries:
        data = entry.data
        if entry.type == events.COMPLETED and data["register"] == register:
            _read_sale(entry, wanted, since)
        elif entry.type == events.ABANDONED:
            since.gone.add(data["sale"])
        elif entry.type in _MONEY_ON_THE_WAY:
            _read_money(entry, since)
        elif entry.type == events.REPRINTED:
            since.copies.append(data)
        elif entry.type in (events.TRAINING_BEGUN, events.TRAINING_ENDED):
            since.training = data if entry.type == events.TRAINING_BEGUN else None
        elif entry.type == PRUNED:
            _carry_on(Carried.from_data(data), register, since)
    return since


def _read_sale(entry: Entry, wanted: Collection[str], since: _Since) -> None:
    data = entry.data
    since.number = max(since.number, data["number"])
    if any("origin" in line for line in data["lines"]):
        since.returns.append((ReceiptFacts.from_data(data), entry.watermark))
    moves = any("account" in part for part in (*data["lines"], *data["payments"]))
    if moves or "points" in data:
        since.moves.append((ReceiptFacts.from_data(data), entry.watermark))
    if data["sale"] in wanted:
        since.sales[data["sale"]] = ReceiptFacts.from_data(data)


_MONEY_ON_THE_WAY = (events.ATTEMPTED, events.RESULTED, events.REVERSING, events.REVERSED)


def _read_money(entry: Entry, since: _Since) -> None:
    """Take over what was asked of the terminal or by a code, and what came of it."""
    data = entry.data
    if entry.type == events.ATTEMPTED:
        attempt = events.attempt_from(data)
        since.attempts[attempt.id] = attempt
    elif entry.type == events.RESULTED:
        since.results[data["attempt"]] = data
    elif "into" in data:
        since.reversed[data["attempt"]] = since.reversed.get(data["attempt"], {}) | data


def _carry_on(carried: Carried, register: str, since: _Since) -> None:
    """Take over what entries said that this device has let go of."""
    since.number = max(since.number, carried.numbers.get(register, 0))
    for data in carried.unanswered.values():
        attempt = events.attempt_from(data)
        since.attempts.setdefault(attempt.id, attempt)


def _attempts(kept: KeptBasket, since: _Since) -> list[Attempt]:
    """Every question about this sale that the shelf or the journal knows of."""
    told = [each for each in since.attempts.values() if each.sale == kept.basket.id]
    return list(dict.fromkeys((*kept.attempts, *told)))


def _open_attempts(attempts: Sequence[Attempt], since: _Since) -> list[Attempt]:
    unknown = PaymentOutcome.UNKNOWN.value
    return [
        each
        for each in attempts
        if since.results.get(each.id, {}).get("outcome", unknown) == unknown
    ]


def _with_answers(kept: KeptBasket, since: _Since) -> KeptBasket:
    """Lay what the terminal said to the basket it was said about."""
    held = {each.attempt for each in kept.tendered}
    attempts = _attempts(kept, since)
    paid = [
        each.paid(since.results[each.id]["reference"] or "")
        for each in attempts
        if each.id not in held and since.results.get(each.id, {}).get("used")
    ]
    given_back = [
        Tendered(Tender.CARD_TERMINAL, -data["amount_minor"], data["reference"], attempt)
        for attempt, data in since.reversed.items()
        if attempt not in held
        and data["into"] == kept.basket.id
        and data.get("outcome") == PaymentOutcome.APPROVED.value
    ]
    return replace(
        kept,
        tendered=(*kept.tendered, *paid, *given_back),
        attempts=tuple(_open_attempts(attempts, since)),
    )
