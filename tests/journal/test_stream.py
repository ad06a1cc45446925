"""Whatever the wire does, the receiver ends with what the sender has, once and in order."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from appliance.journal import signing
from appliance.journal.batch import pack
from appliance.journal.entry import START, ZERO_HASH, Watermark, make
from appliance.journal.stream import Pace, Receiver, Sender

KEY = signing.generate()
STRANGER = signing.generate()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PACE = Pace(window=4, batch_entries=3, patience_s=10, patience_most_s=40, probe_s=100)


class Shelf:
    """A source and a keeper in memory: what a journal and a collector are to the wire."""

    def __init__(self, entries=()):
        self.kept = list(entries)
        self.aside = []

    @property
    def head(self):
        return self.kept[-1].watermark if self.kept else START

    watermark = head

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

    def store(self, entries):
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


class Wire(RuleBasedStateMachine):
    """A network that loses, doubles, delays, reorders and forges, between ends that forget."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.till, self.office = Shelf(), Shelf()
        self.sender = sender_of(self.till)
        self.receiver = receiver_of(self.office)
        self.up: list[bytes] = []
        self.down: list[bytes] = []
        self.backup: list = []
        self.sender.connected(self.now)

    @rule(count=st.integers(1, 8))
    def sell(self, count):
        self.till.append(count)

    @rule()
    def open_epoch(self):
        if self.till.kept:
            self.till.append(epoch=self.till.head.epoch + 1)

    @rule(count=st.integers(1, 6))
    def send(self, count):
        for _ in range(count):
            if (payload := self.sender.due(self.now)) is not None:
                self.up.append(payload)

    @rule(pick=st.integers(0, 1000), keep=st.booleans())
    def deliver_up(self, pick, keep):
        """Deliver any message, perhaps to come again: delay, reordering and doubling."""
        if self.up:
            index = pick % len(self.up)
            payload = self.up[index] if keep else self.up.pop(index)
            self.down.append(self.receiver.receive(payload).watermark.to_json())

    @rule(pick=st.integers(0, 1000), keep=st.booleans(), live=st.booleans())
    def deliver_down(self, pick, keep, live):
        if self.down:
            index = pick % len(self.down)
            word = self.down[index] if keep else self.down.pop(index)
            self.sender.acknowledge(Watermark.from_json(word), self.now, live=live)

    @rule(pick=st.integers(0, 1000), upward=st.booleans())
    def lose(self, pick, upward):
        way = self.up if upward else self.down
        if way:
            way.pop(pick % len(way))

    @rule(pick=st.integers(0, 1000), place=st.integers(0, 10_000), flip=st.integers(1, 255))
    def garble(self, pick, place, flip):
        if self.up:
            payload = bytearray(self.up[pick % len(self.up)])
            payload[place % len(payload)] ^= flip
            self.receiver.receive(bytes(payload))

    @rule(count=st.integers(1, 4))
    def forge(self, count):
        forged = Shelf(self.till.kept)
        forged.append(count, say="stolen")
        made = pack(forged.kept[-1:], stream="journal", device="shop-1", signer=STRANGER)
        receipt = self.receiver.receive(made)
        assert receipt.spoiled
        assert not receipt.stored

    @rule(seconds=st.floats(0.1, 60))
    def wait(self, seconds):
        self.now += seconds

    @rule(forgotten=st.booleans())
    def restart_till(self, forgotten):
        acked = START if forgotten else self.sender.acked
        self.sender = sender_of(self.till, acked=acked)
        self.sender.connected(self.now)

    @rule()
    def reconnect(self):
        self.sender.disconnected()
        assert self.sender.due(self.now) is None
        self.sender.connected(self.now)

    @rule()
    def back_up_office(self):
        self.backup = list(self.office.kept)

    @rule()
    def restore_office(self):
        """The collector is put back to an older state; what was on the way is gone with it."""
        self.office.kept = list(self.backup)
        self.receiver = receiver_of(self.office)
        self.down.append(self.receiver.watermark.to_json())

    @invariant()
    def nothing_doubled_or_invented(self):
        places = [e.watermark.place for e in self.office.kept]
        assert len(set(places)) == len(places)
        assert {e.raw for e in self.office.kept} <= {e.raw for e in self.till.kept}

    @invariant()
    def window_is_kept(self):
        assert len(self.sender._flight) <= PACE.window

    def teardown(self):
        """The network heals: both ends meet again without any help."""
        for payload in self.up:
            self.receiver.receive(payload)
        self.sender.disconnected()
        self.sender.connected(self.now)
        for word in self.down[-3:]:
            self.sender.acknowledge(Watermark.from_json(word), self.now)
        settle(self.sender, self.receiver, self.now)
        ordered = sorted(self.office.kept, key=lambda e: e.watermark.place)
        assert [e.raw for e in ordered] == [e.raw for e in self.till.kept]
        assert self.sender.acked == self.till.head
        assert self.sender.unanswered_since is None


Wire.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestWire = Wire.TestCase


def test_a_single_sale_goes_at_once():
    till, office = Shelf(), Shelf()
    sender = sender_of(till)
    sender.connected(0)
    assert sender.due(0) is None
    till.append()
    assert carry(sender, receiver_of(office)) == 1
    assert office.kept == till.kept
    assert sender.acked == till.head


def test_a_backlog_goes_in_full_batches_and_the_window_opens():
    till, office = Shelf(), Shelf()
    till.append(30)
    sender = sender_of(till)
    sender.connected(0)
    receiver = receiver_of(office)
    first = sender.due(0)
    assert sender.due(0) is None, "the first batch asks whether anybody is there"
    sender.acknowledge(receiver.receive(first).watermark, 0)
    flight = [sender.due(0), sender.due(0), sender.due(0)]
    assert None not in flight[:2]
    assert flight[2] is None
    for payload in flight[:2]:
        sender.acknowledge(receiver.receive(payload).watermark, 0)
    carry(sender, receiver)
    assert office.kept == till.kept


def test_a_long_entry_travels_alone(chain):
    till = Shelf()
    till.kept = chain(2)
    after = till.head
    for size in (300_000, 10):
        long = make(after, device="shop-1", type="t", time=NOON, data={"x": "a" * size})
        till.kept.append(long)
        after = long.watermark
    sender = sender_of(till, pace=Pace())
    sender.connected(0)
    assert carry(sender, receiver_of(Shelf())) == 3


def test_what_got_no_answer_is_sent_again_ever_more_rarely():
    till = Shelf()
    till.append(9)
    sender = sender_of(till)
    sender.connected(0)
    first, times = sender.due(0), []
    for _ in range(5):
        now = sender.deadline()
        assert sender.due(now - 0.01) is None
        assert sender.due(now) == first
        times.append(now)
    assert times == [10, 30, 70, 110, 150]
    assert sender.unanswered_since == 0


def test_a_receiver_put_back_gets_the_rest_again():
    till, office = Shelf(), Shelf()
    till.append(12)
    sender = sender_of(till)
    sender.connected(0)
    carry(sender, receiver_of(office))
    office.kept = office.kept[:4]
    restored = receiver_of(office)
    sender.acknowledge(restored.watermark, 5)
    assert sender.due(5) is None, "one lower word may be an old one"
    settle(sender, restored, sender.deadline())
    assert office.kept == till.kept


def test_a_receiver_put_back_in_silence_is_found_by_the_probe():
    till, office = Shelf(), Shelf()
    till.append(12)
    sender = sender_of(till)
    sender.connected(0)
    carry(sender, receiver_of(office))
    office.kept = office.kept[:4]
    settle(sender, receiver_of(office), 0)
    assert office.kept == till.kept


def test_a_word_kept_by_the_broker_does_not_prove_the_receiver_lives():
    till = Shelf()
    till.append(3)
    sender = sender_of(till)
    sender.connected(0)
    assert sender.due(0)
    sender.acknowledge(till.head, 1, live=False)
    assert sender.acked == till.head
    assert sender.due(1), "so it is asked"
    assert sender.unanswered_since == 0
    sender.acknowledge(till.head, 2)
    assert sender.due(2) is None
    assert sender.unanswered_since is None


def test_a_copied_card_shows_its_own_history_once_and_is_set_aside():
    till, office = Shelf(), Shelf()
    till.append(5)
    copy = Shelf(till.kept)
    sender = sender_of(till)
    sender.connected(0)
    receiver = receiver_of(office)
    carry(sender, receiver)
    common = sender.acked
    till.append(4)
    carry(sender, receiver)
    copy.append(2, say="sold elsewhere")
    clone = sender_of(copy, acked=common)
    clone.connected(0)
    settle(clone, receiver, 0)
    assert clone.stranger == till.head
    assert office.kept == till.kept, "neither overwrites the other"
    assert {e.raw for s in office.aside for e in s.entries} >= {e.raw for e in copy.kept[5:]}
    assert all(s.reason == "fork" for s in office.aside)
    copy.append(epoch=2)
    copy.append(3)
    settle(clone, receiver, 1)
    assert clone.stranger is None
    assert clone.acked == copy.head
    assert [e.raw for e in office.kept[-4:]] == [e.raw for e in copy.kept[-4:]]


def test_a_new_epoch_waits_until_the_one_before_is_answered_for():
    till, office = Shelf(), Shelf()
    till.append(2)
    till.append(epoch=2)
    sender = sender_of(till)
    sender.connected(0)
    receiver = receiver_of(office)
    sender._window = 4
    first = sender.due(0)
    assert sender.due(0) is None
    sender.acknowledge(receiver.receive(first).watermark, 0)
    assert sender.due(0) is not None


@pytest.mark.parametrize(
    ("stream", "device", "signer"),
    [
        ("journal", "shop-1", STRANGER),
        ("journal", "shop-1", None),
        ("journal", "shop-2", KEY),
        ("directory", "shop-1", KEY),
    ],
)
def test_a_batch_that_is_not_for_us_is_set_aside(chain, stream, device, signer):
    office = Shelf()
    payload = pack(chain(2), stream=stream, device=device, signer=signer)
    receipt = receiver_of(office).receive(payload)
    assert (receipt.spoiled, receipt.stored, receipt.watermark) == (True, 0, START)
    assert office.aside[0].reason == "forged"
    assert office.aside[0].payload == payload
    assert not office.kept


def test_an_entry_changed_by_someone_with_the_key_is_a_fork(chain):
    office = Shelf()
    receiver = receiver_of(office)
    receiver.receive(sealed(chain(4)))
    receipt = receiver.receive(sealed(chain(6, say="changed")))
    assert receipt.spoiled
    assert receipt.watermark == chain(4)[-1].watermark
    assert [e.sequence for e in office.aside[0].entries] == [1, 2, 3, 4, 5, 6]


def test_a_tail_that_does_not_chain_is_a_fork_though_the_rest_was_forgotten(chain):
    office = Shelf()
    office.hashes = lambda *_: {}
    receiver = receiver_of(office)
    receiver.receive(sealed(chain(4)))
    receiver.receive(sealed(chain(6, say="changed")))
    assert [e.sequence for e in office.aside[0].entries] == [5, 6]


def test_a_closed_epoch_takes_nothing_more(chain):
    office = Shelf()
    office.mark = lambda epoch: None
    receipt = receiver_of(office).receive(sealed(chain(2)))
    assert receipt.spoiled
    assert office.aside[0].reason == "late"


def test_early_batches_wait_and_are_bounded(chain):
    office, entries = Shelf(), chain(40)
    receiver = receiver_of(office, waiting=5)
    for start in range(39, 0, -1):
        assert receiver.receive(sealed(entries[start : start + 1])).early
    assert len(receiver._early) == 5
    receipt = receiver.receive(sealed(entries[:36]))
    assert receipt.stored == 40
    assert receipt.watermark == entries[-1].watermark
    assert not receiver._early


def test_a_keeper_that_fails_leaves_the_receiver_usable(chain):
    office, entries = Shelf(), chain(4)
    receiver = receiver_of(office)
    store, office.store = office.store, lambda entries: (_ for _ in ()).throw(OSError("full"))
    with pytest.raises(OSError, match="full"):
        receiver.receive(sealed(entries))
    office.store = store
    assert receiver.receive(sealed(entries)).stored == 4


def test_a_cursor_from_another_life_of_the_card_is_not_believed(chain):
    """journal.db was put back, uplink.db was not: what it says of the collector is not ours."""
    till, office = Shelf(), Shelf(chain(9))
    till.append(3)
    sender = sender_of(till, acked=office.head)
    sender.connected(0)
    settle(sender, receiver_of(office), 0)
    assert sender.stranger == office.head
    assert [e.raw for s in office.aside for e in s.entries] == [e.raw for e in till.kept]
