"""Every page in Dutch, French, Indonesian and English, with nothing left untranslated."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from collector.desks.register.models import Sale
from tests.web.shop import trouble

COLLECTOR = Path(__file__).parents[2] / "collector"
LANGUAGES = ("nl", "fr", "id", "en")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "gettext_noop": None,
}
TITLES = {
    "nl": ("Vandaag", "Verkopen", "Apparaten", "Aanmelden"),
    "fr": ("Aujourd’hui", "Ventes", "Appareils", "Se connecter"),
    "id": ("Hari ini", "Penjualan", "Perangkat", "Masuk"),
    "en": ("Today", "Sales", "Devices", "Sign in"),
}


STRING = r"u?(\'(?:\\.|[^\'\\])*\'|\"(?:\\.|[^\"\\])*\")"
ONE = re.compile(rf"\b(?:_|gettext)\(\s*{STRING}\s*\)")
MANY = re.compile(rf"\bngettext\(\s*{STRING}\s*,\s*{STRING}\s*,")


def sentences_in_code():
    """Find every string the pages show, as gettext knows it."""
    found = set()
    for path in COLLECTOR.rglob("*.py"):
        text = io.BytesIO(path.read_bytes())
        found |= {message for _n, message, _c, _x in extract("python", text, keywords=KEYWORDS)}
    for path in COLLECTOR.rglob("*.html"):
        text = templatize(path.read_text())
        found |= {ast.literal_eval(one) for one in ONE.findall(text)}
        found |= {tuple(map(ast.literal_eval, pair)) for pair in MANY.findall(text)}
    return found


def catalogue(language):
    path = COLLECTOR / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated_and_none_is_left_over(language):
    messages = {message.id: message for message in catalogue(language) if message.id}
    assert set(messages) == sentences_in_code()
    for message in messages.values():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_every_place_to_fill_in(language):
    for message in catalogue(language):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(re.findall(r"%(?:\(\w+\))?[sd]", sources[-1]))
        for string in strings[1:] or strings:
            assert set(re.findall(r"%(?:\(\w+\))?[sd]", string)) == wanted, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language(sign_in, shop, now, language):
    trouble(shop, now)
    client = sign_in("manager", language=language)
    sale = Sale.objects.filter(device="register-2").latest("sequence")
    today, sales, devices, _sign_in = TITLES[language]
    for address, title in (
        ("/", today),
        ("/sales/", sales),
        (f"/sales/{sale.pk}/", sale.receipt),
        ("/devices/", devices),
        ("/devices/register-3/", "Kassa 3"),
        ("/alarms/", catalogue(language).get("Alarms").string),
    ):
        response = client.get(address)
        page = response.content.decode()
        assert f'<html lang="{language}">' in page
        assert f"<title>{title} · Balie</title>" in page
        left = untranslated(page, language)
        assert not left, (address, left)


def untranslated(page, language):
    """Return the English sentences of more than two words that stand in a page of another language."""
    if language == "en":
        return []
    bare = re.sub(
        r'<(p|td) lang="en">.*?</\1>|<pre.*?</pre>|<code.*?</code>', "", page, flags=re.DOTALL
    )
    english = [m.id for m in catalogue("en") if isinstance(m.id, str) and m.id.count(" ") > 1]
    return [text for text in english if "%" not in text and text in bare]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_page_speaks_the_language_of_the_browser(client, db, language):
    page = client.get("/sign-in/", headers={"accept-language": language}).content.decode()
    assert f"<h1>{TITLES[language][3]}</h1>" in page


def test_the_language_is_switched_and_kept(client, db):
    client.post("/i18n/setlang/", {"language": "id", "next": "/sign-in/"})
    assert "<h1>Masuk</h1>" in client.get("/sign-in/").content.decode()


def test_another_language_is_answered_in_english(client, db):
    page = client.get("/sign-in/", headers={"accept-language": "pl"}).content.decode()
    assert "<h1>Sign in</h1>" in page
