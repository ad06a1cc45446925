"""The shop's certificate authority: signs devices, the collector and the broker.

Everything lives in one folder, its keys readable by their owner only::

    ca.pem  ca.key               the authority
    crl.pem                      what is revoked; the broker reads it
    collector.pem  collector.key the collector's client certificate, and the key it signs with
    collector-00-7f.pem  .key    the client certificate of one of several that share the devices
    issued/NAME-SERIAL.pem       every certificate ever signed, so that it can be revoked

A device has one Ed25519 key. It opens the TLS connection and signs the device's batches. The two
kinds of message can never be taken for each other: a batch signature starts with words of its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.journal.topics import Shards
from collector.enrolment.certificates import (
    PublicKey,
    Use,
    certificate_pem,
    make_authority,
    make_certificate,
    make_revocation_list,
    private_pem,
    public_key_of,
    public_pem,
)
from collector.enrolment.names import BROKER, COLLECTOR, check_device, share_name

_HEXADECIMAL = re.compile(r"[0-9a-f]+")


class AuthorityError(Exception):
    """The authority cannot do what was asked; the message says why and what to do."""


class AuthorityMissing(AuthorityError, FileNotFoundError):  # noqa: N818  # reads as what happened
    """There is no authority in the folder."""


class AuthorityExists(AuthorityError, FileExistsError):  # noqa: N818  # reads as what happened
    """There is an authority in the folder already; a second one would shut out every device."""


class RequestRefused(AuthorityError, ValueError):  # noqa: N818  # reads as what happened
    """A certificate request that is torn, not signed by its own key, or of another kind."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A key and the certificate that goes with it, all as PEM.

    Attributes:
        certificate: The certificate.
        key: The private key, not encrypted: the mode of its file protects it.
        public_key: The public key, for those who check signatures.
    """

    certificate: bytes
    key: bytes
    public_key: bytes

    def write(self, certificate: Path, key: Path) -> None:
        """Write both files; the key is readable by its owner only."""
        write_secret(key, self.key)
        certificate.write_bytes(self.certificate)


class Authority:
    """Signs certificates and revokes them."""

    def __init__(
        self, folder: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> None:
        self.folder = folder
        self._certificate = certificate
        self._key = key

    @classmethod
    def create(cls, folder: Path, *, shop: str = "Balie") -> Authority:
        """Make a new authority with an empty revocation list and the collector's identity.

        Args:
            folder: Where it lives; made when missing.
            shop: Whose authority it is; shown in the certificate, means nothing to machines.

        Raises:
            AuthorityExists: The folder has one already.
        """
        if (folder / "ca.key").exists():
            raise AuthorityExists(
                f"Expected no authority in {folder}, found one. Keep it: a new one would shut "
                "out every device that is enrolled."
            )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "issued").mkdir(exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        authority = cls(folder, make_authority(f"{shop} authority", key), key)
        (folder / "ca.pem").write_bytes(authority.certificate)
        authority._write_revoked([])
        authority._issue(COLLECTOR).write(folder / "collector.pem", folder / "collector.key")
        # Last: an authority with a key is a whole one.
        write_secret(folder / "ca.key", private_pem(key))
        return authority

    @classmethod
    def open(cls, folder: Path) -> Authority:
        """Open the authority in a folder.

        Raises:
            AuthorityMissing: There is none.
            AuthorityError: Its key is not one of ours.
        """
        try:
            certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
            key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
        except FileNotFoundError as missing:
            raise AuthorityMissing(
                f"Expected a certificate authority in {folder}, found none. "
                "Make one with: balie-collector authority init."
            ) from missing
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise AuthorityError(
                f"Expected a P-256 key in {folder / 'ca.key'}, found another kind. "
                "Put the authority back from its backup."
            )
        return cls(folder, certificate, key)

    @property
    def certificate(self) -> bytes:
        """The authority's own certificate as PEM: what every party trusts."""
        return certificate_pem(self._certificate)

    @property
    def revoked(self) -> bytes:
        """The list of revoked certificates as PEM."""
        return (self.folder / "crl.pem").read_bytes()

    @property
    def collector(self) -> Identity:
        """The collector's client certificate and signing key."""
        certificate = (self.folder / "collector.pem").read_bytes()
        return Identity(
            certificate,
            (self.folder / "collector.key").read_bytes(),
            public_key_of(certificate),
        )

    def issue_device(self, name: str) -> Identity:
        """Make a key and a client certificate for a device.

        Raises:
            NameRefused: The name cannot be a device's.
        """
        return self._issue(check_device(name))

    def renew(self, name: str, public_key: bytes) -> bytes:
        """Sign a device's key anew, before its certificate runs out or after.

        Args:
            name: The device.
            public_key: The key it has, as PEM.

        Returns:
            The certificate as PEM.

        Raises:
            NameRefused: The name cannot be a device's.
        """
        key = serialization.load_pem_public_key(public_key)
        return certificate_pem(self._sign(check_device(name), key, Use.CLIENT))  # type: ignore[arg-type]  # enrolment keeps no other kind

    def renew_collector(self) -> None:
        """Sign the collector's key anew; devices go on believing what it signed."""
        key = serialization.load_pem_private_key(self.collector.key, None).public_key()
        certificate = self._sign(COLLECTOR, key, Use.CLIENT)  # type: ignore[arg-type]  # as above
        _write_whole(self.folder / "collector.pem", certificate_pem(certificate))

    def issue_share(self, shards: Shards) -> str:
        """Make a client certificate for a collector that takes a run of shards, unless it has one.

        Returns:
            The name in it, which is also that of its files in the authority's folder.
        """
        name = share_name(shards)
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        if not (certificate.exists() and key.exists()):
            self._issue(name).write(certificate, key)
        return name

    def sign_request(self, request: bytes, name: str) -> bytes:
        """Sign the request of a device that made its key itself and keeps it.

        Only the key is taken from the request. What the device is called is decided here; names,
        dates and rights that a request asks for are ignored.

        Args:
            request: The certificate request as PEM.
            name: The device this enrolment is for.

        Returns:
            The certificate as PEM.

        Raises:
            NameRefused: The name cannot be a device's.
            RequestRefused: The request is torn, forged or has another kind of key.
        """
        check_device(name)
        key = _key_of(request)
        return certificate_pem(self._sign(name, key, Use.CLIENT))

    def issue_server(self, hosts: Sequence[str], *, name: str = BROKER) -> Identity:
        """Make a key and a certificate for the broker, or for the door.

        Args:
            hosts: The names and addresses by which devices reach it; at least one.
            name: Which of the two it is.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(name, key.public_key(), Use.SERVER, hosts)
        return Identity(certificate_pem(certificate), private_pem(key), public_pem(certificate))

    def newest_of(self, name: str, public_key: bytes) -> bytes | None:
        """Return the certificate of a device's key that lasts longest, as PEM; None without one."""
        own = []
        for path in self._issued_to(name):
            pem = path.read_bytes()
            try:
                certificate = x509.load_pem_x509_certificate(pem)
            except ValueError:
                continue  # torn by a power cut of before; it is still revoked by its name
            if public_pem(certificate) == public_key:
                own.append((certificate.not_valid_after_utc, pem))
        return max(own)[1] if own else None

    def revoke(self, name: str) -> int:
        """Put every certificate ever signed for a name on the revocation list.

        The broker must read the list again: give it the new ``crl.pem`` and a SIGHUP.

        Returns:
            How many certificates were added; 0 when there was none or all were there already.
        """
        before = list(x509.load_pem_x509_crl(self.revoked))
        known = {certificate.serial_number for certificate in before}
        builder = x509.RevokedCertificateBuilder().revocation_date(datetime.now(UTC))
        added = [
            builder.serial_number(serial).build()
            for serial in sorted(self._serials_of(name) - known)
        ]
        if added:
            self._write_revoked([*before, *added])
        return len(added)

    def _issue(self, name: str) -> Identity:
        key = Ed25519PrivateKey.generate()
        certificate = self._sign(name, key.public_key(), Use.CLIENT)
        return Identity(certificate_pem(certificate), private_pem(key), public_pem(certificate))

    def _sign(
        self, name: str, key: PublicKey, use: Use, hosts: Sequence[str] = ()
    ) -> x509.Certificate:
        certificate = make_certificate(
            name, key, use=use, hosts=hosts, issuer=self._certificate, issuer_key=self._key
        )
        kept = self.folder / "issued" / f"{name}-{certificate.serial_number:x}.pem"
        # On the disk before anybody has it: what is not known here could not be revoked.
        _write_whole(kept, certificate_pem(certificate))
        return certificate

    def _serials_of(self, name: str) -> set[int]:
        return {int(_serial_in(path, name), 16) for path in self._issued_to(name)}

    def _issued_to(self, name: str) -> list[Path]:
        """Return the files of one name's certificates; a longer name's have a hyphen more."""
        issued = (self.folder / "issued").glob(f"{name}-*.pem")
        return [path for path in issued if _HEXADECIMAL.fullmatch(_serial_in(path, name))]

    def _write_revoked(self, revoked: Sequence[x509.RevokedCertificate]) -> None:
        _write_whole(
            self.folder / "crl.pem",
            make_revocation_list(revoked, issuer=self._certificate, issuer_key=self._key),
        )


def key_of_request(request: bytes) -> bytes:
    """Return the public key that a certificate request proves, both as PEM.

    Raises:
        RequestRefused: The request is torn, forged or has another kind of key.
    """
    return _key_of(request).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _serial_in(path: Path, name: str) -> str:
    return path.stem.removeprefix(f"{name}-")


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a power cut or a full disk leaves the one before, or the new one."""
    aside = path.with_name(f"{path.name}.new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _key_of(request: bytes) -> Ed25519PublicKey:
    try:
        asked = x509.load_pem_x509_csr(request)
        key = asked.public_key()
        # Nobody has us reckon with a key that we would not take.
        genuine = isinstance(key, Ed25519PublicKey) and asked.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm) as torn:
        raise RequestRefused(
            f"Expected a certificate request, found something else ({torn}). "
            "Let the device make a new one."
        ) from torn
    if not isinstance(key, Ed25519PublicKey) or not genuine:
        raise RequestRefused(
            "Expected a request signed by the device's own Ed25519 key, found another key or "
            "signature. Let the device make a new one."
        )
    return key


def write_secret(path: Path, secret: bytes) -> None:
    """Write a file that only its owner can read, also while it is being written."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
