"""How a text is compared in a search: without case and without accents."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` as it is searched: ``"Crème fraîche"`` becomes ``"creme fraiche"``."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
