"""A shop for tests: a register on real files with simulated devices, and a cashier who uses it."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from appliance import config
from appliance.build import build_desk
from appliance.build_devices import Devices
from appliance.domain.staff import hash_badge
from appliance.journal.adding_up import faults_of
from appliance.journal.entry import ZERO_HASH, Watermark, make
from appliance.journal.reader import JournalReader
from appliance.services.events import COMPLETED
from appliance.store.directory_store import DirectoryStore
from drivers.display.none import NoDisplay
from drivers.display.simulated import SimulatedDisplay
from drivers.drawer.simulated import Options as DrawerOptions
from drivers.drawer.simulated import SimulatedDrawer
from drivers.printer.simulated import Options as PrinterOptions
from drivers.printer.simulated import SimulatedPrinter
from drivers.scale.none import NoScale
from drivers.scale.simulated import SimulatedScale
from drivers.scanner.simulated import SimulatedScanner
from drivers.terminal.none import open_device as no_terminal
from drivers.terminal.simulated import Options as TerminalOptions
from drivers.terminal.simulated import SimulatedTerminal

CEILING_S = 90.0
"""How long anything may take on the slowest machine before it counts as not happening."""

NUTELLA, MILK, BREAD, APPLES = "3017620422003", "8710400018728", "BR01", "AP01"
BADGE = "staff-7f3a9c21d4"


def pin_hash(pin):
    """As `hash_pin` makes it, but with little work: tests sign in often."""
    salt, (n, r, p) = b"sixteen byte salt", (16, 1, 1)
    made = hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, dklen=32)
    return f"scrypt${n}${r}${p}${salt.hex()}${made.hex()}"


def article(code, name, price_minor, **more):
    row = {
        "code": code,
        "gtin": code.zfill(14) if code.isdigit() else None,
        "name": name,
        "price_minor": price_minor,
        "tax_class": "reduced",
        "category": "food",
        "unit": "piece",
        "cost_minor": None,
        "stock_milli": None,
        "stock_at": None,
        "colour": "",
        "active": True,
    }
    return row | more


DIRECTORY = {
    "articles": [
        article(
            NUTELLA,
            "Nutella 400 g",
            399,
            cost_minor=250,
            stock_milli=12_000,
            stock_at="2026-11-22T12:00:00+01:00",
        ),
        article(MILK, "Halfvolle melk 1 l", 129),
        article(BREAD, "Volkorenbrood heel", 289, category="bread"),
        article(APPLES, "Elstar los", 249, unit="kg", category="fruit"),
        article("DET1", "Afwasmiddel", 215, tax_class="standard"),
        article("ODD", "Zonder tarief", 100, tax_class="lunar"),
    ],
    "categories": [
        {"key": "quick", "name": "Snel", "colour": "#0B5F5B", "position": 1},
        {"key": "fruit", "name": "Fruit", "colour": "", "position": 2},
    ],
    "quick_keys": [
        {"category": "quick", "page": 1, "position": 1, "article": BREAD, "label": "Brood"},
        {"category": "quick", "page": 1, "position": 2, "article": MILK},
        {"category": "fruit", "page": 1, "position": 1, "article": APPLES, "colour": "#3A7F3A"},
    ],
    "staff": [
        {
            "id": "p1",
            "name": "Sanne",
            "pin_hash": pin_hash("2580"),
            "badge_hash": hash_badge(BADGE),
            "roles": ["cashier"],
            "language": "",
            "active": True,
        },
        {
            "id": "p2",
            "name": "Budi",
            "pin_hash": pin_hash("4711"),
            "badge_hash": "",
            "roles": ["manager"],
            "language": "id",
            "active": True,
        },
    ],
    "settings": {
        "shop": {
            "name": "Buurtwinkel De Hoek",
            "address": ["Dorpsstraat 1", "1234 AB Ons Dorp"],
            "tax_number": "NL001234567B01",
            "footer": {"nl": "Tot ziens"},
        },
        "merge_same_article": True,
        "lock_after_s": 300,
        "receipt": "print",
    },
}


class Times:
    """A shop's clock and a clock that never jumps, both moved by hand."""

    def __init__(self):
        self.now = datetime(2026, 11, 22, 14, 7, tzinfo=ZoneInfo("Europe/Amsterdam"))
        self.seconds = 1000.0

    def pass_by(self, seconds):
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds

    def clock(self):
        return self.now

    def monotonic(self):
        return self.seconds


class Shop:
    """One register's files and devices; it can be killed and started again."""

    def __init__(
        self, folder, *, terminal=True, market="nl", language="nl", scale=False, display=False
    ):
        self.folder, self.data = folder, folder / "data"
        file = folder / "balie.toml"
        file.write_text(
            f'[device]\nid = "winkel-2"\nname = "Kassa 2"\nregister = "2"\n'
            f'market = "{market}"\nlanguage = "{language}"\ndata = "data"\n'
        )
        self.settings = config.load(file)
        self.times = Times()
        self.terminal = SimulatedTerminal(TerminalOptions(folder=str(folder / "terminal")))
        self.has_terminal = terminal
        self.scale = SimulatedScale() if scale else NoScale()
        self.display = SimulatedDisplay() if display else NoDisplay()
        self.directory = Watermark(1, 0, ZERO_HASH)
        self.desk = None

    def send(self, **change):
        """Have the back office say something, as the uplink brings it."""
        data = {"change": f"c{self.directory.sequence}", "part": 1, "parts": 1, **change}
        entry = make(
            self.directory,
            device="collector",
            source="/collector",
            type="balie.directory.changed.v1",
            time=self.times.now,
            data=data,
        )
        with DirectoryStore.open(self.data / "directory.db") as store:
            store.receive([entry])
        self.directory = entry.watermark

    def open(self):
        """Start the desk with devices of its own."""
        self.printer = SimulatedPrinter(PrinterOptions(folder=str(self.folder / "paper")))
        self.printer.tray._pictures = False
        self.drawer = SimulatedDrawer(
            DrawerOptions(gap_s=0.0, shut_after_s=0.0), clock=self.times.monotonic
        )
        self.scanner = SimulatedScanner()
        devices = Devices(
            printer=self.printer,
            drawer=self.drawer,
            scanners=(self.scanner,),
            terminal=self.terminal if self.has_terminal else no_terminal(None),
            scale=self.scale,
            display=self.display,
        )
        self.desk = build_desk(
            self.settings,
            devices=devices,
            clock=self.times.clock,
            monotonic=self.times.monotonic,
        )
        return Cashier(self)

    def close(self):
        if self.desk is not None:
            self.desk.close()

    def entries(self, kind=None):
        """Everything in the journal, or the data of one kind."""
        with JournalReader.open(self.data / "journal.db") as reader:
            entries = list(reader.entries())
        return entries if kind is None else [e.data for e in entries if e.type == kind]

    def sales(self):
        return self.entries(COMPLETED)

    def restart(self):
        """Start the desk again after it was closed."""
        self.close()
        self.cashier = self.open()
        return self.cashier

    def papers(self):
        """The receipts that came out, as text."""
        return [path.read_text() for path in sorted((self.folder / "paper").glob("*.txt"))]


class Cashier:
    """Touches the screen, scans, and looks."""

    def __init__(self, shop):
        self.shop = shop
        self.presenter, self.front = shop.desk.presenter, shop.desk.front
        self.inbox = shop.desk.inbox

    @property
    def screen(self):
        return self.front.shown.screen

    @property
    def body(self):
        return self.screen.body

    @property
    def notice(self):
        return self.screen.notice.text if self.screen.notice else ""

    def touch(self, *controls):
        for control in controls:
            self.front.press(control)
            self.inbox.run_pending()

    def scan(self, code):
        """Hold a code before the scanner and wait until the desk has it."""
        self.shop.scanner.scan(code)
        self.inbox.run_pending()

    def see(self, condition, what=""):
        """Wait until the screen shows something."""
        until = time.monotonic() + CEILING_S
        while True:
            self.inbox.run_pending()
            if condition(self.screen):
                return self.screen
            assert time.monotonic() < until, f"never seen: {what or condition}; {self.screen}"
            time.sleep(0.002)
            self.front.tick()

    def see_page(self, kind):
        return self.see(lambda screen: screen.body.kind == kind, f"the page {kind}").body

    def see_notice(self, text):
        self.see(lambda screen: screen.notice and text in screen.notice.text, f"notice {text}")

    def see_paper(self, count):
        """Wait until so many receipts lie in the tray and the desk knows."""
        self.see(lambda _: len(self.shop.papers()) >= count, f"{count} papers")
        return self.shop.papers()[count - 1]

    def sign_in(self, person="p1", pin="2580"):
        self.touch(f"person-{person}", *(f"pin-{digit}" for digit in pin), "pin-enter")
        self.see(lambda screen: screen.body.kind != "sign_in", "signed in")
        return self

    def type(self, number):
        """Type a number on the pad and confirm it."""
        signs = {",": "comma", ".": "comma"}
        self.touch(*(f"pad-{signs.get(sign, sign)}" for sign in number), "pad-confirm")

    def lines(self):
        return [(line.quantity, line.name, line.amount) for line in self.body.lines]

    def money(self):
        return {key.key: key for key in self.body.money}

    def status(self, key):
        return next(item for item in self.screen.top.items if item.key == key)


def adds_up(shop):
    """Everything that was sold adds up as `balie journal verify` wants it."""
    return [faults_of(sale) for sale in shop.sales()] == [[]] * len(shop.sales())
