"""What stands on the counter, asked through its own driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from appliance.doctor.findings import Finding, Severity
from appliance.services.words import sentence
from drivers import DeviceError
from drivers.display import Display
from drivers.drawer import Drawer, DrawerState
from drivers.printer import (
    CoverOpenError,
    Paper,
    PaperOutError,
    Printer,
    PrinterFaultError,
    PrinterOfflineError,
    PrinterStatus,
)
from drivers.scale import Scale, ScaleAwayError, ScaleState
from drivers.scanner import Scanner
from drivers.terminal import (
    Terminal,
    TerminalAwayError,
    TerminalLockedError,
    TerminalState,
)

PRINTER = sentence("Receipt printer")
DRAWER = sentence("Cash drawer")
SCANNER = sentence("Scanner")
TERMINAL = sentence("Card terminal")
SCALE = sentence("Scale")
DISPLAY = sentence("Customer display")
_PRINTS = sentence("The receipt printer is ready.")
_PAPER_ENDS = sentence("The paper roll is nearly empty.")
_NEW_ROLL = sentence("Have a new roll at hand.")
_SHUT = sentence("The cash drawer is shut.")
_OPEN = sentence("The cash drawer stands open.")
_NO_SENSOR = sentence("The cash drawer has no sensor: whether it is open is not known.")
_SCANS = sentence("The scanner is ready.")
_UNPLUGGED = sentence("Not plugged in: {names}.")
_PLUG_IN = sentence("Plug it in; it works again by itself. Until then look articles up.")
_ASKED = sentence("The card terminal is ready.")
_WEIGHS = sentence("The scale is ready.")
_SHOWS = sentence("The customer display works.")
_IN_HAND = sentence("The open desk has them in hand; its top bar says how they are.")
_AWAY = sentence("The open desk cannot reach: {names}.")
_NOBODY = sentence("Nothing answers at {address}, where it is expected.")
_COMPARE = sentence("Check its power, its cable and its own address.")
_COUNTER = sentence("At the counter")

Check = Callable[[], list[Finding]]
Named = tuple[str, str, Check]
"""A check with its stable name and what it looks at."""


class Devices(Protocol):
    """What stands on the counter, opened; see `appliance.build_devices`."""

    @property
    def printer(self) -> Printer: ...  # noqa: D102 - as its type says
    @property
    def drawer(self) -> Drawer: ...  # noqa: D102 - the same
    @property
    def scanners(self) -> Sequence[Scanner]: ...  # noqa: D102 - the same
    @property
    def terminal(self) -> Terminal: ...  # noqa: D102 - the same
    @property
    def scale(self) -> Scale: ...  # noqa: D102 - the same
    @property
    def display(self) -> Display: ...  # noqa: D102 - the same


def checks(devices: Devices, at: Mapping[str, str] | None = None) -> Iterator[Named]:
    """Return a check for each device that is set up; each may take as long as its device does.

    Args:
        devices: What stands on the counter.
        at: The addresses of those in the network, by kind.
    """
    at = at or {}
    if devices.printer.present:
        yield "printer", PRINTER, partial(_printer, devices.printer, at.get("printer", ""))
    if devices.drawer.present:
        yield "drawer", DRAWER, partial(_drawer, devices.drawer)
    scanners = [each for each in devices.scanners if each.present]
    if scanners:
        yield "scanner", SCANNER, partial(_scanners, scanners)
    if devices.terminal.present:
        yield "terminal", TERMINAL, partial(_terminal, devices.terminal, at.get("terminal", ""))
    if devices.scale.present:
        yield "scale", SCALE, partial(_scale, devices.scale)
    if devices.display.present:
        yield "display", DISPLAY, partial(_display, devices.display)


def in_hand(shown: Mapping[str, Any]) -> list[Finding]:
    """Say what the open desk says of them: nobody else may open them meanwhile."""
    away = [str(each) for each in shown.get("away", ())]
    if away:
        facts = {"names": ", ".join(away)}
        remedy = DeviceError.remedy
        return [Finding("counter", Severity.BAD, _COUNTER, _AWAY, remedy, facts)]
    return [Finding("counter", Severity.WELL, _COUNTER, _IN_HAND)]


def unreached(check: str, title: str, address: str) -> Finding:
    """Say that a device in the network does not answer where it is expected."""
    return Finding(check, Severity.BAD, title, _NOBODY, _COMPARE, {"address": address})


def _printer(printer: Printer, address: str) -> list[Finding]:
    status = printer.status()
    trouble = next((error for is_so, error in _PRINTER if is_so(status)), None)
    if trouble is PrinterOfflineError and address:
        return [unreached("printer", PRINTER, address)]
    if trouble is not None:
        return [_fault("printer", PRINTER, trouble)]
    if status.paper is Paper.NEAR_END:
        return [Finding("printer", Severity.LOOK, PRINTER, _PAPER_ENDS, _NEW_ROLL)]
    return [Finding("printer", Severity.WELL, PRINTER, _PRINTS)]


_PRINTER: tuple[tuple[Callable[[PrinterStatus], bool], type[DeviceError]], ...] = (
    (lambda status: bool(status.cover_open), CoverOpenError),
    (lambda status: status.paper is Paper.OUT, PaperOutError),
    (lambda status: bool(status.fault), PrinterFaultError),
    (lambda status: status.online is False, PrinterOfflineError),
)


def _drawer(drawer: Drawer) -> list[Finding]:
    meaning = {DrawerState.SHUT: _SHUT, DrawerState.OPEN: _OPEN}.get(drawer.state(), _NO_SENSOR)
    return [Finding("drawer", Severity.WELL, DRAWER, meaning)]


def _scanners(scanners: Sequence[Scanner]) -> list[Finding]:
    away = [each.name for each in scanners if not each.connected]
    if away:
        facts = {"names": ", ".join(away)}
        return [Finding("scanner", Severity.BAD, SCANNER, _UNPLUGGED, _PLUG_IN, facts)]
    return [Finding("scanner", Severity.WELL, SCANNER, _SCANS)]


def _terminal(terminal: Terminal, address: str) -> list[Finding]:
    state = terminal.state()
    if state is TerminalState.AWAY and address:
        return [unreached("terminal", TERMINAL, address)]
    if state is TerminalState.AWAY:
        return [_fault("terminal", TERMINAL, TerminalAwayError)]
    if state is TerminalState.LOCKED:
        return [_fault("terminal", TERMINAL, TerminalLockedError)]
    return [Finding("terminal", Severity.WELL, TERMINAL, _ASKED)]


def _scale(scale: Scale) -> list[Finding]:
    if scale.read().state is ScaleState.AWAY:
        return [_fault("scale", SCALE, ScaleAwayError)]
    return [Finding("scale", Severity.WELL, SCALE, _WEIGHS)]


def _display(display: Display) -> list[Finding]:
    """Show nothing: a display tells how it is only when it is given something to show."""
    try:
        display.show("", "")
    except DeviceError as error:
        return [_fault("display", DISPLAY, type(error), error.detail)]
    return [Finding("display", Severity.WELL, DISPLAY, _SHOWS)]


def _fault(check: str, title: str, error: type[DeviceError], detail: str = "") -> Finding:
    return Finding(check, Severity.BAD, title, error.meaning, error.remedy, {}, detail)
