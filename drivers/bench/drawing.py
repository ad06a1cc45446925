"""A receipt as a picture of thermal paper, 8 dots to the millimetre."""

from __future__ import annotations

import functools
import importlib.util
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from drivers.bench.paper import CELL_HEIGHT, Drawn, Line, Receipt, Run

DOTS = 576
"""Printing width of 80 mm paper."""

MARGIN = 32
_TOP, _BOTTOM = 40, 24
_TEETH = 8
_BURNT = 110
_TILE = 512
_SOFT = 4
_SHADE = 64
_GROUND = 26
_FONT_SIZE = 20
_PAPER = (250, 249, 245)
_INK = (43, 42, 50)
_TABLE = (222, 219, 212)


def draw(receipt: Receipt) -> Image.Image:
    """The receipt as it lies on the table."""
    printed = _print(receipt)
    height = _TOP + printed.height + _BOTTOM
    ink = Image.new("L", (DOTS + 2 * MARGIN, height), 0)
    ink.paste(printed, (MARGIN, _TOP))
    soaked = ink.filter(ImageFilter.GaussianBlur(0.55)).point(
        lambda value: min(255, value * 5 // 4)
    )
    paper = _sheet(ink.size)
    paper.paste(Image.new("RGB", ink.size, _INK), (0, 0), soaked)
    return _on_table(paper)


def _print(receipt: Receipt) -> Image.Image:
    """The dots of the whole receipt, ink as 255."""
    height = sum(row.height for row in receipt.rows)
    dots = Image.new("L", (DOTS, max(1, height)), 0)
    top = 0
    cell = DOTS // receipt.columns
    for row in receipt.rows:
        if isinstance(row, Line):
            _line(dots, row, top, cell, receipt.columns)
        elif isinstance(row, Drawn):
            room = max(0, cell * receipt.columns - row.image.width)
            inked = ImageChops.invert(row.image.convert("L"))
            dots.paste(inked, (_left(receipt.columns, cell) + _indent(room, row.align), top))
        top += row.height
    return dots


def _left(columns: int, cell: int) -> int:
    return (DOTS - columns * cell) // 2


def _indent(room: int, align: int) -> int:
    return {0: 0, 1: room // 2, 2: room}[align]


def _line(dots: Image.Image, line: Line, top: int, cell: int, columns: int) -> None:
    room = max(0, columns - line.cells) * cell
    left = _left(columns, cell) + _indent(room, line.align)
    tallest = max(run.style.height for run in line.runs)
    for run in line.runs:
        drawn = _run(run, cell)
        dots.paste(drawn, (left, top + (tallest - run.style.height) * CELL_HEIGHT))
        left += drawn.width


@functools.lru_cache(maxsize=512)
def _run(run: Run, cell: int) -> Image.Image:
    """Characters as dots; large ones have larger dots, as the printer makes them."""
    strip = Image.new("L", (cell * len(run.text), CELL_HEIGHT), 0)
    for place, character in enumerate(run.text):
        strip.paste(_glyph(character, cell), (place * cell, 0))
    if run.style.bold:
        strip = ImageChops.lighter(strip, ImageChops.offset(strip, 1, 0))
    if run.style.underline:
        ImageDraw.Draw(strip).line((0, CELL_HEIGHT - 2, strip.width, CELL_HEIGHT - 2), 255, 2)
    if run.style.inverted:
        strip = ImageChops.invert(strip)
    size = (strip.width * run.style.width, strip.height * run.style.height)
    return strip.resize(size, Image.Resampling.BICUBIC).point(lambda value: 255 * (value > _BURNT))


@functools.lru_cache(maxsize=1024)
def _glyph(character: str, cell: int) -> Image.Image:
    glyph = Image.new("L", (cell, CELL_HEIGHT), 0)
    ImageDraw.Draw(glyph).text((cell / 2, 19), character, 255, font=font(_FONT_SIZE), anchor="ms")
    return glyph


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font of one width that comes with Kivy; without Kivy, Pillow's own."""
    kivy = importlib.util.find_spec("kivy")
    for folder in (kivy and kivy.submodule_search_locations) or ():
        path = Path(folder, "data", "fonts", "RobotoMono-Regular.ttf")
        if path.is_file():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)


def _sheet(size: tuple[int, int]) -> Image.Image:
    """Blank paper."""
    tile = _grain(size[0])
    sheet = Image.new("RGB", size)
    for top in range(0, size[1], tile.height):
        sheet.paste(tile, (0, top))
    return sheet


@functools.cache
def _grain(width: int) -> Image.Image:
    """A piece of slightly uneven paper, the same every time; its ends meet."""
    dice = random.Random(80)  # noqa: S311  # the look of paper, no secret
    coarse = (width // 4 + 1, _TILE // 8)
    small = Image.frombytes("L", coarse, dice.randbytes(coarse[0] * coarse[1]))
    small = small.point(lambda value: 118 + value // 13)
    half = small.resize((width, _TILE // 2), Image.Resampling.BICUBIC)
    half = half.filter(ImageFilter.GaussianBlur(3))
    shade = Image.new("L", (width, _TILE))
    shade.paste(half, (0, 0))
    shade.paste(half.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, _TILE // 2))
    bands = [shade.point(lambda value, base=base: base + (value - 128) // 3) for base in _PAPER]
    return Image.merge("RGB", bands)


def _on_table(paper: Image.Image) -> Image.Image:
    """The sheet with its torn edges and a soft shadow."""
    shape = _shape(paper.size)
    size = (paper.width + 2 * _GROUND, paper.height + 2 * _GROUND)
    table = Image.new("RGB", size, _TABLE)
    coarse = Image.new("L", (size[0] // _SOFT, size[1] // _SOFT), 0)
    inner = (_GROUND // _SOFT, (_GROUND + 5) // _SOFT)
    outer = (coarse.width - inner[0], inner[1] + paper.height // _SOFT)
    coarse.paste(_SHADE, (*inner, *outer))
    shadow = coarse.filter(ImageFilter.GaussianBlur(8 / _SOFT)).resize(size)
    table.paste((60, 55, 48), (0, 0), shadow)
    table.paste(paper, (_GROUND, _GROUND), shape)
    return table


def _shape(size: tuple[int, int]) -> Image.Image:
    """Where the sheet is: its ends show the teeth of the knife."""
    width, height = size
    shape = Image.new("L", size, 255)
    pen = ImageDraw.Draw(shape)
    half = _TEETH // 2
    for left in range(0, width, _TEETH):
        pen.polygon([(left, 0), (left + _TEETH, 0), (left + half, half)], 0)
        pen.polygon([(left, height), (left + _TEETH, height), (left + half, height - half)], 0)
    return shape
