"""Joins the first minute of a register that was just let in; see `services.commissioning`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from appliance.build_counter import Counter, House
from appliance.config import Settings
from appliance.desks.register.presenter_training import Counters, Practice
from appliance.domain.article import Article, ArticleKind, Unit
from appliance.services import commissioning
from appliance.services.commissioning import PAPER, PERSON, Commissioning, Named
from appliance.services.till import Cause
from appliance.services.words import Words

_LOOKED_AT = 20
_BEGINNINGS = "0123456789abcdefghijklmnopqrstuvwxyz"
"""With one of these the code or the name of any article begins."""


def open_commissioning(
    settings: Settings, house: House, counter: Counter, front: Counters
) -> Callable[[], None] | None:
    """Return what is to be called every second; None on a device that works already."""
    file = settings.file.with_name(commissioning.FILE)
    facts = commissioning.read(file)
    if facts is None:
        return None
    told, parts = settings.device, counter.parts
    work = Commissioning(
        facts,
        Named(told.name, told.id, told.register, house.software),
        article=partial(_first, house),
        practise=lambda article: _practise(front.practice(), article),
        idle=lambda: parts.staff.person is None and not parts.register.busy,
        submit=partial(parts.printing.print, PERSON, PAPER, 0)
        if parts.printing.view.present
        else lambda _: None,
        kick=partial(parts.till.open, Cause.NO_SALE, reason=PERSON),
        done=partial(file.unlink, missing_ok=True),
        words=Words(told.language),
        clock=house.clock,
        monotonic=house.monotonic,
    )
    return work.tick


def _first(house: House) -> Article | None:
    """Return an article that needs no weighing, no age and no price to be typed."""
    return next(
        (
            article
            for beginning in _BEGINNINGS
            for article in house.directory.search(beginning, _LOOKED_AT)
            if article.unit is Unit.PIECE
            and article.kind is ArticleKind.GOODS
            and article.price_minor > 0
            and not article.minimum_age
        ),
        None,
    )


def _practise(practice: Practice, article: Article) -> str:
    """Sell one article for cash at the training counter, and say so in the real journal."""
    register = practice.presenter.session.parts.register
    practice.training.begin(PERSON, "")
    try:
        register.cashier = PERSON
        register.add(article)
        return register.pay_cash().finish().facts.receipt
    finally:
        practice.training.end(PERSON, "left")
        register.cashier = ""
