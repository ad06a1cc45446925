"""A journal and a collector in memory: what the two ends of the wire are to each other."""

from __future__ import annotations

from functools import partial

from appliance.journal import signing
from appliance.journal.batch import pack
from appliance.journal.entry import START, ZERO_HASH, Watermark, make
from appliance.journal.stream import Pace, Receiver, Sender
from tests.journal.conftest import NOON

KEY = signing.generate()
STRANGER = signing.generate()
PACE = Pace(window=4, batch_entries=3, patience_s=10, patience_most_s=40, probe_s=100)


class Shelf:
    """A source and a keeper in memory: what a journal and a collector are to the wire."""

    def __init__(self, entries=()):
        self.kept = list(entries)
        self.aside = []

    @property
    def head(self):
        return self.kept[-1].watermark if self.kept else START

    @property
    def watermark(self):
        """The highest epoch, if all is held that its first entry says it came after."""
        highest = START
        for epoch in sorted({e.epoch for e in self.kept}):
            first = next(e for e in self.kept if e.epoch == epoch)
            after = Watermark(*first.data.get("after", (0, 0, ZERO_HASH)))
            if after.sequence and self.mark(after.epoch).sequence < after.sequence:
                break
            highest = self.mark(epoch)
        return highest

    def entries(self, after, limit):
        place = after.place if after else (0, 0)
        return [e for e in self.kept if e.watermark.place > place][:limit]

    def find(self, epoch, sequence):
        marks = (e.watermark for e in self.kept)
        return next((mark for mark in marks if mark.place == (epoch, sequence)), None)

    def mark(self, epoch):
        last = [e.watermark for e in self.kept if e.epoch == epoch][-1:]
        return last[0] if last else Watermark(epoch, 0, ZERO_HASH)

    def hashes(self, epoch, first, last):
        return {
            e.sequence: e.hash
            for e in self.kept
            if e.epoch == epoch and first <= e.sequence <= last
        }

    def store(self, entries, _beside=()):
        for entry in entries:
            assert entry.follows(self.mark(entry.epoch)), "stored twice or out of order"
            self.kept.append(entry)

    def quarantine(self, spoiled):
        self.aside.append(spoiled)

    def append(self, count=1, *, epoch=None, say="sold"):
        for _ in range(count):
            after = (
                self.head if epoch in (None, self.head.epoch) else Watermark(epoch, 0, ZERO_HASH)
            )
            if after == START:
                after = Watermark(1, 0, ZERO_HASH)
            data = {say: len(self.kept)}
            if after.sequence == 0 and self.kept:
                last = self.head
                data["after"] = [last.epoch, last.sequence, last.hash]
            self.kept.append(make(after, device="shop-1", type="t", time=NOON, data=data))


sealed = partial(pack, stream="journal", device="shop-1", signer=KEY)


def sender_of(shelf, **options):
    return Sender(shelf, sealed, **{"pace": PACE, **options})


def receiver_of(shelf, **options):
    given = {"stream": "journal", "device": "shop-1", "public_key": KEY.public_key(), **options}
    return Receiver(shelf, **given)


def carry(sender, receiver, now=0.0):
    """Carry messages over a perfect wire until neither side has anything more to say."""
    batches = 0
    while (payload := sender.due(now)) is not None:
        batches += 1
        answer = receiver.receive(payload).watermark
        sender.acknowledge(Watermark.from_json(answer.to_json()), now)
    return batches


def settle(sender, receiver, now, rounds=40):
    """Carry messages while time passes from one deadline to the next."""
    for _ in range(rounds):
        carry(sender, receiver, now)
        now = max(now, sender.deadline() or now)
    return now
