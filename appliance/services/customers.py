"""Customers at the counter: found, made and changed, with or without the office.

What the office says lies in directory.db. What was said here stands beside the journal's entries and
counts at once: it is laid over the office's rows until those say that it is in them. Nothing of it
is kept a third time, so there is one place at each end where it is erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from appliance.domain.customer import (
    ATTACHED,
    CALLING_CODES,
    INVOICED,
    Consent,
    Customer,
    Profile,
    from_content,
    is_card,
    searched_in,
    sought,
    to_content,
)
from appliance.domain.market import Market
from appliance.domain.points import PointsMoved, PointsRule, spent_on
from appliance.domain.receipt import ReceiptFacts
from appliance.domain.sale import Basket, Kind, Totals
from appliance.journal.attachments import Attachment, attach, new_reference
from appliance.journal.entry import Entry, Watermark
from appliance.services import events
from appliance.services.commit import Commit
from appliance.services.ports import (
    Clock,
    Directory,
    Journal,
    SaidCustomer,
    Shelf,
    StoreError,
)

CARDS = "customer_cards"
"""The setting that says how the shop's customer cards read."""
POINTS = "points"
"""The setting that says how points are earned and spent."""
MOST_RESULTS = 30
"""More than a person reads; one more letter finds it sooner."""

Place = tuple[int, int]
_NOTES_KEPT = 50


class Beside(Protocol):
    """What stands beside the journal; see `appliance.journal.reader`."""

    def attached(self, subject: str = "") -> list[tuple[Entry, str, bytes]]:
        """Read what is attached and not erased: the entry, the reference, the content."""


@dataclass(frozen=True, slots=True)
class _Said:
    """Something said of a customer here.

    Attributes:
        place: Its entry.
        told: Parts of the profile.
        consents: What was allowed, or no longer.
    """

    place: Place
    told: Mapping[str, Any]
    consents: tuple[Consent, ...] = ()


@dataclass(slots=True)
class _Own:
    """What was said of one customer here, oldest first, and the text it is found by."""

    said: list[_Said] = field(default_factory=list)
    folded: str = ""


class Customers:
    """Finds customers, and writes down what is said of them. Used from the screen's thread.

    Args:
        device: This device's name.
        market: Its country's telephone numbers.
        directory: What the office says.
        journal: Records what is said.
        history: Holds what was said.
        shelf: Notes the points of this register's own sales.
        clock: The shop's time.
    """

    def __init__(
        self,
        *,
        device: str,
        market: Market,
        directory: Directory,
        journal: Journal,
        history: Beside,
        shelf: Shelf,
        clock: Clock,
    ) -> None:
        self.calling_code = CALLING_CODES.get(market.code, "")
        self._device = device
        self._directory = directory
        self._rows = directory.customers
        self._journal = journal
        self._history = history
        self._shelf = shelf
        self._clock = clock
        self._own: dict[str, _Own] = {}
        self._seen: dict[str, Customer | None] = {}
        for entry, _, content in history.attached():
            if entry.type == events.CUSTOMER_CHANGED:
                self._lay_over(_read(entry.data["customer"], entry, from_content(content)))

    # Finding.

    def get(self, customer: str) -> Customer | None:
        """Return a customer by id, as known now where it was merged; None for nobody or erased."""
        if customer not in self._seen:
            self._seen[customer] = self._look_up(customer)
        return self._seen[customer]

    def refresh(self) -> None:
        """Look everybody up anew: the office said something."""
        self._seen.clear()

    def _look_up(self, customer: str) -> Customer | None:
        row = self._rows.get(customer)
        return self._without_row(customer) if row is None else self._of_row(row)

    def _of_row(self, row: SaidCustomer) -> Customer:
        """Lay what was said and sold here over what the office says."""
        made = Customer(row.id, row.profile, row.group, row.points, row.consents)
        ids = [row.id, *self._rows.merged_with(row.id)]
        since = row.counted.get(self._device, (0, 0))
        for said in sorted(self._said(ids), key=lambda each: each.place):
            if said.place > since:
                made = _told(made, said)
        moved = sum(change for place, change in self._notes(ids, since) if place > since)
        return replace(made, points=made.points + moved)

    def of_card(self, card: str) -> list[Customer]:
        """Return whom a card belongs to; several where it was given out twice."""
        found = {row.id for row in self._rows.by_card(card)}
        found |= {
            id_
            for id_, own in self._own.items()
            if any(card in said.told.get("cards", ()) for said in own.said)
        }
        return [each for each in self._known(found) if card in each.profile.cards]

    def is_card(self, text: str) -> bool:
        """Tell whether a scan is one of the shop's customer cards, given out or not."""
        return is_card(text, self._directory.setting(CARDS))

    def search(self, text: str) -> list[Customer]:
        """Return customers by a part of a name, company, number or address."""
        words = sought(text)
        if not words:
            return []
        found = {row.id: self._of_row(row) for row in self._rows.search(text, MOST_RESULTS)}
        own = [id_ for id_, own in self._own.items() if all(w in own.folded for w in words)]
        found |= {each.id: each for each in self._known(own)}
        return list(found.values())[:MOST_RESULTS]

    def alike(self, profile: Profile, but: str = "") -> list[Customer]:
        """Return customers that have a card, a number or an address in common with a profile."""
        found: dict[str, Customer] = {}
        for card in profile.cards:
            found |= {each.id: each for each in self.of_card(card)}
        for text, part in ((profile.phone.removeprefix("+"), "phone"), (profile.email, "email")):
            wanted = getattr(profile, part)
            for each in self.search(text) if wanted else ():
                if getattr(each.profile, part).casefold() == wanted.casefold():
                    found[each.id] = each
        found.pop(but, None)
        return list(found.values())

    # Writing down.

    def create(
        self, profile: Profile, consents: Mapping[str, bool], *, by: str
    ) -> Commit[Customer]:
        """Write a new customer down; the answer is who it is."""
        return self._record(new_reference(), "created", profile.to_data(), consents, by)

    def change(
        self, customer: Customer, profile: Profile, consents: Mapping[str, bool], *, by: str
    ) -> Commit[Customer] | None:
        """Write down what is different; None where nothing is.

        Args:
            customer: As it was shown.
            profile: As it is now.
            consents: What was allowed or not for each purpose that was asked.
            by: Id of who writes it down.
        """
        told = customer.profile.differences(profile)
        before = {each.purpose: each.given for each in customer.consents}
        news = {key: given for key, given in consents.items() if given != before.get(key, False)}
        if not told and not news:
            return None
        return self._record(customer.id, "changed", told, news, by)

    def forget(self, customers: Iterable[str]) -> None:
        """Let go of what this service remembers of somebody who is erased."""
        for customer in customers:
            self._own.pop(customer, None)
        self.refresh()

    # What the register asks; see `appliance.services.basket.Patrons`.

    def group_of(self, customer: str) -> str:
        """Return a customer's price group, or empty."""
        known = self.get(customer) if customer else None
        return known.group if known else ""

    def rule(self) -> PointsRule | None:
        """Return how the shop gives points; None where it gives none.

        Raises:
            PointsError: The back office's rule is none.
        """
        return PointsRule.from_data(self._directory.setting(POINTS))

    def points_moved(self, basket: Basket, totals: Totals) -> PointsMoved | None:
        """Return what a sale does to its customer's points; None where they have none."""
        if not basket.customer:
            return None
        try:
            rule = self.rule()
            customer = self.get(basket.customer) if rule else None
        except (StoreError, ValueError):
            # No sale is held up by a rule the office wrote wrongly, or one that cannot be read.
            return None
        if rule is None or customer is None or basket.kind is Kind.VOID:
            return None
        spent = spent_on(
            basket.lines, basket.points.worth_minor if basket.points else rule.worth_minor
        )
        moved = PointsMoved(
            rule.earned((each.line, each.gross_minor) for each in totals.lines), spent
        )
        return replace(moved, balance=customer.points + moved.change)

    def beside(self, facts: ReceiptFacts) -> tuple[Attachment, ...]:
        """Return who bought, where the receipt is an invoice; it stands beside the sale's entry."""
        customer = self.get(facts.customer) if facts.customer else None
        if customer is None or not customer.profile.wants_invoice:
            return ()
        who = customer.profile.to_data()
        buyer = {key: who[key] for key in _ON_INVOICES if key in who}
        return (attach(INVOICED, to_content(buyer), subject=facts.customer),)

    def note(self, facts: ReceiptFacts, place: Watermark) -> None:
        """Note what a sale that is recorded did to points."""
        note_points(self._shelf, facts, place)
        self.refresh()

    def buyer(self, facts: ReceiptFacts) -> Profile | None:
        """Return who bought, as the receipt of a sale says; None where it does not, or no longer."""
        if not facts.customer:
            return None
        for entry, _, content in reversed(self._history.attached(facts.customer)):
            if entry.type == events.COMPLETED and entry.data["sale"] == facts.sale:
                return Profile.from_data(from_content(content))
        return None

    # Within.

    def _record(
        self,
        customer: str,
        change: str,
        told: Mapping[str, Any],
        consents: Mapping[str, bool],
        by: str,
    ) -> Commit[Customer]:
        at = self._clock()
        event = events.customer_changed(customer, change, consents, by, at)
        beside = attach(ATTACHED, to_content(told), subject=customer)

        def recorded(entries: Sequence[Entry]) -> Customer:
            self._lay_over(_read(customer, entries[-1], told))
            return self.get(customer) or Customer(customer, Profile.from_data(told))

        return Commit(
            self._journal.submit(replace(event, attachments=(beside,))),
            recorded=recorded,
            refused=lambda: None,
        )

    def _lay_over(self, read: tuple[str, _Said]) -> None:
        customer, said = read
        row = self._rows.get(customer)
        if row is not None and said.place <= row.counted.get(self._device, (0, 0)):
            return
        own = self._own.setdefault(customer, _Own())
        own.said.append(said)
        self.refresh()
        now = self.get(customer)
        own.folded = searched_in(now.profile) if now else ""

    def _without_row(self, customer: str) -> Customer | None:
        """Return a customer of whom the office has not spoken yet."""
        own = self._own.get(customer)
        if own is None:
            return None
        made = Customer(customer)
        for said in own.said:
            made = _told(made, said)
        return replace(made, points=sum(change for _, change in self._notes([customer], (0, 0))))

    def _said(self, ids: Iterable[str]) -> list[_Said]:
        return [said for id_ in ids if id_ in self._own for said in self._own[id_].said]

    def _known(self, ids: Iterable[str]) -> list[Customer]:
        """Return customers by ids, each once, those merged as what they were merged into."""
        found = {each.id: each for each in map(self.get, ids) if each is not None}
        return list(found.values())

    def _notes(self, ids: Iterable[str], counted: Place) -> list[tuple[Place, int]]:
        """Read what own sales did to points; let go of notes the office has counted, once many."""
        found = []
        for id_ in ids:
            notes = self._shelf.fact(_key(id_), [])
            since = [note for note in notes if (note[0], note[1]) > counted]
            if len(notes) - len(since) > _NOTES_KEPT:
                self._shelf.keep_fact(_key(id_), since)
            found += [((epoch, sequence), change) for epoch, sequence, change in since]
        return found


def note_points(shelf: Shelf, facts: ReceiptFacts, place: Watermark) -> None:
    """Note on the shelf what a sale did to points. The same place again changes nothing."""
    if facts.points is None or not facts.customer:
        return
    before = [note for note in shelf.fact(_key(facts.customer), []) if note[:2] != [*place.place]]
    shelf.keep_fact(_key(facts.customer), [*before, [*place.place, facts.points.change]])


_ON_INVOICES = ("name", "company", "tax_number", "address")


def _key(customer: str) -> str:
    return f"points {customer}"


def _read(customer: str, entry: Entry, told: Mapping[str, Any]) -> tuple[str, _Said]:
    consents = tuple(
        Consent(each["purpose"], each["given"], entry.time) for each in entry.data["consents"]
    )
    return customer, _Said((entry.epoch, entry.sequence), told, consents)


def _told(customer: Customer, said: _Said) -> Customer:
    """Return a customer after something more was said here."""
    latest = {each.purpose: each for each in (*customer.consents, *said.consents)}
    return replace(
        customer,
        profile=customer.profile.with_told(said.told),
        consents=tuple(latest.values()),
        is_own=True,
    )
