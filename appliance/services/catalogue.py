"""What the register knows of the articles: found by a scan, by a key or by a search."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.article import Article


@dataclass(frozen=True, slots=True)
class Category:
    """A group of quick keys.

    Attributes:
        key: Its stable name.
        name: What stands on its tab.
        colour: ``#RRGGBB``, or empty.
        position: Its place in the row, from the left.
    """

    key: str
    name: str
    colour: str
    position: int


@dataclass(frozen=True, slots=True)
class QuickKey:
    """A key that sells one article; page and order are set by the back office.

    Attributes:
        article: What it sells.
        label: What stands on it.
        colour: ``#RRGGBB``, or empty.
    """

    article: Article
    label: str
    colour: str
