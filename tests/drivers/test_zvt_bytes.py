"""ZVT's messages byte for byte.

The examples are written by hand from the public description of the protocol: PA00P015, "ECR-Interface
ZVT-Protocol" (control fields, lengths, BMPs, result codes) and PA00P016 (TLV container). None was
made with this project's own code. The two longest have the shape of status informations that public
projects keep as recordings of real terminals, with a masked card number.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.terminal import Slip, SlipFor, zvt_apdu, zvt_dialogue, zvt_fields
from drivers.terminal.zvt_apdu import Apdu, Assembly
from drivers.terminal.zvt_fields import FieldError
from drivers.terminal.zvt_status import Mark, Slips, shown_text, status, terminal_code


def raw(text):
    return bytes.fromhex(text)


def one(data):
    assembly = Assembly()
    assembly.feed(data)
    apdu = assembly.take()
    assert assembly.take() is None
    return apdu


SENT = {
    # 06 00: password, config byte (prints, is told, starts payments, locks the menu, line by line),
    # currency, service byte, TLV 26 with the permitted command 06 D3
    "registration": (
        zvt_dialogue.registration("000000", 978, prints=True),
        "06 00 10 00 00 00 BE 09 78 03 00 06 06 26 04 0A 02 06 D3",
    ),
    "registration of a terminal that prints by itself": (
        zvt_dialogue.registration("123456", 756, prints=False),
        "06 00 10 12 34 56 18 07 56 03 00 06 06 26 04 0A 02 06 D3",
    ),
    # 06 01: 04 amount in six bytes of BCD, 49 currency
    "authorisation": (
        zvt_dialogue.authorisation(1185, 978),
        "06 01 0A 04 00 00 00 00 11 85 49 09 78",
    ),
    "the largest authorisation": (
        zvt_dialogue.authorisation(999_999_999_999, 978),
        "06 01 0A 04 99 99 99 99 99 99 49 09 78",
    ),
    # 06 30: password, 87 receipt number
    "reversal": (zvt_dialogue.reversal("000000", 470), "06 30 06 00 00 00 87 04 70"),
    # 06 20: password, 03 service byte
    "repeat receipt": (
        zvt_dialogue.last_transaction("000000", 3),
        "06 20 05 00 00 00 03 03",
    ),
    "status enquiry": (
        zvt_dialogue.with_password(zvt_apdu.STATUS_ENQUIRY, "000000"),
        "05 01 03 00 00 00",
    ),
    "end of day": (
        zvt_dialogue.with_password(zvt_apdu.END_OF_DAY, "000000"),
        "06 50 03 00 00 00",
    ),
    "stop": (Apdu(zvt_apdu.STOP), "06 B0 00"),
    "log-off": (Apdu(zvt_apdu.LOG_OFF), "06 02 00"),
    "acknowledgement": (zvt_apdu.ACCEPTED, "80 00 00"),
    "refusal": (zvt_apdu.refusal(0x83), "84 83 00"),
}


@pytest.mark.parametrize(("apdu", "told"), SENT.values(), ids=SENT)
def test_what_the_register_sends(apdu, told):
    assert apdu.to_bytes() == raw(told)
    assert one(raw(told)) == apdu


PAID = raw(
    "04 0F 77 27 00 04 00 00 00 00 20 40 0B 00 04 70 0C 22 39 53 0D 10 06 0E 25 12 17 00 01 19 70"
    "22 F0 F8 EE EE EE EE EE EE 47 71 29 28 00 48 69"
    "2A 31 30 30 34 36 31 37 36 33 20 20 20 20 20 20 3B 36 31 31 38 30 34 00 00"
    "3C F0 F1 F4 47 45 4E 2E 4E 52 2E 3A 36 31 31 38 30 34 49 09 78 87 04 70 88 00 04 70 8A 2E"
    "8B F1 F7 44 65 62 69 74 20 4D 61 73 74 65 72 63 61 72 64 00"
)
WITH_CONTAINER = raw(
    "04 0F 6C 27 00 04 00 00 00 00 20 40 0C 21 09 16 0D 11 01 0E 99 99"
    "22 F0 F8 EE EE EE EE EE EE 47 71 A0 01 29 00 00 00 06 87 00 05 0B 00 00 00 8A 06"
    "8B F1 F1 4D 41 53 54 45 52 43 41 52 44 00"
    "06 2E 2F 08 1F 12 01 01 1F 10 01 03"
    "60 1B 43 07 A0 00 00 00 04 10 10 44 10 44 65 62 69 74 20 4D 61 73 74 65 72 63 61 72 64"
    "1F 2B 04 10 01 60 05"
)


def test_a_payment_that_was_approved():
    told = status(one(PAID).data)
    assert (told.result, told.amount_minor, told.currency) == (0, 2040, 978)
    assert told.mark == Mark(28004869, receipt=470, trace=470)
    assert told.original_trace is None
    assert told.whole


def test_a_payment_with_a_tlv_container_and_no_trace_number():
    told = status(one(WITH_CONTAINER).data)
    assert (told.result, told.amount_minor, told.mark) == (0, 2040, Mark(6, 5, 0))
    assert told.whole


@pytest.mark.parametrize(
    ("told", "result"),
    [
        ("04 0F 07 27 6C 29 28 00 48 69", 0x6C),
        (
            "04 0F 1E 27 6C 29 28 00 48 69 3C F0 F1 F1 41 62 62 72 75 63 68 20 4B 75 6E",
            0x6C,
        ),
        ("04 0F 02 27 B4", 0xB4),
    ],
)
def test_a_payment_that_was_none(told, result):
    data = raw(told)
    data = data[:2] + bytes((len(data) - 3,)) + data[3:]
    read = status(one(data).data)
    assert (read.result, read.amount_minor, read.mark) == (result, None, None)


@pytest.mark.parametrize("original", ["37 00 04 70", "37 F0 F0 F6 30 30 30 34 37 30"])
def test_a_reversal_tells_what_it_takes_back_however_it_is_written(original):
    read = status(raw(f"27 00 04 00 00 00 00 20 40 0B 00 04 71 {original} 29 28 00 48 69 87 04 71"))
    assert read.original_trace
    assert read.mark == Mark(28004869, 471, 471)


def test_totals_of_a_day():
    kinds = "00 00 00 00 00 00 00" * 6
    read = status(
        raw(f"27 00 04 00 00 00 01 00 00 60 F0 F5 F3 04 63 04 70 {kinds} 03 00 00 00 01 00 00")
    )
    assert read.total == (3, 10_000)


@pytest.mark.parametrize(
    ("completion", "code"),
    [("", 0), ("00", 0), ("9C", 0x9C), ("F0 F0 F0 F5 31 2E 32 2E 33 DC", 0xDC), ("00 06 00", 0)],
)
def test_the_terminals_own_status(completion, code):
    assert terminal_code(raw(completion)) == code


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("0A 00", ""),
        ("0A", ""),
        ("FF 3C 06 12 24 10 07 06 42 69 74 74 65 20 07 06 50 49 4E 20 3F 21", "Bitte PIN ?!"),
        ("FF 00 06 11 24 0F 07 0D 53 63 68 94 6E 65 6E 20 54 61 67 21 21", "Schönen Tag!!"),
    ],
)
def test_the_terminals_own_words(told, text):
    assert shown_text(raw(told)) == text


def test_lines_of_a_slip():
    slips = Slips()
    slips.line(raw("40") + b"KASSENBELEG")  # centred
    slips.line(raw("00") + b"EUR 20,40")
    slips.line(raw("FF 01"))  # a line feed
    slips.line(raw("80"))  # reserved: no line
    slips.line(raw("81") + b"DANKE")  # the last one
    slips.line(raw("00") + b"zweiter")
    assert slips.taken() == (
        Slip(SlipFor.ANYBODY, ("KASSENBELEG", "EUR 20,40", "", "DANKE")),
        Slip(SlipFor.ANYBODY, ("zweiter",)),
    )


def test_a_slip_as_one_block():
    slips = Slips()
    slips.block(raw("06 14 1F 07 01 02 25 0E 07 05 44 41 4E 4B 45 07 05 32 30 2C 34 30"))
    assert slips.taken() == (Slip(SlipFor.CUSTOMER, ("DANKE", "20,40")),)


class TestLengths:
    def test_of_a_long_message_have_the_low_byte_first(self):
        data = bytes(861)
        assert Apdu(zvt_apdu.PRINT_TEXT, data).to_bytes()[:5] == raw("06 D3 FF 5D 03")

    @pytest.mark.parametrize(
        ("size", "head"), [(0, "06 0F 00"), (254, "06 0F FE"), (255, "06 0F FF FF 00")]
    )
    def test_at_the_border(self, size, head):
        sent = Apdu(zvt_apdu.COMPLETION, bytes(size)).to_bytes()
        assert sent[: len(raw(head))] == raw(head)
        assert one(sent).data == bytes(size)

    def test_of_a_tlv_container_have_three_forms(self):
        assert zvt_fields.tlv_length(raw("7F"), 0) == (127, 1)
        assert zvt_fields.tlv_length(raw("81 80"), 0) == (128, 2)
        assert zvt_fields.tlv_length(raw("82 03 5D"), 0) == (861, 3)

    @pytest.mark.parametrize("broken", ["", "80", "83 01 00 00", "81", "82 01"])
    def test_of_no_form_are_refused(self, broken):
        with pytest.raises(FieldError):
            zvt_fields.tlv_length(raw(broken), 0)

    def test_that_no_message_has_is_refused(self):
        with pytest.raises(ValueError, match="at most 65535"):
            Apdu(zvt_apdu.COMPLETION, bytes(65_536))


@pytest.mark.parametrize(
    "broken",
    [
        "04 00 00",  # an amount that is cut off
        "27",  # a result without its byte
        "8B F1",  # a length that is cut off
        "8B 31 30",  # a length in ASCII
        "3C FA F0 F0",  # a length of no digit
        "06 05 1F",  # a container that is cut off
    ],
)
def test_fields_that_are_cut_off_are_refused(broken):
    with pytest.raises(FieldError):
        zvt_fields.read(raw(broken))


@pytest.mark.parametrize("broken", ["04 00 00 00 00 20 4A", "04 00 00 00 00 20 40"])
def test_a_status_that_cannot_be_trusted_is_refused(broken):
    with pytest.raises(FieldError):
        status(raw(broken) + (raw("27 00") if "4A" in broken else b""))


def test_a_field_nobody_knows_ends_the_reading_and_says_so():
    fields = zvt_fields.read(raw("27 00 C1 01 02 87 00 01"))
    assert (fields.values, fields.whole) == ({0x27: b"\0"}, False)


def test_containers_in_each_other_have_an_end():
    nested = b""
    for _ in range(20):
        nested = zvt_fields.tlv(0x24, nested)
    with pytest.raises(FieldError, match="too many"):
        list(zvt_fields.items(nested))


@given(st.integers(0, 10**12 - 1))
def test_an_amount_comes_back_from_bcd(amount):
    assert zvt_fields.from_bcd(zvt_fields.to_bcd(amount, 6)) == amount


@pytest.mark.parametrize("wrong", [-1, 10**12])
def test_an_amount_without_a_place_is_refused(wrong):
    with pytest.raises(ValueError, match="12 digits"):
        zvt_fields.to_bcd(wrong, 6)


APDUS = st.builds(
    Apdu,
    st.tuples(st.integers(0, 255), st.integers(0, 255)),
    st.binary(max_size=600),
)


@given(st.lists(APDUS, max_size=5), st.data())
def test_messages_come_whole_from_pieces_of_any_size(apdus, data):
    stream, got = b"".join(each.to_bytes() for each in apdus), []
    assembly = Assembly()
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        assembly.feed(stream[:size])
        stream = stream[size:]
        while (apdu := assembly.take()) is not None:
            got.append(apdu)
    assert got == apdus


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    """Whatever a terminal says, it is understood or refused in one way; nothing else comes out."""
    slips = Slips()
    for read in (
        status,
        terminal_code,
        shown_text,
        slips.line,
        slips.block,
        lambda d: list(zvt_fields.items(d)),
    ):
        try:
            read(data)
        except FieldError:
            continue
    slips.taken()


@given(
    st.lists(
        st.tuples(st.integers(0, 0xFF), st.binary(max_size=40)).map(
            lambda pair: bytes((pair[0],)) + pair[1]
        ),
        max_size=6,
    ).map(b"".join),
    st.integers(0, 200),
)
def test_a_status_that_is_broken_anywhere_is_read_or_refused(noise, place):
    data = PAID[3:]
    broken = data[:place] + noise + data[place + len(noise) :]
    try:
        read = status(broken)
    except FieldError:
        return
    assert 0 <= read.result <= 0xFF


@given(st.lists(st.tuples(st.integers(1, 0x1E), st.binary(max_size=300)), max_size=6))
def test_what_is_put_in_a_container_comes_out_of_it(held):
    container = b"".join(zvt_fields.tlv(tag, content) for tag, content in held)
    assert list(zvt_fields.items(container)) == held
