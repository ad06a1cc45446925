"""What comes again from long ago, together with what is new, is not an occasion to read everything."""

from __future__ import annotations

from collector.ingest.checking import Checked, check
from collector.ingest.devices import find_devices
from collector.ingest.fresh import sort_out
from collector.ingest.models import Fork
from tests.collector.till import Till


def checked(till: Till, *runs: tuple[int, int]) -> list[Checked]:
    known = find_devices([till.device])[till.device]
    return [check(till.device, known, till.batch(*run)) for run in runs]


def test_only_what_came_is_asked_for(collector, till):
    till.open()
    for _ in range(300):
        till.record("balie.test.v1", {})
    collector.take(till.batch(1, 300))
    came = checked(till, (1, 1), (2, 3), (150, 151), (301, 301))
    (fresh,) = sort_out(came).values()
    assert sorted(fresh.held) == [1, 2, 3, 4, 150, 151, 152, 301]
    assert [entry.sequence for entry, _ in fresh.entries] == [301]


def test_a_batch_that_goes_over_what_is_held_between_two_others_fits_in(collector, till):
    till.open()
    for _ in range(30):
        till.sell(1)
    collector.take(till.batch(1, 5), till.batch(11, 20))
    assert collector.ack.sequence == 5
    collector.take(till.batch(24, 31), till.batch(4, 8), till.batch(8, 12), till.batch(18, 22))
    assert collector.ack.sequence == 22
    collector.take(till.batch(22, 24))
    assert collector.ack == till.head
    assert not Fork.objects.exists()
