"""A payment code on a small screen: a telephone can read it, and says what was asked."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest
from screen_samples import screens
from screen_stage import Pressed

from appliance.desks.register.screen import build
from appliance.desks.register.view import Action, QrView
from appliance.domain import emvco, epc
from tests.domain.test_payment_codes import SHOP

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
LEAST_PIXELS, QUIET = 3, 4
"""What a telephone needs at arm's length, and what ISO/IEC 18004 asks around a code."""

LONGEST = epc.payload(
    epc.Payee("Boulangerie-Pâtisserie de la Place du Marché aux Herbes et Fils", "BE72000000001616",
              "BPOTBEB1XXX"),
    epc.MOST_MINOR,
    text="8F3A01C2",
)  # fmt: skip
QRIS = emvco.ask(
    SHOP, 10_000_000, currency="IDR", decimals=0, most_minor=10_000_000, label="8F3A01C2"
)


@pytest.fixture
def photograph(stage):
    def photograph(code, width, height):
        stage.resize(width, height)
        body = QrView(
            title="Betaling met QR-code",
            amount="€ 249,50",
            code=code,
            reference="Kenmerk 8F3A01C2",
            message="De klant betaalt met een bankapp.",
            actions=(Action("paid", "Het geld is binnen"), Action("unpaid", "Niet betaald")),
        )
        presenter = Pressed(replace(screens("nl")["sale"], body=body))
        stage.show(build(presenter, lambda _: None))
        return stage.photograph().convert("RGB")

    yield photograph
    stage.resize(1280, 800)
    stage.show(None)


def code_of(picture):
    """Return the box of the code's black modules, and how wide one of them is."""
    black = [
        (x, y)
        for y in range(picture.height)
        for x in range(picture.width // 2 + 1)
        if picture.getpixel((x, y)) == BLACK
    ]
    left, top = min(x for x, _ in black), min(y for _, y in black)
    right, bottom = max(x for x, _ in black), max(y for _, y in black)
    run = next(x for x in range(left, right) if picture.getpixel((x, top)) == WHITE) - left
    return (left, top, right, bottom), run / 7  # a finder pattern is seven modules wide


@pytest.mark.parametrize("size", [(800, 480), (1280, 800)], ids=str)
@pytest.mark.parametrize("code", [LONGEST, QRIS], ids=["epc", "qris"])
def test_modules_and_quiet_zone_are_wide_enough(photograph, size, code):
    picture = photograph(code, *size)
    (left, top, right, bottom), module = code_of(picture)
    assert module >= LEAST_PIXELS
    assert module == int(module), "every module is a whole number of pixels"
    room = int(QUIET * module)
    for x in range(left - room, right + room + 1):
        for y in (*range(top - room, top), *range(bottom + 1, bottom + room + 1)):
            assert picture.getpixel((x, y)) == WHITE


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbar-tools reads codes in pictures")
@pytest.mark.parametrize("code", [LONGEST, QRIS], ids=["epc", "qris"])
def test_what_is_shown_is_read_back_from_the_picture(photograph, tmp_path, code):
    file = tmp_path / "screen.png"
    photograph(code, 800, 480).save(file)
    command = ["zbarimg", "--quiet", "--raw", "--nodbus", str(file)]
    read = subprocess.run(command, capture_output=True, text=True, check=False)
    assert read.stdout.removesuffix("\n") == code
