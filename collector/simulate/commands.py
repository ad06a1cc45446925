"""``balie-collector simulate``."""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
import signal
import threading
from typing import TYPE_CHECKING

from django.conf import settings

from collector.enrolment.authority import Authority, AuthorityError
from collector.ingest.broker import BrokerSettingError, Tls, read_broker, read_shards
from collector.simulate import crowd
from collector.simulate.connection import Place
from collector.simulate.herd import Herd, HerdError
from collector.simulate.process import Task
from collector.simulate.report import verdict

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)

DEVICES_A_PROCESS = 500
"""Unless told: so many share one process."""


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
    simulate = subparsers.add_parser(
        "simulate",
        help="let many devices that are not real sell and send",
        description="Simulated devices are named simulated-0001 and so on. Never use them in a "
        "shop's own back office; --clean removes them and all that came from them.",
    )
    simulate.add_argument("--devices", type=_positive, default=100, metavar="N", help="how many")
    simulate.add_argument(
        "--rate", type=_above_zero, default=0.05, help="sales a second of each (default: 0.05)"
    )
    simulate.add_argument("--minutes", type=_above_zero, default=10.0, help="for how long")
    simulate.add_argument("--processes", type=_positive, help="default: one for 500 devices")
    simulate.add_argument(
        "--shards", default="00-ff", metavar="RUN", help="only devices of these shards: 00-7f"
    )
    simulate.add_argument(
        "--faults",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="share of devices, 0 to 1, that break off, send all again, or send twice",
    )
    simulate.add_argument("--every", type=_above_zero, default=10.0, help="seconds between lines")
    simulate.add_argument(
        "--patience",
        type=_above_zero,
        default=300.0,
        help="seconds to wait in the end for the last acknowledgements",
    )
    simulate.add_argument("--seed", type=int, default=1, help="the same seed, the same choices")
    simulate.add_argument(
        "--really", action="store_true", help="though real devices' sales are kept here"
    )
    simulate.add_argument("--clean", action="store_true", help="remove all simulated devices")
    simulate.set_defaults(run=_simulate)


def _simulate(arguments: argparse.Namespace) -> int:
    try:
        authority = Authority.open(settings.BALIE_STATE / "authority")
        tasks = _tasks(arguments, authority)
    except (AuthorityError, BrokerSettingError) as refused:
        raise SystemExit(str(refused)) from refused
    if tasks is None:
        return 0
    enough = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: enough.set())
    herd = Herd(tasks)
    try:
        tally, heads = herd.run(
            seconds=arguments.minutes * 60,
            every_s=arguments.every,
            patience_s=arguments.patience,
            enough=enough,
        )
    except HerdError as dead:
        raise SystemExit(str(dead)) from dead
    finally:
        herd.close()
    wrong = crowd.judge(heads)
    print(verdict(tally, wrong))
    return 1 if wrong else 0


def _tasks(arguments: argparse.Namespace, authority: Authority) -> list[Task] | None:
    """Share the devices out over processes; None when all there is to do is done."""
    shards = read_shards(arguments.shards)
    place = _place()
    if arguments.clean:
        print(f"{crowd.clean(authority):,} simulated devices were removed.")
        return None
    real = crowd.real_devices()
    if real and not arguments.really:
        raise SystemExit(
            "Expected a database without real devices' sales, found those of "
            f"{', '.join(real)}: use another database, or say --really."
        )
    members = crowd.enrol(crowd.names(arguments.devices, shards), authority, arguments.faults)
    processes = min(arguments.processes or -(-len(members) // DEVICES_A_PROCESS), len(members))
    print(f"{len(members):,} simulated devices in {processes} processes", flush=True)
    return [
        Task(
            members=members[place_::processes],
            place=place,
            market=settings.BALIE_MARKET,
            rate=arguments.rate,
            collector_key=crowd.directory_key(authority),
            seed=arguments.seed + place_,
        )
        for place_ in range(processes)
    ]


def _place() -> Place:
    """Tell where devices connect: where the collector does."""
    tls = Tls(
        settings.BALIE_BROKER_CA, settings.BALIE_BROKER_CERTIFICATE, settings.BALIE_BROKER_KEY
    )
    broker = read_broker(settings.BALIE_BROKER, tls)
    believed = broker.tls.authority if broker.tls else None
    return Place(broker.host, broker.port, believed, crowd.folder())


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text}")
    return number


def _above_zero(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text}")
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to 1, found {text}")
    return number
