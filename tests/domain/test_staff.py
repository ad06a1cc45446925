"""Staff: what they may do, and that a PIN is hard to guess and easy to check."""

from __future__ import annotations

import pytest

from appliance.domain.errors import PinError
from appliance.domain.staff import (
    ROLES,
    Attempts,
    Person,
    Right,
    hash_badge,
    hash_pin,
    rights_of,
    verify_pin,
)

SALT = bytes(range(16))


def test_a_pin_is_known_again_and_another_is_not():
    stored = hash_pin("4711", SALT)
    assert stored.startswith(f"scrypt$16384$8$1${SALT.hex()}$")
    assert verify_pin("4711", stored)
    assert not verify_pin("4712", stored)
    assert not verify_pin("", stored)


def test_the_same_pin_with_another_salt_is_stored_otherwise():
    assert hash_pin("4711", SALT) != hash_pin("4711", SALT[::-1])


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "١٢٣٤", "12 4"])
def test_a_pin_has_four_to_eight_digits(pin):
    with pytest.raises(PinError, match="4 to 8 digits"):
        hash_pin(pin, SALT)


def test_a_short_salt_is_refused():
    with pytest.raises(PinError, match="at least 16 bytes was expected, found 3"):
        hash_pin("4711", b"abc")


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "4711",
        "md5$x",
        "scrypt$16384$8$1$zz$00",
        "scrypt$16384$8$1$00",
        f"scrypt$0$8$1$00${64 * '0'}",
        f"scrypt$-2$8$1$00${64 * '0'}",
        f"scrypt$16383$8$1$00${64 * '0'}",
        f"scrypt$524288$8$1$00${64 * '0'}",
        f"scrypt$1073741824$8$1$00${64 * '0'}",
    ],
)
def test_a_stored_pin_that_cannot_be_read_is_said_so(stored):
    with pytest.raises(PinError, match="set it again"):
        verify_pin("4711", stored)


def test_a_badge_is_found_by_its_hash():
    assert hash_badge("b-7Qx") == hash_badge("b-7Qx")
    assert hash_badge("b-7Qx") != hash_badge("b-7Qy")
    assert "7Qx" not in hash_badge("b-7Qx")


def test_rights_come_from_roles_and_add_up():
    person = Person("p1", "Anouk", None, None, ("cashier", "technician", "poet"), "nl")
    assert person.may(Right.SELL)
    assert person.may(Right.SERVICE)
    assert not person.may(Right.CHANGE_PRICE)
    assert rights_of([]) == frozenset()
    assert ROLES["cashier"] < ROLES["supervisor"] < ROLES["manager"]


def test_five_tries_then_a_wait_that_doubles_to_a_quarter_of_an_hour():
    attempts, waits = Attempts(), []
    for _ in range(12):
        attempts = attempts.failed(now_s=100.0)
        waits.append(attempts.wait_s(now_s=100.0))
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]


def test_the_wait_passes_and_the_right_pin_ends_it():
    attempts = Attempts()
    for _ in range(5):
        attempts = attempts.failed(now_s=100.0)
    assert attempts.wait_s(now_s=110.0) == 20
    assert attempts.wait_s(now_s=131.0) == 0
    assert attempts.failed(now_s=131.0).wait_s(now_s=131.0) == 60
    assert attempts.succeeded() == Attempts()


def test_a_thousand_wrong_tries_still_wait_a_quarter_of_an_hour():
    assert Attempts(wrong=10_000).failed(now_s=0.0).wait_s(now_s=0.0) == 900
