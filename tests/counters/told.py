"""Settings of counters, and where the directory says them."""

from __future__ import annotations

TOLD = "counter/"
PRINTER = '[printer]\ndriver = "network"\nhost = "192.168.1.60"\n'
OTHER = '[printer]\ndriver = "network"\nhost = "192.168.1.70"\n'
SCALE = '[scale]\ndriver = "sics"\nport = "/dev/ttyS0"\n'
