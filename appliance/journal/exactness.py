"""Whether an entry says one thing only, to every program that reads it."""

from __future__ import annotations

import json
from typing import Any

import orjson


class _DoubledKey(ValueError):  # noqa: N818 - never leaves this module
    """A name stands twice in one JSON object."""


def doubled_key(raw: bytes) -> str:
    """Name a key that stands twice in one object of an entry; empty when none does.

    Of two equal keys some programs read the first and some the last: such an entry is a sale of
    ten to one and of a hundred to another. An entry made by this program cannot hold one, which is
    seen at once: written anew it gives the same bytes.

    Raises:
        ValueError: if the bytes are no JSON.
    """
    if orjson.dumps(orjson.loads(raw)) == raw:
        return ""
    try:
        json.loads(raw, object_pairs_hook=_refuse_doubled)
    except _DoubledKey as doubled:
        return str(doubled)
    return ""


def _refuse_doubled(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DoubledKey(key)
        found[key] = value
    return found
