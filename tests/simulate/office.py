"""A back office for simulated devices: real programs on loopback, one ingest for each run of shards."""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from provisioning.workstation.debian import SYSTEM_PATH
from provisioning.workstation.demo.processes import Program, Programs
from provisioning.workstation.demo.waiting import wait_for
from tests.world.clerk import Clerk

ROOT = Path(__file__).resolve().parents[2]
ALL = "00-ff"
CEILING_S = 300.0


def unavailable() -> str:
    """Return why no back office can be made here; empty if one can."""
    if shutil.which("mosquitto", path=SYSTEM_PATH) is None:
        return "mosquitto is not installed (Debian package mosquitto)"
    return ""


class Office:
    """Tables, authority and broker in a folder, and the programs that use them.

    Args:
        folder: Where all of it lies.
        programs: Who starts and ends them.
        database_url: PostgreSQL's address; SQLite in the folder without it.
        shares: The runs of shards; each has an ingest of its own.
    """

    def __init__(
        self,
        folder: Path,
        programs: Programs,
        *,
        database_url: str = "",
        shares: Sequence[str] = (ALL,),
    ) -> None:
        # A broker has an open file for each device; 1,024 is what a shell allows by itself.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.state = folder / "state"
        self._broker = folder / "broker"
        self._programs = programs
        self._shares = shares
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self.told = {
            "BALIE_STATE": str(self.state),
            "BALIE_BROKER": f"mqtts://127.0.0.1:{self._port}",
            "DATABASE_URL": database_url,
            "PATH": SYSTEM_PATH,
        }
        self._clerk = Clerk(self.told)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clerk.close()

    def make(self) -> None:
        """Make the tables, the authority and the broker's folder."""
        self.collector("migrate")
        self.collector("authority", "init")
        runs = [word for each in self._shares if each != ALL for word in ("--shards", each)]
        self.collector("broker-config", "--folder", self._broker, "--port", self._port, *runs)

    def start_broker(self) -> Program:
        """Start mosquitto and wait until it answers."""
        conf = self._broker / "mosquitto.conf"
        broker = self._programs.start("broker", ["mosquitto", "-c", conf], self.told)
        wait_for("the broker to answer", self._answers, ceiling_s=CEILING_S)
        return broker

    def start_ingest(self, share: str = ALL) -> Program:
        """Start the ingest of a run of shards and wait until it hears the broker."""
        told = {**self.told, "BALIE_SHARDS": share}
        ingest = self._programs.start(f"ingest-{share}", self._command("ingest"), told)
        wait_for(
            f"ingest {share} to connect",
            lambda: "Connected to the broker" in ingest.log.read_text(),
            ceiling_s=CEILING_S,
            watch=self._programs.watch,
        )
        return ingest

    def simulate(self, *words: object) -> subprocess.Popen[str]:
        """Begin to simulate devices; what the command prints comes out of the process."""
        return subprocess.Popen(
            self._command("simulate", *words),
            cwd=ROOT,
            env={**os.environ, **self.told},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def collector(self, *words: object) -> str:
        """Run a command of the back office and return what it printed."""
        said = self._clerk.ask(*words)
        if said["code"]:
            raise SystemExit(f"{words} refused: {said['out']}{said['err']}")
        return str(said["out"])

    def standings(self) -> dict[str, dict[str, Any]]:
        """Return what the back office holds, by device."""
        # Its exit status says whether a person is needed; that is the caller's to judge.
        said = self._clerk.ask("status", "--json")["out"]
        return {each["device"]: each for each in json.loads(said)}

    def _command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "collector", *map(str, words)]

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True
