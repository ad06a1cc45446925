"""How long the desk takes to its first frame, beside a bare Kivy window in the same machine.

    python3 -m tests.image.figures .balie/image/balie.img

Prints the ratio, whose goal is 1.5 at most, and how much of the start of the machine is ours. Both
windows open in one start, one after the other, in the desk's own unit with all its limits. The times
are the machine's own, as systemd says them; an emulated machine is slow, so only ratios mean anything.
"""

# ruff: noqa: T201  # a program speaks by printing

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from provisioning.image import recipe
from tests.image.machine import SLOTS_MIB, Machine, edit, flashed

BARE = """\
from kivy.app import App
from kivy.core.window import Window
from kivy.uix.label import Label

class Bare(App):
    def build(self):
        Window.bind(on_flip=lambda *_: (print("the bare window is shown", flush=True), self.stop()))
        return Label(text="Balie")

Bare().run()
"""
UNIT = """\
[Service]
ExecStartPre=/usr/bin/env PYTHONPATH=/usr/lib/balie/site /usr/bin/python3 -P /usr/lib/balie/bare.py
"""
SETTINGS = """\
[device]
id = "register-2"
name = "Two"
register = "2"
market = "nl"
language = "en"
data = "data"
[screen]
fullscreen = true
"""
BALIE = 640
"""The number of the account that everything on the device runs as: systemd/sysusers.conf."""


def main(image: Path) -> int:
    """Measure, print, and return the exit code."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        card = flashed(image, folder)
        prepare(card, folder)
        with Machine(card, folder) as machine:
            machine.start()
            said = machine.await_text("Startup finished in")
    begun = moment(said, "Starting balie-desk.service")
    bare, desk = (
        moment(said, "the bare window is shown"),
        moment(said, "Started balie-desk.service"),
    )
    ratio = (desk - bare) / (bare - begun)
    whole = desk - (bare - begun)
    print(f"desk to its first frame ÷ bare Kivy window: {ratio:.2f} (goal: 1.5 at most)")
    print(f"of the start, up to the first frame, the desk takes {(desk - bare) / whole:.0%}")
    print(re.search(r"Startup finished in .*", said)[0])
    return 0


def prepare(card: Path, folder: Path) -> None:
    """Put the bare window before the desk of slot A, and the settings of a register on the card."""
    unit = "/usr/lib/systemd/system/balie-desk.service.d/bare.conf"
    data_mib = SLOTS_MIB["B"] + recipe.read().disk.root_mib
    for begins_mib, target, words in (
        (SLOTS_MIB["A"], "/usr/lib/balie/bare.py", BARE),
        (SLOTS_MIB["A"], unit, UNIT),
        (data_mib, "/balie.toml", SETTINGS),
    ):
        source = folder / "file"
        source.write_text(words, encoding="ascii")
        source.chmod(0o644)
        orders = [f"write {source} {target}"]
        if begins_mib == data_mib:
            orders += [f"sif {target} {whose} {BALIE}" for whose in ("uid", "gid")]
        edit(card, begins_mib, *orders)


def moment(said: str, words: str) -> float:
    """Return when the machine said something, in seconds since its kernel started.

    Raises:
        SystemExit: It never did.
    """
    found = re.search(rf"\[ *([0-9.]+)\] [^\n]*{re.escape(words)}", said)
    if found is None:
        raise SystemExit(f"“{words}” was expected on the serial line; it said:\n{said[-3000:]}")
    return float(found[1])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
