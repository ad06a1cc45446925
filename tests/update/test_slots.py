"""Whatever is torn while the slots' state is written, one whole state is left, and it starts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.update import slots
from appliance.update.slots import COPIES, SECTOR, SlotError, Slots, State, other, running

STATES = st.builds(
    State,
    slot=st.sampled_from("AB"),
    trying=st.booleans(),
    tries=st.integers(0, 20),
    turn=st.integers(0, 2**31),
    bad=st.sampled_from(["", "A", "B"]),
)


@given(STATES)
def test_a_state_comes_back_as_it_was(state):
    assert len(state.pack()) == SECTOR
    assert State.unpack(state.pack()) == state


@given(STATES, st.integers(0, SECTOR - 1), st.integers(1, 255))
def test_one_changed_byte_is_noticed(state, at, change):
    sector = bytearray(state.pack())
    sector[at] ^= change
    assert State.unpack(bytes(sector)) is None


@given(st.binary(max_size=600))
def test_anything_else_is_no_state(noise):
    assert State.unpack(noise) is None or len(noise) >= SECTOR


def test_a_new_card_starts_a_and_tries_nothing(tmp_path):
    assert Slots(tmp_path).read() == State("A", trying=False)


@given(before=STATES, torn=st.integers(0, SECTOR), junk=st.binary(min_size=SECTOR, max_size=SECTOR))
def test_a_write_that_is_cut_leaves_the_state_before(tmp_path_factory, before, torn, junk):
    folder = tmp_path_factory.mktemp("start")
    place = Slots(folder)
    place.write(before)
    stood = place.write(before)
    whole = {name: (folder / name).read_bytes() for name in COPIES}
    place.try_out(other(stood.slot))
    (written,) = [name for name in COPIES if (folder / name).read_bytes() != whole[name]]
    new = (folder / written).read_bytes()
    (folder / written).write_bytes(new[:torn] + junk[torn:])
    found = place.read()
    assert found == stood or found == State.unpack(new)


def test_the_copies_take_turns(tmp_path):
    place = Slots(tmp_path)
    changed = []
    for _ in range(4):
        before = {name: _bytes(tmp_path / name) for name in COPIES}
        place.write(State("A"))
        changed += [name for name in COPIES if _bytes(tmp_path / name) != before[name]]
    assert changed == [COPIES[0], COPIES[1], COPIES[0], COPIES[1]]
    assert place.read().turn == 4


def _bytes(file):
    return file.read_bytes() if file.exists() else b""


def test_tried_kept_and_refused(tmp_path):
    place = Slots(tmp_path)
    tried = place.try_out("B")
    assert (tried.slot, tried.trying, tried.tries) == ("B", True, slots.TRIES)
    kept = place.keep("B")
    assert (kept.slot, kept.trying, kept.tries, kept.bad) == ("B", False, 0, "")
    refused = place.refuse("B")
    assert (refused.slot, refused.trying, refused.bad) == ("A", False, "B")
    assert place.refuse("B").slot == "A"
    assert place.try_out("B").bad == ""


def test_a_slot_that_does_not_start_now_is_not_kept_by_mistake(tmp_path):
    place = Slots(tmp_path)
    tried = place.try_out("B")
    assert place.keep("A") == tried


def test_the_sector_is_written_where_it_lies(tmp_path):
    place = Slots(tmp_path)
    place.write(State("A"))
    place.write(State("A"))
    nodes = [(tmp_path / name).stat().st_ino for name in COPIES]
    for _ in range(4):
        place.write(State("B"))
    assert [(tmp_path / name).stat().st_ino for name in COPIES] == nodes
    assert all((tmp_path / name).stat().st_size == SECTOR for name in COPIES)


def test_a_card_that_refuses_is_said(tmp_path, monkeypatch):
    def broken(*_):
        raise OSError(5, "Input/output error")

    place = Slots(tmp_path)
    stood = place.write(State("A"))
    monkeypatch.setattr(slots.os, "pwrite", broken)
    with pytest.raises(SlotError, match="change its storage card soon"):
        place.try_out("B")
    assert place.read() == replace(stood)


@pytest.mark.parametrize(
    ("said", "slot"),
    [
        ("root=PARTUUID=1 ro rauc.slot=B quiet", "B"),
        ("rauc.slot=A", "A"),
        ("rauc.slot=C", None),
        ("root=/dev/sda", None),
    ],
)
def test_the_slot_that_runs_stands_on_the_kernels_command_line(tmp_path, said, slot):
    (tmp_path / "cmdline").write_text(said + "\n")
    assert running(tmp_path / "cmdline") == slot
    assert running(tmp_path / "none") is None
