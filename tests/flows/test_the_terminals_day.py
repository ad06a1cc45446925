"""The card terminal closes its own day with a Z; what it says stands beside ours, and stops nobody."""

from __future__ import annotations

import pytest

from appliance.domain.shift_books import SHIFT_CLOSED, SHIFT_REPRINTED, TERMINAL_CLOSED
from drivers.terminal.simulated import Behaviour
from tests.flows.shop import NUTELLA
from tests.flows.test_the_drawers_day import allow, the_drawer


@pytest.fixture
def sold(shop):
    """One sale by card, at a counter where a terminal is."""
    cashier = shop.cashier.sign_in()
    cashier.scan(NUTELLA)
    cashier.touch("money-card")
    cashier.see_page("done")
    cashier.touch("done-next")
    return shop


def close(shop):
    """Count nothing and close; the Z is there whatever the terminal does."""
    cashier = shop.cashier
    the_drawer(cashier, "count")
    allow(cashier)
    cashier.touch("form-confirm")
    cashier.see(lambda s: [each.key for each in s.body.fields] == ["left"])
    cashier.touch("form-confirm")
    cashier.see_page("paper")
    assert len(shop.entries(SHIFT_CLOSED)) == 1


def told(shop):
    shop.cashier.see(lambda _: shop.entries(TERMINAL_CLOSED))
    return shop.entries(TERMINAL_CLOSED)[-1]


def said(shop):
    return "\n".join(shop.cashier.see_page("paper").paper)


def test_its_total_stands_beside_ours(sold):
    close(sold)
    day = told(sold)
    assert (day["shift"], day["outcome"], day["by"]) == (1, "approved", "p1")
    assert (day["total_minor"], day["ours_minor"], day["difference_minor"]) == (399, 399, 0)
    sold.cashier.see_notice(
        "De pinautomaat heeft zijn dag afgesloten: €\u00a03,99, gelijk aan hier."
    )
    assert "PINAUTOMAAT" in said(sold)
    sold.cashier.see(lambda _: any("Volgens de automaat" in text for text in sold.papers()))
    sold.cashier.see(lambda _: any("SIMULATED TERMINAL" in text for text in sold.papers()))


def test_a_difference_is_named_in_words_and_on_paper(sold):
    sold.terminal._memory.close_day()  # somebody closed it at the terminal itself
    close(sold)
    assert told(sold)["difference_minor"] == -399
    sold.cashier.see_notice("De pinautomaat nam €\u00a00,00 aan, hier is het €\u00a03,99")
    paper = said(sold)
    assert "Volgens de automaat (0)" in paper
    assert "-3,99" in paper


@pytest.mark.parametrize(
    ("behaviour", "outcome", "words"),
    [
        (Behaviour.DEAD, "declined", "De pinautomaat is niet bereikbaar"),
        (Behaviour.DECLINE, "declined", "De pinautomaat heeft zijn dag niet afgesloten."),
        (Behaviour.SILENT, "unknown", "Sluit zijn dag nog eens af"),
    ],
)
def test_a_terminal_that_does_not_close_stops_nothing(sold, behaviour, outcome, words):
    sold.terminal.behave(behaviour)
    close(sold)
    assert told(sold)["outcome"] == outcome
    sold.cashier.see_notice(words)
    sold.terminal.behave(Behaviour.APPROVE)
    sold.cashier.touch("notice")
    sold.cashier.see(lambda _: len(sold.entries(TERMINAL_CLOSED)) == 2)
    again = told(sold)
    assert (again["outcome"], again["ours_minor"]) == ("approved", 399)


def test_it_is_closed_by_hand_where_the_shop_wants_that(sold):
    sold.send(settings={"terminal_closes_with_z": False})
    cashier = sold.cashier
    cashier.presenter.tick()
    close(sold)
    cashier.touch("paper-back")
    assert sold.entries(TERMINAL_CLOSED) == []
    the_drawer(cashier, "terminal")
    allow(cashier)
    assert told(sold)["total_minor"] == 399


def test_what_was_taken_counts_from_the_last_time_it_closed(sold):
    close(sold)
    assert told(sold)["ours_minor"] == 399
    sold.restart()
    cashier = sold.cashier.sign_in()
    cashier.scan(NUTELLA)
    cashier.scan(NUTELLA)
    cashier.touch("money-card")
    cashier.see_page("done")
    cashier.touch("done-next")
    the_drawer(cashier, "terminal")
    allow(cashier)
    cashier.see(lambda _: len(sold.entries(TERMINAL_CLOSED)) == 2)
    assert (told(sold)["ours_minor"], told(sold)["ours_count"]) == (798, 1)


def test_a_copy_of_a_z_is_told(sold):
    close(sold)
    told(sold)
    cashier = sold.cashier
    cashier.see(lambda _: any("Z 1" in text for text in sold.papers()))
    cashier.see(lambda s: s.body.actions)
    cashier.touch("paper-print")
    cashier.see(lambda _: sold.entries(SHIFT_REPRINTED))
    assert sold.entries(SHIFT_REPRINTED) == [{"shift": 1, "copy": 1, "by": "p1"}]
    cashier.see(
        lambda _: any("KOPIE 1" in text and "PINAUTOMAAT" in text for text in sold.papers())
    )


def test_the_bar_says_how_the_terminal_is(sold):
    cashier = sold.cashier
    cashier.presenter.tick()
    cashier.see(lambda _: cashier.status("terminal").label == "Pin")
    sold.terminal.behave(Behaviour.DEAD)
    sold.times.pass_by(30)
    cashier.presenter.tick()
    cashier.see(lambda _: cashier.status("terminal").label == "Pin weg")
    assert "met de hand" in cashier.status("terminal").remedy
