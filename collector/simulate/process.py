"""One process full of simulated devices; it knows no database and reports through a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection as Pipe

from appliance.domain.market import load
from appliance.journal.entry import Watermark
from appliance.journal.signing import load_private, read_public
from collector.simulate.connection import Place
from collector.simulate.device import Device, Member, World
from collector.simulate.sales import Sales
from collector.simulate.tally import Tally

REPORT_S = 0.5
_BREATHE_S = 5.0
_OPENERS = 8
"""Threads that open connections: as many handshakes are under way at once. They mostly wait."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is to do.

    Attributes:
        members: Its devices.
        place: Where they connect.
        market: Code of the market they sell in.
        rate: Sales a second of one device, on average.
        collector_key: The key that signs the directory, as PEM.
        seed: The same seed makes the same choices.
    """

    members: Sequence[Member]
    place: Place
    market: str
    rate: float
    collector_key: bytes
    seed: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a process says.

    Attributes:
        tally: What its devices did so far.
        heads: At the end, the last entry of each device; empty before.
    """

    tally: Tally
    heads: dict[str, Watermark]


def run(task: Task, pipe: Pipe) -> None:
    """Simulate devices until told to stop; the body of a process.

    It understands two words through the pipe: ``enough`` ends the selling, ``stop`` everything.
    A pipe that closes means the same as ``stop``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it and tells us
    with contextlib.suppress(BrokenPipeError):
        asyncio.run(Process(task, pipe).run())


class Process:
    """Devices in one event loop.

    Args:
        task: What to do.
        pipe: The parent.
    """

    def __init__(self, task: Task, pipe: Pipe) -> None:
        self._task = task
        self._pipe = pipe
        self._tally = Tally(devices=len(task.members))
        self._devices: list[Device] = []
        self._sells = True
        self._stopped = False

    async def run(self) -> None:
        """Run all devices, report, and hear the parent."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._pipe.fileno(), self._hear)
        with ThreadPoolExecutor(_OPENERS) as pool:
            self._devices = self._make(pool)
            running = [
                asyncio.create_task(each.run(lambda: self._sells, lambda: self._stopped))
                for each in self._devices
            ]
            telling = asyncio.create_task(self._tell())
            breathing = asyncio.create_task(self._breathe())
            await asyncio.gather(*running)
            for task in (telling, breathing):
                task.cancel()
        loop.remove_reader(self._pipe.fileno())
        self._pipe.send(
            Report(self._counted(), {each.member.name: each.head for each in self._devices})
        )

    def _make(self, pool: ThreadPoolExecutor) -> list[Device]:
        chance = random.Random(self._task.seed)  # noqa: S311 (customers, not secrets)
        now = _local_now()
        world = World(
            place=self._task.place,
            pool=pool,
            sales=Sales(load(self._task.market), chance, now),
            rate=self._task.rate,
            collector_key=read_public(self._task.collector_key),
            clock=_local_now,
            chance=chance,
        )
        folder = self._task.place.folder
        return [
            Device(each, world, load_private(folder / each.name / "device.key"), self._tally)
            for each in self._task.members
        ]

    def _hear(self) -> None:
        try:
            word = self._pipe.recv()
        except (EOFError, OSError):
            word = "stop"
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        self._sells = False
        self._stopped = self._stopped or word == "stop"
        for each in self._devices:
            each.ring()

    async def _tell(self) -> None:
        while True:
            with contextlib.suppress(BrokenPipeError):  # told to stop by the same event
                self._pipe.send(Report(self._counted(), {}))
            await asyncio.sleep(REPORT_S)

    async def _breathe(self) -> None:
        while True:
            for each in self._devices:
                each.breathe()
            await asyncio.sleep(_BREATHE_S)

    def _counted(self) -> Tally:
        return replace(
            self._tally,
            connected=sum(each.is_ready for each in self._devices),
            unacknowledged=sum(each.unacknowledged for each in self._devices),
        )


def _local_now() -> datetime:
    return datetime.now().astimezone()
