"""The people behind the counter: who they are, what they may do, and their PINs."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from appliance.domain.errors import PinError

SHORTEST_PIN, LONGEST_PIN = 4, 8
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**14, 8, 1
"""16 MiB and less than a tenth of a second on a workstation: nobody waits, and trying all PINs of
four digits on a stolen file takes minutes for each person instead of a moment. Six digits are
better."""
_MOST_SCRYPT_MEMORY = 64 * 2**20
_STORED = re.compile(
    r"scrypt\$([0-9]{1,6})\$([0-9]{1,2})\$([0-9])\$((?:[0-9a-f]{2})+)\$([0-9a-f]{64})"
)


class Right(Enum):
    """Something a person may do at the counter."""

    SELL = "sell"
    RETURN = "return"
    RETURN_WITHOUT_RECEIPT = "return_without_receipt"
    VOID = "void"
    SETTLE_CARD = "settle_card"
    """Say from the terminal's slip what became of a card payment that it cannot tell itself."""
    CONFIRM_QR = "confirm_qr"
    """Say that a payment by a code has come, for no bank answers here."""
    REMOVE_LINE = "remove_line"
    ABANDON = "abandon"
    CHANGE_PRICE = "change_price"
    DISCOUNT = "discount"
    OPEN_DRAWER = "open_drawer"
    REPRINT = "reprint"
    SEE_COST = "see_cost"
    CLOSE_DAY = "close_day"
    SERVICE = "service"
    TRAIN = "train"
    """Turn the counter into one to learn at, where nothing is sold."""


_CASHIER = {Right.SELL, Right.RETURN, Right.REMOVE_LINE, Right.ABANDON, Right.REPRINT}
_SUPERVISOR = _CASHIER | {
    Right.CHANGE_PRICE,
    Right.DISCOUNT,
    Right.RETURN_WITHOUT_RECEIPT,
    Right.VOID,
    Right.SETTLE_CARD,
    Right.CONFIRM_QR,
    Right.OPEN_DRAWER,
    Right.CLOSE_DAY,
    Right.TRAIN,
}
ROLES: dict[str, frozenset[Right]] = {
    "cashier": frozenset(_CASHIER),
    "supervisor": frozenset(_SUPERVISOR),
    "manager": frozenset(_SUPERVISOR | {Right.SEE_COST}),
    "technician": frozenset({Right.SERVICE, Right.REPRINT}),
}
"""What each role may do; several roles add up."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in.

    Attributes:
        id: Stands in entries instead of the name.
        name: Shown on the device only.
        pin_hash: As ``hash_pin`` makes it, or none where a PIN is not used.
        badge_hash: As ``hash_badge`` makes it, or none.
        roles: Keys of ``ROLES``; an unknown one gives no right.
        language: Of the screen when this person signs in.
    """

    id: str
    name: str
    pin_hash: str | None
    badge_hash: str | None
    roles: tuple[str, ...]
    language: str

    def may(self, right: Right) -> bool:
        """Whether any of the person's roles gives the right."""
        return right in rights_of(self.roles)


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Return everything the roles give together."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def hash_pin(pin: str, salt: bytes) -> str:
    """Return ``scrypt$n$r$p$salt$hash``, with salt and hash as hexadecimal digits.

    Args:
        pin: 4 to 8 digits.
        salt: At least 16 random bytes, new for each PIN.

    Raises:
        PinError: The PIN is no PIN, or the salt too short to be of use.
    """
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise PinError(f"A PIN has {SHORTEST_PIN} to {LONGEST_PIN} digits; choose another.")
    if len(salt) < 16:  # noqa: PLR2004 - bytes, as the docstring says
        raise PinError(f"A salt of at least 16 bytes was expected, found {len(salt)}.")
    made = _scrypt(pin, salt, SCRYPT_N, SCRYPT_R, SCRYPT_P)
    return f"scrypt${SCRYPT_N}${SCRYPT_R}${SCRYPT_P}${salt.hex()}${made.hex()}"


def verify_pin(pin: str, stored: str) -> bool:
    """Whether a PIN is the one that was stored.

    Raises:
        PinError: The stored hash cannot be read, or asks for more work than a till can do.
    """
    match = _STORED.fullmatch(stored)
    if match is None:
        raise PinError("The stored PIN is no hash of scrypt; set it again in the back office.")
    n, r, p, salt, expected = match.groups()
    try:
        made = _scrypt(pin, bytes.fromhex(salt), int(n), int(r), int(p))
    except ValueError as error:
        raise PinError(
            "The stored PIN asks for work a till cannot do; set it again in the back office."
        ) from error
    return hmac.compare_digest(made, bytes.fromhex(expected))


def _scrypt(pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MOST_SCRYPT_MEMORY, dklen=32
    )


def hash_badge(code: str) -> str:
    """Return what is stored of a badge.

    A badge is found by its hash among all people, so there is no salt; the code on it must be long
    and random, and a plain number is no badge.
    """
    return "sha256$" + hashlib.sha256(b"balie badge\n" + code.encode()).hexdigest()


FREE_TRIES = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 900.0


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong PINs of one person, and how long the next try must wait.

    After five wrong ones 30 s, then double each time, up to 15 minutes. Seconds are of a clock that
    never jumps, such as ``time.monotonic``.

    Attributes:
        wrong: How many in a row.
        until_s: Before this moment no try is taken.
    """

    wrong: int = 0
    until_s: float = 0.0

    def wait_s(self, now_s: float) -> float:
        """Return how many seconds are left to wait; zero when a PIN may be tried."""
        return max(0.0, self.until_s - now_s)

    def failed(self, now_s: float) -> Attempts:
        """Return the state after a wrong PIN."""
        wrong = self.wrong + 1
        if wrong < FREE_TRIES:
            return Attempts(wrong, self.until_s)
        doublings = min(wrong - FREE_TRIES, 10)
        return Attempts(wrong, now_s + min(FIRST_WAIT_S * 2**doublings, LONGEST_WAIT_S))

    def succeeded(self) -> Attempts:
        """Return the state after the right PIN."""
        return Attempts()
