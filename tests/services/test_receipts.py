"""What stands on paper, in each market and language, on paper of any width."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.domain import market as markets
from appliance.domain.payment import Tender, Tendered
from appliance.domain.sale import Kind
from appliance.services.receipts import QR_BYTES, Copy, Receipts, Shop, as_lines
from appliance.services.words import LANGUAGES, Words
from drivers.printer import Barcode, Cut, Text
from drivers.printer.escpos import EscposOptions, encode
from tests.services.doubles import (
    APPLES,
    ARTICLES,
    BREAD,
    NOW,
    NUTELLA,
    SOAP,
    MemoryJournal,
    MemoryShelf,
    register,
)

SHOP = Shop.from_setting(
    {
        "name": "Buurtwinkel De Hoek",
        "address": ["Dorpsstraat 1"],
        "tax_number": "NL001234567B01",
        "footer": {"nl": "Tot ziens"},
    }
)


def sold(market="nl", *, pay=lambda till: till.pay_cash(2000)):
    till = register(MemoryJournal(), MemoryShelf(), market=market)
    till.scan(NUTELLA)
    till.scan(BREAD)
    till.scan(BREAD)
    till.add(ARTICLES[APPLES], 436)
    till.scan(SOAP)
    return pay(till).finish().facts


def receipts(market="nl", language="nl", shop=SHOP):
    return Receipts(markets.load(market), shop, Words(language))


def lines(facts, width=42, **more):
    document = receipts(facts.market).document(facts, columns=width, **more)
    return as_lines(document, width)


def test_a_dutch_receipt_line_by_line():
    assert lines(sold()) == tuple(
        line.ljust(42)
        for line in (
            "           Buurtwinkel De Hoek",
            "              Dorpsstraat 1",
            "          Btw-id NL001234567B01",
            "",
            "Nutella 400 g                       3,99 B",
            "2 x 2,89 Volkorenbrood              5,78 B",
            "0,436 kg x 2,49 Elstar los          1,09 B",
            "Afwasmiddel                         2,15 A",
            "-" * 42,
            "Totaal                               13,01",
            "Afronding                            -0,01",
            "TE BETALEN                       EUR 13,00",
            "Contant                              20,00",
            "Terug                                 7,00",
            "",
            "                       netto   btw  totaal",
            "A btw 21%               1,78  0,37    2,15",
            "B btw 9%                9,96  0,90   10,86",
            "",
            "22-11-2026 14:07                   Kassa 2",
            "Bon 2-000001",
            "",
            "                Tot ziens",
            "",
        )
    )


@pytest.mark.parametrize("width", [24, 32, 38, 42, 48, 64])
def test_every_line_fits_the_paper(width):
    assert {len(line) for line in lines(sold(), width)} == {width}


@pytest.mark.parametrize("market", markets.MARKETS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_market_in_every_language_can_be_printed(market, language):
    facts = sold(market)
    made = receipts(market, language)
    document = made.document(facts, columns=48, cashier="p1", copy=Copy(2, NOW))
    assert encode(document, EscposOptions())
    text = "\n".join(as_lines(document, 48))
    assert facts.receipt in text
    assert "\u2212" not in text, "printers have no such minus"
    assert isinstance(document[-1], Cut)
    assert [each.value for each in document if isinstance(each, Barcode)] == [facts.receipt]


def test_a_copy_is_marked_and_numbered():
    said = lines(sold(), copy=Copy(3, NOW))
    assert said[0].strip() == "KOPIE 3"
    assert said[1].strip() == "22-11-2026 14:07"


def test_a_return_says_so_and_what_goes_back():
    till = register(MemoryJournal(), MemoryShelf())
    till.open(Kind.RETURN)
    till.add(ARTICLES[NUTELLA], -1000)
    said = [" ".join(line.split()) for line in lines(till.pay_cash().finish().facts)]
    assert "RETOUR" in said
    assert "-1 x 3,99 Nutella 400 g -3,99 B" in said
    assert "TERUG EUR 4,00" in said


def test_split_payments_and_references_are_told():
    def split(till):
        till.take(Tendered(Tender.CASH, 500))
        return till.pay(Tendered(Tender.CARD_MANUAL, 801, "412111"))

    said = [" ".join(line.split()) for line in lines(sold(pay=split))]
    assert "Contant 5,00" in said
    assert "Pin 412111 8,01" in said
    assert "Afronding -0,01" not in said


def test_the_cashier_only_where_the_market_asks():
    facts = sold()
    assert not any("Geholpen" in line for line in lines(facts, cashier="p1"))
    rules = replace(markets.load("nl").receipt, required=("cashier",))
    asks = replace(markets.load("nl"), receipt=rules)
    document = Receipts(asks, SHOP, Words("nl")).document(facts, columns=42, cashier="p1")
    assert Text("Geholpen door p1") in document


def test_a_shop_that_has_said_nothing_still_prints():
    empty = Receipts(markets.load("nl"), Shop.from_setting(None), Words("nl"))
    assert as_lines(empty.document(sold(), columns=42), 42)[1].startswith("Nutella")
    assert Shop.from_setting({"footer": "not by language"}).footer == {}


def test_a_long_sale_still_fits_a_code():
    till = register(MemoryJournal(), MemoryShelf())
    till.merge = False
    for _ in range(120):
        till.scan(NUTELLA)
    text = receipts().qr_text(till.pay_cash().finish().facts)
    assert len(text.encode()) <= QR_BYTES
    assert "en nog " in text
    assert text.endswith("22-11-2026 14:07 2-000001")


def test_what_the_packing_weighed_stands_below_its_line():
    till = register(MemoryJournal(), MemoryShelf())
    till.add(ARTICLES[APPLES], 436, tare_milli=20)
    facts = till.pay_cash(2000).finish().facts
    said = lines(facts)
    below = said.index("0,436 kg x 2,49 Elstar los          1,09 B") + 1
    weights = [line.replace("\u00a0", " ").rstrip() for line in said[below : below + 2]]
    assert weights == ["  bruto 0,456 kg, tarra 0,020 kg,", "netto 0,436 kg"]
    assert all(len(line) <= 32 for line in lines(facts, width=32))
    assert "tarra" not in "\n".join(lines(sold())), "nothing is said where nothing was taken off"
