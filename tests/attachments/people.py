"""People who never lived, and where their words may not be found any more."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from appliance.journal.attachments import Attachment, attach, new_reference
from appliance.journal.store import Event

CUSTOMER = "balie.customer.changed.v1"


def person(number: int = 0, words: int = 3) -> bytes:
    """Make a customer's data, with words that nobody else's has."""
    told = {"name": f"Wil van Doorn {number}", "mail": [secrets.token_hex(8) for _ in range(words)]}
    return orjson.dumps(told)


def words_of(content: bytes) -> list[bytes]:
    """Take the words by which a person's data is known again."""
    return [word.encode() for word in orjson.loads(content)["mail"]]


def known(content: bytes | None = None, subject: str | None = None) -> Event:
    """Make the event that a customer became known."""
    beside = attach("customer", content or person(), subject=subject or new_reference())
    return event(beside)


def event(*attachments: Attachment, **data: Any) -> Event:
    said = {"customer": new_reference(), "change": "changed", "by": "p1", "consents": []}
    return Event(CUSTOMER, {**said, **data}, attachments=attachments)


def bytes_around(path: Path) -> bytes:
    """Read a database with everything that lies beside it: log, index of the log, journal."""
    files: Iterable[Path] = sorted(path.parent.glob(f"{path.name}*"))
    return b"".join(file.read_bytes() for file in files)
