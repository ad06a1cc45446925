"""What people type of themselves, and what becomes of it."""

from __future__ import annotations

import pytest

from appliance.domain.customer import (
    Profile,
    from_content,
    is_card,
    read_card,
    read_mail,
    read_name,
    read_phone,
    read_profile,
    read_tax_number,
    searched_in,
    sought,
    to_content,
)
from appliance.domain.errors import (
    AddressOfMailError,
    CardNumberError,
    CustomerError,
    PhoneError,
    TaxNumberError,
    UnnamedError,
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("06 1234 5678", "+31612345678"),
        ("0612345678", "+31612345678"),
        ("(06) 12-34.56/78", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("+31 6 12345678", "+31612345678"),
        ("+62 812 345 678", "+62812345678"),
        ("612345678", "+31612345678"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_number_is_read_however_it_is_written(typed, read):
    assert read_phone(typed, "31") == read


@pytest.mark.parametrize(
    "typed", ["123", "06-1234", "phone", "+3161234567890123", "06x12345678", "٠٦١٢٣٤٥٦٧٨"]
)
def test_no_number(typed):
    with pytest.raises(PhoneError):
        read_phone(typed, "31")


@pytest.mark.parametrize(
    "typed", ["a@b.nl", "anna.de-vries+x@sub.example.co.id", "Anna@EXAMPLE.NL"]
)
def test_an_address(typed):
    assert read_mail(typed).partition("@")[0] == typed.partition("@")[0]
    assert read_mail(typed).endswith(typed.partition("@")[2].lower())


@pytest.mark.parametrize(
    "typed",
    [
        "anna",
        "anna@",
        "@example.nl",
        "anna@example",
        "anna@example.",
        "an na@b.nl",
        "a@b@c.nl",
        "anna@exa..mple.nl",
        "anna@example.nl, b@c.nl",
        "anna@example.n",
        "<a@b.nl>",
    ],
)
def test_a_torn_address(typed):
    with pytest.raises(AddressOfMailError):
        read_mail(typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("eva smit", "Eva Smit"),
        ("anna de vries", "Anna de Vries"),
        ("de vries", "De Vries"),
        ("jean-pierre o'neil", "Jean-Pierre O'Neil"),
        ("McDonald", "McDonald"),
        ("EVA", "EVA"),
        ("  eva   smit ", "Eva Smit"),
    ],
)
def test_a_name_typed_small_gets_its_capitals(typed, read):
    assert read_name(typed) == read


@pytest.mark.parametrize("typed", ["x" * 101, "a\u0007b"])
def test_what_is_no_name(typed):
    with pytest.raises(CustomerError):
        read_name(typed)


def test_a_tax_number_without_its_points():
    assert read_tax_number("nl 8123.45.678.b01") == "NL812345678B01"
    for wrong in ("abc", "?" * 8, "1" * 21):
        with pytest.raises(TaxNumberError):
            read_tax_number(wrong)


def test_cards_of_the_shop_and_cards_of_banks():
    assert read_card(" 2600000000017 ") == "2600000000017"
    assert read_card("KL-000123") == "KL-000123"
    with pytest.raises(CardNumberError):
        read_card("4111111111111111")
    for wrong in ("123", "x" * 41, "26 00"):
        with pytest.raises(CustomerError):
            read_card(wrong)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("2600000000017", True),
        ("260000000001", False),
        ("2700000000017", False),
        ("KL-0042", True),
        ("26000000000a7", False),
    ],
)
def test_which_scans_are_customer_cards(text, fits):
    assert is_card(text, ["26###########", "KL-####"]) is fits
    assert not is_card(text, None)
    assert not is_card(text, "26###########")
    assert not is_card(text, [7])


def test_somebody_needs_something_to_be_found_by():
    with pytest.raises(UnnamedError):
        read_profile({"address": "Kade 12"}, "31")
    assert read_profile({"cards": "2600000000017"}, "31").cards == ("2600000000017",)
    with pytest.raises(CustomerError):
        read_profile({"name": "a", "address": "1,2,3,4,5"}, "31")


def test_a_profile_is_written_and_read_and_a_later_programs_parts_are_passed_over():
    profile = Profile("Eva", "+31612345678", cards=("1234",), address=("Kade 12",))
    assert Profile.from_data(from_content(to_content(profile.to_data()))) == profile
    assert Profile.from_data({"name": 7, "cards": "1234", "colour": "blue"}) == Profile()
    assert from_content(b"\xff{") == from_content(b"[1]") == {}


def test_only_what_is_different_is_said():
    before = Profile("Eva", "+31612345678", email="e@b.nl")
    after = Profile("Eva", "+31612345679")
    told = before.differences(after)
    assert told == {"phone": "+31612345679", "email": ""}
    assert before.with_told(told) == after


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café  de", ["cafe", "de"]),
        ("06-12 34", ["061234"]),
        ("+31 612", ["31612"]),
        ("0031612", ["31612"]),
        ("12", ["12"]),
        ("", []),
    ],
)
def test_what_is_sought(text, words):
    assert sought(text) == words


def test_a_number_is_found_with_its_country_and_without():
    text = searched_in(Profile("Zoë", "+31612345678"))
    assert all(each in text for each in ("zoe", "31612345678", "0612345678"))
