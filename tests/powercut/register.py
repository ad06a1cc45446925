"""A register that knows what it sells and has not sold anything yet."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.domain.staff import hash_pin
from appliance.journal import entry as entries
from appliance.journal.entry import ZERO_HASH, Watermark
from appliance.store.directory_store import DirectoryStore
from tests.powercut import selling

DEVICE = "register-1"


def make(folder):
    """Write balie.toml and a data folder with a directory."""
    (folder / "data").mkdir()
    directory(folder / "data")
    (folder / "balie.toml").write_text(
        f'[device]\nid = "{DEVICE}"\nname = "One"\nregister = "1"\nmarket = "nl"\n'
        'language = "en"\ndata = "data"\n'
    )


def directory(folder):
    """Fill directory.db as the uplink would."""
    changed = {
        "change": "first",
        "part": 1,
        "parts": 1,
        "articles": [
            {
                "code": gtin,
                "gtin": gtin.zfill(14),
                "name": f"Article {gtin}",
                "price_minor": 199 + number,
                "tax_class": "reduced",
                "category": "all",
                "unit": "piece",
                "active": True,
            }
            for number, gtin in enumerate(selling.GTINS)
        ],
        "staff": [
            {
                "id": "p1",
                "name": "Sanne",
                "pin_hash": hash_pin(selling.PIN, b"0123456789abcdef"),
                "roles": ["cashier"],
                "language": "en",
                "active": True,
            }
        ],
    }
    first = entries.make(
        Watermark(1, 0, ZERO_HASH),
        device=DEVICE,
        type="balie.directory.changed.v1",
        time=datetime.now(UTC),
        data=changed,
        source="/collector",
    )
    store = DirectoryStore.open(folder / "directory.db")
    store.receive([first])
    store.close()
