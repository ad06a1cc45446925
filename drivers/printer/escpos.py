"""A receipt as ESC/POS, the language of nearly every receipt printer.

python-escpos is used as an encoder only; the transport is ours (``conversation.py``). What it gets
wrong is put right here:

* it leaves a temporary directory behind and sets up the root logger when it is imported;
* after ``ESC @`` it believes in the code page from before, so the page is forgotten after it;
* it may choose code pages that printers draw as boxes, so it may choose from a short list only;
* one Chinese character turns a whole text into GB18030, so texts are made printable first;
* what it learns from one receipt changes the next, so each receipt has an encoder of its own;
* ``barcode()`` and ``image()`` write to the standard output, so the steps below them are used.
"""

from __future__ import annotations

import importlib.resources
import io
import json
import logging
import os
import pickle
import platform
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from drivers import OptionError
from drivers.printer import (
    Align,
    Barcode,
    BarcodeKind,
    Cut,
    Element,
    Feed,
    Picture,
    Qr,
    Rule,
    Text,
    bars,
    layout,
    letters,
)

_PICKLES = "ESCPOS_CAPABILITIES_PICKLE_DIR"


@contextmanager
def _clean_import() -> Iterator[None]:
    """Keep what importing python-escpos does to the process within this block.

    Its printer profiles are JSON that it reads with a slow YAML parser into a pickle; the pickle
    is laid ready for it, which makes the import some five times faster.
    """
    handlers, temporary = list(logging.root.handlers), tempfile.tempdir
    pickles = os.environ.get(_PICKLES)
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        os.environ[_PICKLES] = folder
        profiles = importlib.resources.files("escpos").joinpath("capabilities.json").read_bytes()
        laid_ready = Path(folder, f"{platform.python_version()}.capabilities.pickle")
        laid_ready.write_bytes(pickle.dumps(json.loads(profiles)))
        try:
            yield
        finally:
            tempfile.tempdir = temporary
            os.environ.pop(_PICKLES)
            if pickles is not None:
                os.environ[_PICKLES] = pickles
            logging.root.handlers[:] = handlers


with _clean_import():
    from escpos.capabilities import CAPABILITIES
    from escpos.image import EscposImage
    from escpos.printer import Dummy

CODE_PAGES = ("CP437", "CP858", "CP1252", "CP852", "CP866")
"""The code pages that printers of every make draw right."""

DOTS_PER_COLUMN = 12
"""Width of a character of font A."""

_NARROWEST, _WIDEST = 24, 64
_ALIGN = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right"}
_QR_MEDIUM = 1
_QR_PAPER_SHARE = 2  # at most half of the paper's width
_LINES_TO_KNIFE = 5
_BAND_DOTS = 24
_NO_DRAWER_SENSOR = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscposOptions:
    """What is set for every ESC/POS printer, however it is connected.

    Attributes:
        columns: Characters of font A on one line: 48 or 42 on 80 mm paper, 32 on 58 mm.
        profile: The printer's name in python-escpos, for its code page slots; ``default`` fits
            Epson and what copies it.
        code_pages: Which code pages may be used; see ``CODE_PAGES``.
        drawer_sensor: The level on the drawer port that means open: ``high`` or ``low``, or
            ``none`` where the drawer has no sensor. Makes of drawers differ.
        answers: The printer can answer. Set to false only for one that cannot: then nothing is
            known of its paper, and a receipt is called sent, never printed.
        answer_timeout_s: How long one question about its state may take.
        stall_timeout_s: How long it may make no progress with a job.
    """

    columns: int = 48
    profile: str = "default"
    code_pages: tuple[str, ...] = CODE_PAGES
    drawer_sensor: str = _NO_DRAWER_SENSOR
    answers: bool = True
    answer_timeout_s: float = 1.0
    stall_timeout_s: float = 20.0

    def __post_init__(self) -> None:
        if not _NARROWEST <= self.columns <= _WIDEST:
            raise OptionError(
                "columns",
                f"A printer has {_NARROWEST} to {_WIDEST} columns, found {self.columns}. "
                "Count the characters on one line of its self-test.",
            )
        if self.profile not in CAPABILITIES["profiles"]:
            raise OptionError(
                "profile",
                f"There is no printer profile {self.profile!r}. Choose one of: "
                f"{', '.join(sorted(CAPABILITIES['profiles']))}.",
            )
        pages = CAPABILITIES["profiles"][self.profile]["codePages"].values()
        if not set(self.code_pages) & set(pages) or not set(self.code_pages) <= set(CODE_PAGES):
            raise OptionError(
                "code_pages",
                f"The code pages {', '.join(self.code_pages)!r} do not fit the profile "
                f"{self.profile!r}. Choose from: {', '.join(CODE_PAGES)}.",
            )
        if self.drawer_sensor not in {"high", "low", _NO_DRAWER_SENSOR}:
            raise OptionError(
                "drawer_sensor",
                f"A drawer's sensor is high, low or none, found {self.drawer_sensor!r}. "
                "Choose the level that means open.",
            )
        for key in ("answer_timeout_s", "stall_timeout_s"):
            if getattr(self, key) <= 0:
                raise OptionError(key, f"{key} must be above zero seconds. Leave it out if unsure.")


def encode(document: Sequence[Element], options: EscposOptions) -> bytes:
    """The bytes of one job: the same document and options always give the same bytes."""
    encoder = _Encoder(options)
    for element in document:
        encoder.add(element)
    return encoder.finish()


class _Encoder(Dummy):  # type: ignore[misc]  # python-escpos is untyped
    """Encodes one document; its state is the state the printer will be in."""

    def __init__(self, options: EscposOptions) -> None:
        super().__init__(profile=options.profile)
        self._columns = options.columns
        self._style: tuple[object, ...] = ()
        pages = self.magic.encoder
        pages.codepages = {k: v for k, v in pages.codepages.items() if k in options.code_pages}
        self.hw("INIT")
        self.magic.encoding = None

    def finish(self) -> bytes:
        job: bytes = self.output
        return job

    def add(self, element: Element) -> None:
        match element:
            case Text():
                self._text(element)
            case Rule():
                self._write("-" * self._columns)
            case Barcode():
                self._barcode(element)
            case Qr():
                self._qr(element)
            case Picture():
                self._picture(_opened(element.png))
            case Feed():
                self.print_and_feed(element.lines)
            case Cut():
                self._cut()

    def _has(self, character: str) -> bool:
        pages = self.magic.encoder
        return any(pages.can_encode(page, character) for page in pages.codepages)

    def _text(self, text: Text) -> None:
        left, right = (
            letters.printable(text.left, self._has),
            letters.printable(text.right, self._has),
        )
        align = Align.LEFT if right else text.align
        for line in layout.lines(left, right, self._columns // text.size):
            shown = line if align is Align.LEFT else line.strip()
            self._write(shown, align=align, bold=text.bold, size=text.size)

    def _write(
        self, line: str, *, align: Align = Align.LEFT, bold: bool = False, size: int = 1
    ) -> None:
        self._set_style(align, bold=bold, size=size)
        self.textln(line)

    def _set_style(self, align: Align, *, bold: bool = False, size: int = 1) -> None:
        if self._style != (align, bold, size):
            self._style = (align, bold, size)
            self.set(align=_ALIGN[align], bold=bold, custom_size=True, width=size, height=size)

    def _barcode(self, barcode: Barcode) -> None:
        self._set_style(Align.CENTRE)
        modules = bars.modules(barcode)
        width = 3 if len(modules) * 3 <= self._columns * DOTS_PER_COLUMN else 2
        if barcode.kind is BarcodeKind.CODE128:
            # {B chooses the code set with all printable ASCII; a { of the value is doubled.
            value = "{B" + barcode.value.replace("{", "{{")
            self._hw_barcode(value, "CODE128", width=width, function_type="B", check=False)
        else:
            self._hw_barcode(barcode.value, barcode.kind.name, width=width, function_type="A")

    def _qr(self, code: Qr) -> None:
        self._set_style(Align.CENTRE)
        modules = bars.qr(code.value)
        dots = self._columns * DOTS_PER_COLUMN // _QR_PAPER_SHARE // len(modules)
        self.qr(code.value, ec=_QR_MEDIUM, size=max(3, min(6, dots)), native=True)

    def _picture(self, picture: Image.Image) -> None:
        """GS v 0, in bands; python-escpos's own ``image()`` writes to the standard output."""
        self._set_style(Align.CENTRE)
        widest = self._columns * DOTS_PER_COLUMN
        if picture.width > widest:
            size = (widest, max(1, picture.height * widest // picture.width))
            picture = picture.convert("RGBA").resize(size)
        for band in EscposImage(picture).split(_BAND_DOTS):
            raster = EscposImage(band)
            wide = raster.width_bytes.to_bytes(2, "little")
            high = raster.height.to_bytes(2, "little")
            self._raw(b"\x1dv0\x00" + wide + high + _harmless(raster.to_raster_format()))

    def _cut(self) -> None:
        self._set_style(Align.LEFT)
        if self.profile.supports("paperFullCut") or self.profile.supports("paperPartCut"):
            self.cut(feed=False)
        else:
            self.print_and_feed(_LINES_TO_KNIFE)


def _opened(png: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(png))
        picture.load()
    except (OSError, SyntaxError) as error:  # Pillow's errors for a damaged PNG
        raise ValueError(f"The logo is damaged: {error}. Set it again.") from error
    return picture


def _harmless(raster: bytes) -> bytes:
    """A raster in which no dots look like a real-time command.

    Printers obey DLE EOT, DLE ENQ and DLE DC4 even in the middle of a picture, and one of them
    opens the drawer. One more dot makes a DLE none.
    """
    for second in (b"\x04", b"\x05", b"\x14"):
        raster = raster.replace(b"\x10" + second, b"\x30" + second)
    return raster
