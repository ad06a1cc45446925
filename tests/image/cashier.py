"""What a cashier does at the machine: sees, touches, scans."""

from __future__ import annotations

from PIL import Image

from tests.image import places
from tests.image.machine import DRAWER_LINE, SENSOR_LINE, Machine
from tests.world import goods

LIGHT = 128
"""What is drawn on a desk is brighter; a screen that was not drawn yet is black."""

WHITE, GREY = (255, 255, 255), (245, 243, 238)


class Cashier:
    """Somebody before the machine's screen.

    Args:
        machine: The machine.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def await_desk(self, *, times: int) -> None:
        """Wait until the desk of this start has opened so often, and its first picture is there."""
        self._machine.await_text("Started balie-desk.service", times=times)
        self._machine.wait("a picture of the desk", self._is_light)

    def sign_in(self) -> None:
        """Choose the person, type the PIN."""
        self._machine.settle("sign-in")
        self._machine.touch(*places.PERSON)
        self._machine.settle("pin")
        for digit in goods.PIN:
            self._machine.touch(*places.PIN[digit])
        self._machine.touch(*places.ENTER)
        self._machine.wait("the counter", self._is_at_counter)
        self._machine.settle("counter")

    def sign_in_where_asked(self) -> None:
        """Sign in again where the desk has locked itself meanwhile: a slow machine makes one wait."""
        if self._machine.settle("asked").getpixel(places.LIST) == GREY:
            self.sign_in()

    def scan(self, code: str) -> None:
        """Scan until it is on the list: the keys of a slow machine may come torn."""
        machine = self._machine
        before = self.due
        machine.scan(code)

        def is_taken() -> bool:
            seen = machine.settle("scanned")
            if self._due_in(seen) != before:
                return True
            if self._is_refused(seen):
                machine.scan(code)
            return False

        machine.wait(f"{code} on the list", is_taken)

    def pay_cash(self) -> None:
        """Touch exact cash and wait until the drawer springs open: the sale is done."""
        pulses = self._machine.lines.pulses(DRAWER_LINE)
        self._machine.touch(*places.EXACT_CASH)
        self._machine.wait(
            "the drawer's pulse",
            lambda: self._machine.lines.pulses(DRAWER_LINE) > pulses,
            pause_s=0.05,
        )

    def shut_drawer(self) -> None:
        """Shut the drawer once the screen says what was paid; while it is open its seconds count."""
        self._machine.wait("the done page", self._is_done)
        self._machine.lines.set(SENSOR_LINE, high=False)
        self._machine.settle("drawer-shut")

    def sell(self) -> None:
        """Sell one of each article with a barcode, for cash."""
        for code in goods.SCANNED:
            self.scan(code)
        self.pay_cash()
        self.shut_drawer()

    @property
    def due(self) -> bytes:
        """What stands in the box of what is to be paid, as dots."""
        return self._due_in(self._machine.settle("due"))

    def _is_light(self) -> bool:
        picture = self._machine.look("desk")
        return max(high for _, high in picture.getextrema()) > LIGHT

    def _is_at_counter(self) -> bool:
        return self._machine.look("counter").getpixel(places.LIST) == WHITE

    def _is_done(self) -> bool:
        red, green, _ = self._machine.look("done").getpixel(places.DONE)
        return green > red + 50

    @staticmethod
    def _due_in(picture: Image.Image) -> bytes:
        return picture.crop(places.AMOUNT).tobytes()

    @staticmethod
    def _is_refused(picture: Image.Image) -> bool:
        red, green, _ = picture.getpixel(places.MESSAGE)
        return red > green + 15
