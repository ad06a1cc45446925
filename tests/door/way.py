"""The whole way of a device: a back office of real programs, and a card that holds nothing yet."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image, ImageDraw

from appliance.config import load
from appliance.desks.door.presenter import DoorPresenter
from appliance.door.box import Box
from appliance.door.finding import Finder, Found
from appliance.ui.inbox import Inbox
from tests.world.shop import World, _free_port

CEILING_S = 300
SCANNER = "bench"


class Shop(World):
    """A back office with a door, and the folder of a device that is to be let in.

    Attributes:
        card: The device's own folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.card = folder / "register"
        self.card.mkdir()
        self.door_port = _free_port()
        self.environment |= {
            "BALIE_DOOR": f"localhost:{self.door_port}",
            "BALIE_BROKER_FOLDER": str(folder / "broker"),
            "BALIE_HOSTS": "127.0.0.1,localhost",
        }

    def command(self, name: str) -> list[str]:
        python = sys.executable
        more = {
            "door": [
                *(python, "-m", "collector", "door"),
                *("--address", "127.0.0.1", "--port", str(self.door_port)),
            ],
            "admit": [python, "-m", "appliance", "admit", "--folder", str(self.card)],
        }
        return more.get(name) or super().command(name)

    def make(self) -> None:
        self.collector("migrate")
        self.collector("authority", "init")
        self.collector("broker-config", "--folder", self.folder / "broker", "--port", self.port)
        profile = self.folder / "counter.toml"
        profile.write_text(
            f'[printer]\ndriver = "simulated"\nfolder = "{self.folder / "paper"}"\n'
            'pictures = false\n[drawer]\ndriver = "simulated"\ngap_s = 0.0\nshut_after_s = 0.0\n'
            "[screen]\nfullscreen = false\n"
        )
        self.collector("profile", "set", "bench", profile)

    def code(self, device: str = "register-2", *more: object) -> str:
        """Have the back office make a code in its terminal, and return it."""
        told = ("--name", "Kassa 2", "--register", "2", "--profile", "bench", *more)
        said = self.collector("admit", device, *told)
        return re.search(r"^BALIE1\w+$", said, re.MULTILINE)[0]

    def settings_of_the_card(self):
        return load(self.card / "balie.toml")


class Screen:
    """The real desk of a device that waits, with a scanner in software.

    Attributes:
        card: The device's own folder.
        begun: How often it began anew, as a register.
    """

    def __init__(self, card: Path, language: str = "en") -> None:
        self.card, self.inbox, self.begun, self.sounds = card, Inbox(), 0, []
        told = {"driver": "simulated"}
        self._finder = Finder(self._deliver, look=lambda: iter([Found(SCANNER, told, told)]))
        self._finder.look()
        self.presenter = DoorPresenter(
            Box(card), self._finder, language=language, again=self._again,
            monotonic=time.monotonic, play=self.sounds.append,
        )  # fmt: skip

    @property
    def scanner(self):
        return self._finder._open[SCANNER][1]

    @property
    def view(self):
        self.inbox.run_pending()
        self.presenter.tick()
        return self.presenter.view

    def scan(self, code: str) -> None:
        self.scanner.scan(code)
        self.inbox.run_pending()

    def close(self) -> None:
        self._finder.close()

    def _again(self) -> None:
        self.begun += 1

    def _deliver(self, scan) -> None:
        self.inbox.put(lambda: self.presenter.scanned(scan.text, scan.source, scan.fault))


def scanned_from(page: str, folder: Path) -> str:
    """Read the QR code of a page as a scanner does: from its dots."""
    drawing = re.search(r'<svg[^>]*viewBox="0 0 (\d+) \d+"[^>]*>.*? d="([^"]+)"', page, re.DOTALL)
    size, dot = int(drawing[1]), 6
    picture = Image.new("1", (size * dot, size * dot), 1)
    pen = ImageDraw.Draw(picture)
    x, y = 0.0, 0.0
    for kind, values in re.findall(r"([Mmh])([^Mmh]*)", drawing[2]):
        numbers = [float(each) for each in re.findall(r"-?[\d.]+", values)]
        if kind == "M":
            x, y = numbers
        elif kind == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            pen.rectangle(
                (x * dot, (y - 0.5) * dot, (x + numbers[0]) * dot - 1, (y + 0.5) * dot - 1), fill=0
            )
            x += numbers[0]
    file = folder / "code.png"
    picture.save(file)
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    return read.stdout.strip()
