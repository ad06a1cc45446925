"""What a scan works out beside many lines, in counts, which no other work on the machine can change."""

from __future__ import annotations

import cProfile

from appliance.domain.article import Article
from appliance.domain.pricing import Promotions, price
from appliance.domain.promotion import Promotion
from appliance.domain.sale import Basket
from tests.benchmarks.basket import ARTICLES, LINES, PROMOTIONS, goods, promotion
from tests.benchmarks.shift import NL, NOW

WORKED_OUT = {"_most", "_concerning", "divide_best", "best", "_greedy"}


def priced(basket, promotions):
    return price(basket, promotions, NOW, NL.rounding)


def beside(lines):
    """Count what a scan beside so many lines works out of promotions."""
    promotions = Promotions(
        Promotion.from_data({**told["rule"], "id": told["id"]})
        for told in map(promotion, range(PROMOTIONS))
    )
    basket = Basket("0" * 32, NOW, "p1")
    for number in range(lines):
        row = goods(number * (ARTICLES // LINES))
        article = Article(row["code"], row["name"], row["price_minor"], "reduced", row["category"])
        basket = basket.add(article)
    basket = priced(basket, promotions)
    last = goods(ARTICLES - 1)
    article = Article(last["code"], last["name"], last["price_minor"], "reduced", last["category"])
    profile = cProfile.Profile()
    after = profile.runcall(priced, basket.add(article), promotions)
    assert len(after.lines) == lines + 1
    return sum(
        each.callcount
        for each in profile.getstats()
        if not isinstance(each.code, str) and each.code.co_name in WORKED_OUT
    )


def test_a_scan_beside_many_lines_works_out_no_more_promotions_than_beside_few():
    assert beside(150) <= 2 * beside(1)
