"""A cashier's first ten minutes: hints that go by use, what can be taken back, how loud it is."""

from __future__ import annotations

import pytest

from appliance.services.hints import SHOWN_ENOUGH
from tests.flows.shop import BREAD, MILK, NUTELLA

PAY = "Alles gescand? Eén tik onderaan sluit de verkoop: gepast, een briefje of pin."
LINE = "Tik een regel aan om het aantal te zeggen of hem weg te halen."
UNDO = "Niet de bedoeling? 'Ongedaan' zet het terug."
SEARCH = "Geen streepjescode en geen toets? Tik op het veld bovenaan en typ een deel van de naam."
MORE = "Korting, retour en de lade staan onder 'Meer'."


def tip(cashier):
    return cashier.screen.tip.text if cashier.screen.tip else ""


def sell(cashier, how="money-exact"):
    cashier.scan(NUTELLA)
    cashier.touch(how)
    cashier.see_page("done")
    cashier.touch("done-next")


class TestHints:
    def test_each_comes_where_it_helps_and_goes_by_use(self, cashier):
        assert cashier.body.hint == "Scan een artikel, of tik op de toets ervan."
        assert tip(cashier) == ""  # the empty counter says how to begin, and that is enough
        cashier.scan(NUTELLA)
        assert tip(cashier) == PAY
        cashier.touch("money-exact")
        cashier.see_page("done")
        assert tip(cashier) == ""
        cashier.touch("done-next")
        assert tip(cashier) == SEARCH
        cashier.presenter.searched("vol")
        assert tip(cashier) == ""
        cashier.presenter.searched("")
        assert tip(cashier) == ""  # it was used, so it is known
        sell(cashier, "money-card")
        sell(cashier, "money-note-500")
        assert tip(cashier) == MORE
        cashier.touch("action-more", "list-back")
        assert tip(cashier) == ""
        cashier.scan(NUTELLA)
        assert tip(cashier) == LINE  # three were paid with one touch: that is known
        cashier.touch("line-1", "action-quantity")
        assert tip(cashier) == ""  # a number is asked for
        cashier.type("3")
        assert tip(cashier) == UNDO
        cashier.touch("action-undo")
        assert cashier.lines() == [("1", "Nutella 400 g", "3,99")]
        assert tip(cashier) == LINE
        cashier.touch("action-remove")
        assert tip(cashier) == ""

    def test_a_touch_takes_one_away_for_good(self, cashier, shop):
        cashier.scan(NUTELLA)
        assert cashier.screen.tip.action.label == "Snap ik"
        cashier.touch("tip")
        assert tip(cashier) == ""
        cashier = shop.restart().sign_in()
        assert tip(cashier) == ""

    def test_who_does_not_heed_one_is_left_alone(self, cashier):
        for _ in range(SHOWN_ENOUGH):
            cashier.scan(NUTELLA)
            assert tip(cashier) == PAY
            cashier.scan(MILK)
            cashier.touch("action-more", "list-abandon")
            cashier.see_notice("afgebroken")
        cashier.scan(NUTELLA)
        assert tip(cashier) == ""

    def test_each_person_learns_alone(self, cashier):
        cashier.scan(NUTELLA)
        cashier.touch("tip", "lock")
        cashier.sign_in("p2", "4711")
        assert tip(cashier).startswith("Semua sudah dipindai?")

    def test_they_are_set_off_and_on_again(self, cashier, shop):
        cashier.touch("action-more", "list-hints")
        cashier.scan(NUTELLA)
        assert tip(cashier) == ""
        cashier = shop.restart().sign_in()
        assert tip(cashier) == ""
        cashier.touch("action-more", "list-hints")
        assert tip(cashier) == PAY

    def test_a_shop_may_want_none(self, cashier, shop):
        shop.send(settings={"hints": False})
        cashier.see(
            lambda _: (
                cashier.presenter.tick() or not shop.desk.presenter.session.parts.hints._shop_wants
            )
        )
        cashier.scan(NUTELLA)
        assert tip(cashier) == ""

    def test_a_notice_stands_before_a_hint(self, cashier):
        cashier.scan(NUTELLA)
        cashier.scan("5449000000997")
        assert cashier.screen.said is cashier.screen.notice
        assert tip(cashier) == PAY
        cashier.touch("notice")
        assert cashier.screen.said is cashier.screen.tip


class TestUndo:
    def action(self, cashier, key="undo"):
        return next(each for each in cashier.body.actions if each.key == key)

    def test_a_line_and_a_quantity_come_back_and_the_journal_tells_both(self, cashier, shop):
        cashier.scan(NUTELLA)
        cashier.scan(BREAD)
        assert not self.action(cashier).enabled
        cashier.touch("line-1", "action-remove")
        assert (self.action(cashier).enabled, self.action(cashier).caption) == (True, "regel weg")
        cashier.touch("action-undo")
        assert [name for _, name, _ in cashier.lines()] == ["Nutella 400 g", "Volkorenbrood heel"]
        assert cashier.body.lines[0].newest
        cashier.touch("line-2", "action-quantity")
        cashier.type("12")
        assert self.action(cashier).caption == "aantal"
        cashier.touch("action-undo", "money-exact")
        cashier.see_page("done")
        sale = shop.sales()[-1]
        assert [(each["line"], "back" in each) for each in sale["removed"]] == [(1, True)]
        assert [each["after_milli"] for each in sale["recounts"]] == [12_000, 1000]

    def test_a_power_cut_keeps_what_was_changed(self, cashier, shop):
        cashier.scan(NUTELLA)
        cashier.scan(BREAD)
        cashier.touch("line-1", "action-remove")
        cashier = shop.restart().sign_in()
        assert not self.action(cashier).enabled
        cashier.touch("money-exact")
        cashier.see_page("done")
        assert len(shop.sales()[-1]["removed"]) == 1

    def test_a_touch_that_comes_too_late_does_nothing(self, cashier):
        cashier.scan(NUTELLA)
        cashier.touch("action-undo")
        assert cashier.lines() == [("1", "Nutella 400 g", "3,99")]


class TestSounds:
    def heard(self, cashier):
        return cashier.screen.sound[1]

    def test_good_bad_done_and_attention(self, cashier):
        cashier.scan(NUTELLA)
        assert self.heard(cashier) == "good"
        cashier.scan("5449000000997")
        assert self.heard(cashier) == "bad"
        cashier.touch("money-exact")
        cashier.see_page("done")
        assert self.heard(cashier) == "done"

    @pytest.mark.parametrize(("key", "percent"), [("off", 0), ("soft", 20), ("loud", 100)])
    def test_a_counter_is_as_loud_as_is_set(self, cashier, shop, key, percent):
        assert shop.desk.sound_percent() == 50
        cashier.touch("action-more")
        assert [row.detail for row in cashier.body.rows if row.key == "sounds"] == ["Normaal"]
        cashier.touch("list-sounds", f"list-{key}")
        assert [row.key for row in cashier.body.rows if row.chosen] == [key]
        assert shop.desk.sound_percent() == percent
        assert self.heard(cashier) == "good"  # to hear how loud that is
        cashier.touch("list-back", "list-back")
        shop.restart()
        assert shop.desk.sound_percent() == percent

    def test_the_shop_says_how_loud_until_the_counter_does(self, cashier, shop):
        shop.send(settings={"sound": "soft"})
        cashier.see(lambda _: shop.desk.sound_percent() == 20)
        shop.send(settings={"sound": "shrill"})
        cashier.see(lambda _: shop.desk.sound_percent() == 50, "what is no loudness is the usual")
        cashier.touch("action-more", "list-sounds", "list-loud")
        shop.send(settings={"sound": "off"})
        cashier.presenter.tick()
        assert shop.desk.sound_percent() == 100
