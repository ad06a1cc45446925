"""What the badge reads, and what happens when uplink.db is not what it should be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from appliance.journal.entry import START, Watermark
from appliance.uplink.backoff import Backoff
from appliance.uplink.poke import Bell, Poke, PokeTakenError
from appliance.uplink.state import LinkReader, LinkState, LinkStore, Problem

NOW = datetime.now().astimezone().replace(microsecond=0)


def test_what_is_kept_is_read_by_others_and_again_after_a_restart(tmp_path):
    reader = LinkReader(tmp_path / "uplink.db")
    assert reader.read() == LinkState()
    store = LinkStore.open(tmp_path / "uplink.db")
    state = LinkState(
        connected=True,
        connected_at=NOW,
        last_ack_at=NOW,
        acked=Watermark(1, 2, "a" * 64),
        remote=Watermark(1, 3, "b" * 64),
        problem=Problem("silent", "Nobody answers."),
    )
    store.keep(state)
    assert reader.read() == state
    store.keep(replace(state, problem=None, acked=START))
    assert reader.read().problem is None
    store.close()
    assert LinkStore.open(tmp_path / "uplink.db").state.acked == START
    reader.close()


@pytest.mark.parametrize("content", [b"rubbish" * 1000, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_file_is_made_anew(tmp_path, content):
    (tmp_path / "uplink.db").write_bytes(content)
    assert LinkReader(tmp_path / "uplink.db").read() == LinkState()
    store = LinkStore.open(tmp_path / "uplink.db")
    store.keep(LinkState(connected=True))
    assert LinkReader(tmp_path / "uplink.db").read().connected


def test_pauses_grow_with_jitter_and_a_short_connection_is_no_success():
    pauses = Backoff(lambda: 1.0, first_s=1, most_s=8, steady_s=30)
    assert [pauses.pause(0) for _ in range(5)] == [1, 2, 4, 8, 8]
    pauses.connected(100)
    assert pauses.pause(101) == 8
    assert not pauses.is_unsteady
    for now in (110, 120):
        pauses.connected(now)
        pauses.pause(now + 1)
    assert pauses.is_unsteady
    pauses.connected(200)
    assert not pauses.has_lasted(201)
    assert pauses.has_lasted(230)
    assert pauses.pause(231) == 1
    assert not pauses.is_unsteady
    assert Backoff(lambda: 0.0).pause(0) == 0.5


def test_a_poke_rings_and_never_fails(tmp_path):
    poke = Poke(tmp_path / "uplink.sock")
    poke()
    with Bell(tmp_path / "uplink.sock") as bell:
        assert not bell.rang()
        for _ in range(1000):
            poke()
        assert bell.rang()
        assert not bell.rang()
        with pytest.raises(PokeTakenError):
            Bell(tmp_path / "uplink.sock")
    poke()
    poke.close()


def test_a_socket_left_by_a_dead_uplink_is_replaced(tmp_path):
    left = Bell(tmp_path / "uplink.sock")
    left._socket.close()
    with Bell(tmp_path / "uplink.sock") as bell:
        Poke(tmp_path / "uplink.sock")()
        assert bell.rang()
