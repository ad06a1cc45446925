"""The counter people learn at: the same hand makes it, with other files and tools that do nothing."""

from __future__ import annotations

from contextlib import ExitStack

from appliance.build_counter import Counter, House, Tools, open_counter
from appliance.config import Settings
from appliance.desks.register import desk as register_desk
from appliance.desks.register.presenter_training import Practice
from appliance.journal.errors import JournalError
from appliance.journal.reader import JournalReader
from appliance.journal.store import Journal
from appliance.services.training import FOLDER, NAME, Training, settle, training_device
from appliance.services.training_tools import MarkedPrinter, PretendTerminal, ShutDrawer
from appliance.services.words import Words


def open_practice(
    settings: Settings, house: House, tools: Tools, real: Counter, closing: ExitStack
) -> Practice:
    """Open the training counter beside the real one.

    Args:
        settings: What the device was told.
        house: What both share.
        tools: What stands on the real one.
        real: The counter that sells.
        closing: Closes what was opened here, once no worker uses it any more.

    Raises:
        JournalError: If its journal cannot be trusted or opened.
        OSError: If its files cannot be made.
    """
    folder = settings.device.data / FOLDER
    folder.mkdir(exist_ok=True)
    with ExitStack() as opening:
        journal = Journal.open(
            folder / "journal.db",
            training_device(settings.device.id),
            clock=house.clock,
            software=house.software,
        )
        opening.callback(journal.close)
        counter = open_counter(
            house, _tools(house, tools, real), journal, opening, name=NAME, training=True
        )
        training = Training(
            journal=real.writer, chain=counter.writer, history=counter.history, clock=house.clock
        )
        presenter = register_desk.present(
            counter.parts, language=house.language, resumed=counter.resumed
        )
        presenter.rest()
        closing.push(opening.pop_all())
    return Practice(presenter, training)


def _tools(house: House, tools: Tools, real: Counter) -> Tools:
    return Tools(
        printer=MarkedPrinter(
            tools.printer, Words(house.language), lambda: real.parts.printing.view.status
        ),
        paper=tools.paper,
        drawer=ShutDrawer(present=tools.drawer.present),
        coins=tools.coins,
        terminal=PretendTerminal(present=tools.terminal.present),
        paying=house.asking,
    )


def settle_training(settings: Settings, house: House, real: Counter) -> None:
    """Say in the journal that training is over which a power cut left open."""
    if real.resumed.training is None:
        return
    file = settings.device.data / FOLDER / "journal.db"
    with ExitStack() as closing:
        history = None
        if file.is_file():
            try:
                history = closing.enter_context(JournalReader.open(file))
            except JournalError:
                history = None
        settle(real.resumed.training, journal=real.writer, history=history, clock=house.clock)
