"""Barcodes and QR codes as the bench's printer draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import segno
from PIL import Image

from drivers.printer import Barcode, BarcodeKind, bars

_KINDS = {2: BarcodeKind.EAN13, 3: BarcodeKind.EAN8, 67: BarcodeKind.EAN13, 68: BarcodeKind.EAN8,
          73: BarcodeKind.CODE128}  # fmt: skip
_WITH_LENGTH = 65
_NAMES = {
    BarcodeKind.EAN13: "EAN-13",
    BarcodeKind.EAN8: "EAN-8",
    BarcodeKind.CODE128: "Code 128",
}
_SET_MODEL, _SET_SIZE, _SET_CORRECTION, _STORE, _PRINT = 65, 67, 69, 80, 81
_LETTERS = "LMQH"
_LARGEST_MODULE = 16
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code as it stands on the paper.

    Attributes:
        image: Its dots, mode 1, dark as 0.
        words: What it says, for the receipt as text.
        below: The characters printed under it; empty for none.
    """

    image: Image.Image
    words: str
    below: str = ""


class Symbols:
    """Keeps what was set for codes, and draws them.

    Args:
        warn: Is told what cannot be drawn.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self.height = 162
        self.width = 3
        self.words_below = False
        self._qr_size = 3
        self._qr_correction = "L"
        self._qr_data = b""

    def barcode(self, data: bytes) -> Symbol | None:
        """What GS k prints; None, with a warning, when it cannot be."""
        value = (data[2:] if data[0] >= _WITH_LENGTH else data[1:-1]).decode("latin-1")
        kind = _KINDS.get(data[0])
        if kind is BarcodeKind.CODE128 and value.startswith("{B"):
            value = value[2:].replace("{{", "{")
        try:
            modules = bars.modules(Barcode(kind or BarcodeKind.EAN13, value)) if kind else ""
        except ValueError:
            modules = ""
        if kind is None or not modules:
            self._warn(f"barcode of kind {data[0]} cannot say {value!r}")
            return None
        image = _image([modules]).resize((len(modules) * self.width, self.height))
        return Symbol(image, f"{_NAMES[kind]} {value}", value if self.words_below else "")

    def two_dimensional(self, data: bytes) -> Symbol | None:
        """Obey one GS ( k; what it prints, if it prints."""
        if data[:1] == b"k" and data[3:4] == b"1" and len(data) >= _SHORTEST:
            try:
                return self._qr_function(data[4], data[5:])
            except (ValueError, IndexError) as error:
                self._warn(f"QR function {data[4]} cannot be done: {error}")
        else:
            self._warn(f"command GS ( {data[:8].hex(' ')} is not known")
        return None

    def _qr_function(self, function: int, rest: bytes) -> Symbol | None:
        if function == _SET_SIZE:
            self._qr_size = max(1, min(rest[0], _LARGEST_MODULE))
        elif function == _SET_CORRECTION:
            self._qr_correction = _LETTERS[rest[0] % 48]
        elif function == _STORE:
            self._qr_data = rest[1:]
        elif function == _PRINT:
            return self._qr()
        elif function != _SET_MODEL:
            self._warn(f"QR function {function} is not known")
        return None

    def _qr(self) -> Symbol:
        code = segno.make_qr(self._qr_data.decode(), error=self._qr_correction, boost_error=False)
        image = _image(["".join("1" if dark else "0" for dark in row) for row in code.matrix])
        size = (image.width * self._qr_size, image.height * self._qr_size)
        return Symbol(image.resize(size), f"QR {self._qr_data.decode()}")


def _image(rows: list[str]) -> Image.Image:
    """One dot per module, dark as 0."""
    image = Image.new("1", (len(rows[0]), len(rows)), 1)
    image.putdata([0 if module == "1" else 1 for row in rows for module in row])
    return image
