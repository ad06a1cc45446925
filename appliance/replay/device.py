"""A device's own journal and stores, opened for a replay as the desk opens them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from appliance import build, enrolment
from appliance.config import ConfigError, Settings
from appliance.domain import market as markets
from appliance.domain.errors import MarketError
from appliance.journal.store import Journal
from appliance.journal.writer import JournalWriter
from appliance.replay.baskets import CURRENCY
from appliance.replay.selling import RecordedClock, ReplayError, is_left_over
from appliance.services.catalogue import Catalogue
from appliance.services.register import Register
from appliance.services.resume import resume
from appliance.store.desk import DeskStore
from appliance.store.directory import Directory
from appliance.uplink.poke import Poke
from appliance.uplink.state import LinkReader

CASHIER = "replay"
"""Who sells, as the entries say."""


@contextmanager
def opened_catalogue(settings: Settings) -> Iterator[Catalogue]:
    """Open a device's articles.

    Raises:
        ConfigError: There is no such market.
        ReplayError: The device sells in another currency than the recorded baskets.
    """
    try:
        market = markets.load(settings.device.market)
    except MarketError as error:
        raise ConfigError(f"{settings.file}: [device] market: {error}") from error
    if market.currency != CURRENCY:
        raise ReplayError(
            f"The baskets are in {CURRENCY}; this device's market “{market.code}” sells in "
            f'{market.currency}. Set market = "gb" in {settings.file}.'
        )
    with closing(Directory(settings.device.data / "directory.db")) as directory:
        yield Catalogue(directory, decimals=market.decimals)


@contextmanager
def opened_register(
    settings: Settings, catalogue: Catalogue, clock: RecordedClock
) -> Iterator[Register]:
    """Open a device's register in place of its desk, as the desk does.

    Raises:
        ReplayError: Its desk is running, and a journal has one writer; or a sale is open on it.
        JournalError: The journal cannot be opened.
        StoreError: The desk's store cannot be opened.
    """
    device, data = settings.device, settings.device.data
    enrolled = enrolment.read(settings)
    with ExitStack() as opened:
        try:
            build.take(data, opened)
        except build.DeskTakenError as error:
            raise ReplayError(str(error)) from error
        journal = opened.enter_context(
            Journal.open(
                data / "journal.db",
                device.id,
                software=build.software(),
                first_epoch=enrolled.first_epoch,
            )
        )
        with closing(LinkReader(data / "uplink.db")) as link:
            journal.reconcile(link.read().remote)
        shelf = opened.enter_context(DeskStore.open(data / "desk.db"))
        start = resume(journal, shelf, device.register, given_out=enrolled.last_number).start
        if start.open is not None and not is_left_over(start.open.basket):
            raise ReplayError("A sale is open on this register; finish it or leave it first.")
        poke = Poke(data / "uplink.sock")
        opened.callback(poke.close)
        register = Register(
            name=device.register,
            market=markets.load(device.market),
            catalogue=catalogue,
            journal=opened.enter_context(JournalWriter(journal, on_commit=poke)),
            shelf=shelf,
            clock=clock,
            new_id=lambda: uuid.uuid4().hex,
            start=start,
        )
        register.cashier = CASHIER
        yield register
        shelf.flush()
