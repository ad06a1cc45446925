"""The uplink's own process, only less patient: what it waits minutes for takes a second here.

python tests/away/hasty_uplink.py BALIE.TOML
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path

from appliance.journal import sender
from appliance.uplink import loop, process
from appliance.uplink.backoff import Backoff

PACE = sender.Pace(patience_s=1.0, patience_most_s=8.0, settle_s=0.2, probe_s=5.0)


def hasty(parts):
    pauses = Backoff(random.random, first_s=0.1, most_s=3.0, steady_s=4.5)
    return loop.Uplink(replace(parts, backoff=pauses))


if __name__ == "__main__":
    process.Sender = lambda *given, **named: sender.Sender(*given, pace=PACE, **named)
    process.Uplink = hasty
    loop._SILENT_S = 1.0
    sys.exit(process.run(Path(sys.argv[1])))
