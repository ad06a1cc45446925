"""One sale, as a cashier and a customer would make it: articles scanned, the screen touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.bench.client import BenchError, send
from provisioning.workstation.demo.fault import LinkError
from provisioning.workstation.demo.place import BENCH
from provisioning.workstation.demo.screen import Screen


@dataclass(frozen=True)
class Cashier:
    """Somebody who works in the demo shop, as ``provisioning/shop/staff.csv`` has them."""

    id: str
    name: str
    pin: str


CASHIERS = {
    "nl": Cashier("p1", "Fatima", "2580"),
    "fr": Cashier("p3", "Amélie", "3690"),
    "id": Cashier("p4", "Dewi", "1357"),
    "en": Cashier("p5", "Sam", "8642"),
}
"""Who signs in, by language: the screen turns to the language of the person at it."""

NUTELLA, COLA, STROOPWAFELS = "3017620422003", "5000112552157", "8710400095972"
SCANNED = (NUTELLA, COLA, STROOPWAFELS, COLA)
ON_THE_SCREEN = (
    ("line-1", "1 Nutella"),
    ("line-2", "1 Coca-Cola Zero"),
    ("line-3", "1 Mini stroopwafels"),
    ("line-2", "2 Coca-Cola Zero"),
)
"""What the screen must show after each scan: which line, and what is on it."""


def make_sale(screen: Screen, cashier: Cashier) -> Iterator[Path]:
    """Make the sale and yield a picture of each step.

    Raises:
        LinkError: The scanner's article or the touched screen did not come.
    """
    yield from sign_in(screen, cashier)
    yield from scan_all(screen)
    yield from pay(screen)


def sign_in(screen: Screen, cashier: Cashier) -> Iterator[Path]:
    """Choose a name and type the PIN, by touch."""
    screen.see(f"person-{cashier.id}")
    yield screen.picture("sign-in")
    screen.touch_until(f"person-{cashier.id}", then=f"pin-{cashier.pin[0]}")
    for digit in cashier.pin:
        screen.touch(f"pin-{digit}")
    if "pin-enter" in screen.controls():
        screen.touch("pin-enter")
    screen.see("money-card", even_disabled=True)
    yield screen.picture("empty-basket")


def scan_all(screen: Screen) -> Iterator[Path]:
    """Scan the articles; the code travels over the scanner's serial line."""
    steps = zip(SCANNED, ON_THE_SCREEN, strict=True)
    for number, (code, (line, words)) in enumerate(steps, start=1):
        try:
            send(BENCH, f"scan {code}")
        except BenchError as error:
            raise LinkError("scanner", str(error)) from error
        screen.see(line, text=words, link="scanner")
        yield screen.picture(f"scan-{number}")


def pay(screen: Screen) -> Iterator[Path]:
    """Touch the first note that is enough: that one touch ends the sale."""
    notes = [name for name in screen.controls() if name.startswith("money-note-")]
    screen.touch(min(notes, key=lambda name: int(name.rsplit("-", 1)[1])))
    screen.see("done-reprint")
    yield screen.picture("done")
