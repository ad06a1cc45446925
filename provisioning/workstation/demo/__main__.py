"""The demonstration itself; started by ``python3 -m provisioning demo`` once all is set up."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from provisioning.workstation.demo import show
from provisioning.workstation.demo.chain import Wishes
from provisioning.workstation.demo.fault import DemoError
from provisioning.workstation.demo.place import LOCK

STOPPED = 128


class Stopped(KeyboardInterrupt):
    """A signal asked the demonstration to end.

    Attributes:
        code: The exit code that says so to whoever started it.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = STOPPED + number


def main() -> int:
    """Show the demonstration; return its exit code."""
    chosen = _parser().parse_args()
    width, height = map(int, chosen.size.split("x"))
    wishes = Wishes(
        width,
        height,
        chosen.language,
        customer_screen=chosen.customer_screen,
        zvt=chosen.zvt,
        scale=not chosen.no_scale,
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with _only_one():
            if chosen.headless:
                show.make_one_sale(wishes, _say)
            else:
                show.show(wishes, _say)
    except DemoError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except Stopped as stopped:
        _say("\nEverything that was started here has ended.")
        return (
            0 if stopped.code == STOPPED + signal.SIGINT and not chosen.headless else stopped.code
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="provisioning.workstation.demo", description=__doc__)
    parser.add_argument("--headless", action="store_true")
    parser.add_argument("--customer-screen", action="store_true")
    parser.add_argument("--zvt", action="store_true")
    parser.add_argument("--no-scale", action="store_true")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--language", default="nl")
    return parser


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def _stop(number: int, _frame: FrameType | None) -> None:
    """End by the way out, once: a second signal must not cut the ending short."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)


@contextmanager
def _only_one() -> Iterator[None]:
    """Keep a second demonstration out of the same folder.

    Raises:
        DemoError: One is running.
    """
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DemoError(
                f"A demonstration is running here already (process {lock.read().strip()}). "
                "End that one with Ctrl-C first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


if __name__ == "__main__":
    sys.exit(main())
