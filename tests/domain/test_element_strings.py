"""What a till needs of GS1's element strings: weights, prices, batches and dates."""

from __future__ import annotations

from datetime import date

import pytest

from appliance.domain.barcode import Unreadable, read

GS = "\x1d"
NUTELLA = "03017620422003"


def test_what_a_till_needs_of_element_strings():
    scan = read(f"]C101{NUTELLA}15261130310300045010LOT7{GS}21S1{GS}3012")
    assert scan.gtin14 == NUTELLA
    assert (scan.batch, scan.serial, scan.count) == ("LOT7", "S1", 12)
    assert (scan.best_before, scan.weight_milli) == (date(2026, 11, 30), 450)


def test_element_strings_without_an_identifier():
    text = f"01{NUTELLA}10LOT7"
    assert read(text).batch == "LOT7"
    assert read(f"{GS}{text}").batch == "LOT7"
    assert read(f"01{NUTELLA}").gtin14 == NUTELLA


@pytest.mark.parametrize(
    ("element", "weight_milli"),
    [("3100000002", 2000), ("3103000450", 450), ("3104012345", 1235), ("3105012344", 123)],
)
def test_weights_become_grams(element, weight_milli):
    assert read(f"]C101{NUTELLA}{element}").weight_milli == weight_milli


@pytest.mark.parametrize(
    ("element", "decimals", "price", "currency"),
    [
        ("39221185", 2, 1185, None),
        ("392112", 2, 120, None),
        ("39329781185", 2, 1185, "978"),
        ("392012500", 0, 12500, None),
        ("39221250000", 0, 12500, None),
    ],
)
def test_prices_become_the_tills_minor_units(element, decimals, price, currency):
    scan = read(f"]d201{NUTELLA}{element}", decimals=decimals)
    assert (scan.price_minor, scan.price_currency) == (price, currency)


def test_a_price_finer_than_the_till_is_not_rounded():
    with pytest.raises(Unreadable, match="finer than the till"):
        read(f"]d201{NUTELLA}39231185", decimals=2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("]C100340123450000000018", "parcel or pallet"),
        (f"]C102{NUTELLA}3712", "parcel or pallet"),
        ("]C12559501101530003", "coupon"),
        ("]C110LOT7", "no article number"),
        ("]C1xyz", "cannot be read"),
        (f"]C101{NUTELLA}05", "cannot be read"),
    ],
)
def test_element_strings_of_no_article(text, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(text)
