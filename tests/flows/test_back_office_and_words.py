"""What the back office says arrives while selling; every page speaks every language."""

from __future__ import annotations

import pytest

from appliance.desks.register.view import State
from appliance.services.ports import Sending
from appliance.services.words import LANGUAGES
from tests.flows.shop import APPLES, BREAD, DIRECTORY, MILK, NUTELLA, article

WORDS = {
    "nl": ("Te betalen", "contant gepast", "Pin", "Anders", "Regel weg", "€\u00a03,99"),
    "fr": ("À payer", "espèces, exact", "Carte", "Autre", "Retirer ligne", "3,99\u00a0€"),
    "id": ("Total bayar", "tunai pas", "Kartu", "Lainnya", "Hapus baris", "€\u00a03,99"),
    "en": ("To pay", "exact cash", "Card", "Other", "Remove line", "€3.99"),
}


def test_the_language_changes_at_once(cashier):
    cashier.scan(NUTELLA)
    for language, words in WORDS.items():
        cashier.touch("language")
        offered = [(one.key, one.label) for one in cashier.screen.languages]
        assert offered == list(LANGUAGES.items())
        cashier.touch(f"language-{language}")
        assert cashier.screen.languages == ()
        body = cashier.body
        said = (
            body.total_label,
            body.money[0].caption,
            cashier.money()["card"].label,
            cashier.money()["other"].label,
            next(action.label for action in body.actions if action.key == "remove"),
            body.total,
        )
        assert said == words


def test_every_page_speaks_every_language(shop, cashier):
    for number, language in enumerate(LANGUAGES, start=1):
        cashier.touch("language", f"language-{language}")
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-cash")
        cashier.type("1")
        cashier.touch("tender-back", "money-card")
        cashier.see_page("done")
        cashier.touch("done-qr", "done-next", f"key-{BREAD}", "action-park")
        cashier.type("")
        cashier.touch("action-parked", "parked-back", "status-sending", "status-close", "lock")
        assert cashier.body.kind == "sign_in"
        assert "Contant" in cashier.see_paper(number), "the receipt stays in the shop's language"
        cashier.sign_in()


def test_a_new_price_holds_from_the_next_scan_on(shop, cashier):
    cashier.scan(NUTELLA)
    shop.send(articles=[article(NUTELLA, "Nutella 400 g", 429)])
    cashier.scan(NUTELLA)
    assert cashier.lines() == [
        ("1", "Nutella 400 g", "3,99"),
        ("1", "Nutella 400 g", "4,29"),
    ]


def test_new_keys_and_settings_come_by_themselves(shop, cashier):
    shop.send(
        quick_keys=[
            {"category": "quick", "page": 1, "position": 1, "article": BREAD, "active": False},
            {"category": "quick", "page": 1, "position": 3, "article": NUTELLA, "label": "Choco"},
        ],
        settings={"merge_same_article": False},
    )
    cashier.see(
        lambda s: [tile.label for tile in s.body.quick_keys] == ["Halfvolle melk 1 l", "Choco"]
    )
    cashier.scan(NUTELLA)
    cashier.scan(NUTELLA)
    assert len(cashier.body.lines) == 2


def test_categories_and_goods_by_weight(cashier):
    assert [tile.label for tile in cashier.body.categories] == ["Snel", "Fruit"]
    cashier.touch("category-fruit")
    (tile,) = cashier.body.quick_keys
    assert (tile.label, tile.price, tile.colour) == ("Elstar los", "2,49 / kg", "#3A7F3A")
    cashier.touch(f"key-{APPLES}")
    assert cashier.body.keypad.title == "Gewicht in kg"
    cashier.type("0,436")
    assert cashier.lines() == [("0,436", "Elstar los", "1,09")]
    assert cashier.body.lines[0].detail == "2,49 per kg"


def test_a_search_says_what_is_offered_and_when(shop, cashier):
    def offer(number, name, **window):
        rule = {
            "name": name,
            "kind": "n_for_amount",
            "parts": [{"articles": [NUTELLA], "count": 2}],
            "price_minor": 500,
            "window": window,
        }
        return {"id": f"r{number}", "position": number, "rule": rule}

    shop.send(
        promotions=[
            offer(1, "Twee voor 5", first_day="2026-11-20", last_day="2026-11-30"),
            offer(2, "Kerst", first_day="2026-12-20", last_day="2026-12-27"),
            offer(3, "Voorbij", last_day="2026-11-21"),
        ]
    )
    cashier.presenter.tick()
    cashier.presenter.searched("nutella")
    (found,) = cashier.body.results
    assert found.detail.startswith(
        "Twee voor 5 t/m 30-11-2026 · Kerst van 20-12-2026 t/m 27-12-2026 · 3017620422003 · "
    )


def test_search_by_parts_of_name_and_code(cashier):
    for text in ("melk", "half m", "87104", MILK):
        cashier.presenter.searched(text)
        assert [tile.article for tile in cashier.body.results] == [MILK], text
    cashier.presenter.searched("geen zulk ding")
    assert cashier.body.no_results == "Niets gevonden. Probeer minder letters."
    cashier.presenter.searched("brood")
    cashier.touch(f"result-{BREAD}")
    assert cashier.body.search == ""
    assert cashier.lines() == [("1", "Volkorenbrood heel", "2,89")]


def test_quantity_and_removing_act_on_the_touched_line(cashier):
    cashier.scan(NUTELLA)
    cashier.scan(MILK)
    cashier.touch("line-1", "action-quantity")
    assert cashier.body.keypad.hint == "Nutella 400 g"
    cashier.type("0")
    assert cashier.body.keypad.hint.startswith("Met nul haalt u niets weg.")
    cashier.touch("pad-back")
    cashier.type("12")
    assert cashier.lines()[0] == ("12", "Nutella 400 g", "47,88")
    assert cashier.body.lines[0].detail == "3,99 per stuk"
    cashier.touch("line-2", "line-1", "action-remove")
    assert [name for _, name, _ in cashier.lines()] == ["Halfvolle melk 1 l"]


def test_an_abandoned_sale_leaves_an_empty_counter(cashier):
    cashier.scan(NUTELLA)
    cashier.touch("action-more", "list-abandon")
    cashier.see(lambda s: s.body.lines == ())
    assert cashier.notice == "De verkoop is afgebroken."


def test_an_unknown_control_is_a_programming_error(cashier):
    with pytest.raises(LookupError, match="nonsense"):
        cashier.presenter.press("nonsense")


def test_a_broken_directory_is_said_and_what_was_scanned_can_be_paid(shop, cashier):
    cashier.scan(NUTELLA)
    for file in shop.data.glob("directory.db*"):
        file.unlink()
    (shop.data / "directory.db").write_bytes(b"no database at all" * 300)
    cashier.see_notice("De artikelen kunnen niet gelezen worden.")
    cashier.scan(MILK)
    cashier.touch("money-exact")
    cashier.see(lambda _: shop.sales())
    for file in shop.data.glob("directory.db*"):
        file.unlink()
    shop.directory = type(shop.directory)(1, 0, "0" * 64)
    shop.send(**DIRECTORY)
    cashier.see_page("done")
    cashier.scan(MILK)
    assert cashier.lines() == [("1", "Halfvolle melk 1 l", "1,29")]


SENDING = {
    "all sent": (Sending(connected=True), "Alles verzonden", State.OK),
    "just sold": (Sending(unsent=1, connected=True), "1 te verzenden", State.OK),
    "away": (
        Sending(unsent=3, problem="unreachable"),
        "3 te verzenden",
        State.LOOK,
    ),
    "never there": (Sending(), "Alles verzonden", State.LOOK),
    "not set up": (Sending(enabled=False), "Verzendt niet", State.LOOK),
    "new problem": (Sending(unsent=2, problem="a later uplink's"), "2 te verzenden", State.LOOK),
}


def test_the_bar_tells_what_has_not_left_the_building(cashier):
    for seen, (sending, label, state) in SENDING.items():
        cashier.presenter._parts.sending._show(sending)
        item = cashier.status("sending")
        assert (item.label, item.state) == (label, state), seen
        assert item.meaning
        assert bool(item.remedy) == (state is State.LOOK), seen
