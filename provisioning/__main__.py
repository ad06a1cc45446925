"""``python3 -m provisioning``: one command each to show, to test and to lock.

It runs on a bare Python. What needs more is started in the virtual environment that the set-up
makes, in the place of this process, so that Ctrl-C and the exit code are that program's own.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from provisioning.flash import command as flash_command
from provisioning.workstation import debian, lock, setup
from provisioning.workstation.places import PYTHON, ROOT
from provisioning.workstation.progress import SetupError
from provisioning.workstation.testing import SIDE_BY_SIDE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = _parser()
    chosen, rest = parser.parse_known_args(arguments)
    if rest and chosen.command != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    try:
        if chosen.command == "demo":
            demo(chosen)
        elif chosen.command == "test" and chosen.image:
            test_image(rest)
        elif chosen.command == "test":
            test(rest, at_length=chosen.long)
        elif chosen.command == "image":
            image(chosen)
        elif chosen.command == "flash":
            flash_command.run(chosen)
        else:
            lock.remake(upgrade=chosen.upgrade)
    except SetupError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Start again and it goes on from here.\n")
        return 130
    return 0


def demo(chosen: argparse.Namespace) -> NoReturn:
    """Set up and show the whole thing."""
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    headless = chosen.headless or not display
    _announce("Balie sets itself up.")
    setup.prepare("demo", virtual_screen=headless)
    options = ["--size", chosen.size, "--language", chosen.language]
    if headless:
        options.append("--headless")
    wishes = ("customer_screen", "zvt", "no_scale")
    options += [f"--{wish.replace('_', '-')}" for wish in wishes if getattr(chosen, wish)]
    _become("provisioning.workstation.demo", options)


def test(rest: Sequence[str], *, at_length: bool) -> NoReturn:
    """Set up and run the tests; what is left of the command line is pytest's."""
    _announce("Balie sets itself up for its tests.")
    setup.prepare("tests", virtual_screen=True)
    if at_length:
        _become("provisioning.workstation.long", rest)
    else:
        _become("pytest", [*SIDE_BY_SIDE, *rest])


def test_image(rest: Sequence[str]) -> NoReturn:
    """Set up, build the image, and run the tests that start it in an emulated machine."""
    _announce("Balie sets itself up to build its image and to start it.")
    setup.prepare("tests", virtual_screen=True, more=(*debian.IMAGE, *debian.IMAGE_TESTS))
    _become("provisioning.image.testing", rest)


def image(chosen: argparse.Namespace) -> NoReturn:
    """Set up and build the image that every device starts from."""
    _announce("Balie sets itself up to build its image.")
    setup.prepare("device", virtual_screen=False, more=debian.IMAGE)
    options = ["--output", str(chosen.output)] if chosen.output else []
    options += [f"--mirror={line}" for line in chosen.mirror]
    options += [f"--update={chosen.update}"] if chosen.update else []
    _become("provisioning.image", options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m provisioning", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    show = commands.add_parser("demo", help="set up and show a register and its back office")
    show.add_argument(
        "--headless",
        action="store_true",
        help="make one scripted sale on a virtual screen; the default where there is no display",
    )
    show.add_argument(
        "--customer-screen", action="store_true", help="show the customer a second screen too"
    )
    show.add_argument(
        "--zvt", action="store_true", help="ask the card terminal over the network, in ZVT"
    )
    show.add_argument("--no-scale", action="store_true", help="a counter without a scale")
    show.add_argument("--size", default="1280x800", choices=("800x480", "1280x800"))
    show.add_argument("--language", default="nl", choices=("nl", "fr", "id", "en"))
    testing = commands.add_parser(
        "test", help="set up and run all tests; further arguments go to pytest"
    )
    testing.add_argument(
        "--long",
        action="store_true",
        help="then make faults happen at length, as continuous integration does (tests/long.toml)",
    )
    flash_command.add_command(commands)
    testing.add_argument(
        "--image",
        action="store_true",
        help="build the image and start it in an emulated machine (tests/image)",
    )
    making = commands.add_parser("image", help="build the image that every device starts from")
    making.add_argument(
        "--output",
        metavar="FILE",
        type=Path,
        help="copy the packed image there too (it lies in .balie/image)",
    )
    making.add_argument(
        "--update",
        metavar="VERSION",
        help="call the image so, and make the signed update of it, too",
    )
    making.add_argument(
        "--mirror",
        metavar="LINE",
        action="append",
        default=[],
        help="lay another archive over Debian's, written as apt wants it: deb ADDRESS SUITE PART",
    )
    locking = commands.add_parser("lock", help="make the lock files anew from pyproject.toml")
    locking.add_argument("--upgrade", action="store_true", help="take the newest versions")
    return parser


def _announce(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def _become(module: str, arguments: Sequence[str]) -> NoReturn:
    """Go on as a module of the virtual environment."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.environ["PATH"] = debian.SYSTEM_PATH
    os.execv(str(PYTHON), [str(PYTHON), "-m", module, *arguments])  # noqa: S606 (this process ends here)


if __name__ == "__main__":
    sys.exit(main())
