"""The uplink with little patience: what takes a device minutes on a bad line takes a test seconds.

python -m tests.world.hasty_uplink BALIE.TOML
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from appliance.journal import sender
from appliance.uplink import loop, process

PACE = {"batch_entries": 4, "patience_s": 0.5, "patience_most_s": 2.0, "settle_s": 0.2}

if __name__ == "__main__":
    sender.Pace = partial(sender.Pace, **PACE)
    loop.Backoff = partial(loop.Backoff, first_s=0.1, most_s=0.5, steady_s=1.0)
    sys.exit(process.run(Path(sys.argv[1])))
