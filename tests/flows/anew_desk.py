"""The real desk, told that it is quiet at once: it begins anew while a test can wait for it.

Started as a program: ``anew_desk.py SETTINGS``. What it begins anew as is the desk as it is.
"""

from __future__ import annotations

import sys

from appliance.__main__ import main
from appliance.desks.register import presenter_restart


def run(file):
    presenter_restart.QUIET_S = presenter_restart.COUNTDOWN_S = 0.5
    sys.argv[1:] = ["desk", "--config", file]
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
