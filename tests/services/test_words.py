"""One sentence in four languages."""

from __future__ import annotations

import os

import pytest

from appliance.services import words as module
from appliance.services.words import LANGUAGES, Words


def test_each_language_says_it_its_own_way():
    said = {language: Words(language).say("To pay") for language in LANGUAGES}
    assert said == {"nl": "Te betalen", "fr": "À payer", "id": "Total bayar", "en": "To pay"}


def test_blanks_are_filled_and_numbers_take_their_form():
    words = Words("nl")
    assert words.say("{price} each", price="1,29") == "1,29 per stuk"
    forms = [words.count("{number} article", "{number} articles", n) for n in (1, 2)]
    assert forms == ["1 artikel", "2 artikelen"]


def test_a_sentence_nobody_translated_is_said_in_english():
    assert Words("fr").say("Nothing of the kind.") == "Nothing of the kind."
    assert Words("fr").say("") == ""


def test_braces_in_what_is_filled_in_are_left_alone():
    assert "{code}" in Words("nl").say(
        "No article has the code {code}. Look it up by name.", code="{code}"
    )


def test_a_language_there_is_not():
    with pytest.raises(LookupError, match="nl, fr, id, en"):
        Words("tlh")


def test_a_stale_compiled_catalogue_is_passed_over(tmp_path, monkeypatch):
    folder = tmp_path / "locale" / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "balie.po"
    source.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "To pay"\nmsgstr "Betalen maar"\n'
    )
    compiled = folder / "balie.mo"
    compiled.write_bytes(b"stale")
    os.utime(compiled, (0, 0))
    monkeypatch.setattr(module.resources, "files", lambda _: tmp_path)
    assert Words("nl").say("To pay") == "Betalen maar"
