"""The uplink as it is, which also tells a benchmark the moment at which it hears something.

python -m tests.benchmarks.telling BALIE.TOML SOCKET
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

from appliance.uplink import process

CONNECTED = "connected"


def main() -> None:
    """Run the uplink; each connection and each acknowledgement is a datagram."""
    settings, told = Path(sys.argv[1]), sys.argv[2]
    teller = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    class Telling(process.Sender):
        def connected(self, *words: Any, **more: Any) -> None:
            super().connected(*words, **more)
            teller.sendto(CONNECTED.encode(), told)

        def acknowledge(self, *words: Any, **more: Any) -> None:
            super().acknowledge(*words, **more)
            teller.sendto(str(self.acked.sequence).encode(), told)

    process.Sender = Telling  # type: ignore[misc] # in this process alone
    sys.exit(process.run(settings))


if __name__ == "__main__":
    main()
