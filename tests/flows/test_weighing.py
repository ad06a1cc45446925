"""Goods by weight: from the scale by one touch, with the packing, or typed."""

from __future__ import annotations

import pytest

from tests.flows.shop import APPLES, DIRECTORY, NUTELLA, Shop, article


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path, scale=True, display=True)
    made.data.mkdir()
    made.send(**DIRECTORY)
    yield made
    made.close()


@pytest.fixture
def cashier(shop):
    return shop.open().sign_in()


def weigh(cashier):
    cashier.touch("category-fruit", f"key-{APPLES}")
    assert cashier.body.keypad.purpose == "weight"


def see_weight(cashier, entry):
    cashier.see(lambda screen: screen.body.keypad.entry == entry, f"the weight {entry}")


def see_hint(cashier, text):
    cashier.see(lambda screen: text in screen.body.keypad.hint, f"the hint {text}")


def see_lines(cashier, *lines):
    cashier.see(lambda screen: screen.body.kind == "sale" and len(screen.body.lines) == len(lines))
    assert cashier.lines() == list(lines)


def test_two_touches_sell_what_lies_on_the_scale(cashier, shop):
    shop.scale.put(750)
    weigh(cashier)
    see_weight(cashier, "0,750")
    assert cashier.body.keypad.hint.startswith("Elstar los · 2,49 / kg")
    cashier.see(
        lambda _: shop.display.lines == ("Elstar los   2,49/kg", "            0,750 kg"),
        "the glass",
    )
    cashier.touch("pad-confirm")
    see_lines(cashier, ("0,750", "Elstar los", "1,87"))
    assert cashier.body.keypad is None
    cashier.touch("money-exact")
    cashier.see_page("done")
    (line,) = shop.sales()[0]["lines"]
    assert (line["quantity_milli"], line["gross_minor"], line["source"]) == (750, 187, "scale")
    assert "tare_milli" not in line


def test_the_weight_is_followed_and_only_taken_when_it_is_still(cashier, shop):
    shop.scale.put(740, swings=-1)
    weigh(cashier)
    see_weight(cashier, "0,740")
    see_hint(cashier, "Wacht")
    cashier.touch("pad-confirm")
    cashier.see(lambda screen: screen.sound[1] == "bad", "the refusal")
    assert cashier.body.lines == ()
    shop.scale.put(752)
    see_weight(cashier, "0,752")
    cashier.see(lambda screen: "Wacht" not in screen.body.keypad.hint, "the hint gone")
    cashier.touch("pad-confirm")
    see_lines(cashier, ("0,752", "Elstar los", "1,87"))


def test_what_lies_there_after_the_touch_is_what_is_sold(cashier, shop):
    shop.scale.put(750)
    weigh(cashier)
    see_weight(cashier, "0,750")
    shop.scale.put(300)
    cashier.presenter.press("pad-confirm")
    see_lines(cashier, ("0,300", "Elstar los", "0,75"))


@pytest.mark.parametrize(
    ("load", "words"),
    [(0, "Er ligt niets"), (19, "Minder dan 0,020 kg"), (15_001, "Te zwaar"), (-40, "onder nul")],
)
def test_what_cannot_be_weighed_for_sale_is_refused_in_words(cashier, shop, load, words):
    shop.scale.put(load)
    weigh(cashier)
    cashier.touch("pad-confirm")
    see_hint(cashier, words)
    assert cashier.body.lines == ()


def test_the_least_weight_is_the_back_offices(cashier, shop):
    shop.send(settings={"least_weight_g": 100})
    shop.scale.put(99)
    cashier.presenter.tick()
    weigh(cashier)
    cashier.touch("pad-confirm")
    see_hint(cashier, "Minder dan 0,100 kg")


def test_packing_that_was_typed_comes_off_and_is_recorded(cashier, shop):
    shop.scale.put(770)
    weigh(cashier)
    cashier.touch("pad-0", "pad-comma", "pad-0", "pad-2", "pad-extra")
    see_weight(cashier, "0,750")
    assert "0,020" in cashier.body.keypad.hint
    cashier.touch("pad-confirm")
    see_lines(cashier, ("0,750", "Elstar los", "1,87"))
    cashier.touch("money-exact")
    cashier.see_page("done")
    (line,) = shop.sales()[0]["lines"]
    assert (line["quantity_milli"], line["tare_milli"]) == (750, 20)


def test_packing_is_taken_from_the_scale_and_taken_back(cashier, shop):
    shop.scale.put(35)
    weigh(cashier)
    see_weight(cashier, "0,035")
    cashier.touch("pad-extra")
    see_weight(cashier, "0,000")
    cashier.touch("pad-extra")
    see_weight(cashier, "0,035")
    cashier.touch("pad-extra")
    cashier.touch("pad-confirm")
    see_hint(cashier, "De verpakking weegt meer")
    shop.scale.put(1035)
    see_weight(cashier, "1,000")
    cashier.touch("pad-confirm")
    see_lines(cashier, ("1", "Elstar los", "2,49"))


def test_a_tare_of_the_scale_itself_is_not_taken_off_twice(cashier, shop):
    shop.scale.put(100)
    shop.scale.tare()
    shop.scale.put(850)
    weigh(cashier)
    see_weight(cashier, "0,750")
    cashier.touch("pad-0", "pad-comma", "pad-1", "pad-extra")
    see_hint(cashier, "zelf")
    cashier.touch("pad-confirm")
    see_lines(cashier, ("0,750", "Elstar los", "1,87"))
    cashier.touch("money-exact")
    cashier.see_page("done")
    assert shop.sales()[0]["lines"][0]["tare_milli"] == 100


def test_a_weight_is_typed_where_the_scale_is_away(cashier, shop):
    shop.scale.unplug()
    weigh(cashier)
    see_hint(cashier, "antwoordt niet")
    cashier.touch("pad-confirm")
    cashier.see(lambda screen: screen.sound[1] == "bad", "the refusal")
    assert cashier.status("scale").label == "Weegschaal weg"
    cashier.type("1,25")
    see_lines(cashier, ("1,250", "Elstar los", "3,11"))
    shop.scale.plug()
    cashier.see(lambda screen: cashier.status("scale").label == "Weegschaal", "the scale back")
    cashier.touch("money-exact")
    cashier.see_page("done")
    assert shop.sales()[0]["lines"][0]["source"] == "key"


def test_nonsense_of_the_scale_sells_nothing_and_is_told(cashier, shop):
    shop.scale.pan.noise = b"??"
    weigh(cashier)
    see_hint(cashier, "onbegrijpelijke")
    cashier.touch("pad-confirm")
    see_hint(cashier, "onbegrijpelijke")
    assert cashier.body.lines == ()
    cashier.touch("pad-cancel")
    cashier.scan(NUTELLA)
    assert len(cashier.lines()) == 1


def test_leaving_before_the_scale_answers_sells_nothing(cashier, shop):
    shop.scale.put(750)
    weigh(cashier)
    cashier.presenter.press("pad-confirm")
    cashier.presenter.press("pad-cancel")
    done = []
    shop.desk.presenter._parts.scales.weigh(done.append)
    cashier.see(lambda _: done, "the answers")
    assert cashier.body.lines == ()


def test_the_scale_is_zeroed_from_the_bar(cashier, shop):
    shop.scale.put(12)
    cashier.touch("status-scale", "notice")
    cashier.see(lambda _: shop.scale.pan.zero_milli == 12, "zero")
    shop.scale.put(5000)
    cashier.touch("status-scale", "notice")
    cashier.see_notice("Haal alles eraf")


def test_without_a_scale_the_weight_is_typed(tmp_path):
    shop = Shop(tmp_path)
    shop.data.mkdir()
    shop.send(**DIRECTORY)
    cashier = shop.open().sign_in()
    weigh(cashier)
    cashier.touch("pad-confirm")
    assert "Typ" in cashier.body.keypad.hint
    cashier.touch("pad-0", "pad-comma", "pad-0", "pad-5", "pad-extra")
    cashier.type("0,8")
    see_lines(cashier, ("0,750", "Elstar los", "1,87"))
    shop.close()


def test_the_articles_own_packing_comes_off_by_itself(cashier, shop):
    salad = article("SAL1", "Huzarensalade", 1190, unit="kg", tare_milli=15)
    shop.send(articles=[salad])
    cashier.presenter.tick()
    shop.scale.put(265)
    cashier.presenter.searched("huzaren")
    cashier.touch("result-SAL1")
    see_weight(cashier, "0,250")
    assert "0,015" in cashier.body.keypad.hint
    cashier.touch("pad-confirm")
    see_lines(cashier, ("0,250", "Huzarensalade", "2,98"))
    cashier.touch("money-exact")
    cashier.see_page("done")
    assert shop.sales()[0]["lines"][0]["tare_milli"] == 15
