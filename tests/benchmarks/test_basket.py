"""What a scan works out beside many lines, in counts, which no other work on the machine can change."""

from __future__ import annotations

import cProfile

from appliance.domain.agreed import BasketDiscount
from appliance.domain.article import Article
from appliance.domain.pricing import Promotions, price
from appliance.domain.promotion import Promotion
from appliance.domain.sale import Basket, totals
from tests.benchmarks.basket import ARTICLES, LINES, ON_ALL, PROMOTIONS, goods, promotion
from tests.benchmarks.shift import NL, NOW

LOOKED_AT = {"_alone_of", "_most", "_concerning", "charge_alone", "divide_best", "best", "_greedy"}
"""What goes through promotions, for a line or for lines that they join."""
OF_A_LINE = {"_takes_part", "_discount", "cover", "_with_rules", "amount_minor", "full_minor"}
"""What works out something of one line."""


def priced(basket, promotions, before=None):
    basket = price(basket, promotions, NOW, NL.rounding)
    return basket, totals(basket, NL, NOW.date(), before=before)


def beside(lines, counted, *, discount=None, more=()):
    """Count what a scan beside so many lines works out, and what of the lines is made anew."""
    promotions = Promotions(
        Promotion.from_data({**told["rule"], "id": told["id"]})
        for told in (*map(promotion, range(PROMOTIONS)), *more)
    )
    basket = Basket("0" * 32, NOW, "p1", discount=discount)
    for number in range(lines):
        row = goods(number * (ARTICLES // LINES))
        article = Article(row["code"], row["name"], row["price_minor"], "reduced", row["category"])
        basket = basket.add(article)
    basket, before = priced(basket, promotions)
    last = goods(ARTICLES - 1)
    article = Article(last["code"], last["name"], last["price_minor"], "reduced", last["category"])
    profile = cProfile.Profile()
    grown = basket.add(article)
    after, comes_to = profile.runcall(priced, grown, promotions, before)
    assert len(after.lines) == lines + 1
    made = sum(new is not old for new, old in zip(comes_to.lines, before.lines, strict=False))
    calls = sum(
        each.callcount
        for each in profile.getstats()
        if not isinstance(each.code, str) and each.code.co_name in counted
    )
    return calls, made


def test_a_scan_looks_at_no_more_promotions_beside_500_lines_than_beside_one():
    few, many = beside(1, LOOKED_AT), beside(LINES, LOOKED_AT)
    assert few[0] > 0
    assert many[0] <= few[0]


def test_a_scan_works_out_and_makes_as_much_beside_500_lines_as_beside_few():
    few, many = beside(5, OF_A_LINE), beside(LINES, OF_A_LINE)
    assert many[0] <= few[0] + 2
    assert many[1] <= 2  # a cent of tax that rounding gives to another line


def test_a_scan_works_out_no_more_where_a_person_took_something_off_the_whole_sale():
    tenth = BasketDiscount("opening day", percent_bp=1000)
    few, many = (beside(count, OF_A_LINE, discount=tenth) for count in (5, LINES))
    assert 0 < many[1] < 80  # the lines whose share is a cent more or less now
    assert many[0] <= few[0] + 3 * many[1]


def test_a_scan_works_out_no_more_where_a_promotion_from_an_amount_covers_all_goods():
    rule = {"id": "ALL", "rule": ON_ALL}
    few, many = (beside(count, OF_A_LINE, more=[rule]) for count in (5, LINES))
    assert many[1] < 80
    assert many[0] <= few[0] + 4 * (many[1] + 1)
