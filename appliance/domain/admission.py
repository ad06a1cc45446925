"""The one-time code that lets a new device in, as the back office shows it and a scanner reads it.

It says where to ask, whom to believe there, and by what token. Letters and digits only: a scanner
that plays keyboard sends those unharmed under every layout, and a QR code holds them most densely.

    BALIE1 + base32( kind · place · fingerprint · token · check )

``place`` is the collector's name and port, ``fingerprint`` the start of the SHA-256 of the shop's
authority (what the device will believe and nothing else), ``check`` the start of the SHA-256 of all
before it: a code that was torn or misread is told from one that is unknown. The short code for a
keyboard has less of the fingerprint and no place, which is typed beside it. Both carry at least
56 bits that were made by chance, live for minutes, and work once; the collector counts wrong ones.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from appliance.domain.errors import DomainError

MARK = "BALIE"
VERSION = 1
PORT = 8443
"""Where the collector lets devices in unless the code says otherwise."""

TOKEN_BYTES, FINGERPRINT_BYTES, _CHECK_BYTES = 16, 16, 4
SHORT_TOKEN_BYTES, SHORT_FINGERPRINT_BYTES, _SHORT_CHECK_BYTES = 7, 7, 1
LONGEST_HOST = 100
"""Characters; the whole code stays well below what a scan may hold."""

_SHORT_LENGTH = 24
_HOST = re.compile(r"(?=.{1,100}\Z)[a-z0-9]([a-z0-9.:-]*[a-z0-9])?\Z")
_KIND = r"(?:\][A-Z]\d)?"
"""With this a scanner may name the kind of code before it (ISO/IEC 15424)."""


class AdmissionError(DomainError, ValueError):
    """A code that lets nobody in; the message says why and what to do."""


class NotACodeError(AdmissionError):
    """Something else was scanned or typed."""


class TornCodeError(AdmissionError):
    """The code was read wrongly, or only a part of it."""


class NewerCodeError(AdmissionError):
    """The back office is newer than the device."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a code says.

    Attributes:
        host: The collector's name or address, in small letters.
        port: Its port for devices that are not let in yet.
        fingerprint: The first bytes of the SHA-256 of its authority's certificate (DER).
        token: The secret that is good for one device.
    """

    host: str
    port: int
    fingerprint: bytes
    token: bytes

    def __post_init__(self) -> None:
        if not _HOST.match(self.host):
            raise AdmissionError(
                f"A name or an address of at most {LONGEST_HOST} characters was expected, "
                f"found {self.host!r}. Write it as in balie.example.org or 192.168.1.10."
            )
        if not 0 < self.port < 1 << 16:
            raise AdmissionError(f"A port from 1 to 65535 was expected, found {self.port}.")

    def trusts(self, certificate: bytes) -> bool:
        """Tell whether a certificate (DER) is the authority that the code means."""
        return hashlib.sha256(certificate).digest().startswith(self.fingerprint)

    def text(self) -> str:
        """Return what the QR code holds."""
        place = f"{self.host}:{self.port}".encode("ascii")
        said = bytes([len(place)]) + place + self.fingerprint + self.token
        return f"{MARK}{VERSION}{_letters(said + _check(said)[:_CHECK_BYTES])}"

    def short(self) -> str:
        """Return the code for a keyboard, in groups of four."""
        said = self.fingerprint[:SHORT_FINGERPRINT_BYTES] + self.token[:SHORT_TOKEN_BYTES]
        letters = _letters(said + _check(said)[:_SHORT_CHECK_BYTES])
        return "-".join(letters[at : at + 4] for at in range(0, _SHORT_LENGTH, 4))


def read(scanned: str) -> Admission:
    """Read the code of a QR.

    Raises:
        NotACodeError: It is something else.
        TornCodeError: It is one, and not whole.
        NewerCodeError: This device is too old for it.
    """
    text = "".join(scanned.split()).upper()
    found = re.match(rf"{_KIND}{MARK}(\d)", text)
    if not found:
        raise NotACodeError(
            "A code that lets this device in was expected, and something else was scanned. "
            "In the back office open Devices, choose Let in, and scan the code shown there."
        )
    if int(found[1]) != VERSION:
        raise NewerCodeError(
            f"A code of kind {VERSION} was expected, found kind {found[1]}. "
            "This device's system is older than the back office: flash it with today's image."
        )
    said = _bytes(text[found.end() :])
    body, check = said[:-_CHECK_BYTES], said[-_CHECK_BYTES:]
    if len(said) <= _CHECK_BYTES or _check(body)[:_CHECK_BYTES] != check:
        raise TornCodeError(
            "The code was not read whole. Scan it again, from a little further away; "
            "on paper, smooth it or print it anew."
        )
    length = body[0]
    place, rest = body[1 : 1 + length], body[1 + length :]
    host, _, port = place.decode("ascii", "replace").rpartition(":")
    if len(rest) != FINGERPRINT_BYTES + TOKEN_BYTES or not port.isdecimal():
        raise TornCodeError(
            "The code says less than it should. Make a new one in the back office and scan that."
        )
    return Admission(host, int(port), rest[:FINGERPRINT_BYTES], rest[FINGERPRINT_BYTES:])


def read_typed(place: str, typed: str) -> Admission:
    """Read what was typed: the collector's place, and the short code.

    Raises:
        AdmissionError: The place cannot be one.
        TornCodeError: A character is wrong or missing.
    """
    host, port = _typed_place(place)
    text = re.sub(r"[\s-]", "", typed).upper().translate(str.maketrans("018", "OIB"))
    said = _bytes(text)
    body, check = said[:-_SHORT_CHECK_BYTES], said[-_SHORT_CHECK_BYTES:]
    if len(text) != _SHORT_LENGTH or _check(body)[:_SHORT_CHECK_BYTES] != check:
        raise TornCodeError(
            f"A code of {_SHORT_LENGTH} letters and digits was expected and this is none: "
            "a character is wrong or missing. Compare it with the back office's."
        )
    return Admission(host, port, body[:SHORT_FINGERPRINT_BYTES], body[SHORT_FINGERPRINT_BYTES:])


def _typed_place(place: str) -> tuple[str, int]:
    host, colon, port = place.strip().lower().partition(":")
    if not colon:
        return host, PORT
    if not port.isdecimal():
        raise AdmissionError(
            f"A name, or a name, a colon and a port were expected, found {place!r}."
        )
    return host, int(port)


def _check(said: bytes) -> bytes:
    return hashlib.sha256(b"balie-admission\n" + said).digest()


def _letters(said: bytes) -> str:
    return base64.b32encode(said).decode("ascii").rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return b""


def fingerprint_of(public_key: bytes) -> str:
    """Return what people compare a device's key by: four groups of four digits.

    Args:
        public_key: The 32 bytes of an Ed25519 key.
    """
    digits = hashlib.sha256(public_key).hexdigest()[:16].upper()
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))
