"""Selling recorded baskets through the register, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.domain.money import format_minor
from appliance.domain.payment import Tender, Tendered
from appliance.domain.sale import Basket, Kind
from appliance.replay.baskets import CURRENCY, DECIMALS, RecordedBasket
from appliance.services.catalogue import Catalogue, UnknownArticleError
from appliance.services.register import Register, Sold

SOURCE = "replay"
"""How the lines came, as their entries say."""

REASON = "recorded price"
"""Why a line's price is not the article's, as its entry says."""


class ReplayError(RuntimeError):
    """Nothing can be sold as things are; the message says what to do."""


class RecordedClock:
    """Tells the time of the basket that is being sold."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return that time, with its offset."""
        return self.now


@dataclass(frozen=True, slots=True)
class Figures:
    """What was sold again.

    Attributes:
        sales: Baskets sold.
        returns: Baskets taken back.
        lines: Lines of both.
        total_minor: What all came to, in pence.
        seconds: How long it took.
    """

    sales: int = 0
    returns: int = 0
    lines: int = 0
    total_minor: int = 0
    seconds: float = 0.0

    @property
    def entries_per_s(self) -> float:
        """Entries committed in a second: one for each basket."""
        return (self.sales + self.returns) / self.seconds if self.seconds else 0.0

    def text(self) -> str:
        """Return the figures as lines for a person."""
        total = format_minor(self.total_minor, DECIMALS, "en", symbol=CURRENCY, minus="-")
        return (
            f"sales {self.sales} · returns {self.returns} · lines {self.lines}\n"
            f"total {total.replace(chr(0xA0), ' ')} ({self.total_minor} pence)\n"
            f"{self.seconds:.1f} s · {self.entries_per_s:.0f} entries/s committed\n"
        )


def refuse_unknown(baskets: Iterable[RecordedBasket], catalogue: Catalogue) -> None:
    """Refuse to begin while the register lacks an article.

    Raises:
        ReplayError: It does; how many, and one of them.
    """
    codes = dict.fromkeys(line.code for basket in baskets for line in basket.lines)
    missing = [code for code in codes if not _knows(catalogue, code)]
    if missing:
        raise ReplayError(
            f"{len(missing)} of {len(codes)} articles are not on this register, such as "
            f"“{missing[0]}”; write them with --articles, import that file in the back office "
            "and wait until they have arrived."
        )


def _knows(catalogue: Catalogue, code: str) -> bool:
    try:
        catalogue.find(code)
    except UnknownArticleError:
        return False
    return True


def is_left_over(basket: Basket) -> bool:
    """Whether a basket is what an interrupted replay left, or has no line at all."""
    return all(line.source == SOURCE for line in basket.lines)


def replay(
    baskets: Sequence[RecordedBasket],
    *,
    register: Register,
    catalogue: Catalogue,
    clock: RecordedClock,
    told: Callable[[Figures], object] = lambda _: None,
) -> Figures:
    """Sell baskets at their recorded times. Each is in the journal before the next begins.

    What an interrupted replay left on the counter is abandoned first.

    Args:
        baskets: In the order they are sold.
        register: Sells them; it tells the time by ``clock``.
        catalogue: Its articles.
        clock: Set to each basket's time.
        told: Called with the figures so far after each basket.

    Raises:
        JournalError: A sale was not recorded; those before it are.
    """
    begun, figures = time.monotonic(), Figures()
    register.merge = False
    if register.basket is not None:
        clock.now = register.basket.opened_at
        register.abandon().finish()
    for basket in baskets:
        sold = _sell(basket, register, catalogue, clock)
        figures = Figures(
            sales=figures.sales + (not basket.is_return),
            returns=figures.returns + basket.is_return,
            lines=figures.lines + len(sold.facts.lines),
            total_minor=figures.total_minor + sold.facts.gross_minor,
            seconds=time.monotonic() - begun,
        )
        told(figures)
    return figures


def _sell(
    basket: RecordedBasket, register: Register, catalogue: Catalogue, clock: RecordedClock
) -> Sold:
    """Sell one basket. The invoices do not say how they were paid: a card, by hand, is said.

    The invoice's number is the payment's reference, so that each sale can be found in the file.
    """
    clock.now = basket.opened
    register.open(Kind.RETURN if basket.is_return else Kind.SALE)
    for line in basket.lines:
        added = register.add(catalogue.find(line.code), line.quantity_milli, source=SOURCE)
        if added.unit_price_minor != line.unit_price_minor:
            register.set_price(added.number, line.unit_price_minor, REASON)
    clock.now = basket.completed
    total = register.totals().gross_minor
    paid = (Tendered(Tender.CARD_MANUAL, total, basket.number),) if total else ()
    return register.pay(*paid).finish()
