"""``admit`` and ``door``: a code in the terminal, the service that takes it."""

# ruff: noqa: T201  # a command speaks by printing

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.db import connections
from django.utils import timezone

from appliance.domain.admission import PORT
from collector.enrolment import places
from collector.enrolment.authority import Authority, AuthorityError

if TYPE_CHECKING:
    from collector.enrolment.admissions import Wanted

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse gives the type no public name


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands to ``balie-collector``."""
    admit = subparsers.add_parser("admit", help="make a one-time code that lets a device in")
    admit.add_argument("id", metavar="ID", help="name in topics, such as register-2")
    admit.add_argument("--name", help="what people call it, such as Kassa 2")
    admit.add_argument("--register", help="its number on receipts, such as 2")
    admit.add_argument("--market", default=settings.BALIE_MARKET)
    admit.add_argument("--language", default="nl", choices=("nl", "fr", "id", "en"))
    counter = admit.add_mutually_exclusive_group()
    counter.add_argument("--profile", default="", help="what stands on its counter; see: profile")
    counter.add_argument(
        "--as-found", action="store_true", help="with --replace: not what the replaced one had"
    )
    admit.add_argument(
        "--replace", action="store_true", help="it takes the place of the device of this name"
    )
    admit.add_argument("--out", type=Path, help="write the code as enrol.txt into this folder")
    admit.set_defaults(run=_admit)
    door = subparsers.add_parser("door", help="let devices in, until told to stop")
    door.add_argument("--address", default="0.0.0.0", help="address to listen on")  # noqa: S104  # devices come from elsewhere
    door.add_argument("--port", type=int, default=PORT, help=f"port (default: {PORT})")
    door.add_argument("--host", action="append", default=[], help="one more name of this machine")
    door.add_argument("--workers", type=int, default=1, help="processes (default: 1)")
    door.set_defaults(run=_door)


def _admit(arguments: argparse.Namespace) -> None:
    from collector.enrolment.admissions import WantedError, offer  # noqa: PLC0415  # models load after Django is set up

    try:
        wanted = _wanted(arguments)
        authority = Authority.open(Path(settings.BALIE_STATE) / "authority")
        kept, code = offer(wanted, authority, by=getpass.getuser(), now=timezone.now())
    except (AuthorityError, WantedError, places.PlaceError) as refused:
        raise SystemExit(str(refused)) from refused
    print(f"This code lets {kept.name} in once, until {timezone.localtime(kept.expires):%H:%M}:\n")
    segno.make(code.text(), error="m").terminal(out=sys.stdout, compact=True)
    print(f"\n{code.text()}\n\nTyped: {code.host}:{code.port}  {code.short()}")
    if arguments.out is not None:
        (arguments.out / "enrol.txt").write_text(code.text() + "\n")
        print(f"Also in {arguments.out / 'enrol.txt'}.")


def _wanted(arguments: argparse.Namespace) -> Wanted:
    from collector.enrolment.admissions import Wanted, WantedError  # noqa: PLC0415  # the same
    from collector.ingest.models import Device  # noqa: PLC0415  # the same

    known = Device.objects.filter(pk=arguments.id).first()
    if arguments.replace and known:
        arguments.name, arguments.register = known.name, known.register
    if not (arguments.name and arguments.register):
        raise WantedError("Expected --name and --register, such as --name 'Kassa 2' --register 2.")
    return Wanted(
        device=arguments.id,
        name=arguments.name,
        register=arguments.register,
        market=arguments.market,
        language=arguments.language,
        profile=arguments.profile,
        replaces=arguments.replace,
        keeps_counter=arguments.replace and not (arguments.profile or arguments.as_found),
    )


def _door(arguments: argparse.Namespace) -> None:
    from collector.enrolment.serving import Door, prepare  # noqa: PLC0415  # only this command serves
    from collector.enrolment.shutting_out import tell_broker  # noqa: PLC0415  # the same

    folder = Path(settings.BALIE_STATE) / "door"
    try:
        authority = Authority.open(Path(settings.BALIE_STATE) / "authority")
        public = places.door()
    except (AuthorityError, places.PlaceError) as refused:
        raise SystemExit(str(refused)) from refused
    hosts = dict.fromkeys((public.host, *arguments.host, "localhost", "127.0.0.1", "::1"))
    prepare(authority, folder, list(hosts))
    if settings.BALIE_BROKER_FOLDER is not None:
        # Whoever was revoked while something was away is shut out by now.
        tell_broker(authority)
    # The processes that serve open connections of their own.
    connections.close_all()
    host = f"[{arguments.address}]" if ":" in arguments.address else arguments.address
    print(f"Devices are let in at https://{public}/door", flush=True)
    Door(f"{host}:{arguments.port}", folder, arguments.workers).run()
