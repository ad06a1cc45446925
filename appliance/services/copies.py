"""How many copies were made of a receipt, so that each is marked with its own number.

The jobs of older receipts are let go of, the number of their copies is not: it is noted beside
them, and made again from the journal where the notes are lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.services.ports import Shelf


def copies_made(shelf: Shelf, sale: str) -> int:
    """Return the number of the last copy of a sale's receipt, 0 where none was made."""
    noted = shelf.fact(_key(sale), 0)
    jobs = max((job.copy for job in shelf.jobs(sale)), default=0)
    return max(noted if isinstance(noted, int) else 0, jobs, 0)


def note_copy(shelf: Shelf, data: Mapping[str, Any]) -> None:
    """Note a copy as its entry tells it. The same one again changes nothing."""
    shelf.keep_fact(_key(data["sale"]), max(data["copy"], copies_made(shelf, data["sale"])))


def _key(sale: str) -> str:
    return f"copies {sale}"
