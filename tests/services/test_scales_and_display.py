"""Scale and customer display on their own threads; what they find out comes back through post."""

from __future__ import annotations

import time
from datetime import date

import pytest

from appliance.domain import market as markets
from appliance.domain.article import Article, Unit
from appliance.domain.sale import Basket, totals
from appliance.services.display import CustomerDisplay, Sayings
from appliance.services.scales import Scales
from appliance.services.words import Words
from appliance.services.worker import DeviceWorker
from appliance.ui.inbox import Inbox
from drivers.display import DisplayAwayError
from drivers.display.none import NoDisplay
from drivers.display.simulated import SimulatedDisplay
from drivers.scale import Reading, ScaleMovingError, ScaleState
from drivers.scale.none import NoScale
from drivers.scale.simulated import SimulatedScale
from tests.services.doubles import NOW

CEILING_S = 90.0


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def until(inbox):
    def wait(condition):
        end = time.monotonic() + CEILING_S
        while True:
            inbox.run_pending()
            if condition():
                return
            assert time.monotonic() < end, "it never came"
            time.sleep(0.002)

    return wait


@pytest.fixture
def worker():
    made = DeviceWorker("test", every_s=0.01)
    yield made
    made.close()


class TestTheScale:
    @pytest.fixture
    def scale(self):
        return SimulatedScale()

    @pytest.fixture
    def scales(self, scale, worker, inbox):
        made = Scales(scale=scale, worker=worker, post=inbox.put)
        worker.start()
        return made

    def test_its_weight_is_followed(self, scales, scale, until):
        scales.following = True
        until(lambda: scales.view.reading == Reading(ScaleState.STABLE, 0))
        scale.put(750, swings=-1)
        until(lambda: scales.view.reading == Reading(ScaleState.MOVING, 750))
        scale.put(752)
        until(lambda: scales.view.reading == Reading(ScaleState.STABLE, 752))

    def test_what_is_sold_is_weighed_at_the_touch(self, scales, scale, until):
        until(lambda: scales.view.reading == Reading(ScaleState.STABLE, 0))
        answers = []
        scale.put(750)
        scales.weigh(answers.append)
        until(lambda: answers)
        assert answers == [Reading(ScaleState.STABLE, 750)]
        assert scales.view.reading == answers[0]

    def test_it_is_missed_and_found_while_nobody_weighs(self, scales, scale, until):
        until(lambda: scales.view.reading is not None)
        scale.unplug()
        until(lambda: scales.view.reading == Reading(ScaleState.AWAY))
        scale.plug()
        until(lambda: scales.view.reading == Reading(ScaleState.STABLE, 0))

    def test_zero_and_tare_tell_why_not(self, scales, scale, until):
        scale.put(12, swings=-1)
        scales.zero()
        until(lambda: scales.view.error is ScaleMovingError)
        scale.put(12)
        scales.zero()
        until(lambda: scales.view.error is None)
        assert scales.view.reading == Reading(ScaleState.STABLE, 0)
        scale.put(112)
        scales.tare()
        until(lambda: scales.view.reading == Reading(ScaleState.STABLE, 0, 100, net=True))
        scales.clear_tare()
        until(lambda: scales.view.reading == Reading(ScaleState.STABLE, 100))

    def test_no_scale_is_never_asked(self, worker, inbox):
        scales = Scales(scale=NoScale(), worker=worker, post=inbox.put)
        assert not scales.view.present
        assert not worker._watches


class TestTheDisplay:
    @pytest.fixture
    def glass(self):
        return SimulatedDisplay()

    @pytest.fixture
    def display(self, glass, worker, inbox):
        made = CustomerDisplay(display=glass, worker=worker, post=inbox.put)
        worker.start()
        return made

    def test_it_shows_what_was_said_last(self, display, glass, until):
        for number in range(50):
            display.say((f"{number}", "Totaal"))
        until(lambda: glass.lines == ("49", "Totaal"))

    def test_one_that_was_away_shows_it_again_by_itself(self, display, glass, until):
        display.say(("Welkom", ""))
        until(lambda: glass.lines == ("Welkom", ""))
        glass.unplug()
        until(lambda: display.view.error is DisplayAwayError)
        glass.plug()
        until(lambda: display.view.error is None)
        assert glass.lines == ("Welkom", "")

    def test_one_that_lost_its_power_is_told_again(self, display, glass, until):
        display.say(("Welkom", ""))
        until(lambda: glass.lines == ("Welkom", ""))
        glass.lines = ("", "")
        until(lambda: glass.lines == ("Welkom", ""))

    def test_no_display_is_never_told(self, worker, inbox):
        display = CustomerDisplay(display=NoDisplay(), worker=worker, post=inbox.put)
        display.say(("Welkom", ""))
        assert display.lines == ("", "")
        assert not worker._watches


class TestWhatItSays:
    @pytest.fixture
    def market(self):
        return markets.load("nl")

    def lines(self, market, article, quantity_milli):
        basket = Basket("b", NOW, "p1").add(article, quantity_milli)
        return totals(basket, market, date(2026, 11, 22)).lines[0]

    @pytest.mark.parametrize("language", ["nl", "fr", "id", "en"])
    def test_it_fits_in_every_language(self, market, language):
        say = Sayings(Words(language), market, 20)
        wine = Article("W", "Châteauneuf-du-Pape grand cru", 123_456, "standard")
        line = self.lines(market, wine, 12_000)
        everything = (
            say.closed(), say.hello("Buurtwinkel De Hoek op het plein"), say.line(line, 1_481_472),
            say.weighing("Elstar los van dichtbij", 249, 750), say.weighing("Elstar", 249, None),
            say.to_pay(1_481_472, 1_481_472), say.to_pay(1_481_472, 981_472),
            say.at_terminal(1_481_472), say.done(1_481_472, 18_528), say.done(1_481_472, 0),
            say.done(-1_481_472, 0),
        )  # fmt: skip
        for upper, lower in everything:
            assert len(upper) <= 20
            assert len(lower) <= 20
        assert "…" not in "".join(map("".join, everything))

    def test_amounts_stand_against_the_edge_and_words_give_way(self, market):
        say = Sayings(Words("nl"), market, 20)
        apples = Article("A", "Elstar los", 249, "reduced", unit=Unit.KG)
        bread = Article("B", "Volkorenbrood heel", 289, "reduced")
        assert say.line(self.lines(market, bread, 1000), 289) == (
            "Volkorenbrood h 2,89",
            "Totaal          2,89",
        )
        assert say.line(self.lines(market, bread, 2000), 578)[0] == "2 x Volkorenbro 5,78"
        assert say.line(self.lines(market, apples, 750), 187)[0] == "0,750 kg Elstar 1,87"
        assert say.line(self.lines(market, apples, 1000), 249)[0] == "1,000 kg Elstar 2,49"
        assert say.weighing("Elstar los", 249, 750) == (
            "Elstar los   2,49/kg",
            "            0,750 kg",
        )
        assert say.done(1185, 815) == ("Totaal         11,85", "Terug           8,15")
        assert say.done(1185, 0)[1].strip() == "Dank u wel"
        assert say.to_pay(1185, 685) == ("Totaal         11,85", "Te betalen      6,85")
