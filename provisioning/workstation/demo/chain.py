"""The programs of the demonstration, started in their order, each awaited until it works.

scanner, printer, drawer     the bench, over a pty and a TCP port
        │
    register ── journal.db ── uplink ══ broker (mutual TLS) ══ ingest ── SQLite ── web
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.store.directory import Directory
from provisioning.workstation.debian import SYSTEM_PATH
from provisioning.workstation.demo import shop
from provisioning.workstation.demo.place import (
    AUTHORITY,
    BALIE,
    BALIE_COLLECTOR,
    BENCH,
    CUSTOMER_OUTLINE,
    DATA,
    HOST,
    OUTLINE,
    PAPER,
    REGISTER,
)
from provisioning.workstation.demo.ports import free_port
from provisioning.workstation.demo.processes import Program, Programs
from provisioning.workstation.demo.waiting import wait_for

BROKER_PORT = 8883
WEB_PORT = 8000

CUSTOMER_WIDTH, CUSTOMER_HEIGHT = 800, 480
"""The customer's window, in pixels."""

KNOWN_ARTICLE = "03017620422003"
"""One of the demo shop's articles, by its GTIN-14."""


@dataclass(frozen=True)
class Wishes:
    """How the register should look.

    Attributes:
        width: Of its window, in pixels.
        height: Of its window, in pixels.
        language: In which it starts.
        display: The display to show it on; None is the one this process has.
        customer_screen: Whether the customer has a screen too, beside the register's.
        zvt: Whether its card terminal is asked over the network, in ZVT, instead of a simulated one.
        scale: Whether a scale stands on its counter.
    """

    width: int
    height: int
    language: str
    display: str | None = None
    customer_screen: bool = False
    zvt: bool = False
    scale: bool = True


@dataclass(frozen=True)
class Chain:
    """The programs that run.

    Attributes:
        web_address: Where the back office's pages are.
        register: The register; its window may be closed by the person who watches.
    """

    web_address: str
    register: Program


def start(programs: Programs, wishes: Wishes, say: Callable[[str], None]) -> Chain:
    """Start everything; what takes long comes up while the next is being started.

    Raises:
        DemoError: One of them did not come to work; the sentence says which.
    """
    say("starting the broker")
    broker_port = free_port(BROKER_PORT)
    _start_broker(programs, broker_port)
    say("starting the back office")
    address, web = _start_collector(programs, broker_port)
    say("laying out printer, drawer and scanner")
    about = _start_bench(programs)
    settings = write_settings(about, broker_port, wishes)
    say("sending the shop's articles to the register")
    _start_uplink(programs, settings)
    say("opening the register")
    register = _start_register(programs, settings, wishes)
    _await_pages(programs, address, web)
    return Chain(address, register)


def write_settings(about: dict[str, dict[str, object]], broker_port: int, wishes: Wishes) -> Path:
    """Write the register's ``balie.toml`` and return where it is."""
    sections: dict[str, dict[str, object]] = {
        "[device]": {
            "id": shop.DEVICE,
            "name": shop.DEVICE_NAME,
            "register": shop.REGISTER_NUMBER,
            "market": "nl",
            "language": wishes.language,
            "data": str(DATA),
            "desks": ["register"],
        },
        "[screen]": _screen(wishes),
        "[printer]": {
            "driver": "network",
            "host": about["printer"]["host"],
            "port": about["printer"]["port"],
        },
        "[drawer]": {"driver": "printer_kick"},
        "[[scanner]]": {"driver": "serial", "port": about["scanner"]["tty"]},
        "[terminal]": _terminal(about, wishes),
        "[display]": {"driver": "escpos", "port": about["display"]["escpos"]},
        "[broker]": {
            "host": HOST,
            "port": broker_port,
            "ca": str(REGISTER / "ca.pem"),
            "certificate": str(REGISTER / "device.pem"),
            "key": str(REGISTER / "device.key"),
        },
    }
    if wishes.scale:
        port = about["scale"]["toledo_8217"]
        sections["[scale]"] = {"driver": "toledo_8217", "port": port}
    if wishes.customer_screen:
        sections["[customer_screen]"] = _customer_screen(wishes)
    # A TOML value of these kinds is written as JSON writes it.
    lines = [
        line
        for section, values in sections.items()
        for line in (section, *(f"{key} = {json.dumps(each)}" for key, each in values.items()), "")
    ]
    settings = REGISTER / "balie.toml"
    settings.write_text("\n".join(lines), encoding="utf-8")
    return settings


def _terminal(about: dict[str, dict[str, object]], wishes: Wishes) -> dict[str, object]:
    """One that answers at once, or one on the network as a shop has it."""
    if wishes.zvt:
        return {"driver": "zvt", "host": about["zvt"]["host"], "port": about["zvt"]["port"]}
    return {"driver": "simulated", "folder": about["terminal"]["folder"]}


def _screen(wishes: Wishes) -> dict[str, object]:
    size: dict[str, object] = {"width": wishes.width, "height": wishes.height, "fullscreen": False}
    # Where two windows share a virtual screen, no window manager moves them apart.
    shared = wishes.customer_screen and wishes.display is not None
    return size | {"left": 0, "top": 0} if shared else size


def _customer_screen(wishes: Wishes) -> dict[str, object]:
    """Beside the register's on a virtual screen; a real one's window manager finds it a place."""
    place: dict[str, object] = {"width": CUSTOMER_WIDTH, "height": CUSTOMER_HEIGHT}
    return place if wishes.display is None else place | {"left": wishes.width, "top": 0}


def _start_broker(programs: Programs, port: int) -> None:
    configuration = shop.configure_broker(port)
    command = ("mosquitto", "-c", configuration)
    broker = programs.start("broker", command, {"PATH": SYSTEM_PATH})
    trust = ssl.create_default_context(cafile=str(AUTHORITY / "ca.pem"))
    trust.load_cert_chain(AUTHORITY / "collector.pem", AUTHORITY / "collector.key")

    def answers() -> bool:
        try:
            with (
                socket.create_connection((HOST, port), timeout=5) as line,
                trust.wrap_socket(line, server_hostname=HOST),
            ):
                return True
        except OSError:
            return False

    wait_for("the broker to answer", answers, fault=broker.fault, watch=programs.watch)


def _start_collector(programs: Programs, broker_port: int) -> tuple[str, Program]:
    told = shop.environment(broker_port)
    programs.start("ingest", [*BALIE_COLLECTOR, "ingest"], told)
    port = free_port(WEB_PORT)
    web = programs.start("web", [*BALIE_COLLECTOR, "web", "--port", str(port)], told)
    return f"http://{HOST}:{port}/", web


def _await_pages(programs: Programs, address: str, web: Program) -> None:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(address + "health/", timeout=5) as answer:  # noqa: S310 (our own address)
                return bool(answer.status == 200)  # noqa: PLR2004 (HTTP's word for well)
        except (urllib.error.URLError, OSError):
            return False

    wait_for("the back office's pages", answers, fault=web.fault, watch=programs.watch)


def _start_bench(programs: Programs) -> dict[str, dict[str, object]]:
    about = BENCH / "bench.json"
    about.unlink(missing_ok=True)
    command = (sys.executable, "-m", "drivers.bench", "--folder", BENCH, "--paper", PAPER)
    bench = programs.start("bench", command)
    awaited = "printer, drawer and scanner"
    wait_for(awaited, about.exists, fault=bench.fault, watch=programs.watch)
    found: dict[str, dict[str, object]] = json.loads(about.read_text())
    return found


def _start_uplink(programs: Programs, settings: Path) -> None:
    uplink = programs.start("uplink", (*BALIE, "uplink", "--config", settings))
    path = DATA / "directory.db"

    def arrived() -> bool:
        with closing(Directory(path)) as directory:
            return bool(
                directory.find(KNOWN_ARTICLE)
                and directory.people()
                and directory.categories()
                and directory.setting("shop")
            )

    awaited = "the shop's articles to reach the register"
    wait_for(awaited, arrived, fault=uplink.fault, watch=programs.watch)


def _start_register(programs: Programs, settings: Path, wishes: Wishes) -> Program:
    OUTLINE.unlink(missing_ok=True)
    CUSTOMER_OUTLINE.unlink(missing_ok=True)
    told = {"BALIE_OUTLINE": str(OUTLINE), "BALIE_CUSTOMER_OUTLINE": str(CUSTOMER_OUTLINE)}
    if wishes.display:
        # Whatever else this machine has to draw on, the window belongs on that display.
        told |= {"DISPLAY": wishes.display, "SDL_VIDEODRIVER": "x11"}
    register = programs.start("register", (*BALIE, "desk", "--config", settings), told)
    awaited = "the register's window"
    wait_for(awaited, OUTLINE.exists, fault=register.fault, watch=programs.watch)
    return register
