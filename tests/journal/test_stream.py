"""The sender and the receiver, one situation at a time."""

from __future__ import annotations

import pytest

from appliance.journal.batch import pack
from appliance.journal.entry import START, make
from appliance.journal.stream import Pace
from tests.journal.conftest import NOON
from tests.journal.shelf import (
    KEY,
    STRANGER,
    Shelf,
    carry,
    receiver_of,
    sealed,
    sender_of,
    settle,
)


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
    store, office.store = office.store, lambda *_: (_ for _ in ()).throw(OSError("full"))
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
