"""A real PostgreSQL server for tests and benchmarks: Debian's, in a folder of its own, on loopback.

    with server() as address:
        ...  # DATABASE_URL=address

It is durable as an ordinary server is: every commit waits for the disk.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from provisioning.workstation.debian import POSTGRESQL

PROGRAMS = sorted(POSTGRESQL.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
"""The programs of each version that is installed; the newest is last."""

UNPRIVILEGED = "postgres"
CEILING_S = 120.0


def available() -> str:
    """Return why no server can be started here; empty if one can."""
    if not PROGRAMS:
        return "PostgreSQL is not installed (Debian package postgresql)"
    try:
        pwd.getpwnam(_user() or pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return f"there is no user {UNPRIVILEGED} to run PostgreSQL as"
    return ""


@contextmanager
def server() -> Iterator[str]:
    """Run a server; yields its address as a DATABASE_URL."""
    with folder() as lent:
        running = Server(lent)
        running.start()
        try:
            yield running.address
        finally:
            running.kill()


@contextmanager
def folder() -> Iterator[Path]:
    """Lend a folder that the server's user may enter, which it may not in pytest's ``tmp_path``."""
    with tempfile.TemporaryDirectory(prefix="balie-postgresql-") as name:
        lent = Path(name)
        if (user := _user()) is not None:
            shutil.chown(lent, user)
        yield lent


class Server:
    """A server that can be killed and started again on its port.

    Args:
        folder: An empty folder, see `folder`.
        settings: More of what ``postgres -c`` takes: ``"max_connections=5"``.
    """

    def __init__(self, folder: Path, *settings: str) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        told = (
            "listen_addresses=127.0.0.1",
            f"port={self._port}",
            f"unix_socket_directories={folder}",
            *settings,
        )
        self._settings = [word for each in told for word in ("-c", each)]
        # As it was just made it is the same for every server: made once, and copied.
        _run("cp", "-a", "--reflink=auto", _made() / "data", folder / "data")

    @property
    def address(self) -> str:
        """Where it answers, as a DATABASE_URL."""
        return f"postgresql://balie@127.0.0.1:{self._port}/postgres"

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self._folder / "log").read_text(errors="replace")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        # Should the test itself be killed, the kernel ends the server as this class would.
        guard = ("setpriv", "--pdeathsig", "QUIT", "--")
        command = [*guard, _program("postgres"), "-D", self._folder / "data", *self._settings]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                user=_user(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + CEILING_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start. It said:\n{self.log}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End the server and all of its children as a power cut would."""
        if self._process is None:
            return
        # A stopped parent can neither mourn its children nor bear new ones meanwhile.
        self._process.send_signal(signal.SIGSTOP)
        children = _children(self._process.pid)
        self._process.kill()
        self._process.wait()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        until = time.monotonic() + CEILING_S
        while any(_is_alive(child) for child in children):
            if time.monotonic() > until:
                raise RuntimeError("PostgreSQL's processes do not end when they are killed.")
            time.sleep(0.01)
        self._process = None

    def _answers(self) -> bool:
        command = [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        return (
            subprocess.run([*command, "-U", "balie", "-d", "postgres"], check=False).returncode == 0
        )


@cache
def _made() -> Path:
    """Make a folder of a server that was never started; it goes when this process ends."""
    made = tempfile.TemporaryDirectory(prefix="balie-postgresql-made-")
    atexit.register(made.cleanup)
    if (user := _user()) is not None:
        shutil.chown(made.name, user)
    words = ("-U", "balie", "-A", "trust", "-E", "UTF8", "--no-sync")
    _run(_program("initdb"), "-D", Path(made.name, "data"), *words)
    return Path(made.name)


def _run(*command: str | Path) -> None:
    """Run a program as the server's user."""
    ended = subprocess.run(
        command, cwd="/", user=_user(), capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise RuntimeError(f"{command[0]} refused: {ended.stdout}{ended.stderr}")


def _program(name: str) -> Path:
    return PROGRAMS[-1].with_name(name)


def _user() -> str | None:
    """The server refuses to run as root: return whom to run it as, None for ourselves."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


def _children(parent: int) -> list[int]:
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if (found := _stat(stat)) and found[1] == str(parent)
    ]


def _is_alive(process: int) -> bool:
    """A process that has ended and is not yet fetched by its parent holds nothing any more."""
    found = _stat(Path(f"/proc/{process}/stat"))
    return bool(found) and found[0] != "Z"


def _stat(file: Path) -> list[str]:
    """Return the state and the parent of a process and what follows; nothing if it has gone."""
    try:
        return file.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
