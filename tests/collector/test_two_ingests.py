"""Two ingests take the same devices' batches, dealt at random: in the end all is as in order."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from appliance.journal.signing import generate
from appliance.journal.topics import Leaf, topic
from collector.ingest.models import Alarm, Entry, Fork, Watermark
from collector.ingest.receiving import Message
from tests.collector.till import Collector, Till

DEALS = int(os.environ.get("BALIE_DEALS", "4"))
"""How often the cards are dealt."""
SALES = 60


def message(till: Till, first: int, last: int, **changes) -> Message:
    return Message(topic(till.device, Leaf.JOURNAL), till.batch(first, last, **changes))


def open_tills(chance: random.Random, deal: int) -> list[Till]:
    """Two devices whose first ten entries are held; what follows is still to come."""
    tills = [Till(f"register-{deal}-{number}") for number in range(2)]
    collector = Collector()
    for till in tills:
        till.enrol()
        till.open()
        for _ in range(SALES):
            till.sell(chance.randint(1, 3))
        collector.ingest.turn([message(till, 1, 10)])
    return tills


def mixed(till: Till, chance: random.Random) -> tuple[list[Message], Message]:
    """All that comes of a device in any order, and the batch that comes only at the end."""
    clone = Till(till.device, till.epoch, till.key, till.entries[:7], till.at, till.number)
    for _ in range(3):
        clone.sell(9)
    runs = [(first, min(first + chance.randint(1, 6), SALES + 1)) for first in range(11, 60, 3)]
    runs += [(first, min(first + 2, SALES + 1)) for first in range(11, SALES + 2, 3)]
    missing = chance.choice(range(20, SALES - 5))
    messages = [message(till, *run) for run in runs if not run[0] <= missing <= run[1]]
    messages += chance.sample(messages, 5)
    messages += [message(clone, 8, 10), message(till, 12, 14, signer=generate())]
    chance.shuffle(messages)
    return messages, message(till, missing - 9, missing + 5)


def deal_out(messages: list[Message], chance: random.Random) -> list[list[list[Message]]]:
    """Deal messages to two ingests, in turns of some at a time."""
    hands: list[list[Message]] = [[], []]
    for each in messages:
        chance.choice(hands).append(each)
    return [[hand[at : at + 5] for at in range(0, len(hand), 5)] for hand in hands]


def take_turns(turns: list[list[Message]]) -> None:
    collector = Collector()
    try:
        for messages in turns:
            collector.ingest.turn(messages)
    finally:
        if connection.vendor == "postgresql":
            connection.close()


def together(hands: list[list[list[Message]]]) -> None:
    """Two processes' work at the same time; SQLite lets one write at a time anyhow."""
    if connection.vendor == "postgresql":
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(take_turns, hand) for hand in hands]:
                done.result()
        return
    longest = max(map(len, hands))
    for at in range(longest):
        for hand in hands:
            take_turns(hand[at : at + 1])


@pytest.mark.parametrize("deal", range(DEALS))
def test_whoever_takes_what_the_end_is_the_same(transactional_db, deal):
    chance = random.Random(deal)
    tills = open_tills(chance, deal)
    dealt = [mixed(till, chance) for till in tills]
    messages = [each for mixture, _ in dealt for each in mixture]
    chance.shuffle(messages)
    together(deal_out(messages, chance))
    for till in tills:
        mark = Watermark.objects.get(device_id=till.device)
        assert mark.hash == till.entries[mark.sequence - 1].hash
        assert mark.sequence < SALES + 1, "something is still missing"
    together(deal_out([last for _, last in dealt], chance))
    for till in tills:
        mark = Watermark.objects.get(device_id=till.device)
        assert (mark.sequence, mark.hash) == (till.head.sequence, till.head.hash)
        held = Entry.objects.filter(device_id=till.device).order_by("sequence")
        assert list(held.values_list("hash", flat=True)) == [each.hash for each in till.entries]
        forks = Fork.objects.filter(device_id=till.device)
        assert sorted(forks.values_list("sequence", flat=True)) == [8, 9, 10]
        alarms = Alarm.objects.filter(device=till.device).values_list("kind", flat=True)
        assert sorted(alarms) == ["forged", "fork"]
