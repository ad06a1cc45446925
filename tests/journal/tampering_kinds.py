"""Every kind of tampering that the tests know, each with a name, a way to do it and what is found."""

from __future__ import annotations

import sys

from tests.journal import (  # noqa: F401 - each adds its kinds to the book
    tampering_chain,
    tampering_collector,
    tampering_entries,
    tampering_ledgers,
    tampering_sales,
    tampering_shifts,
)
from tests.journal.exhibits import KINDS
from tests.journal.tampering_book import TAMPERINGS, Tampering

__all__ = ["TAMPERINGS", "Tampering", "matrix"]


def matrix() -> str:
    """Write which tampering is found in which kind of file, and as what."""
    lines = [
        f"| tampering | {' | '.join(KINDS)} |",
        f"| --- | {' | '.join('---' for _ in KINDS)} |",
    ]
    for each in TAMPERINGS:
        found = (each.finds.get(kind, ("",))[0] for kind in KINDS)
        lines.append(f"| {each.name} | {' | '.join(found)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(matrix())
