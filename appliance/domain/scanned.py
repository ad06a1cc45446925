"""What a scan turned out to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Gtin:
    """An article's GS1 number, with what its code says besides.

    Attributes:
        gtin14: Always 14 digits, its check digit right.
        raw: What the scanner sent.
        add_on: The 2 or 5 digits beside the code of a periodical or book, or empty.
        weight_milli: Net weight in grams, the quantity of an article sold by the kilogram.
        count: Pieces in a pack of varying count.
        price_minor: Price of this very piece in minor units of the till.
        price_currency: Its currency as ISO 4217 number, such as ``978``, where the code names it.
        batch: Batch or lot.
        serial: Serial number.
        best_before: Best before that day.
        expires: Not to be sold after that day.
    """

    gtin14: str
    raw: str = ""
    add_on: str = ""
    weight_milli: int | None = None
    count: int | None = None
    price_minor: int | None = None
    price_currency: str | None = None
    batch: str | None = None
    serial: str | None = None
    best_before: date | None = None
    expires: date | None = None

    @property
    def is_restricted(self) -> bool:
        """Whether the number means something in this shop or country only.

        GS1 prefixes 02, 04 and 20 to 29, and numbers of 8 digits that begin with 0 or 2. There is
        no layout valid everywhere: the shop's rule table says whether weight or price is in it.
        """
        if self.gtin14.startswith("000000"):
            return self.gtin14[6] in "02"
        return self.gtin14[0] == "0" and (self.gtin14[1] == "2" or self.gtin14[1:3] in ("02", "04"))


@dataclass(frozen=True, slots=True)
class ShopCode:
    """A code that only this shop knows.

    Attributes:
        code: As the directory has it.
        raw: What the scanner sent.
    """

    code: str
    raw: str = ""


Scanned = Gtin | ShopCode
