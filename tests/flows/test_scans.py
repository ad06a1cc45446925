"""What a scanner may bring, and what is said about it. Nothing is swallowed."""

from __future__ import annotations

from appliance.services import events
from appliance.services.words import LANGUAGES, Words
from tests.flows.shop import BADGE, MILK, NUTELLA

WRONG = {
    "4006381333930": "De code is verkeerd gelezen. Scan opnieuw.",
    "4006381333931": "Geen artikel heeft de code 4006381333931. Zoek het op naam.",
    "NOSUCH": "Geen artikel heeft de code NOSUCH. Zoek het op naam.",
    "%%SpecCode9E": "Deze streepjescode is een opdracht voor een scanner, geen artikel.",
    "2-000412": "Er is hier geen bon 2-000412.",
    "ODD": "Dit artikel heeft hier geen btw-tarief.",
}


def test_a_wrong_scan_is_shown_and_sounded(cashier):
    for code, said in WRONG.items():
        before, lines = cashier.screen.sound[0], len(cashier.body.lines)
        cashier.scan(code)
        assert cashier.notice.startswith(said), code
        assert cashier.screen.sound == (before + 1, "bad")
        assert len(cashier.body.lines) == lines
        cashier.scan(MILK)
        assert cashier.notice == ""
        assert cashier.screen.sound == (before + 2, "good")


def test_five_thousand_characters_are_refused(cashier):
    cashier.scan("x" * 5000)
    assert cashier.notice.startswith("De scanner stuurde meer tekens")
    cashier.presenter.scanned("x" * 5000, "keyboard")
    assert cashier.notice.startswith("Deze scan is te lang")


def test_a_torn_scan_is_said(shop, cashier):
    shop.scanner.send(b"30176")
    shop.scanner.pause()
    cashier.see_notice("Een scan brak af voor het einde.")


def test_in_every_language(cashier):
    for language in LANGUAGES:
        cashier.touch("language", f"language-{language}")
        cashier.scan("4006381333930")
        assert cashier.notice == Words(language).say("The code was misread. Scan it again.")


def test_a_misread_leaves_the_change_on_the_screen(cashier):
    cashier.scan(NUTELLA)
    cashier.touch("money-note-1000")
    cashier.see_page("done")
    cashier.scan("NOSUCH")
    assert cashier.body.kind == "done"
    assert cashier.body.amount == "€\u00a06,00"
    cashier.scan(MILK)
    assert cashier.body.kind == "sale"
    assert len(cashier.body.lines) == 1


def test_scans_during_the_payment_open_the_next_sale_and_keep_the_change_in_view(shop, cashier):
    cashier.scan(NUTELLA)
    cashier.presenter.press("money-note-1000")
    assert not any(key.enabled for key in cashier.body.money)
    shop.scanner.scan(MILK)
    shop.scanner.scan(MILK)
    cashier.see(
        lambda s: s.body.kind == "sale" and [line.quantity for line in s.body.lines] == ["2"]
    )
    assert cashier.body.summary[0].label == "Terug van de vorige bon"
    assert cashier.body.summary[0].amount == "€\u00a06,00"
    assert [len(sale["lines"]) for sale in shop.sales()] == [1]


def test_before_signing_in_nothing_is_sold(shop):
    shop.cashier.scan(NUTELLA)
    assert shop.cashier.notice == "Meld u eerst aan en scan dan opnieuw."
    shop.cashier.sign_in()
    assert shop.cashier.body.lines == ()


def test_a_badge_signs_in(shop):
    shop.cashier.scan(BADGE)
    assert shop.cashier.body.kind == "sale"
    assert shop.cashier.screen.top.person == "Sanne"


def test_a_badge_takes_over_the_counter_in_one_step(shop, cashier):
    cashier.touch("lock")
    cashier.sign_in("p2", "4711")
    cashier.scan(NUTELLA)
    cashier.scan(BADGE)
    assert cashier.screen.top.person == "Sanne"
    assert cashier.lines() == [("1", "Nutella 400 g", "3,99")]
    cashier.see(
        lambda _: [o["reason"] for o in shop.entries(events.SIGNED_OUT)] == ["lock", "switch"]
    )
    cashier.scan("5449000000996")
    assert cashier.screen.top.person == "Sanne"


def test_a_weight_in_the_code_is_the_quantity(shop, cashier):
    shop.send(
        articles=[
            {
                "code": "KAAS",
                "gtin": "08712345678906",
                "name": "Jonge kaas",
                "price_minor": 1299,
                "tax_class": "reduced",
                "unit": "kg",
            }
        ]
    )
    cashier.scan("0108712345678906" + "3103000436")
    assert cashier.lines() == [("0,436", "Jonge kaas", "5,66")]
    cashier.scan("8712345678906")
    assert cashier.body.keypad.title == "Gewicht in kg"
    cashier.type("0,2")
    assert cashier.lines()[1] == ("0,200", "Jonge kaas", "2,60")
