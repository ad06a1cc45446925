"""An uplink of some later version: it says more than this one understands, everywhere it may.

python tests/away/newer_uplink.py BALIE.TOML
"""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from appliance.journal import batch
from appliance.uplink import loop, process


def add_to_header(header):
    """Make headers with attributes nobody has heard of."""

    def with_more(*given, **named):
        return orjson.dumps({**orjson.loads(header(*given, **named)), "moon": "full", "tide": [1]})

    return with_more


class NewerUplink(loop.Uplink):
    """Tells of its holograms in its birth message."""

    def _publish(self, leaf, payload, *, retain=False):
        if leaf == "status":
            payload = orjson.dumps({**orjson.loads(payload), "holograms": {"shown": 3}})
        super()._publish(leaf, payload, retain=retain)


if __name__ == "__main__":
    batch.header = add_to_header(batch.header)
    process.Uplink = NewerUplink
    sys.exit(process.run(Path(sys.argv[1])))
