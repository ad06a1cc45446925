"""The one place that joins the parts of the desk: read from top to bottom, it is the house.

Threads: the screen's own (everything a person does), the journal's writer, desk.db's writer, one
worker for each device that blocks, and those that check PINs and ask the terminal. Whatever they
find out comes back through the inbox.
"""

from __future__ import annotations

import fcntl
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from appliance import enrolment
from appliance.build_commissioning import open_commissioning
from appliance.build_counter import House, Tools, open_counter
from appliance.build_devices import Devices, open_devices
from appliance.build_plugging import open_printer_slip
from appliance.build_training import open_practice, settle_training
from appliance.config import Settings
from appliance.counter_check import ON_THE_PRINTER, market_of
from appliance.desks.register import desk as register_desk
from appliance.desks.register.presenter import RegisterPresenter
from appliance.desks.register.presenter_training import Counters
from appliance.doctor.attending import Attending
from appliance.doctor.device import examine_desk
from appliance.journal.errors import JournalError, JournalTaken
from appliance.journal.reader import JournalReader
from appliance.journal.store import Journal
from appliance.services.catalogue import Catalogue
from appliance.services.counter_settings import CounterSettings
from appliance.services.customers_erased import Forgetting
from appliance.services.display import CustomerDisplay
from appliance.services.erasing import Erasing, Order
from appliance.services.newcomers import Newcomers
from appliance.services.ports import Clock
from appliance.services.pruning import Pruning
from appliance.services.register import Register
from appliance.services.scales import EVERY_S, Scales
from appliance.services.second_screen import SecondScreen
from appliance.services.sending import SendingWatch
from appliance.services.shift_book import ShiftBook
from appliance.services.updating import Updating
from appliance.services.worker import DeviceWorker
from appliance.store.desk import DeskStore
from appliance.store.directory import Directory
from appliance.store.erasures import Erasures
from appliance.store.old_entries import OldEntries
from appliance.store.outbox import UplinkOutbox
from appliance.ui.inbox import Inbox
from appliance.update.notes import Notes
from appliance.update.system import Started
from appliance.uplink.poke import Poke
from appliance.uplink.state import LinkReader
from drivers.plugged import plugged
from drivers.scanner import Scan

CUSTOMERS_WINDOW = "appliance.desks.display"
"""The program of the customer's second screen."""

TYPED = "keyboard"
"""How a scan came that was typed into a window."""


class DeskTakenError(JournalTaken):
    """Another desk runs on the same data."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that runs; `close` ends it.

    Attributes:
        presenter: The register's: what it shows and whom it tells.
        front: The screen's: the register's, or that of the counter people learn at.
        inbox: Calls for the screen's thread.
        devices: What stands on the counter.
        closing: Everything that must be closed, in the right order.
    """

    presenter: RegisterPresenter
    front: Counters
    inbox: Inbox
    devices: Devices
    closing: ExitStack

    def sound_percent(self) -> int:
        """How loud the counter that has the screen is, from 0 to 100."""
        return self.front.shown.session.parts.sounds.loudness.percent

    def shown(self, renderer: str, inputs: int, shut: Sequence[str]) -> None:
        """The first frame was shown: say by what, and which inputs can be read."""
        parts = self.presenter.session.parts
        parts.updating.show(renderer=renderer, inputs=inputs, inputs_shut=list(shut))
        parts.counter_settings.seen()

    def close(self) -> None:
        """Finish what is under way and close everything; again is allowed."""
        self.inbox.close()
        self.closing.close()


def build_desk(
    settings: Settings,
    *,
    devices: Devices | None = None,
    clock: Callable[[], datetime] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    again: Callable[[], object] = lambda: None,
) -> Desk:
    """Open the journal, the stores and the devices, and join them to a desk.

    Args:
        settings: What the device was told.
        devices: Devices that are open already; else those the settings name.
        clock: The shop's time; else the system's, in the market's time zone.
        monotonic: Seconds of a clock that never jumps.
        again: Ends the screen, so that the program begins anew.

    Raises:
        ConfigError: If the settings name what there is not.
        DeskTakenError: If another desk runs on the same data.
        JournalError: If the journal cannot be trusted or opened.
        StoreError: If desk.db cannot be opened.
    """
    with ExitStack() as closing:
        return _build(settings, devices, clock, closing, monotonic=monotonic, again=again)


def _build(
    settings: Settings,
    devices: Devices | None,
    clock: Callable[[], datetime] | None,
    closing: ExitStack,
    *,
    monotonic: Callable[[], float],
    again: Callable[[], object],
) -> Desk:
    data, told = settings.device.data, settings.device
    market = market_of(settings)
    zone = ZoneInfo(told.timezone or market.timezone)
    now = clock or partial(datetime.now, zone)
    inbox = Inbox()
    take(data, closing)

    link = LinkReader(data / "uplink.db")
    remote = link.read().remote
    link.close()
    enrolled = enrolment.read(settings)
    journal = Journal.open(
        data / "journal.db",
        told.id,
        clock=now,
        software=software(),
        first_epoch=enrolled.first_epoch,
    )
    closing.callback(journal.close)
    journal.reconcile(remote)
    directory = Directory(data / "directory.db")
    closing.callback(directory.close)
    poke = Poke(data / "uplink.sock")
    closing.callback(poke.close)

    devices = devices or open_devices(settings)
    closing.callback(devices.close)
    # A drawer on the printer's port takes turns with the paper; any other never waits for it.
    paper = DeviceWorker("printer")
    coins = paper if settings.drawer.driver == ON_THE_PRINTER else DeviceWorker("drawer")
    watch = DeviceWorker("sending")
    pan, glass = DeviceWorker("scale", every_s=EVERY_S), DeviceWorker("display")
    facing = DeviceWorker("second screen")
    outbox = UplinkOutbox(
        data / "journal.db", data / "uplink.db", enabled=settings.broker is not None
    )
    closing.callback(outbox.close)
    told_of_counter = Directory(data / "directory.db")  # one for each thread that asks it
    closing.callback(told_of_counter.close)
    second_screen = _second_screen(settings, facing, inbox)
    closing.callback(second_screen.close)
    house = House(
        market=market,
        language=told.language,
        directory=directory,
        catalogue=Catalogue(directory, decimals=market.decimals),
        scanners=devices.scanners,
        scales=Scales(scale=devices.scale, worker=pan, post=inbox.put),
        display=CustomerDisplay(display=devices.display, worker=glass, post=inbox.put),
        second_screen=second_screen,
        newcomers=Newcomers(look=plugged, settings=settings.names(), worker=watch, post=inbox.put),
        sending=SendingWatch(outbox=outbox, worker=watch, post=inbox.put),
        updating=Updating(
            Notes(data),
            started=Started.read(),
            worker=watch,
            post=inbox.put,
            software=software(),
            clock=now,
        ),
        counter_settings=CounterSettings(
            settings,
            directory=told_of_counter,
            software=software(),
            worker=watch,
            post=inbox.put,
            monotonic=monotonic,
            again=again,
        ),
        doctor=Attending(
            look=partial(examine_desk, settings, software=software(), clock=now),
            submit=_threads("doctor", 1, closing).submit,
            post=inbox.put,
        ),
        software=software(),
        asking=_threads("ask", 2, closing),
        clock=now,
        monotonic=monotonic,
        post=inbox.put,
    )
    tools = Tools(
        printer=devices.printer,
        paper=paper,
        drawer=devices.drawer,
        coins=coins,
        terminal=devices.terminal,
        # A customer takes a minute to pay; nobody who signs in may wait for that.
        paying=_threads("terminal", 1, closing),
    )
    counter = open_counter(
        house,
        tools,
        journal,
        closing,
        name=told.register,
        given_out=enrolled.last_number,
        on_commit=poke,
        books=partial(ShiftBook.resume, begun=enrolled.begun),
    )
    house.sending.meet = counter.writer.meet
    house.updating.begin(counter.writer)
    idle = partial(_is_idle, counter.parts.register)
    house.counter_settings.idle = idle
    _tidy(
        data,
        closing,
        keep_days=market.device_days,
        journal=counter.writer,
        shelf=counter.shelf,
        worker=watch,
        idle=idle,
        clock=now,
        monotonic=monotonic,
        forget=Forgetting(
            open_history=partial(JournalReader.open, data / "journal.db"),
            papers=counter.shelf,
            customers=counter.parts.customers,
            post=inbox.put,
        ).forget,
    )
    settle_training(settings, house, counter)
    presenter = register_desk.present(
        counter.parts, language=told.language, resumed=counter.resumed
    )
    # It outlives the workers, which may still have its paper in hand.
    room = closing.enter_context(ExitStack())
    front = Counters(presenter, partial(open_practice, settings, house, tools, counter, room))
    begin = open_commissioning(settings, house, counter, front)
    slip = open_printer_slip(settings, house, counter, front, tools)
    for tick in filter(None, (begin, slip)):
        watch.watch(partial(inbox.put, tick))

    second_screen.scanned = lambda text: front.scanned(text, TYPED)
    for worker in dict.fromkeys((paper, coins, watch, pan, glass, facing)):
        closing.enter_context(worker)
    for scanner in devices.scanners:
        scanner.start(partial(_deliver, inbox, front))
    return Desk(presenter, front, inbox, devices, closing.pop_all())


def _is_idle(register: Register) -> bool:
    """Whether nothing lies on the counter and nothing is being paid."""
    return not register.busy and not register.lines


def _tidy(
    data: Path,
    closing: ExitStack,
    *,
    keep_days: int,
    clock: Clock,
    monotonic: Callable[[], float],
    forget: Callable[[Order], None],
    **parts: Any,
) -> None:
    """Erase what the back office orders, and prune what is old enough, while nobody sells."""
    orders = Erasures(data / "directory.db")
    closing.callback(orders.close)
    Erasing(orders=orders, forget=forget, **parts)
    old = OldEntries(data, keep_days=keep_days, clock=clock)
    closing.callback(old.close)
    Pruning(old=old, monotonic=monotonic, **parts)


def can_open(settings: Settings) -> bool:
    """Tell whether a desk that did not open would open now; nothing stays open."""
    data = settings.device.data
    try:
        with ExitStack() as closing:
            take(data, closing)
            closing.enter_context(Journal.open(data / "journal.db", settings.device.id))
            closing.enter_context(DeskStore.open(data / "desk.db"))
    except (DeskTakenError, JournalError, OSError):
        return False
    return True


def _second_screen(settings: Settings, worker: DeviceWorker, inbox: Inbox) -> SecondScreen:
    """The customer's window, where the settings have one, as the program it runs in."""
    wanted = settings.customer_screen
    command: list[str] = []
    if wanted is not None:
        command = [sys.executable, "-m", CUSTOMERS_WINDOW, "--title", settings.device.name]
        command += ["--width", str(wanted.width), "--height", str(wanted.height)]
        if wanted.left is not None:
            command += ["--left", str(wanted.left), "--top", str(wanted.top)]
        if wanted.fullscreen:
            command.append("--fullscreen")
    return SecondScreen(
        command=command,
        worker=worker,
        post=inbox.put,
        languages=() if wanted is None else wanted.languages,
    )


def _threads(name: str, count: int, closing: ExitStack) -> ThreadPoolExecutor:
    """Threads for questions that may take a while, until the desk closes."""
    made = ThreadPoolExecutor(max_workers=count, thread_name_prefix=name)
    closing.callback(made.shutdown, wait=False, cancel_futures=True)
    return made


def software() -> str:
    """Return the program's name and version, as the journal records it."""
    try:
        return f"balie {version('balie')}"
    except PackageNotFoundError:
        return "balie from its source"


def _deliver(inbox: Inbox, presenter: Counters, scan: Scan) -> None:
    """Hand a scan to the screen's thread; called on the scanner's."""
    inbox.put(lambda: presenter.scanned(scan.text, scan.source, scan.fault))


def take(data: Path, closing: ExitStack) -> None:
    """Keep a second desk away from the same data, until this one ends however it ends.

    Raises:
        DeskTakenError: If another desk, or a replay, runs on it.
    """
    data.mkdir(parents=True, exist_ok=True)
    lock = closing.enter_context((data / "desk.lock").open("w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DeskTakenError(
            f"Another desk runs on {data}; close it, or give this one a folder of its own."
        ) from error
