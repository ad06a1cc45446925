"""What ingest asks of a broker's client, whichever library speaks to the broker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from appliance.journal.topics import Leaf, Shards

LISTENS_TO = (Leaf.JOURNAL, Leaf.WANT, Leaf.STATUS)
UNACKNOWLEDGED = 2000
"""How many messages the broker may hand over before the first of them is dealt with. Turns of many
single entries cost far less for each; the broker keeps its own account of what it handed over."""

Deliver = Callable[["Message"], bool]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the broker handed it over.

    Attributes:
        topic: Where it was published.
        payload: Its bytes.
        ticket: What the client needs to tell the broker that it has been dealt with.
        retained: Whether the broker had kept it: it says nothing of its sender today.
    """

    topic: str
    payload: bytes
    ticket: int | None = None
    retained: bool = False


class ReceivingError(ConnectionError):
    """The client has stopped for good; the process should end and be started again."""


class Receiving(Protocol):
    """A connection to the broker that keeps itself up."""

    def start(self, deliver: Deliver) -> None:
        """Connect and subscribe; hand every message to ``deliver`` from a thread of its own.

        MUST return at once, also when the broker is away, and keep trying. ``deliver`` returns
        False when it has no room: the message then counts as not received.
        """

    def hold(self) -> None:
        """Take nothing more from the broker until told to go on; it keeps what comes meanwhile.

        MUST be safe from within ``deliver``. A little that was on its way MAY still be delivered.
        """

    def go_on(self) -> None:
        """Take messages again, if they were held. MUST be safe from any thread."""

    def done(self, message: Message) -> None:
        """Tell the broker that a message has been dealt with and need not be sent again."""

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send a message at least once while connected. MUST be safe from any thread.

        MAY lose it when the connection breaks: every message here is one that is sent again.
        """

    def check(self) -> None:
        """Raise ReceivingError when the client's own thread has died."""

    def close(self) -> None:
        """Disconnect. MUST be safe to call twice."""


def client_id(shards: Shards) -> str:
    """Name the session: each share of the devices has its own, which waits when nobody listens."""
    return f"collector-{shards}"
