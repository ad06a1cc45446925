"""The code that lets a device in: read back as it was, and never half understood."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.admission import (
    Admission,
    AdmissionError,
    NewerCodeError,
    NotACodeError,
    TornCodeError,
    fingerprint_of,
    read,
    read_typed,
)

CERTIFICATE = b"the shop's own authority"
PRINT = hashlib.sha256(CERTIFICATE).digest()[:16]
CODE = Admission("balie.shop.example", 8443, PRINT, bytes(range(16)))
HOSTS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}\.){0,3}[a-z0-9]{1,20}", fullmatch=True)
ADMISSIONS = st.builds(
    Admission,
    host=HOSTS,
    port=st.integers(1, 65535),
    fingerprint=st.binary(min_size=16, max_size=16),
    token=st.binary(min_size=16, max_size=16),
)


@given(ADMISSIONS)
def test_a_scanned_code_says_what_was_meant(code):
    assert read(code.text()) == code
    assert read(f"  {code.text().lower()}\r\n") == code


@given(ADMISSIONS)
def test_a_typed_code_says_what_was_meant_as_far_as_it_goes(code):
    typed = read_typed(f" {code.host}:{code.port} ", code.short().lower())
    assert (typed.host, typed.port) == (code.host, code.port)
    assert code.fingerprint.startswith(typed.fingerprint)
    assert code.token.startswith(typed.token)
    assert len(typed.token) * 8 == len(typed.fingerprint) * 8 == 56


def test_a_code_is_letters_and_digits_that_every_keyboard_sends_alike():
    assert CODE.text().isalnum()
    assert CODE.text().isascii()
    assert CODE.text().isupper()
    assert len(CODE.text()) < 130


def test_it_believes_the_authority_it_names_and_no_other():
    assert CODE.trusts(CERTIFICATE)
    assert not CODE.trusts(b"another authority")


@given(ADMISSIONS, st.data())
def test_a_code_that_was_misread_is_never_taken_for_another(code, data):
    text = code.text()
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    changed = text[:at] + letter + text[at + 1 :]
    try:
        assert read(changed) == code
    except (NotACodeError, TornCodeError, NewerCodeError):
        pass
    else:
        # The last letter holds bits that mean nothing.
        assert changed == text or at == len(text) - 1


MUTATIONS = {
    "an article's code": ("3017620422003", NotACodeError),
    "nothing": ("", NotACodeError),
    "spaces": ("   \r\n", NotACodeError),
    "a page's address": ("https://balie.shop.example/enrol", NotACodeError),
    "another maker's code": ("BALI" + CODE.text()[5:], NotACodeError),
    "the mark alone": ("BALIE", NotACodeError),
    "mark and kind alone": ("BALIE1", TornCodeError),
    "a newer kind": ("BALIE2" + CODE.text()[6:], NewerCodeError),
    "cut in half": (CODE.text()[:60], TornCodeError),
    "without its end": (CODE.text()[:-1], TornCodeError),
    "without its beginning": (CODE.text()[20:], NotACodeError),
    "twice": (CODE.text() * 2, TornCodeError),
    "two letters changed about": (
        CODE.text()[:30] + CODE.text()[31] + CODE.text()[30] + CODE.text()[32:],
        TornCodeError,
    ),
    "one letter lost": (CODE.text()[:40] + CODE.text()[41:], TornCodeError),
    "one letter doubled": (CODE.text()[:40] + CODE.text()[39:], TornCodeError),
    "one letter another": (
        CODE.text()[:40] + ("A" if CODE.text()[40] != "A" else "B") + CODE.text()[41:],
        TornCodeError,
    ),
    "a letter that cannot be": (CODE.text()[:40] + "!" + CODE.text()[41:], TornCodeError),
    "an azerty keyboard's digits": (CODE.text().replace("2", "É").replace("7", "È"), TornCodeError),
    "a receipt's text": ("Bon 2-000412 1185", NotACodeError),
    "very long": ("BALIE1" + "A" * 500, TornCodeError),
}


@pytest.mark.parametrize("what", MUTATIONS)
def test_every_wrong_code_is_refused_in_words_that_say_what_to_do(what):
    scanned, kind = MUTATIONS[what]
    if scanned == CODE.text():
        pytest.skip("this code has none of those letters")
    with pytest.raises(kind) as refused:
        read(scanned)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value).split(". ")) >= 2


def test_twenty_kinds_of_wrong_codes_are_tried():
    assert len(MUTATIONS) >= 20


@pytest.mark.parametrize(
    ("place", "typed", "kind"),
    [
        ("balie.shop.example", CODE.short()[:-1], TornCodeError),
        ("balie.shop.example", CODE.short() + "A", TornCodeError),
        ("balie.shop.example", "", TornCodeError),
        ("balie.shop.example", "????-" + CODE.short()[5:], TornCodeError),
        ("", CODE.short(), AdmissionError),
        ("https://balie.shop.example", CODE.short(), AdmissionError),
        ("balie shop", CODE.short(), AdmissionError),
        ("balie.shop.example:door", CODE.short(), AdmissionError),
        ("balie.shop.example:0", CODE.short(), AdmissionError),
        ("balie.shop.example:70000", CODE.short(), AdmissionError),
    ],
)
def test_every_wrong_typed_code_is_refused_in_words(place, typed, kind):
    with pytest.raises(kind, match=r"expected"):
        read_typed(place, typed)


def test_what_looks_alike_is_taken_for_what_it_is():
    typed = CODE.short().replace("O", "0").replace("I", "1").replace("B", "8")
    assert read_typed("shop", typed) == read_typed("shop", CODE.short())


def test_a_key_is_compared_by_four_groups_of_four():
    shown = fingerprint_of(bytes(32))
    assert shown == "6668 7AAD F862 BD77"
    assert fingerprint_of(bytes(31) + b"\x01") != shown
