"""What the collector tells cards that share a name, and what it learns later."""

from __future__ import annotations

from django.utils import timezone

from appliance.journal.word import Word
from collector.ingest.models import Alarm, Fork
from collector.ingest.projecting import Projector
from tests.collector.till import Till

NEW = "balie.hologram.shown.v9"


def said(collector):
    """Return the collector's last word."""
    return Word.from_json(collector.broker.published[-1][1])


def opened(till, epoch, *, above):
    """Return the next life of a card that met another history, its first entry made."""
    life = Till(till.device, epoch, till.key, number=till.number)
    head = till.head
    after = {"epoch": head.epoch, "sequence": head.sequence, "hash": head.hash}
    place = {"epoch": above.epoch, "sequence": above.sequence, "hash": above.hash}
    life.open(reason="diverged", after=after, above=place)
    return life


def copied(collector, till, *, sold):
    """Return a copy of a till's card that sold so much, after the original had sold once more."""
    till.open()
    till.sell(1)
    copy = till.fork()
    till.sell(1)
    collector.take(till.batch())
    for _ in range(sold):
        copy.sell(2)
    return copy


def test_a_new_epoch_counts_once_every_fork_before_it_is_here(collector, till):
    copy = copied(collector, till, sold=4)
    life = opened(copy, 2, above=till.head)
    collector.take(copy.batch(3, 4), life.batch())
    assert said(collector) == Word(till.head), "two of its sales are still on their way"
    collector.take(copy.batch(5, 6))
    assert Fork.objects.count() == 4
    assert said(collector) == Word(life.head, (till.head,))
    till.sell(1)
    collector.take(till.batch(4))
    assert said(collector) == Word(life.head, (till.head,)), "each finds its own"


def test_what_a_copy_sold_takes_no_number_from_the_original(collector, till):
    copy = copied(collector, till, sold=9)
    for first in (3, 5, 7):
        collector.take(copy.batch(first, first + 1))
    collector.take(copy.batch(9, 10), copy.batch(11))
    assert Fork.objects.count() == 9
    for _ in range(6):
        till.sell(1)
        collector.take(till.batch(till.head.sequence))
        assert said(collector).watermark == till.head
    assert Fork.objects.count() == 9


def test_a_number_that_a_copy_took_unproven_is_given_back(collector, till):
    """The batch in between was lost: what came after it is not known for a fork yet."""
    copy = copied(collector, till, sold=6)
    collector.take(copy.batch(7, 8))
    for _ in range(5):
        till.sell(1)
    collector.take(till.batch(4))
    collector.take(till.batch(4))
    assert said(collector).watermark == till.head
    collector.take(copy.batch(3))
    assert said(collector).watermark == till.head
    assert {bytes(raw) for raw in Fork.objects.values_list("raw", flat=True)} >= {
        entry.raw for entry in copy.entries[2:]
    }


def test_a_card_that_vanished_holds_up_no_other(collector, till):
    copy = copied(collector, till, sold=3)
    collector.take(copy.batch(3, 3), opened(copy, 2, above=till.head).batch())
    third = opened(till, 3, above=till.head)
    collector.take(third.batch())
    assert said(collector) == Word(third.head, (till.head,))


def test_a_new_life_raises_one_alarm_and_a_settled_one_stays_settled(collector, till):
    copy = copied(collector, till, sold=1)
    collector.take(copy.batch(3), opened(copy, 2, above=till.head).batch())
    alarm = Alarm.objects.get(sentence__contains="began epoch 2")
    assert "the card was copied" in alarm.sentence
    Alarm.objects.update(settled=timezone.now())
    Projector.from_settings().rebuild()
    assert not Alarm.objects.filter(settled=None).exists()


class Holograms:
    """Figures of a later version."""

    TYPES = (NEW,)

    def __init__(self):
        self.shown = []

    def project(self, proven):
        self.shown += [each.data["colour"] for each in proven]
        return []

    def clear(self, device=None):
        self.shown.clear()


def test_what_was_kept_is_understood_by_a_later_version_without_being_told(collector, till):
    till.open()
    till.record(NEW, {"colour": "octarine"})
    collector.take(till.batch())
    later = Holograms()
    projector = Projector([*Projector.from_settings()._projections, later])
    assert projector.behind() == set()
    assert later.shown == ["octarine"]
    later.shown.clear()
    assert Projector([*Projector.from_settings()._projections, later]).behind() == set()
    assert later.shown == [], "once is enough"
