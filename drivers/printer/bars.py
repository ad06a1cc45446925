"""What barcodes and QR codes look like, module by module.

Printers draw them by themselves; this is for knowing how wide they will be, and for the bench,
which is a printer. EAN after the GS1 General Specifications §5.2, Code 128 after ISO/IEC 15417.
"""

# ruff: noqa: SIM905  # the standards' tables stay readable as they are

from __future__ import annotations

import segno

from drivers.printer import Barcode, BarcodeKind

_EAN_LEFT = (
    "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011"
).split()
"""Number set A; set C is its complement, and set B is set C read backwards."""

_EAN13_SETS = "AAAAAA AABABB AABBAB AABBBA ABAABB ABBAAB ABBBAA ABABAB ABABBA ABBABA".split()
"""Which number sets the left half uses: this is how the first digit is said."""

_CODE128_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 "
    "122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 "
    "321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 "
    "211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 "
    "213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 "
    "121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 "
    "241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 "
    "412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 "
    "211214 211232 2331112"
).split()
"""Widths of bar, space, bar … for each value; the last is the stop sign."""

_START_B = 104
_CODE128_CHECK = 103


def modules(barcode: Barcode) -> str:
    """The bars as ``1`` and the spaces as ``0``, each one module wide, without quiet zones."""
    if barcode.kind is BarcodeKind.CODE128:
        return _code128(barcode.value)
    return _ean(barcode.value)


def qr(value: str) -> list[str]:
    """The rows of a QR code at error correction M, dark as ``1``, without quiet zone."""
    code = segno.make_qr(value, error="m", boost_error=False)
    return ["".join("1" if module else "0" for module in row) for row in code.matrix]


def _ean(digits: str) -> str:
    if len(digits) == len("5412345678908"):
        sets, digits = _EAN13_SETS[int(digits[0])], digits[1:]
    else:
        sets = "AAAA"
    half = len(sets)
    left = "".join(
        _EAN_LEFT[int(digit)] if number_set == "A" else _complement(_EAN_LEFT[int(digit)])[::-1]
        for digit, number_set in zip(digits[:half], sets, strict=True)
    )
    right = "".join(_complement(_EAN_LEFT[int(digit)]) for digit in digits[half:])
    return f"101{left}01010{right}101"


def _complement(pattern: str) -> str:
    return pattern.translate(str.maketrans("01", "10"))


def _code128(text: str) -> str:
    values = [_START_B, *(ord(character) - ord(" ") for character in text)]
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % _CODE128_CHECK
    stop = len(_CODE128_WIDTHS) - 1
    widths = "".join(_CODE128_WIDTHS[value] for value in [*values, check, stop])
    return "".join(("1", "0")[place % 2] * int(width) for place, width in enumerate(widths))
