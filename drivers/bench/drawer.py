"""The cash drawer on the bench's printer."""

from __future__ import annotations


class BenchDrawer:
    """A drawer with a sensor: a pulse opens it, a person shuts it.

    Attributes:
        is_open: What its sensor says.
        stuck: It does not open when pulsed.
        pulses: How often it was pulsed.
    """

    def __init__(self) -> None:
        self.is_open = False
        self.stuck = False
        self.pulses = 0

    def pulse(self) -> None:
        """The coil gets current."""
        self.pulses += 1
        if not self.stuck:
            self.is_open = True
