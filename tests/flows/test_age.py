"""Goods with an age limit: asked once, how it was found out is kept, a birth date never."""

from __future__ import annotations

import pytest

from appliance.services.counter import AgeNotAskedError
from tests.flows.shop import BREAD, NUTELLA, article

BEER, GIN = "BIER", "JENEVER"


@pytest.fixture
def pub(closed_shop):
    closed_shop.send(
        articles=[
            article(BEER, "Pils 33 cl", 150, minimum_age=18),
            article(GIN, "Jenever 1 l", 1500, minimum_age=21),
        ]
    )
    closed_shop.cashier = closed_shop.open().sign_in()
    return closed_shop


def test_it_is_asked_before_the_money_and_how_it_was_found_out_is_kept(pub):
    cashier = pub.cashier
    cashier.scan(NUTELLA)
    cashier.scan(BEER)
    cashier.touch("money-exact")
    assert (cashier.body.title, cashier.body.text) == ("Is de klant 18 of ouder?", "Pils 33 cl")
    cashier.touch("list-document")
    cashier.see_page("done")
    assert pub.sales()[0]["age_check"] == {"years": 18, "how": "document", "by": "p1"}


def test_it_is_asked_once_and_again_only_for_a_higher_age(pub):
    cashier = pub.cashier
    cashier.scan(BEER)
    cashier.touch("money-other", "list-looked")
    assert cashier.body.kind == "tenders"
    cashier.touch("tender-back")
    cashier.scan(BEER)
    cashier.touch("money-other", "tender-back")
    cashier.scan(GIN)
    cashier.touch("money-exact")
    assert cashier.body.title == "Is de klant 21 of ouder?"
    cashier.touch("list-looked")
    cashier.see_page("done")
    assert pub.sales()[0]["age_check"]["years"] == 21


def test_who_is_too_young_pays_the_rest_after_one_touch(pub):
    cashier = pub.cashier
    for code in (BEER, BREAD, GIN):
        cashier.scan(code)
    cashier.touch("money-exact", "list-refused")
    assert [line.name for line in cashier.body.lines] == ["Volkorenbrood heel"]
    cashier.touch("money-exact")
    cashier.see_page("done")
    (sale,) = pub.sales()
    assert [line["article"] for line in sale["removed"]] == [BEER, GIN]
    assert "age_check" not in sale


def test_nobody_pays_before_the_answer(pub):
    pub.cashier.scan(BEER)
    with pytest.raises(AgeNotAskedError):
        pub.desk.presenter._parts.register.pay_cash()


def test_bringing_it_back_asks_nothing(pub):
    cashier = pub.cashier
    cashier.scan(BEER)
    cashier.touch("money-exact", "list-looked")
    cashier.see_page("done")
    cashier.scan("2-000001")
    cashier.touch("list-do-all", "list-do-take", "money-exact")
    cashier.see_page("done")
    assert pub.sales()[1]["kind"] == "return"
