"""Where the demonstration lies: all of it in ``.balie/demo``, to be thrown away at any time.

``BALIE_DEMO`` in the environment names another folder, for a second shop beside the first.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from provisioning.workstation.places import HOME, ROOT, VENV

DEMO = Path(os.environ.get("BALIE_DEMO") or HOME / "demo").absolute()
BROKER = DEMO / "broker"
COLLECTOR = DEMO / "collector"
AUTHORITY = COLLECTOR / "authority"
REGISTER = DEMO / "register"
DATA = REGISTER / "data"
BENCH = DEMO / "bench"
PAPER = DEMO / "paper"
PICTURES = DEMO / "pictures"
LOGS = DEMO / "logs"
PASSWORD = DEMO / "password"
PREPARED = DEMO / "prepared"
OUTLINE = DEMO / "outline.json"
CUSTOMER_OUTLINE = DEMO / "customer.json"
LOCK = DEMO.with_name(DEMO.name + ".lock")
"""Beside the folder, which may be thrown away while the lock is held."""

SHOP = ROOT / "provisioning" / "shop"

BALIE = (sys.executable, "-m", "appliance")
BALIE_COLLECTOR = (sys.executable, "-m", "collector")
TYPED_BALIE = VENV / "bin" / "balie"
"""What a person types for the same."""

HOST = "127.0.0.1"
"""Everything listens here only: nobody else on the network sees the demonstration."""
