"""Texts made printable and laid out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer import layout, letters


def cp1252(character):
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("€ 1,20 né ï", "€ 1,20 né ï"),
        ("Rp 12.500", "Rp 12.500"),
        ("Ĳsselmeer, ĳs", "IJsselmeer, ijs"),
        ("1\N{NARROW NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€", "1 234,50 €"),
        ("\N{MINUS SIGN}5", "-5"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
        ("œuf", "œuf"),
        ("Dvořák Łódź ﬁne", "Dvorák Lódz fine"),
        ("北京 🍎 ₹", "?? ? Rs"),
        ("a\x1bp\x00b\tc\nd", "apb c d"),
        ("soft\N{SOFT HYPHEN}ly\N{ZERO WIDTH SPACE}", "softly"),
        ("½ ² ™ …", "½ ² ™ …"),
    ],
)
def test_a_text_becomes_what_the_printer_can_say(text, printed):
    assert letters.printable(text, cp1252) == printed


@given(st.text())
@settings(deadline=None)
def test_no_text_can_carry_a_command(text):
    printed = letters.printable(text, cp1252)
    assert all(character >= " " and cp1252(character) for character in printed)


@given(st.text())
@settings(deadline=None)
def test_a_printer_that_has_only_ascii_prints_ascii(text):
    assert letters.printable(text, str.isascii).isascii()


def test_an_amount_stands_against_the_edge():
    assert layout.lines("Nutella", "3,99", 20) == ["Nutella         3,99"]


def test_a_long_name_goes_on_below_and_the_amount_stands_beside_its_end():
    assert layout.lines("  Koffie met melk en suiker", "12,50", 20) == [
        "  Koffie met",
        "  melk en",
        "  suiker       12,50",
    ]


def test_a_right_column_that_leaves_no_room_gets_its_own_line():
    assert layout.lines("Totaal", "123456789012345", 18) == ["Totaal", "   123456789012345"]
    assert layout.lines("", "12,50", 10) == ["     12,50"]


@given(st.text("ab cé", max_size=80), st.text("1,-", max_size=40), st.integers(6, 64))
@settings(deadline=None)
def test_no_line_is_wider_than_the_paper_and_nothing_is_lost(left, right, width):
    lines = layout.lines(left, right, width)
    assert lines
    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == (left + right).replace(" ", "")
