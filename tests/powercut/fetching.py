"""The uplink's store taking the directory in while the recorder looks on; what it holds is marked.

    python fetching.py FOLDER CHANGES [--careless]

Each change comes in parts, one commit each, and sets every article to its own number. With
``--careless`` commits do not wait for the disk.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from appliance.journal.entry import ZERO_HASH, Entry, Watermark, make
from appliance.store.directory_store import CHANGED, DirectoryStore

PARTS = 3
ARTICLES = 4
"""In a part."""
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def codes(part: int) -> list[str]:
    """Name the articles of a part."""
    return [f"{part}-{number}" for number in range(ARTICLES)]


def entries(changes: int) -> list[Entry]:
    """Make what the collector says: the same articles in every change, at the change's number."""
    made, after = [], Watermark(1, 0, ZERO_HASH)
    for change in range(1, changes + 1):
        for part in range(1, PARTS + 1):
            articles = [
                {
                    "code": code,
                    "name": f"Thing {code} of change {change}",
                    "price_minor": change,
                    "tax_class": "reduced",
                    "category": "",
                    "unit": "piece",
                }
                for code in codes(part)
            ]
            data = {"change": f"c{change}", "part": part, "parts": PARTS, "articles": articles}
            entry = make(
                after, device="collector", source="/collector", type=CHANGED, time=NOON, data=data
            )
            made.append(entry)
            after = entry.watermark
    return made


def main() -> None:
    folder, changes = Path(sys.argv[1]), int(sys.argv[2])
    marks = os.open(os.environ["RECORD_MARKS"], os.O_WRONLY | os.O_CREAT, 0o600)
    store = DirectoryStore.open(folder / "data" / "directory.db")
    if "--careless" in sys.argv:
        store._connection.execute("pragma synchronous = off")
    for entry in entries(changes):
        mark = store.receive([entry])
        os.write(marks, f"held {mark.sequence}\n".encode())
    # The power goes now: nothing is closed.
    os._exit(0)


if __name__ == "__main__":
    main()
