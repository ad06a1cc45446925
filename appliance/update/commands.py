"""``balie update`` and ``balie health``; what they do stands in the modules beside this one."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appliance.config import Settings
    from appliance.update.notes import Notes

SETTINGS = Path("/etc/balie/balie.toml")
DONE, NOT_DONE, NOTHING, WAITS = 0, 1, 3, 75
"""Exit statuses. systemd starts the device anew after some of them, and asks again after the last:
see the units."""


def add_commands(subparsers: Any) -> None:
    """Add both commands; each sets ``run``, which returns the exit status."""
    updating = subparsers.add_parser(
        "update",
        help="write a new version into the other slot; selling goes on",
        description="Checks a bundle's signature and writes it into the other slot. Refuses while "
        "anything is unsent for longer than an hour. The device is not started anew by this.",
    )
    what = updating.add_mutually_exclusive_group()
    what.add_argument("bundle", nargs="?", type=Path, help="a bundle (default: what was fetched)")
    what.add_argument("--stick", type=Path, metavar="FOLDER", help="the one bundle in a folder")
    what.add_argument(
        "--start",
        action="store_true",
        help="wait until the desk is quiet and choose the other slot for the next start",
    )
    _add_config(updating)
    updating.set_defaults(run=_update)
    health = subparsers.add_parser(
        "health",
        help="keep a new version that can sell",
        description="Run after each start. Exit status: 0 the version stays, 1 it cannot sell and "
        "the device is to be started anew.",
    )
    health.add_argument(
        "--settle", action="store_true", help="only note what came of a version that was tried"
    )
    health.add_argument(
        "--patience",
        type=float,
        metavar="SECONDS",
        help="so long it may take to show that it can sell; a slow machine needs more (default: 240)",
    )
    _add_config(health)
    health.set_defaults(run=_health)


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(os.environ.get("BALIE_CONFIG", SETTINGS)),
        help="the device's settings (default: %(default)s, or BALIE_CONFIG)",
    )


def _update(arguments: argparse.Namespace) -> int:
    def do(settings: Settings, notes: Notes) -> int:
        from appliance.domain.update import Why  # noqa: PLC0415 - each command loads what it needs
        from appliance.update.system import Rauc, UpdateError  # noqa: PLC0415 - the same

        if arguments.start:
            return _start(settings, notes, Rauc())
        bundle = arguments.bundle
        if arguments.stick is not None:
            bundle = the_one_in(arguments.stick)
        try:
            return _install(settings, notes, Rauc(), bundle)
        except UpdateError as error:
            if error.why is not Why.UNSENT:
                raise
            sys.stderr.write(f"Not yet: {error}\n")
            return WAITS

    return _run(arguments.config, do)


def the_one_in(folder: Path) -> Path:
    """Return the bundle in a folder.

    Raises:
        UpdateError: There is none, or more than one.
    """
    from appliance.domain.update import Why  # noqa: PLC0415 - as above
    from appliance.update.system import UpdateError  # noqa: PLC0415 - the same

    # A Mac leaves a hidden file beside each it copies.
    found = sorted(each for each in folder.glob("*.raucb") if not each.name.startswith("."))
    if len(found) != 1:
        names = ", ".join(each.name for each in found) or "none"
        raise UpdateError(
            Why.SIZE, f"One file balie-….raucb was expected on the stick, found: {names}."
        )
    return found[0]


def _install(settings: Settings, notes: Notes, rauc: Any, bundle: Path | None) -> int:
    from appliance.leaving import unsent  # noqa: PLC0415 - loads the stores
    from appliance.update.installing import Installing  # noqa: PLC0415 - as above
    from appliance.update.system import Started, running_version  # noqa: PLC0415 - the same

    def oldest() -> datetime | None:
        left = unsent(settings)
        return left.oldest if left.sends else None

    installing = Installing(
        notes,
        rauc,
        started=Started.read(),
        runs=running_version(),
        oldest_unsent=oldest,
        clock=lambda: datetime.now().astimezone(),
    )
    waits = installing.fetched() if bundle is None else installing.from_file(bundle)
    note = notes.installed
    if waits and note is not None:
        sys.stdout.write(
            f"Version {note.version} is in slot {note.slot}; it starts at a quiet moment.\n"
        )
    else:
        sys.stdout.write("There is nothing new to install.\n")
    return DONE


def _start(settings: Settings, notes: Notes, rauc: Any) -> int:
    from appliance.store.directory import Directory  # noqa: PLC0415 - loads the stores
    from appliance.update.offered import still_offered  # noqa: PLC0415 - as above
    from appliance.update.switching import Switching  # noqa: PLC0415 - the same

    data = settings.device.data
    switching = Switching(
        notes,
        rauc,
        desk_runs=_desk_runs(data / "desk.lock"),
        wait=time.sleep,
        monotonic=time.monotonic,
        is_offered=still_offered(Directory(data / "directory.db"), settings.device.id),
    )
    return DONE if switching.run() else NOTHING


def _health(arguments: argparse.Namespace) -> int:
    def do(settings: Settings, notes: Notes) -> int:
        from appliance.update import health  # noqa: PLC0415 - as above
        from appliance.update.installing import settle  # noqa: PLC0415 - the same
        from appliance.update.system import Rauc, Started, pulse  # noqa: PLC0415 - the same

        started = Started.read()
        if arguments.settle or not started.trying:
            settle(notes, Rauc(), started)
            return DONE
        looks = health.Health(
            notes,
            settings.device.data / "journal.db",
            pulse=pulse,
            wait=time.sleep,
            monotonic=time.monotonic,
            patience_s=health.PATIENCE_S if arguments.patience is None else arguments.patience,
        )
        finding = health.commit_or_leave(looks, notes, Rauc(), started)
        if finding is None:
            return DONE
        sys.stderr.write(f"This version cannot sell: {finding.detail}. The device starts anew.\n")
        return NOT_DONE

    return _run(arguments.config, do)


def _run(config: Path, do: Callable[[Settings, Notes], int]) -> int:
    from appliance.config import ConfigError, load  # noqa: PLC0415 - as above
    from appliance.update.notes import Notes  # noqa: PLC0415 - the same

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        settings = load(config)
        return do(settings, Notes(settings.device.data))
    except (ConfigError, OSError) as error:
        sys.stderr.write(f"Not done: {error}\n")
        return NOT_DONE


def _desk_runs(lock: Path) -> Callable[[], bool]:
    """Return what tells whether a desk holds its data; see `appliance.build.take`."""

    def look() -> bool:
        try:
            with lock.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    return look
