"""Joins the slip of a printer that was plugged in; see `doctor.plugging`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

import drivers
from appliance.build_counter import Counter, House, Tools
from appliance.config import Settings
from appliance.desks.register.presenter_training import Counters
from appliance.doctor import report
from appliance.doctor.findings import Finding
from appliance.doctor.plugging import Cable, Plugging, PrinterSlip
from appliance.services.printing import Stage
from appliance.services.words import Words
from drivers import DeviceError
from drivers.printer import Element, Printer

log = logging.getLogger(__name__)

CHECKS = frozenset({"address", "certificate", "network", "queue", "version"})
"""What a technician at the cable wants to know; the whole check is under "More"."""
SETTING = "printer_slip"
"""False among the shop's settings where no such slip is wanted."""
_AT_A_CABLE = ("file", "serial")


def open_printer_slip(
    settings: Settings, house: House, counter: Counter, front: Counters, tools: Tools
) -> Callable[[], None] | None:
    """Return what is to be called every second; None where there is no printer.

    Args:
        settings: The device's.
        house: What the counters share.
        counter: The one that sells.
        front: Knows which counter has the screen.
        tools: The printer and its worker.
    """
    if not tools.printer.present:
        return None
    printing = counter.parts.printing

    def is_quiet() -> bool:
        register = front.shown.session.parts.register
        under_way = (Stage.PRINTING, Stage.WAITING)
        papers = (
            *printing.view.papers.values(),
            *front.shown.session.parts.printing.view.papers.values(),
        )
        if register.busy or register.lines:
            return False
        return not any(each.stage in under_way for each in papers)

    def submit(found: Sequence[Finding]) -> None:
        words = Words(house.language)
        paper = report.status(found, words, settings.device.name, house.clock())
        tools.paper.do(partial(_print, tools.printer, paper))

    def examine(answer: Callable[[Sequence[Finding]], object]) -> None:
        if house.directory.setting(SETTING) is not False:
            house.doctor.ask(lambda found: answer([each for each in found if each.check in CHECKS]))

    slip = PrinterSlip(
        Plugging(_cable(settings), settings.device.data, monotonic=house.monotonic),
        status=lambda: printing.view.status,
        is_quiet=is_quiet,
        examine=examine,
        submit=submit,
        monotonic=house.monotonic,
    )
    return slip.tick


def _cable(settings: Settings) -> Cable:
    told = settings.printer
    options = drivers.configure(told.kind, told.driver, told.options)
    where = ("path", "port", "host")
    place = [str(getattr(options, each)) for each in where if hasattr(options, each)]
    return Cable(
        name=" ".join([told.driver, *place]),
        can_be_pulled=told.driver in _AT_A_CABLE,
        answers=getattr(options, "answers", True),
    )


def _print(printer: Printer, document: Sequence[Element]) -> None:
    """Print it; what does not come out is nobody's receipt and is not tried again."""
    try:
        printer.print(printer.encode(document))
    except DeviceError as error:
        log.warning("The slip of the printer that was plugged in did not come out: %s", error)
