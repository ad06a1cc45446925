"""The two ways to show it: to a person with a display, or as one scripted sale without."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace

from provisioning.workstation.demo import chain, proof, script, shop
from provisioning.workstation.demo.chain import Chain, Wishes
from provisioning.workstation.demo.fault import LinkError
from provisioning.workstation.demo.office import Office
from provisioning.workstation.demo.place import (
    CUSTOMER_OUTLINE,
    LOGS,
    OUTLINE,
    PAPER,
    PASSWORD,
    PICTURES,
    TYPED_BALIE,
)
from provisioning.workstation.demo.processes import Programs
from provisioning.workstation.demo.screen import Screen, virtual_screen
from provisioning.workstation.demo.script import Cashier
from provisioning.workstation.places import shown

Say = Callable[[str], None]

PAUSE_S = 0.5


def show(wishes: Wishes, say: Say) -> None:
    """Open the shop and keep it open until the window is closed or Ctrl-C is typed.

    Raises:
        DemoError: It could not be opened, or one of its programs ended by itself.
    """
    password = shop.prepare(say)
    with Programs(LOGS) as programs:
        running = chain.start(programs, wishes, say)
        say(_directions(running, script.CASHIERS[wishes.language], password))
        while running.register.ended() is None:
            programs.watch(besides=running.register)
            time.sleep(PAUSE_S)
        if running.register.ended():
            programs.watch()
        say("The register's window was closed; ending the rest.")
    say("Everything has ended. Start again and the shop is as you left it.")


def make_one_sale(wishes: Wishes, say: Say) -> None:
    """Make a sale on a virtual screen and prove every link of the chain.

    Raises:
        LinkError: A link did not happen; the sentence begins with its name.
        DemoError: The shop could not be opened.
    """
    shop.prepare(say)
    with Programs(LOGS) as programs:
        say("making a virtual screen")
        beside = chain.CUSTOMER_WIDTH if wishes.customer_screen else 0
        display = virtual_screen(programs, wishes.width + beside, wishes.height)
        running = chain.start(programs, replace(wishes, display=display), say)
        shutil.rmtree(PICTURES, ignore_errors=True)
        screen = Screen(display, OUTLINE, PICTURES, programs.watch)
        before = proof.entries()[-1].sequence
        pulses = proof.drawer_pulses()
        say("making a sale")
        for picture in script.make_sale(screen, script.CASHIERS[wishes.language]):
            say(f"  {shown(picture)}")
        if wishes.customer_screen:
            _prove_seen(Screen(display, CUSTOMER_OUTLINE, PICTURES, programs.watch), screen, say)
        office = Office(running.web_address, wishes.language)
        _prove(office, before, pulses, programs.watch, say)


def _prove_seen(customer: Screen, cashier: Screen, say: Say) -> None:
    """Wait until the customer sees the change that the cashier does."""
    change = cashier.read("change")
    customer.await_words(change, link="customer's screen")
    say(f"  {shown(cashier.picture('customer'))}")
    say(f"The customer reads: {customer.words()}")


def _prove(office: Office, before: int, pulses: int, watch: Callable[[], None], say: Say) -> None:
    """Follow the sale from the journal to the page, and print what each end holds."""
    entry = proof.journalled(before, watch)
    receipt = entry.data["receipt"]
    proof.drawer_opened(pulses, watch)
    text, picture = proof.printed(receipt, watch)
    last = proof.entries()[-1]
    proof.acknowledged(last, watch)
    held = proof.held(last, watch)
    office.sign_in(shop.USER, PASSWORD.read_text().strip())
    record = proof.record(office, receipt, watch)
    say(f"\nThe receipt ({shown(picture)}):\n\n{_indented(text)}")
    say(f"\nThe back office's record of it:\n\n{_indented(record)}\n")
    say(f"device {last.sequence} · collector {held.sequence} · gaps {held.gaps}")
    if held.sequence != last.sequence or held.gaps:
        raise LinkError("ingest", "device and collector do not hold the same")


def _directions(running: Chain, cashier: Cashier, password: str | None) -> str:
    """Return where to look and what to do, for the person at the terminal."""
    secret = f"password {password}" if password else f"the password is in {shown(PASSWORD)}"
    return f"""
The shop is open.

  Register      its window; sign in as {cashier.name} with PIN {cashier.pin}
  Scan          {shown(TYPED_BALIE)} scan {script.NUTELLA}
  Paper         {shown(PAPER)}: a picture and a text for each receipt
  Back office   {running.web_address}
                name {shop.USER}, {secret}

The password was made by chance on this computer; it is kept in {shown(PASSWORD)}, which only you
can read. Ctrl-C ends everything that was started here.
"""


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.rstrip().splitlines())
