"""A register in a shop of real programs: its desk sells here, its uplink is a process of its own."""

from __future__ import annotations

import shutil
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from appliance import config
from appliance.build import build_desk
from appliance.build_devices import Devices
from appliance.journal.entry import Watermark
from appliance.journal.reader import JournalReader
from appliance.store.directory import Directory
from appliance.uplink.state import LinkReader
from drivers.drawer.none import open_device as no_drawer
from drivers.printer.none import open_device as no_printer
from drivers.terminal.none import open_device as no_terminal
from provisioning.workstation.demo.fault import DemoError
from tests.world.goods import PERSON, SCANNED

UPLINK = Path(__file__).with_name("hasty_uplink.py")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ARTICLES = list(SCANNED)


class Counter:
    """One storage card in one device.

    Args:
        shop: The back office and the broker it belongs to.
        folder: What lies on the card: settings, certificates and databases.

    Attributes:
        now: The shop's clock as this desk reads it.
        sold: The receipts handed out here, with what was paid in cents.
    """

    def __init__(self, shop, folder: Path) -> None:
        self.shop, self.folder, self.data = shop, folder, folder / "data"
        self.now = datetime(2026, 11, 16, 9, 0, tzinfo=AMSTERDAM)
        self.sold: dict[str, int] = {}
        self._desk = self._uplink = None

    @property
    def device(self) -> str:
        return self._settings.device.id

    @property
    def _settings(self) -> config.Settings:
        return config.load(self.folder / "balie.toml")

    # The desk.

    def open(self):
        """Start the desk and sign in."""
        devices = Devices(no_printer(None), no_drawer(None), (), no_terminal(None))
        self._desk = build_desk(self._settings, devices=devices, clock=lambda: self.now)
        self._register = self._desk.presenter._parts.register
        self._register.cashier = PERSON
        return self

    @property
    def journal(self):
        """Where the desk records, for what is not a sale."""
        return self._register._journal

    def shut(self):
        """End the desk."""
        if self._desk:
            self._desk.close()
            self._desk = None

    def sell(self, count: int = 1, *, lasting: timedelta = timedelta(minutes=1)):
        """Sell baskets of a few articles for cash; ``lasting`` goes by over all of them."""
        for number in range(count):
            self.now += lasting / count
            for article in range(1 + number % 3):
                self._register.scan(ARTICLES[(number + article) % len(ARTICLES)])
            facts = self._register.pay_cash().finish().facts
            self.sold[facts.receipt] = facts.payable_minor
        return self

    def bar(self):
        """Return what the top bar says."""
        self._desk.inbox.run_pending()
        self._desk.presenter.tick()
        return self._desk.presenter.screen.top.items

    def badge(self):
        """Return what the top bar says of sending."""
        return next(item for item in self.bar() if item.key == "sending")

    def sees(self, words: str):
        """Wait until the top bar says something of sending."""
        try:
            self.shop.wait(f"the badge to say “{words}”", lambda: words in _text(self.badge()))
        except DemoError as error:
            raise AssertionError(f"{error}; it says “{_text(self.badge())}”") from error

    # The uplink.

    def connect(self, *, program: Path = UPLINK, environment: dict[str, str] | None = None):
        """Start the uplink."""
        command = [sys.executable, str(program), str(self.folder / "balie.toml")]
        told = {**self.shop.environment, **(environment or {})}
        self._uplink = self.shop.programs.start(f"uplink-{self.folder.name}", command, told)
        return self

    def disconnect(self):
        """End the uplink."""
        if self._uplink:
            self._uplink.stop()
            self.shop.programs.kill(self._uplink)
            self._uplink = None

    def cpu_s(self) -> float:
        """Return the processor time the uplink has used so far."""
        fields = (
            Path(f"/proc/{self._uplink.process.pid}/stat").read_text().rpartition(")")[2].split()
        )
        ticks = int(fields[11]) + int(fields[12])
        return ticks / 100

    def knows_articles(self) -> bool:
        with closing(Directory(self.data / "directory.db")) as directory:
            return bool(directory.find(ARTICLES[-1])) and bool(directory.people())

    @property
    def link(self):
        with closing(LinkReader(self.data / "uplink.db")) as link:
            return link.read()

    @property
    def problem(self) -> str:
        problem = self.link.problem
        return problem.key if problem else ""

    def head(self) -> Watermark:
        with JournalReader.open(self.data / "journal.db") as journal:
            return journal.head

    def has_sent_all(self) -> bool:
        return self.link.acked == self.head()

    def settle(self):
        """Wait until the collector holds everything and this device knows it does."""
        self.shop.wait(f"{self.folder.name} to be followed", self.has_sent_all)
        return self

    def openings(self) -> list[dict]:
        """Return what the first entry of each epoch says."""
        with JournalReader.open(self.data / "journal.db") as journal:
            entries = list(journal.entries())
        return [each.data for each in entries if each.type == "balie.journal.opened.v1"]

    def entries(self) -> list:
        with JournalReader.open(self.data / "journal.db") as journal:
            return list(journal.entries())

    # The card.

    def copy(self, name: str):
        """Return a second card with the same content, as somebody who copies it makes one."""
        folder = self.folder.with_name(name)
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.sock", "*.lock"))
        copied = Counter(self.shop, folder)
        copied.now, copied.sold = self.now, dict(self.sold)
        return copied

    def close(self):
        self.disconnect()
        self.shut()


def _text(item) -> str:
    return " ".join(filter(None, (item.label, item.meaning, item.remedy)))
