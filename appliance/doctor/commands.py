"""``balie doctor``; see `appliance.doctor`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appliance.config import Settings
    from appliance.doctor.findings import Finding
    from appliance.doctor.host import Host
    from appliance.doctor.peripherals import Named
    from drivers.printer import Printer

SETTINGS = Path("/etc/balie/balie.toml")
WELL, LOOK, BAD, NOT_DONE = 0, 1, 2, 3
"""Exit statuses: all is well, somebody should look, something must be mended, it was not done."""


def add_commands(subparsers: Any) -> None:
    """Add ``doctor``, which sets ``run``."""
    parser = subparsers.add_parser(
        "doctor",
        help="say what is well with this device and what is not, with the remedy",
        description="Looks at storage, power, temperature, clock, screen, touch, every peripheral, "
        "certificate, network, queue, journal and version. Selling goes on meanwhile. Exit status: "
        "0 all is well, 1 somebody should look, 2 something must be mended, 3 not done.",
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get("BALIE_CONFIG", SETTINGS)),
        help="the device's settings (default: %(default)s, or BALIE_CONFIG)",
    )
    parser.add_argument("--language", choices=("nl", "fr", "id", "en"), help="else the device's")
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")
    parser.add_argument(
        "--print",
        action="store_true",
        dest="on_paper",
        help="print it on the receipt printer too; not while the desk has that in hand",
    )
    parser.add_argument(
        "--bundle",
        type=Path,
        metavar="FILE",
        help="write a support file (zip) with nothing secret or personal in it",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, host: Host | None = None) -> int:
    # The desk shares this command line and loads its own parts.
    from appliance.config import ConfigError, load  # noqa: PLC0415 - as said above
    from appliance.doctor import bundle, log, report  # noqa: PLC0415 - the same
    from appliance.doctor.findings import Severity, worst  # noqa: PLC0415 - the same
    from appliance.doctor.host import Host  # noqa: PLC0415 - the same
    from appliance.services.words import Words  # noqa: PLC0415 - the same

    host = host or Host()
    settings = None
    with ExitStack() as closing:
        try:
            settings = load(arguments.config)
            findings, printer = _examine(host, settings, closing)
        except ConfigError as error:
            findings, printer = _without_settings(host, str(error)), None
        language = arguments.language or (settings.device.language if settings else "en")
        words = Words(language)
        name = settings.device.name if settings else str(arguments.config)
        if arguments.json:
            told = [each.as_dict(words) for each in findings]
            _say(
                json.dumps(
                    {"state": worst(findings).value, "findings": told}, ensure_ascii=False, indent=2
                )
            )
        else:
            _say(report.text(findings, words, name).rstrip())
        try:
            if arguments.bundle is not None:
                bundle.write(
                    arguments.bundle,
                    host=host,
                    settings=settings,
                    findings=findings,
                    log=log.read_log(),
                )
                sys.stderr.write(f"The support file is {arguments.bundle}.\n")
            if arguments.on_paper:
                _print(printer, findings, words, name)
        except OSError as error:
            sys.stderr.write(f"Not done: {error}\n")
            return NOT_DONE
    return {Severity.WELL: WELL, Severity.LOOK: LOOK, Severity.BAD: BAD}[worst(findings)]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _examine(
    host: Host, settings: Settings, closing: ExitStack
) -> tuple[list[Finding], Printer | None]:
    """Examine the device; the printer comes back too, where this program may print on it."""
    from appliance.build import software  # noqa: PLC0415 - loads everything
    from appliance.doctor import expected, peripherals  # noqa: PLC0415 - as in _run
    from appliance.doctor.device import describe  # noqa: PLC0415 - the same
    from appliance.doctor.examination import checks, examine  # noqa: PLC0415 - the same

    now = datetime.now(UTC).astimezone()
    device = describe(host, settings, software=software(), now=now)
    wanted: list[Named] = list(checks(host, device))
    printer: Printer | None = None
    if _is_desk_open(settings.device.data):
        wanted.append(("counter", "", lambda: peripherals.in_hand(device.shown)))
        wanted += expected.checks(settings, device.shown)
    else:
        from appliance.build_devices import open_devices  # noqa: PLC0415 - the same
        from appliance.peripherals import places  # noqa: PLC0415 - the same

        devices = open_devices(settings)
        closing.callback(devices.close)
        for scanner in devices.scanners:
            scanner.start(lambda _scan: None)
        at = {each.kind: each.text for each in places(settings)}
        wanted += peripherals.checks(devices, at)
        printer = devices.printer
    return examine(wanted), printer


def _without_settings(host: Host, why: str) -> list[Finding]:
    """Examine what can be without settings: the machine itself."""
    from appliance.doctor import display, power  # noqa: PLC0415 - as in _run
    from appliance.doctor.device import unsettled  # noqa: PLC0415 - the same
    from appliance.doctor.examination import examine  # noqa: PLC0415 - the same

    return [
        unsettled(why),
        *examine(
            [
                ("power", power.POWER, lambda: power.check_power(host)),
                ("temperature", power.TEMPERATURE, lambda: power.check_temperature(host)),
                ("screen", display.SCREEN, lambda: display.check_screen(host, {})),
                ("inputs", display.INPUTS, lambda: display.check_inputs(host, {})),
            ]
        ),
    ]


def _is_desk_open(data: Path) -> bool:
    """Tell whether a desk holds the counter's devices."""
    import fcntl  # noqa: PLC0415 - this alone needs it

    try:
        with (data / "desk.lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _print(printer: Printer | None, findings: Sequence[Finding], words: Any, name: str) -> None:
    from appliance.doctor.report import document  # noqa: PLC0415 - as in _run
    from drivers import DeviceError  # noqa: PLC0415 - the same

    if printer is None or not printer.present:
        raise OSError(
            "a printer that is free was expected; print it from the desk's own screen, under 'More'"
        )
    said = [(each.severity, each.said(words)) for each in findings]
    at = datetime.now(UTC).astimezone()
    try:
        printer.print(printer.encode(document(said, words, name, at)))
    except DeviceError as error:
        raise OSError(str(error)) from error
