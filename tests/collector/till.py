"""A till without a screen: it makes real sales with the domain and real batches with the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from appliance.domain import market as markets
from appliance.domain.article import Article
from appliance.domain.payment import Payment, Tender, settle
from appliance.domain.receipt import completed
from appliance.domain.sale import Basket, Kind, totals
from appliance.journal.batch import pack
from appliance.journal.entry import ZERO_HASH, Entry, Watermark, make
from appliance.journal.signing import generate, public_pem
from appliance.journal.topics import Leaf, topic
from collector.directory.sending import Dispatch
from collector.ingest.devices import Presence
from collector.ingest.models import Device
from collector.ingest.projecting import Projector
from collector.ingest.receiving import Deliver, Message
from collector.ingest.worker import Ingest

SALE = "balie.sale.completed.v1"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NL = markets.load("nl")
SHELF = [
    Article("3017620422003", "Nutella 400 g", 399, "reduced", "breakfast"),
    Article("8710400280507", "Halfvolle melk 1 l", 129, "reduced", "dairy"),
    Article("TASJE", "Draagtas", 25, "standard", "other"),
]


@dataclass
class Till:
    """A device's journal in memory."""

    device: str = "register-2"
    epoch: int = 1
    key: Any = field(default_factory=generate)
    entries: list[Entry] = field(default_factory=list)
    at: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    number: int = 0

    def enrol(self) -> Device:
        return Device.objects.create(
            id=self.device, name=self.device, register="2", public_key=public_pem(self.key)
        )

    @property
    def head(self) -> Watermark:
        return self.entries[-1].watermark if self.entries else Watermark(self.epoch, 0, ZERO_HASH)

    def record(self, kind: str, data: dict[str, Any]) -> Entry:
        self.at += timedelta(seconds=41)
        entry = make(self.head, device=self.device, type=kind, time=self.at, data=data)
        self.entries.append(entry)
        return entry

    def open(self, **data: Any) -> Entry:
        return self.record("balie.journal.opened.v1", {"epoch": self.epoch, **data})

    def sell(self, *quantities: int, uuid: int | None = None, removed_by: str = "") -> Entry:
        """Sell so many of each article on the shelf; below zero brings them back.

        Where somebody is named who removed it, one more of the first was scanned and taken out.
        """
        self.number += 1
        return self.record(SALE, sale_data(self, quantities or (2, 1, 1), uuid, removed_by))

    def batch(self, first: int = 1, last: int | None = None, **changes: Any) -> bytes:
        """Pack the entries from one sequence to another."""
        chosen = self.entries[first - 1 : last]
        return pack_as(self, chosen, **changes)

    def fork(self) -> Till:
        """Copy the card: the same key, the same past, a future of its own."""
        return Till(self.device, self.epoch, self.key, list(self.entries), self.at, self.number)


def pack_as(till: Till, entries: Sequence[Entry], **changes: Any) -> bytes:
    told = {"stream": "journal", "device": till.device, "signer": till.key, **changes}
    return pack(entries, **told)


def sale_data(
    till: Till, quantities: Sequence[int], uuid: int | None = None, removed_by: str = ""
) -> dict[str, Any]:
    opened = till.at.astimezone(AMSTERDAM)
    back = any(quantity < 0 for quantity in quantities)
    basket = Basket(
        id=UUID(int=uuid or till.number + 2**64 * till.epoch).hex,
        opened_at=opened,
        cashier="p1",
        kind=Kind.RETURN if back else Kind.SALE,
    )
    for article, quantity in zip(SHELF, quantities, strict=False):
        if quantity:
            basket = basket.add(article, quantity * 1000)
    if removed_by:
        basket = basket.add(SHELF[0], merge=False)
        basket = basket.remove(basket.lines[-1].number, opened, removed_by)
    sum_ = totals(basket, NL, opened.date())
    paid = [Payment(Tender.CARD_MANUAL, sum_.gross_minor, sum_.gross_minor, 0, 0, "1234", None)]
    return completed(
        basket=basket,
        totals=sum_,
        settlement=settle(sum_.gross_minor, paid, NL),
        market=NL,
        register="2",
        number=till.number,
        completed_at=opened + timedelta(seconds=20),
        day=opened.date(),
    )


class Broker:
    """A broker's client without a broker: it remembers what it was told."""

    def __init__(self) -> None:
        self.published: list[tuple[str, bytes, bool]] = []
        self.finished: list[Message] = []
        self.is_held = False

    def start(self, deliver: Deliver) -> None:
        self.deliver = deliver

    def hold(self) -> None:
        self.is_held = True

    def go_on(self) -> None:
        self.is_held = False

    def done(self, message: Message) -> None:
        self.finished.append(message)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.published.append((topic, payload, retain))

    def check(self) -> None: ...

    def close(self) -> None: ...

    def acks(self, device: str = "register-2") -> list[Watermark]:
        wanted = topic(device, Leaf.ACK)
        return [
            Watermark.from_json(payload) for name, payload, _ in self.published if name == wanted
        ]


class Collector:
    """Ingest with everything real but the broker, taking one turn at a time."""

    def __init__(self) -> None:
        self.broker = Broker()
        self.key = generate()
        self.dispatch = Dispatch(self.broker.publish, self.key)
        presence = Presence(partial(self.broker.publish, retain=True), self.dispatch)
        self.ingest = Ingest(self.broker, Projector.from_settings(), presence)

    def take(self, *payloads: bytes, device: str = "register-2", leaf: Leaf = Leaf.JOURNAL) -> None:
        """Take messages that came together."""
        self.ingest.turn([Message(topic(device, leaf), payload, 1) for payload in payloads])

    @property
    def ack(self) -> Watermark:
        """The last acknowledgement published for register-2."""
        return self.broker.acks()[-1]
