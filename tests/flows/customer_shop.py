"""Customers as the back office tells them, for the flows."""

from __future__ import annotations

from appliance.domain.customer import to_content
from appliance.journal.attachments import Carried, attach
from appliance.journal.entry import make
from appliance.store.customers import TOLD
from appliance.store.directory_store import DirectoryStore

ANNA, BRAM, CAFE = ("a" * 32, "b" * 32, "c" * 32)
PEOPLE = {
    ANNA: {
        "name": "Anna de Vries",
        "phone": "+31612345678",
        "email": "anna@example.nl",
        "cards": ["2600000000017"],
    },
    BRAM: {"name": "Bram Jansen", "phone": "+31687654321", "cards": ["2600000000024"]},
    CAFE: {
        "name": "Cees Bakker",
        "company": "Café De Brug B.V.",
        "tax_number": "NL812345678B01",
        "address": ["Kade 12", "1011 AB Amsterdam"],
        "cards": ["2600000000031"],
    },
}
SETTINGS = {
    "customer_cards": ["26###########"],
    "points": {"earn": 1, "per_minor": 100, "worth_minor": 1, "least": 100, "step": 100},
    "price_groups": {"staff": "Personeel"},
}


def row(customer, **more):
    said = {"customer": customer, "group": "", "points": 0, "consents": [], "counted": []}
    return said | more


def tell(shop, *rows, people=PEOPLE):
    """Have the back office speak of customers, as the uplink brings it."""
    told = {"customers": list(rows)}
    beside = [
        attach("profile", to_content(people[each["customer"]]), subject=each["customer"])
        for each in rows
        if each["customer"] in people and "merged_into" not in each
    ]
    if beside:
        told["attachments"] = [each.named() for each in beside]
    return say(shop, TOLD, told, beside)


def say(shop, kind, data, beside=()):
    entry = make(
        shop.directory,
        device="collector",
        source="/collector",
        type=kind,
        time=shop.times.now,
        data=data,
    )
    lines = [
        Carried(entry.epoch, entry.sequence, each.reference, each.salt, each.content).to_line()
        for each in beside
    ]
    with DirectoryStore.open(shop.data / "directory.db") as store:
        store.receive([entry], lines)
    shop.directory = entry.watermark
    return entry
