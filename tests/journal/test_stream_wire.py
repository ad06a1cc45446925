"""Whatever the wire does, the receiver ends with what the sender has, once and in order."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from appliance.journal.batch import pack
from appliance.journal.entry import START, Watermark
from tests.journal.shelf import PACE, STRANGER, Shelf, receiver_of, sender_of, settle


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
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestWire = Wire.TestCase
