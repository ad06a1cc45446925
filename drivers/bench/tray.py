"""The folder where the bench's paper comes out: a picture and a text per receipt."""

from __future__ import annotations

from pathlib import Path

from drivers.bench.drawing import draw
from drivers.bench.paper import Receipt


class Tray:
    """Receipts as ``receipt-0001.png`` and ``receipt-0001.txt``, counting on from what lies there.

    The text is written last, so whoever sees it finds the picture too.

    Args:
        folder: Where the paper comes out.
        pictures: Draw pictures too; a picture takes some tenths of a second.
    """

    def __init__(self, folder: Path, *, pictures: bool = True) -> None:
        self.folder = folder
        self._pictures = pictures
        folder.mkdir(parents=True, exist_ok=True)
        lying = [int(path.stem.removeprefix("receipt-")) for path in folder.glob("receipt-*.txt")]
        self.count = max(lying, default=0)

    def take(self, receipt: Receipt) -> None:
        """Lay down one receipt."""
        name = f"receipt-{self.count + 1:04}"
        picture, text = self.folder / f"{name}.png", self.folder / f"{name}.txt"
        if self._pictures:
            draw(receipt).save(unfinished := picture.with_suffix(".part"), "PNG", compress_level=3)
            unfinished.replace(picture)
        (unfinished := text.with_suffix(".part")).write_text(receipt.text(), encoding="utf-8")
        unfinished.replace(text)
        self.count += 1
