"""A device's own journal and stores, opened for a replay as the desk opens them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from appliance.config import Settings
from appliance.domain import market as markets
from appliance.journal.store import Journal
from appliance.journal.writer import JournalWriter
from appliance.replay.baskets import CURRENCY
from appliance.replay.selling import RecordedClock, ReplayError
from appliance.services.catalogue import Catalogue
from appliance.services.register import Register
from appliance.services.resume import resume
from appliance.store.desk import DeskStore
from appliance.store.directory import Directory

CASHIER = "replay"
"""Who sells, as the entries say."""


@contextmanager
def opened_catalogue(settings: Settings) -> Iterator[Catalogue]:
    """Open a device's articles.

    Raises:
        ReplayError: The device sells in another currency than the recorded baskets.
    """
    market = markets.load(settings.device.market)
    if market.currency != CURRENCY:
        raise ReplayError(
            f"The baskets are in {CURRENCY}; this device's market “{market.code}” sells in "
            f'{market.currency}. Set market = "gb" in {settings.file}.'
        )
    directory = Directory(settings.device.data / "directory.db")
    try:
        yield Catalogue(directory, decimals=market.decimals)
    finally:
        directory.close()


@contextmanager
def opened_register(
    settings: Settings, catalogue: Catalogue, clock: RecordedClock
) -> Iterator[Register]:
    """Open a device's register. Its desk MUST NOT be running: a journal has one writer.

    Raises:
        ReplayError: A sale is open on the register.
        JournalError: The journal cannot be opened.
        StoreError: The desk's store cannot be opened.
    """
    device = settings.device
    with ExitStack() as stack:
        shelf = stack.enter_context(DeskStore.open(device.data / "desk.db"))
        journal = stack.enter_context(Journal.open(device.data / "journal.db", device.id))
        start = resume(journal, shelf, device.register).start
        writer = stack.enter_context(JournalWriter(journal))
        if start.open is not None and start.open.basket.lines:
            raise ReplayError("A sale is open on this register; finish it or leave it first.")
        register = Register(
            name=device.register,
            market=markets.load(device.market),
            catalogue=catalogue,
            journal=writer,
            shelf=shelf,
            clock=clock,
            new_id=lambda: uuid.uuid4().hex,
            start=start,
        )
        register.cashier = CASHIER
        yield register
        shelf.flush()
