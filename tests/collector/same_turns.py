"""Feed a collector random turns, the same for a seed wherever it is run, and say what it holds.

    DATABASE_URL=... python -m tests.collector.same_turns SEEDS [plain]

Prints what each seed leaves in the tables, as JSON. With ``plain`` PostgreSQL takes everything the
long way, as SQLite does.
"""

from __future__ import annotations

import json
import os
import random
import sys
from hashlib import sha256
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collector.settings")
    django.setup()

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from appliance.journal.topics import Leaf, topic
from collector.desks.register.models import Sale
from collector.ingest import storing, straight
from collector.ingest.models import Alarm, Device, Entry, Fork, Signature, Watermark
from collector.ingest.receiving import Message
from tests.collector.till import Collector, Till, pack_as

TURNS = 40


def key_of(word: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(word.encode()).digest())


class Street:
    """Devices of every kind, and what they say at random.

    Args:
        seed: Decides everything.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.tills = [
            Till(f"register-{seed}-{number}", key=key_of(f"{seed} {number}")) for number in range(3)
        ]
        self.sent: list[Message] = []
        self.late: list[Message] = []
        self.sent_to: dict[str, int] = {}
        for till in self.tills:
            till.number = 1000 * seed
            till.enrol()
            till.open()

    def message(self, till: Till, payload: bytes) -> Message:
        said = Message(topic(till.device, Leaf.JOURNAL), payload, 1)
        self.sent.append(said)
        return said

    def next_of(self, till: Till) -> list[Message]:
        """What an honest device sends next, in one batch or several; some of it may be late."""
        for _ in range(self.chance.randint(1, 6)):
            till.sell(self.chance.randint(1, 3))
        place = f"{till.device}.{till.epoch}"
        first, last = self.sent_to.get(place, 0) + 1, len(till.entries)
        self.sent_to[place] = last
        size = self.chance.choice((1, 2, 50))
        payloads = [till.batch(at, min(at + size - 1, last)) for at in range(first, last + 1, size)]
        return [self.message(till, each) for each in payloads]

    def clone(self, till: Till) -> list[Message]:
        """A copied card goes on from somewhere by itself."""
        if len(till.entries) < 2:
            return []
        at = len(till.entries) - 1
        if self.chance.random() < 0.3:
            at = self.chance.randrange(1, len(till.entries))
        copy = Till(
            till.device, till.epoch, till.key, till.entries[:at], till.at, till.number + 500
        )
        for _ in range(self.chance.randint(1, 3)):
            copy.sell(2)
        size = self.chance.choice((1, 2))
        runs = range(at + 1, len(copy.entries) + 1, size)
        came = [self.message(till, copy.batch(first, first + size - 1)) for first in runs]
        # What goes on where the true journal ended, from another entry of the same number.
        self.late += came[1:]
        return came[:1]

    def new_life(self, till: Till) -> list[Message]:
        """A device opens an epoch; of where it says it comes from not everything need be true."""
        after = {"epoch": till.epoch, "sequence": len(till.entries), "hash": till.head.hash}
        if self.chance.random() < 0.3:
            after["sequence"] += 5
        till.epoch += self.chance.randint(1, 3)
        till.entries.clear()
        till.open(after=after)
        return []

    def stranger(self, till: Till) -> list[Message]:
        """Somebody without the key signs true entries, or false ones."""
        first = self.chance.randint(1, len(till.entries))
        chosen = till.entries[first - 1 : first + 2]
        forged = self.message(till, pack_as(till, chosen, signer=key_of("stranger")))
        return [forged, *self.next_of(till)] if self.chance.random() < 0.5 else [forged]

    def torn(self, till: Till) -> list[Message]:
        payload = till.batch()
        return [self.message(till, payload[: self.chance.randrange(len(payload))])]

    def again(self, _till: Till) -> list[Message]:
        """The network brings something a second time, from now or from long ago."""
        return [self.chance.choice(self.sent)] if self.sent else []

    def turn(self) -> list[Message]:
        """What comes together."""
        kinds = [self.next_of] * 8 + [self.again] * 3
        kinds += [self.clone, self.new_life, self.stranger, self.torn]
        came: list[Message] = []
        for _ in range(self.chance.randint(1, 4)):
            came += self.chance.choice(kinds)(self.chance.choice(self.tills))
        if self.chance.random() < 0.3:
            self.chance.shuffle(came)
        if self.chance.random() < 0.3:
            cut = self.chance.randint(0, len(came))
            self.late += came[cut:]
            came = came[:cut]
        elif self.chance.random() < 0.4:
            came, self.late = came + self.late, []
        return came


def play(seed: int) -> dict[str, Any]:
    """Let a street talk to a collector, and say what is held half way and in the end."""
    street, collector = Street(seed), Collector()
    held = []
    for number in range(TURNS):
        collector.ingest.turn(street.turn())
        if number == TURNS // 2:
            held.append(tables(street))
            revoked = street.tills[2].device
            Device.objects.filter(pk=revoked).update(revoked=now())
    collector.ingest.turn(street.late)
    held.append(tables(street))
    told = {till.device: [] for till in street.tills}
    for name, payload, _ in collector.broker.published:
        told[name.split("/")[3]].append(payload.decode())
    return {"held": held, "told": told}


def tables(street: Street) -> dict[str, list[Any]]:
    devices = [till.device for till in street.tills]

    def rows(model: Any, *columns: str) -> list[Any]:
        own = {"device__in": devices}
        return sorted(map(list, model.objects.filter(**own).order_by().values_list(*columns)))

    place = ("device", "epoch", "sequence", "hash")
    return {
        "entries": rows(Entry, *place, "previous", "type"),
        "marks": rows(Watermark, *place, "projected"),
        "forks": rows(Fork, *place, "reason"),
        "signatures": rows(Signature, *place, "signature"),
        "alarms": rows(Alarm, "device", "kind", "sentence", "times"),
        "sales": rows(Sale, "device", "receipt", "gross_minor"),
    }


def main() -> None:
    seeds, plain = int(sys.argv[1]), "plain" in sys.argv[2:]
    call_command("migrate", interactive=False, verbosity=0)
    went_straight = 0
    if plain:
        storing.find_runs = lambda _batches: {}
    else:
        store_runs = straight.store_runs

        def counted(runs: Any, at: Any) -> Any:
            nonlocal went_straight
            marks, moved = store_runs(runs, at)
            went_straight += len(moved)
            return marks, moved

        storing.store_runs = counted
    found = [play(seed) for seed in range(seeds)]
    json.dump({"straight": went_straight, "seeds": found, "on": connection.vendor}, sys.stdout)


if __name__ == "__main__":
    main()
