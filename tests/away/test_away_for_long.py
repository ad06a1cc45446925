"""The collector is away for a week, or comes back as it was yesterday."""

from __future__ import annotations

import os
from datetime import timedelta

SALES = int(os.environ.get("BALIE_AWAY_SALES", "300"))
"""Sold in the week without a collector; the long run sells thousands."""
DAYS = 7


def test_after_a_week_without_a_collector_everything_arrives_once(house):
    counter = house.register()
    counter.sell(5).settle()
    house.kill("ingest")
    used_s, before = counter.cpu_s(), counter.head().sequence
    for _ in range(DAYS):
        counter.sell(SALES // DAYS, lasting=timedelta(hours=9))
        counter.now += timedelta(hours=15)
    counter.sees("to send")
    house.start("ingest")
    house.has(counter)
    sold = counter.head().sequence - before
    assert (counter.cpu_s() - used_s) / sold < 0.01, "seconds of the uplink for each entry"
    assert len(house.days(counter.device)) == DAYS


def test_a_collector_put_back_to_yesterday_is_told_the_rest_by_itself(house):
    first, second = house.register(), house.register()
    first.sell(20).settle()
    yesterday = house.back_up()
    for counter in (first, second):
        counter.sell(60).settle()
    house.kill("ingest")
    first.sell(5)
    house.put_back(yesterday)
    assert len(house.held_of(second.device)) < len(second.entries())
    house.start("ingest")
    house.has(first, second)
    assert house.alarms_of(first.device) == house.alarms_of(second.device) == []
