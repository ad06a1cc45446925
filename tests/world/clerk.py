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
import sys
import tempfile
import traceback
from collections.abc import Callable

import django


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
