"""No digits of a card beyond the last four survive, however careless the terminal is."""

from __future__ import annotations

import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.services import slips
from drivers.bench.zvt_paper import CARD
from drivers.printer.simulated import Options, SimulatedPrinter
from drivers.terminal import zvt_apdu, zvt_dialogue, zvt_fields
from drivers.terminal.hiding import hide_card_numbers
from drivers.terminal.zvt_apdu import Apdu
from tests.contract.terminal_rigs import ZvtRig

TELLING = 5
"""So many digits of a card in a row are one too many."""


def leaks(text):
    """The parts of the card number that a text holds, whatever stands between the digits."""
    digits = re.sub(r"[^0-9]", "", str(text))
    return [
        CARD[start : start + TELLING]
        for start in range(len(CARD) - TELLING + 1)
        if CARD[start : start + TELLING] in digits
    ]


@pytest.mark.parametrize("form", ["lines", "blocks"])
def test_of_a_careless_terminal_nothing_is_left_anywhere(tmp_path, caplog, form):
    caplog.set_level(logging.DEBUG)
    rig = ZvtRig(tmp_path)
    shown = []
    try:
        rig.does("careless")
        rig.does(form)
        terminal = rig.open()
        result = terminal.pay("0f3c9a", 1185, "EUR", 2, told=shown.append)
        notes = "".join(path.read_text() for path in rig.folder.iterdir())
    finally:
        rig.close()
    assert [slip.wanted_by.value for slip in result.slips] == (
        ["shop", "customer"] if form == "blocks" else ["anybody", "anybody"]
    )
    printer = SimulatedPrinter(Options(folder=str(tmp_path / "paper"), pictures=False))
    printer.print(printer.encode(slips.document(result.slips)))
    printer.close()
    paper = "".join(path.read_text() for path in (tmp_path / "paper").glob("*.txt"))
    assert f"Karte ************{CARD[-4:]}" in paper, "the last four tell two cards apart"
    assert "Karte ************4775" in shown
    for text in (repr(result), paper, notes, caplog.text, *shown):
        assert not leaks(text)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (CARD, "************4775"),
        ("5232 1234 5678 4775", "**** **** **** 4775"),
        ("5232-1234-5678-4775", "****-****-****-4775"),
        ("523212######4775", "******######4775"),
        ("5232 12XX XXXX 4775", "**** **XX XXXX 4775"),
        ("Karte 523212345678 ok", "Karte ********5678 ok"),
        ("PAN=5232123456784775D2912", "PAN=************4775D2912"),
        ("Terminal-ID : 28004869", "Terminal-ID : 28004869"),
        ("TA-Nr 000470  BNr 0470", "TA-Nr 000470  BNr 0470"),
        ("EUR 1.234,50", "EUR 1.234,50"),
        ("********************", "********************"),
        ("", ""),
    ],
)
def test_what_looks_like_a_card_is_hidden(written, left):
    assert hide_card_numbers(written) == left


@given(
    st.text(max_size=30),
    st.text(alphabet="0123456789", min_size=13, max_size=19),
    st.sampled_from(["", " ", "-", "."]),
    st.text(max_size=30),
)
def test_any_number_of_a_cards_length_is_hidden_wherever_it_stands(before, number, between, after):
    written = before + between.join(number) + after
    left = hide_card_numbers(written)
    assert len(left) == len(written)
    runs = re.findall(r"[0-9](?:[ .-]?[0-9])*", left)
    assert all(len(re.sub("[^0-9]", "", run)) < 12 for run in runs)


@given(st.binary(max_size=80))
def test_no_message_shows_what_is_in_it(data):
    assert repr(Apdu(zvt_apdu.STATUS_INFORMATION, data)) == "Apdu(control=(4, 15))"


def test_a_cards_tracks_are_let_go_of_at_the_door():
    card = bytes.fromhex(CARD)
    track = zvt_fields.counted(card + b"\xd2\x91\x22\x01", 2)
    fields = zvt_fields.read(
        b"\x27\x00\x22"
        + zvt_fields.counted(card, 2)
        + b"\x23"
        + track
        + b"\x0e\x29\x12\x3a\x12\x3f"
    )
    assert fields.values == {zvt_fields.RESULT: b"\0"}
    assert fields.last_four == CARD[-4:]


def test_the_register_sends_no_card():
    sent = zvt_dialogue.authorisation(1185, 978).data
    assert zvt_fields.read(sent).values.keys() == {zvt_fields.AMOUNT, zvt_fields.CURRENCY}
