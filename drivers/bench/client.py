"""Speaking to a bench from another process."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from drivers.bench.control import short_path

CONTROL = "control.sock"
_PATIENCE_S = 10.0


class BenchError(Exception):
    """The bench did not do what it was asked; the message says why and what to do."""


class BenchAwayError(BenchError, ConnectionError):
    """No bench runs in the folder."""


def default_folder() -> Path:
    """The folder named by ``BALIE_BENCH``, or the demo's."""
    return Path(os.environ.get("BALIE_BENCH") or ".balie/demo/bench")


def send(folder: Path | str, command: str) -> str:
    """Have the bench in ``folder`` carry out ``command``; what it says.

    Commands: ``scan CODE``, ``scan-bytes HEX``, ``scanner unplug|plug``,
    ``printer ok|near-end|paper-out|cover-open|fault|offline|hold|silent [LINES]`` (after so many
    more lines, else at once), ``printer off|unplug``,
    ``drawer open|shut|stuck|loose``, ``scale put KG|swing KG|still|unzeroed|pounds|kilograms``,
    ``scale noise|silent|ok|unplug|plug``, ``display unplug|plug``, ``terminal approve|decline|silent|dead``, ``status``.

    Raises:
        BenchAwayError: No bench runs there.
        BenchError: The bench refused.
        ValueError: The command has a line end in it.
    """
    if "\n" in command:
        raise ValueError("A command is one line. Send a line end with scan-bytes, as 0a.")
    answer = _exchange(Path(folder), command)
    word, _, rest = answer.rstrip("\n").partition(" ")
    if word != "ok":
        raise BenchError(rest or f"The bench in {folder} hung up. Look at what it printed.")
    return rest


def _exchange(folder: Path, command: str) -> str:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_PATIENCE_S)
            with short_path(folder / CONTROL) as path:
                line.connect(path)
            line.sendall(command.encode() + b"\n")
            with line.makefile(encoding="utf-8") as heard:
                return heard.readline()
    except OSError as error:
        raise BenchAwayError(
            f"No bench runs in {folder}. Start it with: python -m drivers.bench --folder {folder}"
        ) from error
