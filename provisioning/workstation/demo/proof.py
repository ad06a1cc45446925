"""Checks every link that a sale went through, each from its own end.

Nothing here asks the programs whether they think they did it: the journal is read from its file,
the receipt from the printer's paper, the drawer from its sensor, the acknowledgement from the
uplink's own file, what is held from the collector, and the record from the page a person sees.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.journal.entry import Entry
from appliance.journal.reader import JournalReader
from appliance.uplink.state import LinkReader
from drivers.bench.client import send
from provisioning.workstation.demo import shop
from provisioning.workstation.demo.fault import LinkError
from provisioning.workstation.demo.office import Office, link_to, text_of
from provisioning.workstation.demo.place import BENCH, DATA, PAPER
from provisioning.workstation.demo.waiting import wait_for

SALE = "balie.sale.completed.v1"
JOURNAL = DATA / "journal.db"

Watch = Callable[[], None]


@dataclass(frozen=True)
class Held:
    """What the collector holds of the register.

    Attributes:
        sequence: The last entry up to which it has everything.
        gaps: How many entries are missing below the highest it has.
    """

    sequence: int
    gaps: int


def journalled(before: int, watch: Watch) -> Entry:
    """Return the sale's entry, which must have come after entry number ``before``.

    Raises:
        LinkError: The journal has no new sale.
    """

    def look() -> Entry | None:
        sales = [entry for entry in entries() if entry.type == SALE]
        return sales[-1] if sales and sales[-1].sequence > before else None

    return wait_for("the sale to be in the journal", look, fault=_broken("journal"), watch=watch)


def entries() -> list[Entry]:
    """Return all entries of the register's journal."""
    with closing(JournalReader.open(JOURNAL)) as journal:
        return list(journal.entries())


def printed(receipt: str, watch: Watch) -> tuple[str, Path]:
    """Return the receipt as text and where its picture is.

    Raises:
        LinkError: No paper carries the receipt's number.
    """

    def look() -> tuple[str, Path] | None:
        for paper in sorted(PAPER.glob("receipt-*.txt"), reverse=True):
            text = paper.read_text(encoding="utf-8")
            picture = paper.with_suffix(".png")
            if receipt in text and picture.exists():
                return text, picture
        return None

    awaited = f"receipt {receipt} to come out of the printer"
    return wait_for(awaited, look, fault=_broken("printer"), watch=watch)


def drawer_pulses() -> int:
    """Return how often the drawer has been told to open."""
    return int(json.loads(send(BENCH, "status"))["pulses"])


def drawer_opened(pulses_before: int, watch: Watch) -> None:
    """Wait until the drawer has opened once more and its sensor says so.

    Raises:
        LinkError: It stayed shut.
    """

    def look() -> bool:
        status = json.loads(send(BENCH, "status"))
        return bool(status["pulses"] > pulses_before and status["drawer"] == "open")

    wait_for("the drawer to open", look, fault=_broken("drawer"), watch=watch)


def acknowledged(entry: Entry, watch: Watch) -> None:
    """Wait until the uplink knows that the collector has the entry.

    Raises:
        LinkError: No acknowledgement came back.
    """
    with closing(LinkReader(DATA / "uplink.db")) as link:

        def look() -> bool:
            mark = link.read().acked
            return (mark.epoch, mark.sequence) >= (entry.epoch, entry.sequence)

        wait_for("the collector's acknowledgement", look, fault=_broken("uplink"), watch=watch)


def held(entry: Entry, watch: Watch) -> Held:
    """Return what the collector holds once it holds the entry.

    Raises:
        LinkError: It does not hold it.
    """

    def look() -> Held | None:
        standing = _standing()
        place = (standing["epoch"], standing["sequence"])
        if place < (entry.epoch, entry.sequence):
            return None
        return Held(standing["sequence"], standing["gaps"])

    awaited = f"the collector to hold entry {entry.sequence}"
    return wait_for(awaited, look, fault=_broken("ingest"), watch=watch)


def record(office: Office, receipt: str, watch: Watch) -> str:
    """Return what the back office's page of the sale says, found as a person finds it.

    Raises:
        LinkError: The sale is not on the pages.
    """

    def look() -> str | None:
        return link_to(receipt, office.page("sales/"))

    awaited = f"receipt {receipt} in the back office's list of sales"
    link = wait_for(awaited, look, fault=_broken("page"), watch=watch)
    text = text_of(office.page(link))
    if receipt not in text:
        raise LinkError("page", f"expected receipt {receipt} on the page of its sale, found {text}")
    return text


def _standing() -> dict[str, Any]:
    """Return the collector's word on the register."""
    found = json.loads(shop.collector("status", "--json"))
    return next(each for each in found if each["device"] == shop.DEVICE)


def _broken(link: str) -> Callable[[str], LinkError]:
    return lambda sentence: LinkError(link, sentence)
