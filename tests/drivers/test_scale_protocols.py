"""Answers of scales, byte by byte, and bytes that are no answers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import OptionError, configure
from drivers.scale import HEAVIEST_MILLI, Reading, ScaleState, sics, toledo_8217
from drivers.scale.toledo_8217 import with_even_parity, without_parity

UNREADABLE = Reading(ScaleState.UNREADABLE)


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (b"\x0200.750\r", Reading(ScaleState.STABLE, 750)),
        (b"\x02 0.750\r", Reading(ScaleState.STABLE, 750)),
        (b"\x0200.750N\r", Reading(ScaleState.STABLE, 750, net=True)),
        (b"\x0200.000\r", Reading(ScaleState.STABLE, 0)),
        (b"\x0201.65\r", Reading(ScaleState.WRONG_UNIT)),
        (b"\x02?\x61\r", Reading(ScaleState.MOVING)),
        (b"\x02?\x62\r", Reading(ScaleState.OVER)),
        (b"\x02?\x63\r", Reading(ScaleState.OVER)),
        (b"\x02?\x64\r", Reading(ScaleState.UNDER)),
        (b"\x02?\x65\r", Reading(ScaleState.MOVING)),
        (b"\x02?\x68\r", Reading(ScaleState.UNZEROED)),
        (b"\x02?\x70\r", Reading(ScaleState.STABLE, 0)),
        (b"\x02?\x60\r", Reading(ScaleState.MOVING)),
        (b"\x02?@\r", Reading(ScaleState.MOVING)),
        (b"\x0200.750", UNREADABLE),
        (b"00.750\r", UNREADABLE),
        (b"\x02-0.750\r", UNREADABLE),
        (b"\x0200,750\r", UNREADABLE),
        (b"\x0200.7500\r", UNREADABLE),
        (b"\x029999.999\r", UNREADABLE),
        (b"\x02?\r", UNREADABLE),
        (b"", UNREADABLE),
    ],
)
def test_8217(answer, reading):
    assert toledo_8217.parse(answer) == reading


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (b"S S      0.750 kg\r\n", Reading(ScaleState.STABLE, 750)),
        (b"S S     750.00 g\r\n", Reading(ScaleState.STABLE, 750)),
        (b"S S     100.05 g\r\n", Reading(ScaleState.STABLE, 100)),
        (b"S S     100.50 g\r\n", Reading(ScaleState.STABLE, 101)),
        (b"S S          0 g\r\n", Reading(ScaleState.STABLE, 0)),
        (b"S D      0.748 kg\r\n", Reading(ScaleState.MOVING, 748)),
        (b"S D     -0.748 kg\r\n", Reading(ScaleState.MOVING)),
        (b"S S     -0.100 kg\r\n", Reading(ScaleState.UNDER)),
        (b"S S     1.6535 lb\r\n", Reading(ScaleState.WRONG_UNIT)),
        (b"S S       12.0 oz\r\n", Reading(ScaleState.WRONG_UNIT)),
        (b"S S      0.750 KG\r\n", Reading(ScaleState.WRONG_UNIT)),
        (b"S +\r\n", Reading(ScaleState.OVER)),
        (b"S -\r\n", Reading(ScaleState.UNDER)),
        (b"S I\r\n", Reading(ScaleState.MOVING)),
        (b"ES\r\n", UNREADABLE),
        (b"S S      0.750\r\n", UNREADABLE),
        (b"S S      0.750 kg\n", UNREADABLE),
        (b"S S 1234567.0 kg\r\n", UNREADABLE),
        (b"S X      0.750 kg\r\n", UNREADABLE),
        (b"", UNREADABLE),
    ],
)
def test_sics(answer, reading):
    assert sics.parse(answer) == reading


@pytest.mark.parametrize(
    ("answer", "tare_milli"),
    [
        (b"TA A      0.100 kg\r\n", 100),
        (b"TA A     25.00 g\r\n", 25),
        (b"TA I\r\n", 0),
        (b"TA A      0.100 lb\r\n", None),
        (b"TA A     -0.100 kg\r\n", None),
        (b"TA\r\n", None),
    ],
)
def test_sics_tare(answer, tare_milli):
    assert sics.parse_tare(answer) == tare_milli


@pytest.mark.parametrize("parse", [toledo_8217.parse, sics.parse])
@given(noise=st.binary(max_size=80))
def test_nonsense_never_becomes_a_weight(parse, noise):
    assert not parse(noise).can_be_sold or _is_answer(noise)


@pytest.mark.parametrize("parse", [toledo_8217.parse, sics.parse])
@given(data=st.data())
def test_a_bit_that_fell_over_gives_a_reading_or_none_but_no_error(parse, data):
    answer = data.draw(st.sampled_from([b"\x0200.750\r", b"\x02?a\r", b"S S      0.750 kg\r\n"]))
    place = data.draw(st.integers(0, 8 * len(answer) - 1))
    torn = (int.from_bytes(answer) ^ (1 << place)).to_bytes(len(answer))
    reading = parse(torn)
    assert reading.weight_milli is None or 0 <= reading.weight_milli <= HEAVIEST_MILLI


@given(st.binary(max_size=20), st.integers(0, 7))
def test_one_wrong_bit_in_a_line_with_parity_is_found(text, bit):
    text = bytes(byte & 0x7F for byte in text)
    sent = with_even_parity(text)
    assert without_parity(sent) == text
    for place in range(len(sent)):
        torn = sent[:place] + bytes([sent[place] ^ (1 << bit)]) + sent[place + 1 :]
        assert without_parity(torn) == b""


def _is_answer(noise):
    form = rb"(\x02 *[0-9]{1,5}\.[0-9]{3}N?\r|S S +[0-9.]+ +k?g\r\n)"
    return re.fullmatch(form, noise) is not None


@pytest.mark.parametrize(
    ("driver", "values", "key"),
    [
        ("sics", {"port": ""}, "port"),
        ("sics", {"port": "/dev/ttyS0", "baudrate": 12}, "baudrate"),
        ("sics", {"port": "/dev/ttyS0", "answer_timeout_s": 0}, "answer_timeout_s"),
        ("toledo_8217", {"port": "/dev/ttyS0", "parity": "odd"}, "parity"),
        ("toledo_8217", {"port": "/dev/ttyS0", "gap_s": 7}, "gap_s"),
        ("simulated", {"capacity_kg": 0}, "capacity_kg"),
        ("simulated", {"load_g": -1}, "load_g"),
    ],
)
def test_wrong_options_are_told(driver, values, key):
    with pytest.raises(OptionError) as raised:
        configure("scale", driver, values)
    assert raised.value.key == key


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Reading(ScaleState.STABLE),
        lambda: Reading(ScaleState.OVER, 1),
        lambda: Reading(ScaleState.STABLE, -1),
        lambda: Reading(ScaleState.STABLE, HEAVIEST_MILLI + 1),
        lambda: Reading(ScaleState.STABLE, 1, tare_milli=-1),
    ],
)
def test_a_reading_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"weight|tare"):
        wrong()
