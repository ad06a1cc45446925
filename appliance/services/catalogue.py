"""What the register knows of the articles: found by a scan, by a key or by a search.

Everything is asked of the directory at the moment it is needed; nothing is loaded at the start.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from appliance.domain import barcode
from appliance.domain.article import Article, Unit
from appliance.domain.errors import ImpossibleValueError
from appliance.domain.labels import Measure, read_label, rules_from
from appliance.domain.money import Rounding, divide
from appliance.domain.sale import ONE_MILLI
from appliance.domain.scanned import Gtin
from appliance.services.ports import Category, Directory, QuickKey

log = logging.getLogger(__name__)

LABEL_RULES = "label_rules"
"""The setting that holds the shop's rules for codes with a price or weight; off until it is there."""

MOST_RESULTS = 30
"""More than a person reads; one more letter finds it sooner."""


class UnknownArticleError(LookupError):
    """The shop has no such article.

    Attributes:
        code: What was sought.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            f"An article with code {code} was expected, found none; look it up by name."
        )


class WeightNeededError(ValueError):
    """An article sold by weight, and nobody said how much.

    Attributes:
        article: The article.
    """

    def __init__(self, article: Article) -> None:
        self.article = article
        super().__init__(f"The weight of {article.name} was expected, found none; type it.")


@dataclass(frozen=True, slots=True)
class Found:
    """An article, and how much of it the code said.

    Attributes:
        article: The article.
        quantity_milli: In thousandths; None where the code does not say.
        label_minor: The price on its own label; None where there is none.
    """

    article: Article
    quantity_milli: int | None = None
    label_minor: int | None = None


def _quantity_for(article: Article, price_minor: int) -> int:
    """Return how much of an article costs so much; one where that cannot be told."""
    if article.unit is Unit.PIECE or not article.price_minor:
        return ONE_MILLI
    return max(1, divide(price_minor * ONE_MILLI, article.price_minor, Rounding.HALF_UP))


class Catalogue:
    """Finds what the shop sells.

    Args:
        directory: What the back office says.
        decimals: Digits of the till's minor unit, for prices inside GS1 codes.
        prefix: What the scanners are set to send before each code.
        suffix: What they are set to send behind it.
    """

    def __init__(
        self, directory: Directory, *, decimals: int, prefix: str = "", suffix: str = ""
    ) -> None:
        self._directory = directory
        self._decimals = decimals
        self._prefix = prefix
        self._suffix = suffix

    def scanned(self, text: str) -> Found:
        """Find what a scanner read.

        Raises:
            ScanError: If it is no code of an article.
            UnknownArticleError: If the shop has no such article.
        """
        read = barcode.read(text, prefix=self._prefix, suffix=self._suffix, decimals=self._decimals)
        if not isinstance(read, Gtin):
            return Found(self.find(read.code))
        if read.is_restricted:
            labelled = self._labelled(read.gtin14)
            if labelled is not None:
                return labelled
        quantity = read.weight_milli
        if quantity is None and read.count:
            quantity = read.count * ONE_MILLI
        return Found(self.find(read.gtin14, shown=read.gtin14.lstrip("0")), quantity)

    def _labelled(self, gtin14: str) -> Found | None:
        """Read a price, weight or count by the shop's rules; None where no rule fits."""
        try:
            rules = rules_from(self._directory.setting(LABEL_RULES, []))
        except ImpossibleValueError as error:
            log.warning("Codes with a price or weight are read as plain ones: %s", error)
            return None
        label = read_label(gtin14, rules, self._decimals)
        if label is None:
            return None
        article = next(filter(None, map(self._directory.find, label.codes)), None)
        if article is None:
            raise UnknownArticleError(label.codes[-1])
        if not label.value:
            return Found(article)
        if label.measure is Measure.PRICE:
            return Found(article, _quantity_for(article, label.value), label.value)
        return Found(article, label.value)

    def find(self, code: str, *, shown: str = "") -> Article:
        """Find an article by its GTIN-14 or the shop's own code.

        Args:
            code: GTIN-14 or code.
            shown: The code as the person knows it, for the error.

        Raises:
            UnknownArticleError: If the shop has none.
        """
        article = self._directory.find(code)
        if article is None and shown:
            article = self._directory.find(shown)
        if article is None:
            raise UnknownArticleError(shown or code)
        return article

    def search(self, text: str) -> list[Article]:
        """Return articles by a part of name or code, those that begin with it first."""
        return self._directory.search(text, MOST_RESULTS)

    def categories(self) -> list[Category]:
        """Return the categories of quick keys, in the back office's order."""
        return self._directory.categories()

    def quick_keys(self, category: str) -> list[QuickKey]:
        """Return the keys of one category, in the back office's order."""
        return self._directory.quick_keys(category)
