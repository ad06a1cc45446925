"""A season's invoices sold while everything between counter and back office is killed at random.

The real programs, on loopback: register (``balie replay``), uplink, mosquitto with mutual TLS,
ingest on SQLite. Whatever is killed, in the end the back office has every penny once.
"""

import csv
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.journal.reader import JournalReader
from appliance.store.directory import Directory
from provisioning.workstation.debian import SYSTEM_PATH
from provisioning.workstation.demo.processes import Programs
from provisioning.workstation.demo.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "online-retail-sample.csv"
SEED = 20260
KILLS = 10
"""The first of them while it sells, the others while the rest is on its way."""
DEVICE = "register-2"

pytestmark = pytest.mark.skipif(
    shutil.which("mosquitto", path=SYSTEM_PATH) is None, reason="mosquitto is not installed"
)


class Shop:
    """A back office and one register in a folder, with programs that can be killed."""

    def __init__(self, folder, programs):
        self.folder = folder
        self.programs = programs
        self.running = {}
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        authority = folder / "state" / "authority"
        self.told = {
            "BALIE_STATE": str(folder / "state"),
            "BALIE_MARKET": "gb",
            "BALIE_BROKER": f"mqtts://127.0.0.1:{self.port}",
            "BALIE_BROKER_CA": str(authority / "ca.pem"),
            "BALIE_BROKER_CERTIFICATE": str(authority / "collector.pem"),
            "BALIE_BROKER_KEY": str(authority / "collector.key"),
            "PATH": SYSTEM_PATH,
        }
        self.register = folder / "register"
        self.commands = {
            "broker": ["mosquitto", "-c", folder / "broker" / "mosquitto.conf"],
            "ingest": [sys.executable, "-m", "collector", "ingest"],
            "uplink": [
                *(sys.executable, "-m", "appliance.uplink"),
                *("--config", self.register / "balie.toml"),
            ],
        }

    def make(self):
        self.collector("migrate")
        self.collector("authority", "init")
        self.collector("broker-config", "--folder", self.folder / "broker", "--port", self.port)
        name = ("--name", "Two", "--register", "2")
        self.collector("device", "add", DEVICE, *name, "--folder", self.register)
        (self.register / "balie.toml").write_text(
            f'[device]\nid = "{DEVICE}"\nname = "Two"\nregister = "2"\nmarket = "gb"\n'
            'language = "en"\ndata = "data"\n'
            f'[broker]\nhost = "127.0.0.1"\nport = {self.port}\n'
            'ca = "ca.pem"\ncertificate = "device.pem"\nkey = "device.key"\n'
        )
        (self.register / "data").mkdir()
        articles = self.folder / "articles.csv"
        self.run("appliance", "replay", SAMPLE, "--articles", articles)
        self.collector("import", "articles", articles)

    def run(self, module, *words):
        command = [sys.executable, "-m", module, *map(str, words)]
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **self.told},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
        return ended.stdout

    def collector(self, *words):
        return self.run("collector", *words)

    def start(self, name):
        program = self.programs.start(name, self.commands[name], self.told)
        self.running[name] = program

    def kill(self, name):
        program = self.running.pop(name)
        program.signal(signal.SIGKILL)
        program.process.wait()

    def standing(self):
        return json.loads(self.collector("status", "--json"))[0]


def replay(shop):
    words = [sys.executable, "-m", "appliance", "replay", SAMPLE]
    return subprocess.Popen(
        [*words, "--config", shop.register / "balie.toml"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_every_penny_arrives_once_whatever_is_killed(tmp_path):
    chance = random.Random(SEED)
    with Programs(tmp_path / "logs") as programs:
        shop = Shop(tmp_path, programs)
        shop.make()
        for name in ("broker", "ingest", "uplink"):
            shop.start(name)
        wait_for_articles(shop)
        register = replay(shop)
        try:
            for _ in range(KILLS):
                name = chance.choice(("broker", "ingest", "uplink", "uplink", "ingest"))
                shop.kill(name)
                time.sleep(chance.uniform(0, 0.3))
                shop.start(name)
                time.sleep(chance.uniform(0, 0.8))
        finally:
            said, _ = register.communicate()
        assert register.returncode == 0, said
        head = head_of(shop)
        wait_for("the collector to hold it all", lambda: holds(shop, head), ceiling_s=180)
        standing = shop.standing()
        assert standing["gaps"] == 0
        assert standing["forks"] == 0
        assert lines_of(shop) == lines_of_the_file()


def wait_for_articles(shop):
    last = list(csv.DictReader((shop.folder / "articles.csv").open(encoding="utf-8")))[-1]["code"]

    def arrived():
        with closing(Directory(shop.register / "data" / "directory.db")) as directory:
            return directory.find(last) is not None

    wait_for("the articles to arrive", arrived, watch=shop.programs.watch)


def head_of(shop):
    with JournalReader.open(shop.register / "data" / "journal.db") as journal:
        return journal.head


def holds(shop, head):
    standing = shop.standing()
    return (standing["epoch"], standing["sequence"], standing["hash"]) == (
        head.epoch,
        head.sequence,
        head.hash,
    )


def lines_of(shop):
    """The back office's pennies and pieces per day and article."""
    found = Counter()
    for row in csv.DictReader(shop.collector("export", "lines").splitlines()):
        found[row["day"], row["article"]] += int(Decimal(row["gross"]) * 100)
        found[row["day"], row["article"], "pieces"] += int(row["quantity"])
    return found


def lines_of_the_file():
    """The same, straight from the file."""
    found = Counter()
    with SAMPLE.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            day, quantity = row["InvoiceDate"][:10], int(row["Quantity"])
            found[day, row["StockCode"]] += int(Decimal(row["UnitPrice"]) * 100) * quantity
            found[day, row["StockCode"], "pieces"] += quantity
    return found
