"""A card payment given back on the terminal: recorded before it is asked, and after.

Money that no sale has room for goes back as it is; what belongs to a sale goes back into a return or
a void, which is a sale of its own and is named with it.
"""

from __future__ import annotations

from appliance.domain.card import mask_card_numbers
from appliance.journal.store import Event
from appliance.services import events
from appliance.services.commit import Commit
from appliance.services.ports import Attempt, Clock, Journal
from drivers.terminal import Result


class Reversals:
    """Records what goes back on the card terminal.

    Args:
        journal: Records it.
        clock: Tells when.
        currency: ISO 4217 code of every amount.
    """

    def __init__(self, *, journal: Journal, clock: Clock, currency: str) -> None:
        self._journal = journal
        self._clock = clock
        self._currency = currency

    def ask(self, attempt: Attempt, into: str = "") -> Commit[None]:
        """Record that the terminal is about to be asked to give a payment back.

        Args:
            attempt: What took the money.
            into: The return or void that it goes back in; empty where no sale had room for it.
        """
        return self._record(events.reversing(attempt, self._currency, self._clock(), into=into))

    def said(self, attempt: Attempt, result: Result, into: str = "") -> Commit[None]:
        """Record what the terminal said."""
        told = events.reversed_(
            attempt,
            result.outcome.value,
            mask_card_numbers(result.reference),
            mask_card_numbers(result.message),
            self._clock(),
            into=into,
        )
        return self._record(told)

    def _record(self, event: Event) -> Commit[None]:
        return Commit(
            self._journal.submit(event), recorded=lambda _entries: None, refused=lambda: None
        )
