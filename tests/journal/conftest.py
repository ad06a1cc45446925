from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appliance.journal import signing
from appliance.journal.entry import ZERO_HASH, Entry, Watermark, make
from appliance.journal.export import export_file
from appliance.journal.reader import JournalReader
from appliance.journal.store import Event, Journal
from tests.journal.tampering import COUNT, sale

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def key():
    return signing.generate()


@pytest.fixture
def clock():
    return lambda: NOON


@pytest.fixture
def journal(tmp_path, clock):
    with Journal.open(tmp_path / "journal.db", "shop-1", clock=clock) as opened:
        yield opened


@pytest.fixture
def chain():
    """Make ``count`` entries of one epoch that follow each other."""

    def build(count: int, *, epoch: int = 1, say: str = "sold", device: str = "shop-1"):
        after = Watermark(epoch, 0, ZERO_HASH)
        entries: list[Entry] = []
        for number in range(count):
            entry = make(after, device=device, type="balie.test.v1", time=NOON, data={say: number})
            entries.append(entry)
            after = entry.watermark
        return entries

    return build


@pytest.fixture
def file(journal):
    journal.append(*(Event("balie.sale.completed.v1", sale(number)) for number in range(1, COUNT)))
    journal.close()
    return journal.path


@pytest.fixture
def exported(file, tmp_path, key):
    with JournalReader.open(file) as journal:
        export_file(journal, tmp_path / "export.txt", signer=key)
    return tmp_path / "export.txt"
