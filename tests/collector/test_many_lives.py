"""A device of very many epochs: broken or hostile, it is answered, and others do not wait for it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appliance.journal.entry import Watermark
from appliance.journal.word import Word
from collector.ingest.advancing import read_marks
from collector.ingest.answering import answer
from collector.ingest.models import Entry
from tests.collector.till import Collector, Till

LIVES = 400
"""More than Python follows by calls within calls."""


def told(mark: Watermark) -> dict[str, object]:
    return {"epoch": mark.epoch, "sequence": mark.sequence, "hash": mark.hash}


def live_again(till: Till, lives: int) -> list[bytes]:
    """Begin epoch after epoch, each after the one before, and sell nothing; return the batches."""
    payloads = []
    for _ in range(lives):
        before = till.head
        till.entries.clear()
        till.epoch += 1
        till.open(after=told(before))
        payloads.append(till.batch())
    return payloads


def said(collector: Collector) -> Word:
    return Word.from_json(collector.broker.published[-1][1])


def test_a_device_of_very_many_lives_is_answered(collector, till):
    till.open()
    collector.take(till.batch())
    payloads = live_again(till, LIVES)
    for start in range(0, LIVES, 50):
        collector.take(*payloads[start : start + 50])
    assert said(collector).watermark == till.head


def questions(till: Till) -> int:
    marks = read_marks([till.device])[till.device]
    with CaptureQueriesContext(connection) as asked:
        assert answer(till.device, marks).watermark == till.head
    return len(asked)


def test_an_answer_takes_as_many_questions_however_many_lives_there_were(collector, till):
    till.open()
    collector.take(till.batch())
    counts = []
    for _ in range(2):
        collector.take(*live_again(till, 20))
        counts.append(questions(till))
    assert counts[0] == counts[1]


def test_lives_tie_in_one_by_one_whatever_order_they_come_in(collector, till):
    till.open()
    first = till.batch()
    later = dict(enumerate(live_again(till, 4), 2))
    collector.take(first)
    collector.take(later[5])
    assert said(collector).watermark.epoch == 1, "epoch 4 is missing before it"
    collector.take(later[3])
    assert said(collector).watermark.epoch == 1
    collector.take(later[2])
    assert said(collector).watermark.epoch == 3
    assert said(collector).others is not None
    collector.take(later[4])
    assert said(collector).watermark == till.head


@pytest.mark.parametrize(
    "after",
    [
        {"epoch": 1, "sequence": 2**64 - 1, "hash": "0" * 64},
        {"epoch": 1, "sequence": -(2**63), "hash": "0" * 64},
        {"epoch": -(2**63), "sequence": 1, "hash": "0" * 64},
        {"epoch": 1, "sequence": 0, "hash": ""},
        {"epoch": 2, "sequence": 1, "hash": "0" * 64},
        {"epoch": 1, "sequence": True, "hash": None},
        "nonsense",
    ],
)
def test_what_no_epoch_can_come_after_does_no_harm(collector, till, after):
    till.open()
    till.sell(1)
    collector.take(till.batch())
    till.entries.clear()
    till.epoch = 2
    till.open(after=after)
    collector.take(till.batch())
    assert said(collector).watermark.epoch in {1, 2}
    assert Entry.objects.filter(epoch=2).exists()
