"""Somebody is erased: what the desk itself holds of them goes before the journal's part does.

A receipt to a company names the buyer, and the printer's bytes of the last receipts lie in desk.db for
a second try. They go with the order, so that nothing is answered while they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from appliance.services import events
from appliance.services.customers import Beside, Customers
from appliance.services.erasing import Order
from appliance.services.ports import Post


class Papers(Protocol):
    """Where printed receipts are kept for a second try; see `appliance.store.desk`."""

    def wipe_papers(self, sales: Sequence[str]) -> None:
        """Wipe what the receipts of sales say, so that nothing of it is left in the file.

        Raises:
            StoreError: If it cannot be done now.
        """


class Forgetting:
    """Lets go of people at the desk; called on the worker that carries orders out.

    Args:
        open_history: Opens the journal for reading, on this thread.
        papers: Printed receipts.
        customers: What the screen's thread remembers.
        post: Has a call made there.
    """

    def __init__(
        self,
        *,
        open_history: Callable[[], AbstractContextManager[Beside]],
        papers: Papers,
        customers: Customers,
        post: Post,
    ) -> None:
        self._open_history = open_history
        self._papers = papers
        self._customers = customers
        self._post = post

    def forget(self, order: Order) -> None:
        """Let go of what an order names, before the journal does.

        Raises:
            JournalError: If the journal cannot be read.
            StoreError: If a file cannot be wiped now.
        """
        wanted, people = set(order.references), set(order.subjects)
        sales = []
        with self._open_history() as history:
            for entry, reference, _ in history.attached():
                named = {each["reference"]: each for each in entry.data["attachments"]}
                about = named[reference].get("subject")
                if entry.type == events.COMPLETED and (reference in wanted or about in people):
                    sales.append(entry.data["sale"])
        if sales:
            self._papers.wipe_papers(sales)
        self._post(lambda: self._customers.forget(people))
