"""Receipts as ESC/POS, read back by the bench's printer."""

from __future__ import annotations

import io
import logging
import subprocess
import sys

import barcode
import pytest
from barcode.charsets import code128
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from drivers.bench import drawing
from drivers.bench.printer import BenchPrinter
from drivers.printer import (
    Align,
    Barcode,
    BarcodeKind,
    Cut,
    Feed,
    Picture,
    Qr,
    Rule,
    Text,
    bars,
    commands,
    escpos,
)
from drivers.printer.conversation import PIECE_BYTES


def printed(document, **options):
    """What the bench prints of a document, and what it complains of."""
    receipts = []
    chosen = escpos.EscposOptions(**options)
    printer = BenchPrinter(receipts.append, columns=chosen.columns, buffer_bytes=1_000_000)
    printer.receive(escpos.encode([*document, Cut()], chosen), lambda _answer: None)
    (receipt,) = receipts
    return receipt, printer.warnings


def png(size, mode="RGB", colour="black"):
    data = io.BytesIO()
    Image.new(mode, size, colour).save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize(
    "text",
    ["€ 1,20", "né ï ë è", "à bientôt, œuvre, Noël", "Rp 12.500", "Ünal, ß, ñ, Ø", "½ ± ° ² ™"],
)
def test_the_letters_of_our_languages_are_printed_as_they_are(text):
    receipt, warnings = printed([Text(text)])
    assert receipt.text() == f"{text}\n"
    assert warnings == []


def test_no_code_page_is_chosen_that_printers_draw_as_boxes():
    document = [Text("€ \N{RIGHT SINGLE QUOTATION MARK} š ж ő"), Text("λην 中文")]
    receipt, warnings = printed(document)
    assert warnings == []
    assert receipt.text() == "€ \N{RIGHT SINGLE QUOTATION MARK} š ж ő\n??? ??\n"


def test_the_first_character_of_every_job_is_in_a_page_that_was_set():
    job = escpos.encode([Text("é")], escpos.EscposOptions(code_pages=("CP1252",)))
    assert b"\x1bt\x10\xe9" in job


@given(st.text(max_size=60), st.text(max_size=20), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_no_text_can_upset_the_printer(left, right, size):
    _receipt, warnings = printed([Text(left, right, size=size), Text("end")])
    assert warnings == []
    assert _receipt.text().endswith("end\n")


def test_columns_and_sizes_fit_the_paper():
    document = [
        Text("Totaal", "€ 21,95", size=2, bold=True),
        Text("midden", align=Align.CENTRE),
        Text("rechts", align=Align.RIGHT),
        Rule(),
        Text("breed " * 12, align=Align.CENTRE, size=3),
    ]
    receipt, warnings = printed(document, columns=42)
    assert warnings == []
    lines = receipt.text().splitlines()
    assert lines[0].split() == ["Totaal", "€", "21,95"]
    assert lines[1:4] == ["midden".center(42).rstrip(), "rechts".rjust(42), "-" * 42]
    assert receipt.rows[0].cells == 42


def test_style_does_not_leak_into_the_next_line():
    receipt, _warnings = printed([Text("big", size=3, bold=True), Text("small")])
    big, small = (row.runs[0].style for row in receipt.rows[:2])
    assert (big.bold, big.width, big.height) == (True, 3, 3)
    assert (small.bold, small.width, small.height) == (False, 1, 1)


def test_codes_are_drawn_as_the_standards_say():
    document = [
        Barcode(BarcodeKind.EAN13, "3017620422003"),
        Barcode(BarcodeKind.EAN8, "96385074"),
        Barcode(BarcodeKind.CODE128, "2-000412{~"),
        Qr("https://balie.example/r/2-000412 é"),
    ]
    receipt, warnings = printed(document)
    assert warnings == []
    words = receipt.text()
    for said in ("EAN-13 3017620422003", "EAN-8 96385074", "Code 128 2-000412{~", "QR https://"):
        assert f"[{said}" in words


@pytest.mark.parametrize("code", ["3017620422003", "5412345678908", "0000000000000"])
def test_ean_bars_equal_another_library(code):
    assert bars.modules(Barcode(BarcodeKind.EAN13, code)) == barcode.get("ean13", code).build()[0]


def test_code128_bars_equal_another_library():
    text = "2-000412 {Ab}~"
    values = [104, *(code128.B[character] for character in text)]
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    wanted = "".join(code128.CODES[value] for value in [*values, check]) + code128.STOP + "11"
    assert bars.modules(Barcode(BarcodeKind.CODE128, text)) == wanted


@pytest.mark.parametrize(("size", "width"), [((200, 90), 200), ((2000, 50), 576), ((576, 1), 576)])
def test_a_logo_is_printed_whole_and_never_wider_than_the_paper(size, width):
    receipt, warnings = printed([Picture(png(size)), Text("below")])
    assert warnings == []
    assert receipt.text().split() == ["[picture]", "below"]
    bands = [row.image for row in receipt.rows if hasattr(row, "image")]
    assert {band.width for band in bands} == {(width + 7) // 8 * 8}
    assert sum(band.height for band in bands) == max(1, size[1] * width // size[0])


def test_what_is_clear_in_a_logo_stays_white():
    receipt, _warnings = printed([Picture(png((64, 24), "RGBA", (0, 0, 0, 0)))])
    assert receipt.rows[0].image.getextrema() == (255, 255)


def test_no_dots_of_a_logo_are_a_command():
    """DLE DC4 1 opens the drawer, and printers obey it even inside a picture."""
    dots = bytes.fromhex("10140100011004011005021014080103140106020810100410") * 24
    logo = ImageChops.invert(Image.frombytes("1", (8 * 25, 24), dots).convert("L"))
    data = io.BytesIO()
    logo.save(data, "PNG")
    job = escpos.encode([Picture(data.getvalue())], escpos.EscposOptions())
    assert dots[:3] not in job
    answers = bytearray()
    printer = BenchPrinter([].append, buffer_bytes=1_000_000)
    printer.receive(job, answers.extend)
    assert not answers
    assert printer.drawer.pulses == 0


def test_a_damaged_logo_is_told():
    with pytest.raises(ValueError, match="damaged"):
        escpos.encode([Picture(png((9, 9))[:40])], escpos.EscposOptions())


def test_a_job_is_cut_between_commands_only():
    document = [Picture(png((576, 400))), *(Text(f"é {n}", "1,00") for n in range(200)), Cut()]
    job = escpos.encode(document, escpos.EscposOptions())
    pieces = list(commands.pieces(job, PIECE_BYTES))
    assert b"".join(pieces) == job
    assert max(map(len, pieces)) <= 2048
    for piece in pieces:
        rest = bytearray(piece)
        while rest:
            assert commands.take(rest) is not None


@given(st.binary(max_size=400), st.integers(1, 100))
@settings(deadline=None)
def test_any_job_can_be_cut_in_pieces(job, size):
    assert b"".join(commands.pieces(job, size)) == job


def test_a_receipt_does_not_change_the_next_one():
    options = escpos.EscposOptions()
    before = escpos.encode([Text("plain")], options)
    escpos.encode([Text("жук € ő", size=4, bold=True)], options)
    assert escpos.encode([Text("plain")], options) == before


def test_encoding_is_silent(capsys):
    printed([Picture(png((10, 10))), Barcode(BarcodeKind.EAN13, "3017620422003"), Feed(3)])
    assert capsys.readouterr() == ("", "")


def test_importing_it_leaves_nothing_behind(tmp_path):
    """python-escpos leaves a temporary directory and a logging handler."""
    ask = (
        "import logging, os, tempfile; import drivers.printer.escpos; "
        "print(logging.root.handlers, os.environ.get('ESCPOS_CAPABILITIES_PICKLE_DIR'), "
        "tempfile.tempdir)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", ask],
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "[] None None\n"
    assert list(tmp_path.iterdir()) == []
    assert logging.root is not None


def test_the_picture_of_a_receipt_shows_its_dots():
    receipt, _warnings = printed([Text("TOTAAL", "€ 3,99", size=2, bold=True), Qr("x")])
    picture = drawing.draw(receipt)
    blank, _warnings = printed([Feed(3)])
    assert picture.width == drawing.draw(blank).width
    ink = ImageChops.invert(picture.convert("L")).point(lambda value: 255 * (value > 180))
    assert ink.getbbox() is not None
    assert sum(ink.histogram()[1:]) > 5000
