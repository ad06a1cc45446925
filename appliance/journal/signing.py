"""Ed25519 keys: the device signs the head of each batch, anyone with its public key can check.

The signature of a head covers every entry before it, because the entries are chained.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509 import load_pem_x509_certificate

from appliance.journal.errors import KeyUnreadable

PublicKey = Ed25519PublicKey


class Signer(Protocol):
    """Whatever signs: an Ed25519 private key, or a chip that keeps one."""

    def sign(self, data: bytes, /) -> bytes:
        """Return the 64 bytes of an Ed25519 signature. MUST be implemented."""
        ...


def generate() -> Ed25519PrivateKey:
    """Make a new private key."""
    return Ed25519PrivateKey.generate()


def save(key: Ed25519PrivateKey, path: Path) -> None:
    """Write a private key as PEM, readable by its owner alone.

    Raises:
        FileExistsError: if there is a file already: a key is never overwritten.
    """
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def public_pem(key: Ed25519PrivateKey | PublicKey) -> str:
    """Tell the public key as PEM text."""
    public = key if isinstance(key, PublicKey) else key.public_key()
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def load_private(path: Path) -> Ed25519PrivateKey:
    """Read a private key from a PEM file without a password.

    Raises:
        KeyUnreadable: if the file is not there or holds something else.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnreadable(f"{path} should hold an Ed25519 private key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(
            f"{path} should hold an Ed25519 private key, found {type(key).__name__}"
        )
    return key


def load_public(path: Path) -> PublicKey:
    """Read a public key from a PEM file; a certificate's key will do.

    Raises:
        KeyUnreadable: if the file is not there or holds something else.
    """
    try:
        return read_public(path.read_bytes())
    except OSError as error:
        raise KeyUnreadable(f"{path} should hold an Ed25519 public key: {error}") from error


def read_public(pem: str | bytes) -> PublicKey:
    """Read a public key from PEM text; a certificate's key will do.

    Raises:
        KeyUnreadable: if the text holds something else.
    """
    text = pem.encode() if isinstance(pem, str) else pem
    try:
        key: object
        if b"BEGIN CERTIFICATE" in text:
            key = load_pem_x509_certificate(text).public_key()
        else:
            key = serialization.load_pem_public_key(text)
    except (ValueError, TypeError) as error:
        raise KeyUnreadable(f"expected an Ed25519 public key as PEM text: {error}") from error
    if not isinstance(key, PublicKey):
        raise KeyUnreadable(f"expected an Ed25519 public key, found {type(key).__name__}")
    return key
