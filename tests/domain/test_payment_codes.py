"""Payment codes against published examples, and read back by code that shares nothing with ours."""

from __future__ import annotations

import binascii
import contextlib
import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import emvco, epc
from appliance.domain.emvco import MerchantCodeError
from appliance.domain.epc import Payee, QrAmountError, QrTextError
from appliance.domain.iban import (
    IbanError,
    creditor_reference,
    is_creditor_reference,
    read_bic,
    read_iban,
)

EMVCO_EXAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603"
    "***0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)
"""Of the EMVCo specification, merchant-presented mode 1.1; its checksum is A13A."""


def field(name, value):
    return f"{name}{len(value):02d}{value}"


SHOP = "".join(
    field(*each)
    for each in [
        ("00", "01"),
        ("01", "11"),
        ("26", field("00", "ID.CO.EXAMPLE.WWW") + field("01", "936000000000001752")),
        ("52", "5411"),
        ("53", "360"),
        ("58", "ID"),
        ("59", "WARUNG BU SRI"),
        ("60", "JAKARTA"),
    ]
)
SHOP += "6304"
"""A shop's own code as its bank gives it; the shop is made up."""


def crc(text):
    """The checksum by Python's own CRC-CCITT."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


SHOP += crc(SHOP)


def read_fields(text):
    """Read a code with a regular expression, field by field."""
    found, rest = {}, text
    while rest:
        name, length = re.match(r"(\d\d)(\d\d)", rest).groups()
        found[name], rest = rest[4 : 4 + int(length)], rest[4 + int(length) :]
    return found


class TestIban:
    @pytest.mark.parametrize(
        "iban",
        ["NL91 ABNA 0417 1643 00", "BE72000000001616", "DE89370400440532013000",
         "GB82 WEST 1234 5698 7654 32", "FR14 2004 1010 0505 0001 3M02 606"],
    )  # fmt: skip
    def test_published_ones(self, iban):
        assert read_iban(iban.lower()) == iban.replace(" ", "")

    @pytest.mark.parametrize(
        "iban", ["", "NL91ABNA0417164301", "NL91ABNA041716430", "91NLABNA0417164300", "NL91 ABNA €"]
    )
    def test_a_wrong_one_says_where_to_correct_it(self, iban):
        with pytest.raises(IbanError, match="correct it in the shop's settings"):
            read_iban(iban)

    def test_the_published_creditor_references(self):
        assert creditor_reference("539007547034") == "RF18539007547034"
        assert is_creditor_reference("RF712348231")
        assert not is_creditor_reference("RF722348231")

    def test_a_wrong_bic(self):
        assert read_bic("bpotbeb1") == "BPOTBEB1"
        with pytest.raises(IbanError, match="8 or 11"):
            read_bic("BPOT")


class TestEpc:
    RED_CROSS = Payee("Red Cross of Belgium", "BE72000000001616", "BPOTBEB1")

    def test_the_example_of_the_guidelines(self):
        said = epc.payload(
            self.RED_CROSS,
            100,
            purpose="CHAR",
            text="Urgency fund",
            note="Sample EPC QR code",
            version="001",
        )
        assert said == (
            "BCD\n001\n1\nSCT\nBPOTBEB1\nRed Cross of Belgium\nBE72000000001616\nEUR1\nCHAR\n\n"
            "Urgency fund\nSample EPC QR code"
        )

    @given(
        st.integers(1, epc.MOST_MINOR), st.text(st.characters(categories=("L", "N")), max_size=70)
    )
    def test_what_is_asked_is_what_a_bank_reads(self, amount, text):
        said = epc.payload(Payee("Bakkerij Ünal", "NL91ABNA0417164300"), amount, text=text)
        lines = said.split("\n")
        assert lines[:7] == ["BCD", "002", "1", "SCT", "", "Bakkerij Ünal", "NL91ABNA0417164300"]
        euros, _, cents = lines[7].removeprefix("EUR").partition(".")
        assert int(euros) * 100 + int(cents.ljust(2, "0")) == amount
        assert (lines[10] if text else "") == text
        assert len(said.encode()) <= epc.LONGEST_BYTES
        assert segno.make_qr(said, error="m").version <= 13

    @pytest.mark.parametrize("amount", [0, -1, epc.MOST_MINOR + 1])
    def test_an_amount_the_standard_has_no_room_for(self, amount):
        with pytest.raises(QrAmountError, match=r"999999999\.99"):
            epc.payload(self.RED_CROSS, amount)

    def test_two_references_and_texts_too_long_are_refused(self):
        with pytest.raises(QrTextError):
            epc.payload(self.RED_CROSS, 1, reference="RF18539007547034", text="both")
        with pytest.raises(QrTextError):
            epc.payload(self.RED_CROSS, 1, text="x" * 141)
        with pytest.raises(QrTextError):
            epc.payload(self.RED_CROSS, 1, text="two\nlines")
        with pytest.raises(QrTextError, match="name"):
            Payee(" ", "BE72000000001616")
        with pytest.raises(QrTextError, match="BIC"):
            epc.payload(Payee("X", "BE72000000001616"), 1, version="001")


class TestEmvco:
    def test_the_example_of_the_specification(self):
        assert emvco.checksum(EMVCO_EXAMPLE[:-4]) == "A13A" == crc(EMVCO_EXAMPLE[:-4])
        fields = dict(emvco.check(EMVCO_EXAMPLE))
        assert (fields["59"], fields["54"], fields["58"]) == ("BEST TRANSPORT", "23.72", "CN")
        assert emvco.write(list(emvco.parse(EMVCO_EXAMPLE))) == EMVCO_EXAMPLE
        assert dict(emvco.parse(fields["64"]))["01"] == "最佳运输", "lengths count characters"

    def ask(self, amount, merchant=SHOP, **more):
        told = {"currency": "IDR", "decimals": 0, "most_minor": 10_000_000, "label": "8F3A01C2"}
        return emvco.ask(merchant, amount, **told | more)

    @given(st.integers(1, 10_000_000))
    def test_one_payment_of_an_amount(self, amount):
        said = self.ask(amount)
        fields = read_fields(said)
        assert (fields["01"], fields["54"]) == ("12", str(amount))
        assert fields["63"] == crc(said[:-4])
        assert next(iter(fields)) == "00"
        assert list(fields)[-1] == "63"
        assert read_fields(fields["62"]) == {"05": "8F3A01C2"}
        kept = {
            name: value for name, value in read_fields(SHOP).items() if name not in ("01", "63")
        }
        assert kept.items() <= fields.items()

    def test_decimals_where_the_currency_has_them(self):
        euro = SHOP[:-4].replace(field("53", "360"), field("53", "978"))
        said = self.ask(1205, euro + crc(euro), currency="EUR", decimals=2)
        assert read_fields(said)["54"] == "12.05"

    def test_a_label_the_bank_put_there_stays(self):
        body = SHOP[:-8] + "62090505ABCDE6304"
        assert read_fields(read_fields(self.ask(1, body + crc(body)))["62"])["05"] == "ABCDE"

    @pytest.mark.parametrize("amount", [0, -5, 10_000_001])
    def test_more_than_the_scheme_allows(self, amount):
        with pytest.raises(QrAmountError, match="10000000 IDR"):
            self.ask(amount)

    @pytest.mark.parametrize(
        "code",
        ["", "hello", SHOP[:-1], SHOP.replace("SRI", "SRA"), SHOP[:-4] + "0000", SHOP[6:],
         "000201630400", "0002016304", SHOP + SHOP],
    )  # fmt: skip
    def test_a_code_that_was_copied_wrongly_says_so(self, code):
        with pytest.raises(MerchantCodeError, match="Copy it from the bank again"):
            self.ask(5000, code)

    def test_a_code_for_another_currency(self):
        with pytest.raises(MerchantCodeError, match="currency EUR"):
            self.ask(5000, currency="EUR")

    @given(st.text(max_size=60))
    def test_nothing_else_than_our_own_error_comes_of_any_text(self, text):
        with contextlib.suppress(MerchantCodeError):
            self.ask(1, text)
