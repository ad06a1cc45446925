"""The uplink as it is, which also tells a benchmark what it hears, and the moment it has taken it.

python -m tests.benchmarks.telling BALIE.TOML SOCKET
"""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path
from typing import Any

from appliance.uplink import process

CONNECTED = "connected"


def main() -> None:
    """Run the uplink; each connection and each acknowledgement is a datagram."""
    settings, told = Path(sys.argv[1]), sys.argv[2]
    teller = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def tell(what: object) -> None:
        # By the clock that all processes share: the way of the telling itself does not count.
        teller.sendto(f"{what} {time.perf_counter()}".encode(), told)

    class Telling(process.Sender):
        def connected(self, *words: Any, **more: Any) -> None:
            super().connected(*words, **more)
            tell(CONNECTED)

        def acknowledge(self, *words: Any, **more: Any) -> None:
            super().acknowledge(*words, **more)
            tell(self.acked.sequence)

    process.Sender = Telling  # type: ignore[misc] # in this process alone
    sys.exit(process.run(settings))


if __name__ == "__main__":
    main()
