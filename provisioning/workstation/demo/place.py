"""Where the demonstration lies: all of it in ``.balie/demo``, to be thrown away at any time."""

from __future__ import annotations

from provisioning.workstation.places import HOME, ROOT, VENV

DEMO = HOME / "demo"
BROKER = DEMO / "broker"
COLLECTOR = DEMO / "collector"
AUTHORITY = COLLECTOR / "authority"
REGISTER = DEMO / "register"
DATA = REGISTER / "data"
BENCH = DEMO / "bench"
PICTURES = DEMO / "pictures"
LOGS = DEMO / "logs"
PASSWORD = DEMO / "password"
PREPARED = DEMO / "prepared"
OUTLINE = DEMO / "outline.json"
LOCK = HOME / "demo.lock"

SHOP = ROOT / "provisioning" / "shop"

BALIE = VENV / "bin" / "balie"
BALIE_COLLECTOR = VENV / "bin" / "balie-collector"

HOST = "127.0.0.1"
"""Everything listens here only: nobody else on the network sees the demonstration."""
