"""Names of devices and of the collector, as certificates and topics carry them."""

from __future__ import annotations

from appliance.journal import topics

COLLECTOR = "collector"
"""The collector's own name in its certificate; no device may have it."""
BROKER = "broker"
"""The name in the broker's certificate."""


class NameRefused(ValueError):  # noqa: N818  # reads as what happened
    """A name that a certificate or a topic could not carry safely."""


def check_device(name: str) -> str:
    """Give the name back when a device may have it.

    The broker puts the name into its access rules in place of ``%u``; ``+``, ``#``, ``/`` and dots
    would widen or break them.

    Raises:
        NameRefused: The name is the collector's or the broker's, or a topic cannot carry it.
    """
    if name in {COLLECTOR, BROKER}:
        raise NameRefused(
            f"A device needs a name of its own; {name!r} is kept for the {name}. Choose another."
        )
    try:
        return topics.check_device(name)
    except ValueError as refused:
        sentence = str(refused)
        raise NameRefused(f"{sentence[0].upper()}{sentence[1:]}. Choose another.") from refused
