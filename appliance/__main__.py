"""``balie``: the command line of the device."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance import leaving_commands, peripherals_command
from appliance.doctor import commands as doctor_commands
from appliance.door import commands as door_commands
from appliance.journal import commands as journal_commands
from appliance.recovery import commands as recovery_commands
from appliance.replay import commands as replay_commands
from appliance.update import commands as update_commands
from appliance.uplink import __main__ as uplink_command

if TYPE_CHECKING:
    from appliance.build import Desk
    from appliance.config import ScreenSettings, Settings
    from appliance.counter_trial import Trial
    from appliance.ui.app import Place

DONE, FAILED, MISCONFIGURED = 0, 1, 2
"""Exit statuses; systemd starts the desk again after the second."""

SETTINGS = Path("/etc/balie/balie.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    chosen = _parser().parse_args(arguments)
    status: int = chosen.run(chosen)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="balie", description="The counter people walk up to, and all its commands."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_desk(commands)
    uplink_command.add_command(commands)
    door_commands.add_command(commands)
    journal_commands.add_commands(commands)
    leaving_commands.add_commands(commands)
    peripherals_command.add_command(commands)
    doctor_commands.add_commands(commands)
    recovery_commands.add_commands(commands)
    replay_commands.add_commands(commands)
    update_commands.add_commands(commands)
    _add_scan(commands)
    version = commands.add_parser("version", help="say which version this is")
    version.set_defaults(run=_version)
    return parser


def _add_desk(commands: Any) -> None:
    desk = commands.add_parser("desk", help="open the counter's screen")
    desk.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get("BALIE_CONFIG", SETTINGS)),
        help="the device's settings (default: %(default)s, or BALIE_CONFIG)",
    )
    desk.add_argument(
        "--door",
        action="store_true",
        help="where there are no settings yet, show this device's fingerprint and take a code",
    )
    desk.set_defaults(run=_desk)


def _add_scan(commands: Any) -> None:
    scan = commands.add_parser("scan", help="hold a code before the bench's scanner")
    scan.add_argument("code", help="what the scanner reads, such as 3017620422003")
    scan.add_argument(
        "--bench", type=Path, help="the bench's folder (default: BALIE_BENCH, else the demo's)"
    )
    scan.set_defaults(run=_scan)


def _desk(arguments: argparse.Namespace) -> int:
    # The screen's library is large and takes a display: no other command should load it.
    from appliance.build import software  # noqa: PLC0415 - as said above
    from appliance.counter_trial import Trial  # noqa: PLC0415 - the same

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if arguments.door and not arguments.config.exists():
        return _show_door(arguments.config.absolute().parent)
    return _show_desk(Trial(arguments.config, software()))


def _show_desk(trial: Trial) -> int:
    """Open the desk; where what the back office told of the counter does not let it, without that."""
    from appliance.build import DeskTakenError, build_desk  # noqa: PLC0415 - as in _desk
    from appliance.config import ConfigError  # noqa: PLC0415 - the same
    from appliance.journal.errors import JournalError  # noqa: PLC0415 - the same
    from appliance.services.ports import StoreError  # noqa: PLC0415 - the same

    again = _Again()
    try:
        settings = trial.begin()
    except ConfigError as error:
        sys.stderr.write(f"The desk does not open: {error}\n")
        return MISCONFIGURED
    try:
        desk = build_desk(settings, again=again)
    except ConfigError as error:
        if trial.falls_back(settings, error):
            return _show_desk(trial)
        sys.stderr.write(f"The desk does not open: {error}\n")
        return MISCONFIGURED
    except (DeskTakenError, JournalError, OSError) as error:
        sys.stderr.write(f"The desk does not open: {error}\n")
        if isinstance(error, JournalError | StoreError):
            trial.excuse(settings)
        return _show_closed(settings, error)
    _run_desk(trial, settings, desk)
    if again.is_asked and not os.environ.get("NOTIFY_SOCKET"):
        _begin_anew()  # else systemd does, which knows that something must be done before
    return DONE


def _run_desk(trial: Trial, settings: Settings, desk: Desk) -> None:
    from appliance.doctor.display import is_missing  # noqa: PLC0415 - as in _desk
    from appliance.doctor.host import Host  # noqa: PLC0415 - the same
    from appliance.ui.app import NoScreenError, run  # noqa: PLC0415 - the same

    try:
        run(
            desk.front,
            desk.inbox,
            width=settings.screen.width,
            height=settings.screen.height,
            fullscreen=settings.screen.fullscreen,
            place=_place(settings.screen),
            left_handed=settings.screen.hand == "left",
            title=settings.device.name,
            on_close=desk.close,
            percent=desk.sound_percent,
            shown=desk.shown,
        )
    except NoScreenError:
        if is_missing(Host()):
            trial.excuse(settings)
        raise


class _Again:
    """Asked for by the desk: its screen ends, and the program begins anew."""

    def __init__(self) -> None:
        self.is_asked = False

    def __call__(self) -> None:
        self.is_asked = True
        os.kill(os.getpid(), signal.SIGTERM)


def _show_door(folder: Path) -> int:
    """Wait to be let in; then the whole program begins anew, as a register."""
    from appliance.build import software  # noqa: PLC0415 - as in _desk
    from appliance.config import ScreenSettings  # noqa: PLC0415 - the same
    from appliance.desks.door.opening import Door  # noqa: PLC0415 - the same
    from appliance.ui.app import run  # noqa: PLC0415 - the same

    screen = ScreenSettings()
    door = Door(folder, language="en", software=software(), again=_end_for_systemd)
    run(
        door.presenter,
        door.inbox,
        width=screen.width,
        height=screen.height,
        # On a workstation a window, on a device's own screen all of it.
        fullscreen=not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")),
        title="Balie",
        on_close=door.close,
        desk="door",
    )
    return DONE


def _show_closed(settings: Settings, error: Exception) -> int:
    """Say on the screen why no desk opens, until it does or somebody ends it.

    To try again the whole program begins anew in this process, so that a supervisor such as
    systemd sees one service that goes on, and nothing of the failed start is left.
    """
    from appliance.build import can_open, software  # noqa: PLC0415 - as in _desk
    from appliance.desks.closed.presenter import ClosedPresenter  # noqa: PLC0415 - the same
    from appliance.doctor.attending import Attending  # noqa: PLC0415 - the same
    from appliance.doctor.device import examine_desk  # noqa: PLC0415 - the same
    from appliance.ui.app import NoScreenError, run  # noqa: PLC0415 - the same
    from appliance.ui.inbox import Inbox  # noqa: PLC0415 - the same

    inbox = Inbox()
    doctor = Attending(
        look=partial(examine_desk, settings, software=software(), clock=_now),
        submit=ThreadPoolExecutor(1, "doctor").submit,
        post=inbox.put,
    )
    presenter = ClosedPresenter(
        error,
        name=settings.device.name,
        language=settings.device.language,
        opens=lambda: can_open(settings),
        again=_begin_anew,
        examine=doctor.ask,
        monotonic=time.monotonic,
    )
    try:
        run(
            presenter,
            inbox,
            width=settings.screen.width,
            height=settings.screen.height,
            fullscreen=settings.screen.fullscreen,
            place=_place(settings.screen),
            left_handed=settings.screen.hand == "left",
            title=settings.device.name,
            on_close=lambda: None,
            desk="closed",
        )
    except NoScreenError as missing:
        sys.stderr.write(f"{missing}\n")
    return FAILED


def _now() -> datetime:
    """The time where the device stands."""
    return datetime.now(UTC).astimezone()


def _place(screen: ScreenSettings) -> Place | None:
    from appliance.ui.app import Place  # noqa: PLC0415 - as in _desk

    return None if screen.left is None else Place(screen.left, screen.top)


def _end_for_systemd() -> None:
    """Begin anew; under systemd by ending, so that it hides from the register what is the door's."""
    if os.environ.get("NOTIFY_SOCKET"):
        os.kill(os.getpid(), signal.SIGTERM)
    else:
        _begin_anew()


def _begin_anew() -> None:
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "appliance", *sys.argv[1:]])  # noqa: S606 - itself


def _scan(arguments: argparse.Namespace) -> int:
    from drivers.bench.client import BenchError, default_folder, send  # noqa: PLC0415 - its alone

    folder = arguments.bench or default_folder()
    try:
        send(folder, f"scan {arguments.code}")
    except (BenchError, ValueError) as error:
        sys.stderr.write(f"Not scanned: {error}\n")
        return FAILED
    return DONE


def _version(_: argparse.Namespace) -> int:
    from appliance.build import software  # noqa: PLC0415 - loads everything

    sys.stdout.write(f"{software()}\n")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
