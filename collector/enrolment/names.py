"""Names of devices and of the collector, as certificates and topics carry them."""

from __future__ import annotations

import re

COLLECTOR = "collector"
"""The collector's own name in its certificate; no device may have it."""

_RESERVED = frozenset({COLLECTOR, "broker"})
_DEVICE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


class NameRefused(ValueError):  # noqa: N818  # a sentence for people; reads as what happened
    """A name that a certificate or a topic could not carry safely."""


def check_device(name: str) -> str:
    """Give the name back when a device may have it.

    The broker puts the name into its access rules in place of ``%u``; ``+``, ``#``, ``/`` and dots
    would widen or break them.

    Raises:
        NameRefused: The name is taken by the collector or has other characters than allowed.
    """
    if name in _RESERVED:
        raise NameRefused(
            f"A device needs a name of its own; {name!r} is kept for the {name}. Choose another."
        )
    if not _DEVICE.fullmatch(name):
        raise NameRefused(
            "A device name is 1 to 32 small letters, digits and hyphens, such as register-2; "
            f"found {name!r}. Choose another."
        )
    return name
