"""Runs commands of the back office one after the other, each in a process of its own.

    python -m tests.world.clerk

One JSON object a line comes in, with the ``words`` of the command and what it is ``told`` on its
standard input; one JSON object with ``code``, ``out`` and ``err`` a line
goes out. Every process begins where Django has been set up already, so that a test which asks the
back office ten times does not pay that second ten times.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]


class Clerk:
    """Somebody who runs commands; the process is started when the first is asked for.

    Args:
        environment: What the commands are told, beside what this process was.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    def ask(self, *words: object, told: str = "") -> dict[str, Any]:
        """Run a command; return its ``code`` and what it said, ``out`` and ``err``."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.world.clerk"],
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        asked = json.dumps({"words": [str(word) for word in words], "told": told})
        self._process.stdin.write(asked + "\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said

    def close(self) -> None:
        """Let the process end, if there is one."""
        if self._process is not None:
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait()
            self._process = None


def main() -> None:
    """Serve until nobody asks any more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collector.settings")
    django.setup()
    from collector import __main__ as back_office  # noqa: PLC0415 - Django must be set up

    back_office._parser()
    for line in sys.stdin:
        asked = json.loads(line)
        with (
            tempfile.TemporaryFile("w+") as told,
            tempfile.TemporaryFile("w+") as out,
            tempfile.TemporaryFile("w+") as err,
        ):
            told.write(asked["told"])
            told.seek(0)
            child = os.fork()
            if child == 0:
                for number, file in enumerate((told, out, err)):
                    os.dup2(file.fileno(), number)
                _run(back_office.main, asked["words"])
            _, status = os.waitpid(child, 0)
            for file in (out, err):
                file.seek(0)
            code = os.waitstatus_to_exitcode(status)
            said = {"code": code, "out": out.read(), "err": err.read()}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _run(command: Callable[[list[str]], int], words: list[str]) -> None:
    """Run a command and end this process as the command line would."""
    sys.stdin = os.fdopen(0)  # the other one has read ahead
    code = 1
    try:
        code = command(words)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
        sys.stderr.write("" if isinstance(ended.code, int) else f"{ended.code}\n")
    except BaseException:  # noqa: BLE001 - the interpreter would do the same, and this is its end
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
