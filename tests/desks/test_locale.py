"""Every sentence the device says, drivers included, is there in every language."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import appliance
from appliance.locale.__main__ import SPOKEN, gather, load, strings
from appliance.services.words import LANGUAGES


@pytest.fixture(scope="module")
def said():
    return gather()


def blanks(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_nothing_is_left_over(said, language):
    catalogue = load(language)
    wanted = {message if isinstance(message, str) else message[0] for message in said}
    held = {each.id if isinstance(each.id, str) else each.id[0] for each in catalogue if each.id}
    assert held - wanted == set(), "no longer said; run python -m appliance.locale"
    assert wanted - held == set(), "not known yet; run python -m appliance.locale"
    assert [each.id for each in catalogue if each.id and not all(strings(each.string))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_blanks_are_filled_in(language):
    for message in load(language):
        if not message.id:
            continue
        sources = strings(message.id)
        for translated in strings(message.string):
            assert blanks(translated) <= blanks(sources[-1]), message.id
        assert blanks(strings(message.string)[-1]) == blanks(sources[-1]), message.id


def test_what_drivers_say_is_among_it(said):
    assert "The printer has no paper." in said
    assert "The card was refused: nothing was taken." in said
    assert any(
        message.startswith("A scan was cut off") for message in said if isinstance(message, str)
    )


def test_keys_with_little_room_have_short_words():
    """On 800 pixels a key of the basket has room for two lines of some eleven characters."""
    for language in LANGUAGES:
        catalogue = load(language)
        for key in ("Quantity", "Park", "Parked", "Remove line", "Cancel sale", "Other", "Card"):
            longest = max(len(word) for word in catalogue[key].string.split())
            assert longest <= 10, (language, key)


def test_no_sentence_hides_in_another_one():
    """What is said inside an f-string is not found by the tool that gathers the sentences."""
    code = Path(appliance.__file__).parent
    hidden = [
        (file.name, call.lineno)
        for file in code.rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in SPOKEN
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []
