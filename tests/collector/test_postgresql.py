"""The same tests on a real PostgreSQL, started here on a loopback port and gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import collector

ROOT = Path(collector.__file__).parents[1]
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[4])
SAME = ("test_ingest.py", "test_refusals.py", "test_directory.py", "test_exports.py")
UNPRIVILEGED = "postgres"


def _user() -> str | None:
    """The server refuses to run as root: return whom to run it as, None for ourselves."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


def _reason_to_skip() -> str:
    if not BINARIES:
        return "PostgreSQL is not installed (Debian package postgresql)"
    try:
        pwd.getpwnam(_user() or pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return f"there is no user {UNPRIVILEGED} to run PostgreSQL as"
    return ""


pytestmark = pytest.mark.skipif(bool(_reason_to_skip()), reason=_reason_to_skip())


@pytest.fixture
def server():
    """A server in a folder of its own; yields its address.

    Not in ``tmp_path``: pytest shuts that to everybody else, and the server is somebody else.
    """
    user = _user()
    with tempfile.TemporaryDirectory(prefix="balie-postgresql-") as name:
        folder = Path(name)
        if user is not None:
            shutil.chown(folder, user)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]

        def run(program, *words):
            command = [BINARIES[-1].with_name(program), "-D", folder / "data", *words]
            # A pipe of ours would stay open as long as the server runs.
            with (folder / "told").open("w+") as told:
                ended = subprocess.run(
                    command, cwd=folder, user=user, stdout=told, stderr=told, check=False
                )
                told.seek(0)
                assert ended.returncode == 0, told.read()

        run("initdb", "-U", "balie", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={name}"
        run("pg_ctl", "-l", folder / "log", "-w", "-t", "120", "-o", options, "start")
        yield f"postgresql://balie@127.0.0.1:{port}/postgres"
        run("pg_ctl", "-m", "immediate", "-w", "stop")


def test_everything_holds_on_postgresql_too(server, tmp_path):
    here = Path(__file__).parent
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [*command, *(str(here / name) for name in SAME)],
        env={**os.environ, "DATABASE_URL": server, "BALIE_STATE": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-6000:]
    assert " skipped" not in ended.stdout
