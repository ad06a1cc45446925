"""Opens the customer's window; the desk starts it and holds the other end of its socket."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from appliance.desks.display.presenter import DisplayPresenter
from appliance.services.second_screen import SOCKET_OPTION, inherited
from appliance.ui.inbox import Inbox

OUTLINE, DESKS_OUTLINE = "BALIE_CUSTOMER_OUTLINE", "BALIE_OUTLINE"
"""Where each window tells what can be seen in it; the desk's own file is not this window's."""


def main() -> int:
    """Show what the desk says until it goes; return the exit status."""
    chosen = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    os.environ.pop(DESKS_OUTLINE, None)
    if OUTLINE in os.environ:
        os.environ[DESKS_OUTLINE] = os.environ[OUTLINE]
    # The desk's window keeps the keys wherever the window manager lets it.
    os.environ.setdefault("SDL_WINDOW_NO_ACTIVATION_WHEN_SHOWN", "1")
    from appliance.ui.app import NoScreenError, Place, run  # noqa: PLC0415 - takes a display

    inbox = Inbox()
    presenter = DisplayPresenter(inherited(chosen.socket), inbox.put)
    presenter.start()
    place = None if chosen.left is None else Place(chosen.left, chosen.top)
    try:
        run(
            presenter,
            inbox,
            width=chosen.width,
            height=chosen.height,
            fullscreen=chosen.fullscreen,
            title=chosen.title,
            on_close=lambda: None,
            desk="display",
            place=place,
            silent=True,
        )
    except NoScreenError as missing:
        sys.stderr.write(f"The customer's screen does not open: {missing}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="appliance.desks.display", description=__doc__)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--fullscreen", action="store_true")
    parser.add_argument("--left", type=int)
    parser.add_argument("--top", type=int, default=0)
    parser.add_argument("--title", default="Balie")
    parser.add_argument(SOCKET_OPTION, type=int, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
