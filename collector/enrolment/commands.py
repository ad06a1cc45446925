"""The lines a technician types: ``authority``, ``device`` and ``broker-config``.

Nothing secret is ever printed; keys are written to files that only their owner can read.
"""

# ruff: noqa: T201  # a command speaks by printing

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from appliance.journal.topics import Shards
from collector.enrolment import door_commands
from collector.enrolment.authority import Authority, AuthorityError
from collector.enrolment.broker import BrokerPlace, write_broker
from collector.enrolment.files import authority_folder, certify
from collector.enrolment.names import SIMULATED, NameRefused, check_device
from collector.enrolment.renewing import renew, renew_collector, replace
from collector.enrolment.shutting_out import shut_out

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse gives the type no public name


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of enrolment to ``balie-collector``.

    Each sets ``run`` to a function that takes the parsed arguments, prints what it did and raises
    ``SystemExit`` with one sentence when it could not.
    """
    _add_authority(subparsers)
    _add_device(subparsers)
    _add_broker_config(subparsers)
    door_commands.add_commands(subparsers)


def _add_authority(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("authority", help="the shop's own certificate authority")
    actions = parser.add_subparsers(dest="action", required=True)
    init = actions.add_parser("init", help="make it, with the collector's own certificate")
    _add_authority_folder(init, "--folder")
    init.add_argument("--shop", default="Balie", help="whose authority it is (default: Balie)")
    init.set_defaults(run=_init)
    renewal = actions.add_parser("renew", help="make the collector's certificate anew")
    _add_authority_folder(renewal, "--folder")
    renewal.set_defaults(run=renew_collector)


def _add_device(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("device", help="devices that may speak to the collector")
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make a device's key and certificate")
    add.add_argument("id", metavar="ID", help="name in topics, such as register-2")
    add.add_argument("--name", required=True, help="what people call it, such as Kassa 2")
    add.add_argument("--register", required=True, help="its number on receipts, such as 2")
    add.add_argument("--folder", type=Path, required=True, help="where its files are written")
    add.add_argument("--request", type=Path, help="sign this request; the key stays on the device")
    _add_authority_folder(add, "--authority")
    add.set_defaults(run=_add)
    renewal = actions.add_parser("renew", help="make a device's certificate anew; its key stays")
    renewal.add_argument("id", metavar="ID")
    renewal.add_argument("--folder", type=Path, required=True, help="where it is written")
    _add_authority_folder(renewal, "--authority")
    renewal.set_defaults(run=renew)
    anew = actions.add_parser("replace", help="enrol a device anew whose card was lost or copied")
    anew.add_argument("id", metavar="ID")
    anew.add_argument("--folder", type=Path, required=True, help="where its files are written")
    anew.add_argument("--request", type=Path, help="sign this request; the key stays on the device")
    anew.add_argument("--broker", type=Path, help="the broker's folder; gets the new list")
    _add_authority_folder(anew, "--authority")
    anew.set_defaults(run=replace)
    revoke = actions.add_parser("revoke", help="shut a device out")
    revoke.add_argument("id", metavar="ID")
    revoke.add_argument("--broker", type=Path, help="the broker's folder; gets the new list")
    _add_authority_folder(revoke, "--authority")
    revoke.set_defaults(run=_revoke)


def _add_broker_config(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("broker-config", help="write the folder mosquitto runs from")
    parser.add_argument("--folder", type=Path, required=True, help="where it is written")
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8883, help="port to listen on")
    parser.add_argument("--host", action="append", default=[], help="a name devices reach it by")
    parser.add_argument("--user", default="", help="system user mosquitto runs as")
    parser.add_argument("--seen-as", type=Path, help="the folder as mosquitto sees it")
    parser.add_argument(
        "--shards",
        action="append",
        default=[],
        metavar="RUN",
        help="a run such as 00-7f that has an ingest of its own; say it for each",
    )
    _add_authority_folder(parser, "--authority")
    parser.set_defaults(run=_broker_config)


def _add_authority_folder(parser: argparse.ArgumentParser, option: str) -> None:
    parser.add_argument(
        option,
        dest="authority",
        type=Path,
        help="folder of the authority (default: authority in the state folder)",
    )


def _init(arguments: argparse.Namespace) -> None:
    try:
        authority = Authority.create(authority_folder(arguments), shop=arguments.shop)
    except AuthorityError as refused:
        raise SystemExit(str(refused)) from refused
    print(f"The authority is in {authority.folder}. Keep a copy where only you can reach it.")


def _add(arguments: argparse.Namespace) -> None:
    from collector.ingest.models import Device  # noqa: PLC0415  # models load after Django is set up

    folder: Path = arguments.folder
    if arguments.id.startswith(SIMULATED):
        raise SystemExit(
            f"Expected the name of a real device, found {arguments.id}, which is kept for "
            "simulated ones. Choose another name."
        )
    try:
        check_device(arguments.id)
        authority = Authority.open(authority_folder(arguments))
    except (AuthorityError, NameRefused) as refused:
        raise SystemExit(str(refused)) from refused
    if Device.objects.filter(pk=arguments.id).exists():
        raise SystemExit(
            f"Expected a new device, found that {arguments.id} is enrolled already. "
            "Choose another name, or use 'balie-collector device replace' for a new storage card."
        )
    folder.mkdir(parents=True, exist_ok=True)
    public_key = certify(authority, arguments)
    Device.objects.create(
        id=arguments.id,
        name=arguments.name,
        register=arguments.register,
        public_key=public_key.decode(),
    )
    print(f"{arguments.name} is enrolled as {arguments.id}. Its files are in {folder}.")


def _revoke(arguments: argparse.Namespace) -> None:
    from collector.ingest.models import Device  # noqa: PLC0415  # models load after Django is set up

    try:
        authority = Authority.open(authority_folder(arguments))
    except AuthorityError as refused:
        raise SystemExit(str(refused)) from refused
    known = Device.objects.filter(pk=arguments.id, revoked=None).update(revoked=timezone.now())
    if not authority.revoke(arguments.id) and not known:
        raise SystemExit(
            f"Expected a device that is enrolled, found none called {arguments.id}, or it is "
            "revoked already. balie-collector status lists the devices."
        )
    folder: Path | None = arguments.broker or settings.BALIE_BROKER_FOLDER
    if folder is None:
        print(
            f"{arguments.id} is revoked. Give the broker the list {authority.folder / 'crl.pem'}."
        )
        return
    revoked = Device.objects.exclude(revoked=None).values_list("pk", flat=True)
    if shut_out(authority, folder, revoked):
        print(f"{arguments.id} is revoked, and shut out at the broker.")
    else:
        print(
            f"{arguments.id} is revoked. Let the broker read its list again: kill -HUP its process."
        )


def _broker_config(arguments: argparse.Namespace) -> None:
    try:
        authority = Authority.open(authority_folder(arguments))
        shares = tuple(Shards.read(each) for each in arguments.shards)
    except (AuthorityError, ValueError) as refused:
        raise SystemExit(str(refused)) from refused
    place = BrokerPlace(
        folder=arguments.folder,
        address=arguments.address,
        port=arguments.port,
        hosts=tuple(arguments.host),
        user=arguments.user,
        seen_as=arguments.seen_as,
        shares=shares,
    )
    print(f"The broker starts with: mosquitto -c {write_broker(authority, place)}")
