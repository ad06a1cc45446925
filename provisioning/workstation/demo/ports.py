"""Finding a port that nobody listens on."""

from __future__ import annotations

import errno
import socket

from provisioning.workstation.demo.fault import DemoError
from provisioning.workstation.demo.place import HOST

TRIES = 100


def free_port(first: int) -> int:
    """Return ``first``, or the next port above it that is free.

    Raises:
        DemoError: None of the next hundred is free.
    """
    for port in range(first, first + TRIES):
        with socket.socket() as probe:
            # As servers do: a port whose last connections are still fading away counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    continue
                raise
            return port
    raise DemoError(f"Every port from {first} to {first + TRIES - 1} is in use; free one of them.")
