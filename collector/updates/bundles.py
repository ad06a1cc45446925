"""Reading a bundle of RAUC's form ``verity``: who signed it, which version it is, whether it is whole.

At the end of the file stands a CMS message and its length in eight bytes. The message holds the
manifest, signed; the manifest holds the root of a tree of SHA-256 over everything before. A device
checks all of it again (it trusts nobody here); this finds the wrong file before it is offered.
"""

from __future__ import annotations

import configparser
import hashlib
import math
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from appliance.domain.update import Offer, OfferError

COMPATIBLE = "balie-arm64"
"""Which kind of device it is for; the same word stands in the image's ``system.conf``."""

_LENGTH = struct.Struct(">Q")
_LARGEST_MESSAGE = 1 << 20
_BLOCK = 4096
_HASHES = _BLOCK // hashlib.sha256().digest_size


class BundleError(ValueError):
    """The file is no bundle that could be offered; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle says of itself, checked.

    Attributes:
        version: What people call it.
        sha256: Of the file.
        size: Of the file, in bytes.
    """

    version: str
    sha256: str
    size: int


def read(file: Path, certificate: Path) -> Contents:
    """Read a bundle and check everything about it.

    Args:
        file: The bundle.
        certificate: Whose word is believed (PEM).

    Raises:
        BundleError: It is not one, is not signed by them, or is not whole.
    """
    if not certificate.exists():
        raise BundleError(
            _(
                "Put the certificate that signs your updates (update.pem) into {place} first."
            ).format(place=certificate.parent)
        )
    with file.open("rb") as source:
        size = source.seek(0, 2)
        message, end = _message(source, size)
        manifest = _signed(message, certificate)
        version = _version(manifest)
        _check_whole(source, end, manifest)
        source.seek(0)
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    try:
        Offer(version, sha256, size, "https://localhost/")
    except OfferError as odd:
        raise BundleError(_("The bundle's version cannot be used: {why}").format(why=odd)) from odd
    return Contents(version, sha256, size)


def _message(source: BinaryIO, size: int) -> tuple[bytes, int]:
    """Return the signed message and where what is before it ends."""
    no_bundle = _("This is no update of Balie. Choose a file whose name ends in .raucb.")
    if size < _LENGTH.size + _BLOCK:
        raise BundleError(no_bundle)
    source.seek(size - _LENGTH.size)
    (length,) = _LENGTH.unpack(source.read(_LENGTH.size))
    end = size - _LENGTH.size - length
    if not 0 < length <= _LARGEST_MESSAGE or end <= 0:
        raise BundleError(no_bundle)
    source.seek(end)
    return source.read(length), end


def _signed(message: bytes, certificate: Path) -> configparser.SectionProxy:
    """Return the manifest's section ``bundle`` with its ``update`` as ``parser``."""
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-purpose", "any", "-binary"]
    command += ["-CAfile", str(certificate), "-no-CApath", "-no-CAstore"]
    try:
        checked = subprocess.run(command, input=message, capture_output=True, check=False)
    except OSError as missing:
        raise BundleError(
            _("Signatures are checked with openssl, which is not installed here. Install it.")
        ) from missing
    if checked.returncode:
        raise BundleError(
            _("This update is not signed by the key that belongs to update.pem. Sign it anew.")
        )
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(checked.stdout.decode())
        return parser["bundle"]
    except (configparser.Error, KeyError, UnicodeDecodeError) as torn:
        raise BundleError(_("The update's own description cannot be read. Make it anew.")) from torn


def _version(manifest: configparser.SectionProxy) -> str:
    update = manifest.parser
    found = update.get("update", "compatible", fallback="")
    if found != COMPATIBLE:
        raise BundleError(
            _("An update for {wanted} was expected, found one for {found}.").format(
                wanted=COMPATIBLE, found=found or "–"
            )
        )
    return update.get("update", "version", fallback="")


def _check_whole(source: BinaryIO, end: int, manifest: configparser.SectionProxy) -> None:
    """Compute the root of the tree over everything that was signed for."""
    try:
        tree_size, salt = manifest.getint("verity-size", 0), bytes.fromhex(manifest["verity-salt"])
        wanted = bytes.fromhex(manifest["verity-hash"])
    except (KeyError, ValueError) as torn:
        raise BundleError(
            _("Only updates of the form verity are taken: every block of them is signed for.")
        ) from torn
    data_size = end - (tree_size or 0)
    if data_size <= 0 or data_size % _BLOCK or _root(source, data_size, salt) != wanted:
        raise BundleError(_("The update is damaged: upload it again, or make it anew."))


def _root(source: BinaryIO, size: int, salt: bytes) -> bytes:
    """Return the root of dm-verity's tree over the first bytes of a file."""
    source.seek(0)
    level = [
        hashlib.sha256(salt + source.read(_BLOCK)).digest() for _ in range(math.ceil(size / _BLOCK))
    ]
    while len(level) > 1:
        level = [hashlib.sha256(salt + block).digest() for block in _packed(level)]
    return level[0]


def _packed(level: list[bytes]) -> Iterator[bytes]:
    for start in range(0, len(level), _HASHES):
        yield b"".join(level[start : start + _HASHES]).ljust(_BLOCK, b"\0")
