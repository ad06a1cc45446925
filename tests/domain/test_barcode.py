"""Scans: what each means, and that nothing a scanner sends gets past unread."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.domain import barcode
from appliance.domain.barcode import (
    LIMIT,
    BadCheckDigit,
    CommandBarcode,
    Gtin,
    ScanError,
    ShopCode,
    TooLong,
    Unreadable,
    expand_upc_e,
    read,
)
from appliance.domain.gtin import check_digit, is_gtin, to_gtin14

GS = "\x1d"
NUTELLA = "03017620422003"


@pytest.mark.parametrize(
    ("text", "gtin14"),
    [
        ("3017620422003", NUTELLA),
        ("03017620422003", NUTELLA),
        ("40170725", "00000040170725"),
        ("012345678905", "00012345678905"),
        ("]E03017620422003", NUTELLA),
        ("]E440170725", "00000040170725"),
        ("]I103017620422003", NUTELLA),
        ("]C03017620422003", NUTELLA),
        ("]A0012345678905", "00012345678905"),
        ("3017620422003\r\n", NUTELLA),
        ("\t3017620422003 ", NUTELLA),
    ],
)
def test_article_numbers_become_14_digits(text, gtin14):
    assert read(text) == Gtin(gtin14, raw=text)


@pytest.mark.parametrize("text", ["4711", "85123A", "gift_0001_40", "POST", "]C085123A", "]F0123"])
def test_other_texts_are_the_shops_own_codes(text):
    assert read(text) == ShopCode(re.sub(r"^\]..", "", text), raw=text)


def test_prefix_and_suffix_of_the_scanner_go_first():
    assert read("A3017620422003Z\r", prefix="A", suffix="Z") == Gtin(
        NUTELLA, raw="A3017620422003Z\r"
    )
    assert read("3017620422003", prefix="A", suffix="Z").gtin14 == NUTELLA


@pytest.mark.parametrize("text", ["3017620422004", "40170726", "012345678900", "]E03017620422004"])
def test_a_wrong_check_digit_is_a_misread(text):
    with pytest.raises(BadCheckDigit, match=r"should be \d, not \d; scan again"):
        read(text)


# What biip 5.2 gets wrong, or lets pass (measured with GS1's own scan-data cases).


def test_a_restricted_number_is_a_number_and_not_a_serial():
    scan = read("2112345678900")
    assert scan == Gtin("02112345678900", raw="2112345678900")
    assert scan.is_restricted


def test_a_misread_restricted_number_is_not_a_serial_either():
    with pytest.raises(BadCheckDigit):
        read("2112345678901")


@pytest.mark.parametrize(
    "text",
    [
        f"https://id.gs1.org/01/{NUTELLA}",
        f"HTTPS://ID.GS1.ORG/01/{NUTELLA}",
        f"http://shop.example/some/path/01/{NUTELLA}?utm=x&lang=nl#top",
        f"]Q1https://shop.example/01/{NUTELLA}",
        f"]d1https://shop.example/01/{NUTELLA}",
        f"]J0https://shop.example/01/{NUTELLA}",
        f"]Q3HTTPS://shop.example/01/{NUTELLA}",
        "https://shop.example/01/3017620422003",
    ],
)
def test_a_digital_link_under_any_identifier_and_domain(text):
    assert read(text).gtin14 == NUTELLA


def test_a_digital_link_says_more():
    scan = read(f"https://id.gs1.org/01/{NUTELLA}/10/AB%2F1/21/S9?17=261231&3103=000450")
    assert (scan.batch, scan.serial) == ("AB/1", "S9")
    assert (scan.expires, scan.weight_milli) == (date(2026, 12, 31), 450)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/menu",
        "http://[x",
        "https://",
        "]Q1https://id.gs1.org/00/340123450000000018x",
    ],
)
def test_another_web_address_is_no_article(text):
    with pytest.raises(Unreadable, match="web address"):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "]E03017620422003|]e010ABC",
        "]E03017620422003]e010ABC",
        f"]e001{NUTELLA}|]e010ABC",
        f"]C101{NUTELLA}]e110ABC",
    ],
)
def test_a_composite_is_one_message(text):
    scan = read(text)
    assert (scan.gtin14, scan.batch) == (NUTELLA, "ABC")


def test_dotcode_is_read():
    assert read(f"]J101{NUTELLA}10ABC").batch == "ABC"


@pytest.mark.parametrize("text", ["]C1", "]e0", "]Q3", "]d2", "]J1", "]E0", f"]C1{GS}"])
def test_an_identifier_with_nothing_behind_it_is_refused(text):
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("]E0012345678905", "13 digits were expected, the scanner sent 12"),
        ("]E33017620422003", "15 or 18 digits were expected"),
        ("]E43017620422003", "8 digits were expected"),
        ("]E9123", "no digits were expected"),
    ],
)
def test_ean_and_upc_have_the_length_their_identifier_says(text, expected):
    with pytest.raises(Unreadable, match=expected):
        read(text)


@pytest.mark.parametrize(
    ("text", "add_on"),
    [
        ("]E3977123456700312", "12"),
        ("]E3978020137962451299", "51299"),
        ("]E09771234567003]E112", "12"),
        ("]E09780201379624]E251299", "51299"),
        ("977123456700312", "12"),
        ("978020137962451299", "51299"),
    ],
)
def test_add_ons_of_periodicals_and_books(text, add_on):
    scan = read(text)
    assert scan.gtin14 in ("09771234567003", "09780201379624")
    assert scan.add_on == add_on


def test_only_beside_a_periodical_may_bare_digits_be_an_add_on():
    assert read("301762042200312") == ShopCode("301762042200312", raw="301762042200312")


@pytest.mark.parametrize("text", ["]E112", "]E251299"])
def test_an_add_on_alone_is_half_a_scan(text):
    with pytest.raises(Unreadable, match="small code"):
        read(text)


def test_a_gtin_inside_element_strings_has_its_check_digit_too():
    with pytest.raises(BadCheckDigit):
        read("]C10103017620422004")


def test_eight_digits_are_upc_e_only_where_the_identifier_says_so():
    assert read("]E004252614").gtin14 == "00042100005264"
    with pytest.raises(BadCheckDigit):
        read("04252614")


def test_a_label_without_a_real_date_is_sold_all_the_same():
    scan = read(f"]C101{NUTELLA}17000000")
    assert (scan.gtin14, scan.expires) == (NUTELLA, None)


# UPC-E


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("01234505", "012000003455"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234565", "012345000065"),
    ],
)
def test_upc_e_expands(upc_e, upc_a):
    assert expand_upc_e(upc_e[:7] + check_digit(upc_a[:11])) == upc_a


def test_upc_e_expands_as_biip_does():
    biip = pytest.importorskip("biip.upc")
    for middle in range(0, 1_000_000, 4_099):
        number = f"0{middle:06d}"
        expected = biip.Upc.parse(number).as_upc_a()
        assert expand_upc_e(number + expected[-1]) == expected


@pytest.mark.parametrize("digits", ["2425261", "24252614", "", "0425261x"])
def test_what_is_no_upc_e_is_refused(digits):
    with pytest.raises(Unreadable):
        expand_upc_e(digits)


# Bad input


@pytest.mark.parametrize(
    "text",
    [
        "abc\x1bdef",
        "\x02" + "3017620422003" + "\x03",
        "3017620422003\x00",
        "a\x7fb",
        "%%SpecCode9A",
        "NLS0006010",
        "@FACDEF;",
        "$P,Ae,P",
        "$CSNRM01$P",
        "$++",
    ],
)
def test_a_command_barcode_is_never_used(text):
    with pytest.raises(CommandBarcode, match="was not used"):
        read(text)


@pytest.mark.parametrize("text", ["$5OFF", "@home", "NLS-1"])
def test_a_shops_code_may_look_a_little_like_a_command(text):
    assert read(text) == ShopCode(text, raw=text)


def test_a_flood_is_not_read_at_all():
    with pytest.raises(TooLong, match=f"at most {LIMIT} characters, this scan has 5000"):
        read("1" * 5000)


@pytest.mark.parametrize("text", ["", "  ", "\r\n", "x" * 65, "a\ufffdb", chr(0xDC80), "a\u202eb"])
def test_what_no_till_can_use_is_unreadable(text):
    with pytest.raises(Unreadable):
        read(text)


def test_digits_typed_on_a_french_keyboard_are_recognised():
    with pytest.raises(Unreadable, match="French or Belgian keyboard"):
        read('"à&-éà(éé' + 'àà"')


def test_other_scripts_digits_are_no_gtin():
    arabic = "3017620422003".translate({ord("0") + d: 0x0660 + d for d in range(10)})
    assert read(arabic) == ShopCode(arabic, raw=arabic)


SCAN_TEXT = st.one_of(
    st.text(max_size=60),
    st.from_regex(r"\A\][A-Za-z][0-9A-Za-z][ -~\x1d]{0,40}\Z"),
    st.from_regex(r"\A(\]C1|\]e0|\]d2|\]Q3)?01[0-9]{14}([0-9]{2,4}[ -~\x1d]{0,20}){0,4}\Z"),
    st.from_regex(r"\A(\]Q1)?[hH]ttps?://[ -~]{0,60}\Z"),
    st.from_regex(r"\A[0-9]{0,20}\Z"),
)


@given(SCAN_TEXT, st.text(max_size=3), st.text(max_size=3), st.integers(0, 3))
@example("http://[", "", "", 2)
@example("]C1" + GS * 3, "", "", 2)
@example("]e001" + NUTELLA + "|]e0", "", "", 2)
@example("]C10103017620422003" + "393" + "2", "", "", 2)
def test_any_text_is_read_or_refused(text, prefix, suffix, decimals):
    try:
        scan = read(text, prefix=prefix, suffix=suffix, decimals=decimals)
    except ScanError:
        return
    assert scan.raw == text
    if isinstance(scan, Gtin):
        assert len(scan.gtin14) == 14
        assert is_gtin(scan.gtin14)
    else:
        assert scan.code.isprintable()


@given(st.integers(0, 10**13 - 1), st.sampled_from([8, 12, 13, 14]))
def test_every_gtin_is_read_and_every_single_misread_digit_is_found(number, length):
    digits = f"{number % 10 ** (length - 1):0{length - 1}d}"
    gtin = digits + check_digit(digits)
    assert read(gtin).gtin14 == to_gtin14(gtin) == gtin.zfill(14)
    wrong = gtin[:3] + str((int(gtin[3]) + 1) % 10) + gtin[4:]
    with pytest.raises(BadCheckDigit):
        read(wrong)


@pytest.mark.parametrize(
    ("text", "restricted"),
    [
        ("2112345678900", True),
        ("0212345678906", True),
        ("0412345678904", True),
        ("212345678909", True),
        ("20000011", True),
        ("40170725", False),
        ("3017620422003", False),
        ("012345678905", False),
    ],
)
def test_restricted_numbers(text, restricted):
    digits = text[:-1] + check_digit(text[:-1])
    assert read(digits).is_restricted is restricted


def test_ordinary_scans_do_not_load_the_slow_library():
    code = (
        "import sys; from appliance.domain import barcode; barcode.read('3017620422003'); "
        "barcode.read('85123A'); assert 'biip' not in sys.modules; "
        f"barcode.read(']C101{NUTELLA}'); assert 'biip' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_names_other_parts_use_are_here():
    assert all(hasattr(barcode, name) for name in barcode.__all__)
