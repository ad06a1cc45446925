"""Ingest storing batches while the recorder looks on: what it acknowledges is marked.

    python acknowledging.py FOLDER BATCHES [--careless]

With DATABASE_URL in FOLDER/data. ``--careless`` commits without waiting for the disk.
"""

from __future__ import annotations

import os
import sys
import threading

from django.db import connection

from tests.powercut import office


def main():
    batches = int(sys.argv[2])
    marks = os.open(os.environ["RECORD_MARKS"], os.O_WRONLY | os.O_CREAT, 0o600)
    office.make()
    ingest = office.Office(
        lambda mark: os.write(marks, f"acked {mark.sequence} {mark.hash}\n".encode()),
        threading.Event(),
    )
    if "--careless" in sys.argv:
        connection.cursor().execute("pragma synchronous = normal")
    for _ in range(batches):
        ingest.take()
    # The power goes now: nothing is closed.
    os._exit(0)


if __name__ == "__main__":
    main()
