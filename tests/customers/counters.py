"""Registers that write customers down and sell to them, and the directory they follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from appliance.domain.customer import to_content
from appliance.journal.attachments import Carried, attach, new_reference
from appliance.journal.batch import unpack
from appliance.journal.stream import Receiver
from appliance.services.events import CUSTOMER_CHANGED
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from appliance.uplink.directory import DirectoryKeeper
from collector.directory.log import LogSource
from collector.directory.sending import Dispatch
from tests.collector.till import SALE, Till, pack_as, sale_data


@dataclass
class Counter(Till):
    """A till that knows customers."""

    beside: dict[int, list[bytes]] = field(default_factory=dict)

    def say(
        self, customer: str = "", *, consents: dict[str, bool] | None = None, **told: Any
    ) -> str:
        """Write something of a customer down; return who it is."""
        new = not customer
        customer = customer or new_reference()
        what = attach("customer", to_content(told), subject=customer)
        entry = self.record(
            CUSTOMER_CHANGED,
            {
                "customer": customer,
                "change": "created" if new else "changed",
                "by": "p1",
                "consents": [
                    {"purpose": key, "given": given} for key, given in (consents or {}).items()
                ],
                "attachments": [what.named()],
            },
        )
        line = Carried(entry.epoch, entry.sequence, what.reference, what.salt, what.content)
        self.beside[entry.sequence] = [line.to_line()]
        return customer

    def sell_to(self, customer: str, earned: int = 0, spent: int = 0, **more: Any) -> None:
        self.number += 1
        data = sale_data(self, (2, 1, 1))
        points = {"earned": earned, "spent": spent}
        self.record(SALE, {**data, "customer": customer, "points": points, **more})

    def send(self, collector, first: int = 1) -> None:
        chosen = self.entries[first - 1 :]
        lines = [line for each in chosen for line in self.beside.get(each.sequence, ())]
        collector.take(pack_as(self, chosen, attachments=lines), device=self.device)


class Device:
    """A device's directory, brought by the very parts that bring it in a shop."""

    def __init__(self, folder, name: str) -> None:
        self.path = folder / f"{name}.db"
        self.name = name
        self.directory = Directory(self.path)

    def follow(self, collector) -> None:
        """Take everything that the collector has to tell."""
        with DirectoryStore.open(self.path, self.name) as store:
            receiver = Receiver(
                DirectoryKeeper(store), stream="directory", device=self.name, public_key=None
            )
            source, dispatch = LogSource(), Dispatch(lambda *_: None, collector.key)
            source.refresh()
            while entries := source.entries(store.watermark, 50):
                payload = dispatch._pack(self.name, entries)
                assert unpack(payload).count == len(entries)
                receiver.receive(payload)

    @property
    def customers(self):
        return self.directory.customers

    def names(self, text: str) -> list[str]:
        return [row.profile.title for row in self.customers.search(text, 30)]

    def bytes(self) -> bytes:
        """Everything in the file and its log."""
        return b"".join(each.read_bytes() for each in self.path.parent.glob(f"{self.path.name}*"))
