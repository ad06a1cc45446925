"""What a receiver says it holds, and what a sender makes of it."""

from __future__ import annotations

import pytest

from appliance.journal.entry import START, Watermark
from appliance.journal.errors import EntryError
from appliance.journal.store import Event, Journal
from appliance.journal.word import MOST_OTHERS, NOTHING, Word
from tests.journal.shelf import Shelf, receiver_of, sender_of, settle

FIRST, SECOND, THIRD = (Watermark(epoch, 9, str(epoch) * 64) for epoch in (1, 2, 3))


def test_it_says_the_epochs_below_only_where_there_are_any():
    assert Word(FIRST, ()).to_json() == FIRST.to_json()
    word = Word(THIRD, (SECOND, FIRST))
    assert Word.from_json(word.to_json()) == word
    assert Watermark.from_json(word.to_json()) == THIRD, "as an older device reads it"


def test_an_older_receiver_leaves_epochs_out():
    word = Word.from_json(THIRD.to_json())
    assert word.others is None
    assert not word.is_whole
    assert Word.from_json(FIRST.to_json()).is_whole
    assert NOTHING.is_whole
    assert NOTHING.all == ()


def test_it_knows_each_epoch_it_names():
    word = Word(THIRD, (FIRST,))
    assert (word.of(1), word.of(2), word.of(3)) == (FIRST, None, THIRD)


def test_it_names_no_more_epochs_than_one_can_read():
    many = tuple(Watermark(epoch, 1, "a" * 64) for epoch in range(90, 0, -1))
    read = Word.from_json(Word(Watermark(91, 1, "a" * 64), many).to_json())
    assert read.others == many[:MOST_OTHERS]


@pytest.mark.parametrize("others", [b"7", b"[7]", b'[{"epoch":1}]', b'{"epoch":1}'])
def test_others_that_are_none_are_refused(others):
    text = SECOND.to_json()[:-1] + b',"others":' + others + b"}"
    with pytest.raises(EntryError):
        Word.from_json(text)


def test_epochs_of_another_card_do_not_hide_that_ours_is_held():
    till = Shelf()
    till.append(5)
    sender = sender_of(till)
    sender.connected(0)
    sender.acknowledge(Word(SECOND, (till.head,)), 0)
    assert sender.acked == till.head
    assert not sender.is_refused
    assert sender.stranger == SECOND
    till.append()
    assert sender.due(0) is not None, "it goes on sending"


def test_the_past_life_of_a_replaced_card_is_no_stranger():
    till, office = Shelf(), Shelf()
    till.append(epoch=3)
    till.append(4)
    sender = sender_of(till)
    sender.connected(0)
    sender.acknowledge(Word(SECOND, (FIRST,)), 0)
    assert (sender.stranger, sender.is_refused) == (None, False)
    settle(sender, receiver_of(office), 0)
    assert sender.acked == till.head
    sender.acknowledge(Word(SECOND, (FIRST,)), 50)
    sender.due(60)
    assert sender.acked == START, "the collector was put back to before the replacement"


def test_another_history_where_ours_should_stand_refuses_it():
    till = Shelf()
    till.append(5)
    sender = sender_of(till)
    sender.connected(0)
    sender.acknowledge(Word(Watermark(1, 3, "a" * 64), ()), 0)
    assert sender.is_refused
    sender.acknowledge(Word(till.head, ()), 0)
    assert not sender.is_refused


@pytest.fixture
def journal(tmp_path):
    with Journal.open(tmp_path / "journal.db", "shop-1") as opened:
        opened.append(Event("a"), Event("b"))
        yield opened


@pytest.mark.parametrize(("sequence", "reason"), [(9, "behind"), (2, "diverged")])
def test_a_card_that_meets_another_history_begins_an_epoch_above_all(journal, sequence, reason):
    present = Watermark(1, sequence, "a" * 64)
    opened = journal.meet(Word(THIRD, (SECOND, present)))
    assert (opened.data["reason"], opened.epoch) == (reason, 4)
    assert journal.meet(Word(THIRD, (SECOND, present))) is None, "once is enough"


def test_epochs_of_a_copy_alone_are_no_reason_to_go_above_them(journal):
    assert journal.meet(Word(THIRD, (SECOND, journal.head))) is None
    assert journal.meet(Word(THIRD, None)) is None
    assert journal.meet(NOTHING) is None


def test_a_collector_that_lies_cannot_use_up_the_epochs(journal):
    present = Watermark(1, 2, "a" * 64)
    assert journal.meet(Word(Watermark(2**52, 1, "b" * 64), (present,))).epoch == 2
