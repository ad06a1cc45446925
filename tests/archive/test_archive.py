"""Old entries leave the database as files that prove themselves, and nothing else changes."""

from __future__ import annotations

import pytest
from django.db import connection

from appliance.journal.archive import prove, read_span, read_text
from collector.archive.models import Archive, Piece
from collector.ingest.models import Alarm, Entry, Fork, Signature, Watermark
from collector.ingest.projecting import Projector
from collector.ingest.standing import standings
from tests.archive.conftest import exports

pytestmark = pytest.mark.django_db(transaction=True)


def test_entries_move_into_a_file_that_proves_itself(sold, run, folder):
    (made,) = run().archives
    assert [path.name for path in folder.glob("*.balie")] == ["register-2-1-1-301.balie"]
    proof = prove(folder / made.file, sold.key.public_key())
    assert proof.span.until == sold.head
    assert [each for each in read_text(folder / made.file) if b"specversion" in each] == [
        entry.raw for entry in sold.entries
    ]
    assert not Entry.objects.exists()
    assert (made.cleared, made.first, made.last) == (301, 1, 301)
