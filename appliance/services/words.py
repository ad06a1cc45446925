"""The words on screen and paper, in the person's language, switched while running.

The sources are English sentences; the catalogues lie in ``appliance/locale``. Where nobody has
compiled a catalogue yet (a fresh checkout), it is compiled in memory.
"""

from __future__ import annotations

import gettext
import io
import re
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

from babel.messages import mofile, pofile

DOMAIN = "balie"
LANGUAGES = {"nl": "Nederlands", "fr": "Français", "id": "Bahasa Indonesia", "en": "English"}
"""Each language by its own name: what a person looks for."""

_SENTENCE_END = re.compile(r"(?<=\.) ")


def sentence(text: str) -> str:
    """Mark a sentence that is translated later, where it is said."""
    return text


class Words:
    """One language's sentences.

    Attributes:
        language: ``nl``, ``fr``, ``id`` or ``en``.
    """

    def __init__(self, language: str) -> None:
        """Load a language.

        Raises:
            LookupError: If there is no catalogue of it.
        """
        if language not in LANGUAGES:
            raise LookupError(
                f"The screen speaks {', '.join(LANGUAGES)}, not {language!r}; choose one of these."
            )
        self.language = language
        self._catalogue = _load(language)

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence in this language, its ``{names}`` filled in."""
        said = self._catalogue.gettext(sentence) if sentence else ""
        return said.format(**values) if values else said

    def say_each(self, text: str) -> str:
        """Return a text in this language, whole or sentence by sentence.

        A driver's message may be an error's meaning and its remedy, each translated by itself.
        """
        whole = self.say(text)
        if whole != text:
            return whole
        return " ".join(self.say(each) for each in _SENTENCE_END.split(text) if each)

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the sentence that goes with a number, which it may name as ``{number}``."""
        return self._catalogue.ngettext(one, many, number).format(number=number, **values)


def _load(language: str) -> gettext.NullTranslations:
    folder = resources.files("appliance") / "locale" / language / "LC_MESSAGES"
    compiled, source = folder / f"{DOMAIN}.mo", folder / f"{DOMAIN}.po"
    if compiled.is_file() and not _older(compiled, source):
        return _read(compiled.read_bytes())
    return _read(_compile(source.read_bytes(), language))


@lru_cache(maxsize=len(LANGUAGES))
def _read(compiled: bytes) -> gettext.NullTranslations:
    """Take a catalogue apart, once: the desk, its papers and its training desk share it."""
    return gettext.GNUTranslations(io.BytesIO(compiled))


@lru_cache(maxsize=len(LANGUAGES))
def _compile(source: bytes, language: str) -> bytes:
    made = io.BytesIO()
    mofile.write_mo(made, pofile.read_po(io.BytesIO(source), locale=language))
    return made.getvalue()


def _older(compiled: Traversable, source: Traversable) -> bool:
    """Say whether the words were changed after they were compiled."""
    if not source.is_file():
        return False
    with resources.as_file(compiled) as mo, resources.as_file(source) as po:
        return mo.stat().st_mtime < po.stat().st_mtime
