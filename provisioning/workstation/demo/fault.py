"""What the demonstration says when it cannot go on."""

from __future__ import annotations


class DemoError(RuntimeError):
    """The demonstration cannot go on; the message says what was expected, found and to be done."""


class LinkError(DemoError):
    """A link of the chain did not happen.

    Attributes:
        link: Which one: ``scanner``, ``screen``, ``journal``, ``printer``, ``drawer``, ``uplink``,
            ``ingest``, ``page`` or ``customer's screen``.
    """

    def __init__(self, link: str, sentence: str) -> None:
        super().__init__(f"{link}: {sentence}")
        self.link = link
