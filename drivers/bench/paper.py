"""What comes out of the printer: rows of text and pictures, and receipts cut from them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image

CELL_HEIGHT = 24
LINE_SPACING = 30


@dataclass(frozen=True, slots=True)
class Style:
    """How characters are printed."""

    bold: bool = False
    width: int = 1
    height: int = 1
    underline: bool = False
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style."""

    text: str
    style: Style

    @property
    def cells(self) -> int:
        """How many columns of usual characters it is wide."""
        return len(self.text) * self.style.width


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. ``align`` is 0 left, 1 centred, 2 right."""

    runs: tuple[Run, ...]
    align: int
    spacing: int = LINE_SPACING

    @property
    def height(self) -> int:
        """Dots of paper it takes."""
        tallest = max((run.style.height for run in self.runs), default=1)
        return max(self.spacing, tallest * CELL_HEIGHT)

    @property
    def cells(self) -> int:
        """How many columns it takes."""
        return sum(run.cells for run in self.runs)


@dataclass(frozen=True, slots=True)
class Space:
    """Paper fed without print, in dots."""

    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, barcode or QR code.

    Attributes:
        image: Its dots, mode 1, dark as 0.
        align: 0 left, 1 centred, 2 right.
        words: What it says, for the receipt as text.
    """

    image: Image.Image
    align: int
    words: str

    @property
    def height(self) -> int:
        """Dots of paper it takes."""
        return self.image.height


Row = Line | Space | Drawn


@dataclass(frozen=True, slots=True)
class Receipt:
    """Paper from one cut to the next."""

    rows: tuple[Row, ...]
    columns: int

    def text(self) -> str:
        """The receipt as plain text, one line of paper per line, placed as on the paper."""
        lines: list[str] = []
        before: Row | None = None
        for row in self.rows:
            if isinstance(row, Space):
                lines.extend([""] * round(row.height / LINE_SPACING))
            elif isinstance(row, Drawn):
                if isinstance(before, Drawn) and before.words == row.words:
                    continue  # the next band of the same picture
                lines.append(f"[{row.words}]".center(self.columns).rstrip())
            else:
                lines.append(_placed(row, self.columns))
            before = row
        return "\n".join(lines).strip("\n") + "\n"


def _placed(line: Line, columns: int) -> str:
    """A line as text. Wide characters are written once, so a wide line is placed anew."""
    text = "".join(run.text for run in line.runs).rstrip()
    if line.align == _CENTRED:
        return text.strip().center(columns).rstrip()
    if line.align == _RIGHT:
        return text.rjust(columns)
    if line.cells > len(text) and "  " in text.strip():
        left, right = text.rsplit("  ", 1)
        return left.rstrip() + right.rjust(line.cells - len(left.rstrip()))
    return text


_CENTRED, _RIGHT = 1, 2


@dataclass(slots=True)
class Roll:
    """The paper under the head: rows printed since the last cut, and the line being filled."""

    columns: int
    style: Style = field(default_factory=Style)
    align: int = 0
    spacing: int = LINE_SPACING
    rows: list[Row] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    overflowed: bool = False
    """A line was wider than the paper and went on below."""

    def reset(self) -> None:
        """ESC @: forget the unprinted line and all styles."""
        self.runs.clear()
        self.style, self.align, self.spacing = Style(), 0, LINE_SPACING

    def restyle(self, **changes: Any) -> None:
        """Print what follows in another style: fields of ``Style``."""
        self.style = replace(self.style, **changes)

    def write(self, text: str) -> None:
        """Put characters on the line; what does not fit goes on the next."""
        for character in text:
            used = sum(run.cells for run in self.runs)
            if used + self.style.width > self.columns:
                self.overflowed = True
                self.end_line()
            if self.runs and self.runs[-1].style == self.style:
                self.runs[-1] = Run(self.runs[-1].text + character, self.style)
            else:
                self.runs.append(Run(character, self.style))

    def end_line(self) -> None:
        """Print the line and feed."""
        if self.runs:
            self.rows.append(Line(tuple(self.runs), self.align, self.spacing))
            self.runs.clear()
        else:
            self.rows.append(Space(self.spacing))

    def feed(self, dots: int) -> None:
        """Print what is on the line, then feed."""
        if self.runs:
            self.end_line()
            dots -= self.spacing
        if dots > 0:
            self.rows.append(Space(dots))

    def draw(self, image: Image.Image, words: str) -> None:
        """Print a picture."""
        if self.runs:
            self.end_line()
        self.rows.append(Drawn(image, self.align, words))

    def cut(self) -> Receipt:
        """The receipt that the knife lets fall."""
        if self.runs:
            self.end_line()
        receipt = Receipt(tuple(self.rows), self.columns)
        self.rows.clear()
        return receipt
