"""Names of devices and of the collector, as certificates and topics carry them."""

from __future__ import annotations

from appliance.journal import topics

COLLECTOR = "collector"
"""The collector's own name in its certificate; no device may have it."""
BROKER = "broker"
"""The name in the broker's certificate."""
DOOR = "door"
"""The name in the certificate of where devices are let in."""
SIMULATED = "simulated-"
"""How the names of devices begin that are not real."""


def share_name(shards: topics.Shards) -> str:
    """Tell the name of the collector that takes a run of shards, in its certificate.

    The broker takes it as the client id too: two that share the work need a name each, or each
    would end the other's session.
    """
    return COLLECTOR if shards.are_all else f"{COLLECTOR}-{shards}"


class NameRefused(ValueError):  # noqa: N818  # reads as what happened
    """A name that a certificate or a topic could not carry safely."""


def check_device(name: str) -> str:
    """Give the name back when a device may have it.

    The broker puts the name into its access rules in place of ``%u``; ``+``, ``#``, ``/`` and dots
    would widen or break them.

    Raises:
        NameRefused: The name is the collector's or the broker's, or a topic cannot carry it.
    """
    if name in {COLLECTOR, BROKER, DOOR} or name.startswith(f"{COLLECTOR}-"):
        kept_for = name.partition("-")[0]
        raise NameRefused(
            f"A device needs a name of its own; {name!r} is kept for the {kept_for}. Choose another."
        )
    try:
        return topics.check_device(name)
    except ValueError as refused:
        sentence = str(refused)
        raise NameRefused(f"{sentence[0].upper()}{sentence[1:]}. Choose another.") from refused
