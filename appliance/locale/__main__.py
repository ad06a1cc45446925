"""Bring the catalogues up to date with the code: ``python -m appliance.locale``."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

import drivers
from appliance.services.words import DOMAIN, LANGUAGES

HERE = Path(__file__).parent
SPOKEN = {"say": None, "sentence": None, "count": (1, 2)}
"""Which calls say something, and which of their arguments."""

Message = str | tuple[str, str]


def gather() -> dict[Message, str]:
    """Return every sentence that is said, and where first; one with a plural is a pair."""
    found: dict[Message, str] = {}
    for place, message in (*_said_in_code(), *_said_by_drivers()):
        found.setdefault(message, place)
    return found


def catalogue(language: str) -> Path:
    """Return where a language's catalogue lies."""
    return HERE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def load(language: str) -> Catalog:
    """Read a language's catalogue."""
    with catalogue(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def update(language: str) -> int:
    """Bring one catalogue up to date and return how many sentences wait for a translation."""
    whole = load(language)
    said = Catalog(domain=DOMAIN, creation_date=whole.creation_date)
    for message, place in gather().items():
        said.add(message, locations=[(place, 0)])
    whole.update(said, no_fuzzy_matching=True)
    whole.obsolete.clear()
    with catalogue(language).open("wb") as file:
        write_po(file, whole, width=100, include_lineno=False, sort_by_file=True)
    return len([each for each in whole if each.id and not all(strings(each.string))])


def strings(said: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return a message's forms: one, or one for each plural."""
    return (said,) if isinstance(said, str) else tuple(said or ("",))


def _said_in_code() -> Iterator[tuple[str, Message]]:
    root = HERE.parent
    for file in sorted(root.rglob("*.py")):
        place = file.relative_to(root.parent).as_posix()
        for _, said, _, _ in extract("python", io.BytesIO(file.read_bytes()), keywords=SPOKEN):
            message: Message = said if isinstance(said, str) else (said[0], said[1])
            yield place, message


def _said_by_drivers() -> Iterator[tuple[str, str]]:
    """What a driver says is fixed English, so that it can be translated as it stands."""
    for kind in drivers.KINDS:
        contract = importlib.import_module(f"drivers.{kind}")
        for name in contract.DRIVERS:
            module = importlib.import_module(f"drivers.{kind}.{name}")
            yield from ((f"drivers/{kind}", text) for text in getattr(module, "MESSAGES", ()))
        yield from ((f"drivers/{kind}", text) for text in getattr(contract, "FAULTS", ()))
    for error in _with_children(drivers.DeviceError):
        place = error.__module__.replace(".", "/")
        yield from ((place, text) for text in (error.meaning, error.remedy))


def _with_children(error: type[drivers.DeviceError]) -> Iterator[type[drivers.DeviceError]]:
    yield error
    for child in error.__subclasses__():
        yield from _with_children(child)


if __name__ == "__main__":
    for each in LANGUAGES:
        sys.stdout.write(f"{each}: {update(each)} to translate\n")
