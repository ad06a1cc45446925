"""A storage card is copied, put back, or lost: two histories under one name, or one that is short.

Both copies go on selling. What each sold is held, once, and neither overwrites the other.
"""

from __future__ import annotations

import signal

from appliance.uplink.backoff import Backoff


def copy_of(original, house):
    """Copy a register's card while it is switched off; the copy has not been started yet."""
    original.close()
    copy = house.keep(original.copy(f"{original.device}-copy"))
    original.open()
    return copy


def raws(counter, since=0):
    return [entry.raw for entry in counter.entries()[since:]]


def test_a_copied_card_is_seen_and_goes_on_in_an_epoch_of_its_own(house):
    original = house.register()
    original.sell(6).settle()
    copy = copy_of(original, house)
    common = len(raws(original))
    original.connect().sell(4).settle()

    copy.open().sell(7)
    sold_unseen = raws(copy, common)
    copy.connect()
    house.wait("the fork", lambda: house.forks_of(copy.device) == sold_unseen)
    house.wait("the new epoch, without a restart", lambda: len(copy.openings()) == 2)
    assert copy.openings()[1]["reason"] == "diverged"

    copy.sell(2).settle()
    original.sell(5).settle()
    copy.sell(2).settle()
    own = [entry.raw for entry in copy.entries() if entry.epoch == 2]
    assert house.held_of(copy.device) == raws(original) + own
    assert house.forks_of(copy.device) == sold_unseen, "what it sold before is kept as evidence"
    assert [each["reason"] for each in original.openings()] == ["new"], "no race of epochs"
    assert len(copy.openings()) == 2

    said = [sentence for kind, sentence in house.alarms_of(copy.device) if kind == "fork"]
    assert any("two different histories" in sentence for sentence in said)
    house.follow(copy.device)
    said = [sentence for _, sentence in house.alarms_of(copy.device)]
    assert any("began epoch 2" in sentence for sentence in said)
    original.sees("a storage card was copied")


def test_a_copy_and_its_original_started_at_once_lose_nothing_that_either_sells(house):
    original = house.register()
    original.sell(3).settle()
    copy = copy_of(original, house)
    common = len(raws(original))
    copy.open()
    original.connect()
    copy.connect()
    for _ in range(4):
        original.sell(3)
        copy.sell(2)
    original.settle()
    copy.settle()
    kept = {*house.held_of(copy.device), *house.forks_of(copy.device)}
    assert kept == {*raws(original), *raws(copy, common)}
    for counter in (original, copy):
        # Each acknowledged entry above the common past is held as this card wrote it.
        counting = [raw for raw in house.held_of(copy.device) if raw in set(raws(counter))]
        assert len(counting) >= common


def test_a_card_put_back_to_yesterday_uses_no_number_twice(house):
    counter = house.register()
    counter.sell(6).settle()
    yesterday = copy_of(counter, house)
    counter.connect().sell(7).settle()
    before = house.held_of(counter.device)
    counter.close()

    yesterday.open().connect()
    house.wait("the new epoch", lambda: len(yesterday.openings()) == 2)
    assert yesterday.openings()[1]["reason"] == "behind"
    yesterday.sell(4).settle()
    own = [entry.raw for entry in yesterday.entries() if entry.epoch == 2]
    assert house.held_of(counter.device) == before + own
    assert house.forks_of(counter.device) == []
    house.follow(counter.device)
    assert any("began epoch 2" in sentence for _, sentence in house.alarms_of(counter.device))


def test_a_lost_card_is_replaced_and_its_numbers_go_on(house):
    lost = house.register()
    lost.sell(8).settle()
    lost.disconnect()
    lost.sell(2)
    lost.shut()
    known = [receipt for receipt, _ in house.receipts(lost.device)]
    before = house.held_of(lost.device)

    folder = house.folder / f"{lost.device}-new"
    told = ("--folder", folder, "--broker", house.folder / "broker")
    house.collector("device", "replace", lost.device, *told)
    house.running["broker"].signal(signal.SIGHUP)
    anew = house.keep(type(lost)(house, folder))
    anew.folder.joinpath("balie.toml").write_text(lost.folder.joinpath("balie.toml").read_text())
    anew.data.mkdir()
    anew.connect()
    house.wait("the articles to arrive", anew.knows_articles)
    anew.open().sell(5).settle()
    assert [entry.epoch for entry in anew.entries()] == [2] * 6
    assert house.held_of(lost.device) == before + raws(anew)
    house.follow(lost.device)
    receipts = sorted(receipt for receipt, _ in house.receipts(lost.device))
    assert receipts == sorted([*known, *anew.sold])
    assert len({*receipts}) == len(known) + 5, "no number is used again"
    assert house.alarms_of(lost.device) == []

    lost.open().connect()
    lost.sees("The back office refuses this device.")
    lost.sell(1)
    anew.sell(1).settle()
    assert house.forks_of(lost.device) == []


def test_two_devices_of_one_name_do_not_storm_the_broker():
    """Each connection throws the other one out; a day of that, second by second."""
    chance = iter(lambda: 0.5, None)
    devices = [Backoff(lambda: next(chance)) for _ in range(2)]
    again_at: list[float | None] = [0.0, 0.3]
    holder, connections, now = None, 0, 0.0
    while now < 24 * 3600:
        turn = min((at, one) for one, at in enumerate(again_at) if at is not None)
        now, one = turn
        connections += 1
        if holder is not None:
            again_at[holder] = now + devices[holder].pause(now)
        devices[one].connected(now)
        again_at[one], holder = None, one
    assert connections < 24 * 60 * 2, "less than two a minute together"
