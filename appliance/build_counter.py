"""One counter of the device: its own journal, its own notes, and the services that use them.

There are two: the one that sells, and the one people learn at. They are made by the same hand, so
what is learned at the one holds at the other, and nothing of the one can reach the other's journal.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace

from appliance.desks.register.presenter_session import Parts
from appliance.doctor.attending import Attending
from appliance.domain.market import Market
from appliance.journal.reader import JournalReader
from appliance.journal.store import Journal
from appliance.journal.writer import JournalWriter
from appliance.services.cards import Cards
from appliance.services.catalogue import Catalogue
from appliance.services.counter_settings import CounterSettings
from appliance.services.customers import Customers
from appliance.services.display import CustomerDisplay
from appliance.services.hints import Hints
from appliance.services.ledger import Ledger
from appliance.services.left import LeftOnCards
from appliance.services.newcomers import Newcomers
from appliance.services.openings import Openings
from appliance.services.ports import Clock, Post
from appliance.services.ports import Journal as Records
from appliance.services.printing import Printing
from appliance.services.refunds import Refunds
from appliance.services.register import Register
from appliance.services.resume import Resumed, resume
from appliance.services.returns import Returns
from appliance.services.scales import Scales
from appliance.services.second_screen import SecondScreen
from appliance.services.sending import SendingWatch
from appliance.services.shift import Shifts
from appliance.services.shift_book import ShiftBook
from appliance.services.sounds import Sounds
from appliance.services.staff import Staff
from appliance.services.till import Till
from appliance.services.training import Forgetful
from appliance.services.updating import Updating
from appliance.services.worker import DeviceWorker
from appliance.store.desk import DeskStore
from appliance.store.directory import Directory
from drivers.drawer import Drawer
from drivers.printer import Printer
from drivers.scanner import Scanner
from drivers.terminal import Terminal


@dataclass(frozen=True, slots=True)
class House:
    """What the device's counters share: what is sold, who may, what hangs on the cables.

    Attributes:
        market: Currency, taxes, receipt rules.
        language: Of the paper.
        software: The program's name and version, for journals.
        directory: What the back office says.
        catalogue: Finds articles.
        scanners: To tell whether they are plugged in.
        scales: Weighs.
        display: What the customer reads on two lines.
        second_screen: What the customer sees in a window of its own.
        newcomers: What was plugged in and has no driver.
        sending: What has not left the building.
        updating: What is going on with a new version.
        counter_settings: What the back office tells of the counter.
        doctor: Says how the device is.
        asking: Threads that check PINs.
        clock: The shop's time.
        monotonic: Seconds of a clock that never jumps.
        post: Has a call made on the screen's thread.
    """

    market: Market
    language: str
    software: str
    directory: Directory
    catalogue: Catalogue
    scanners: tuple[Scanner, ...]
    scales: Scales
    display: CustomerDisplay
    second_screen: SecondScreen
    newcomers: Newcomers
    sending: SendingWatch
    updating: Updating
    counter_settings: CounterSettings
    doctor: Attending
    asking: ThreadPoolExecutor
    clock: Clock
    monotonic: Callable[[], float]
    post: Post


@dataclass(frozen=True, slots=True)
class Tools:
    """What stands on one counter, and where its calls may block.

    Attributes:
        printer: Prints receipts.
        paper: The printer's worker.
        drawer: The money.
        coins: The drawer's worker.
        terminal: Takes cards.
        paying: The terminal's thread.
    """

    printer: Printer
    paper: DeviceWorker
    drawer: Drawer
    coins: DeviceWorker
    terminal: Terminal
    paying: Executor


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter that is open.

    Attributes:
        parts: What a presenter works with.
        resumed: What was found at the start.
        writer: Its journal.
        history: The same, for reading.
        shelf: Its notes.
    """

    parts: Parts
    resumed: Resumed
    writer: JournalWriter
    history: JournalReader
    shelf: DeskStore


def open_counter(
    house: House,
    tools: Tools,
    journal: Journal,
    closing: ExitStack,
    *,
    name: str,
    given_out: int = 0,
    on_commit: Callable[[], None] = lambda: None,
    books: Callable[..., ShiftBook] = ShiftBook.resume,
    training: bool = False,
) -> Counter:
    """Open a counter on its journal; its notes lie beside that.

    Args:
        house: What it shares with the other one.
        tools: What stands on it.
        journal: Its own.
        closing: Closes what was opened here.
        name: The register's part of receipt numbers.
        given_out: The last receipt number the back office knows of.
        on_commit: See `appliance.journal.writer.JournalWriter`.
        books: Finds where the books of cash go on, as `ShiftBook.resume` does.
        training: Whether people learn here and nothing is sold.

    Raises:
        JournalError: If the journal cannot be read.
        StoreError: If the notes cannot be opened.
    """
    folder = journal.path.parent
    shelf = closing.enter_context(DeskStore.open(folder / "desk.db"))
    resumed = replace(
        resume(journal, shelf, name, given_out=given_out), notes_lost=shelf.was_damaged
    )
    history = JournalReader.open(journal.path)
    closing.callback(history.close)
    book = books(journal, shelf, clock=house.clock)
    writer = closing.enter_context(JournalWriter(journal, on_commit=on_commit, follower=book))
    events: Records = Forgetful(writer) if training else writer
    register = Register(
        name=name,
        market=house.market,
        catalogue=house.catalogue,
        journal=events,
        shelf=shelf,
        clock=house.clock,
        new_id=lambda: uuid.uuid4().hex,
        start=resumed.start,
    )
    customers = Customers(
        device=journal.device,
        market=house.market,
        directory=house.directory,
        journal=events,
        history=history,
        shelf=shelf,
        clock=house.clock,
    )
    register.patrons = customers
    ledger = Ledger(directory=house.directory, shelf=shelf, device=journal.device)
    register.left_on_cards = LeftOnCards(ledger, lambda: house.sending.view.standing)
    till = Till(
        drawer=tools.drawer,
        worker=tools.coins,
        clock=house.clock,
        post=house.post,
        monotonic=house.monotonic,
    )
    Openings(till=till, journal=events, shelf=shelf, person=lambda: register.cashier)
    returns = Returns(name=name, history=history, shelf=shelf)
    parts = Parts(
        name=name,
        market=house.market,
        register=register,
        returns=returns,
        refunds=Refunds(returns=returns, shelf=shelf, market=house.market),
        ledger=ledger,
        catalogue=house.catalogue,
        customers=customers,
        directory=house.directory,
        journal=events,
        staff=Staff(
            directory=house.directory,
            journal=events,
            shelf=shelf,
            clock=house.clock,
            monotonic=house.monotonic,
            submit=house.asking.submit,
            post=house.post,
        ),
        printing=Printing(printer=tools.printer, worker=tools.paper, shelf=shelf, post=house.post),
        till=till,
        shifts=Shifts(
            name=name,
            market=house.market,
            book=book,
            journal=events,
            history=history,
            clock=house.clock,
        ),
        cards=Cards(
            terminal=tools.terminal,
            executor=tools.paying,
            post=house.post,
            currency=house.market.currency,
            decimals=house.market.decimals,
        ),
        scanners=house.scanners,
        scales=house.scales,
        display=house.display,
        second_screen=house.second_screen,
        sounds=Sounds(shelf=shelf, setting=house.directory.setting),
        hints=Hints(shelf=shelf, setting=house.directory.setting),
        newcomers=house.newcomers,
        sending=house.sending,
        updating=house.updating,
        counter_settings=house.counter_settings,
        doctor=house.doctor,
        shelf_trouble=lambda: shelf.trouble,
        clock=house.clock,
        monotonic=house.monotonic,
        post=house.post,
        paper_language=house.language,
        training=training,
    )
    return Counter(parts, resumed, writer, history, shelf)
