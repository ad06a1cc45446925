"""Reads the public keys that a collector keeps of a device, and says which it cannot trust."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from appliance.journal import signing
from appliance.journal.errors import KeyUnreadable
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.signing import PublicKey
from appliance.journal.tables import Row


def read_keys(
    report: Report, pem: str, former: Iterable[Row], given: PublicKey | None
) -> list[tuple[int | None, PublicKey]]:
    """Read the device's key and those it had before it was replaced, with their last epochs.

    Args:
        report: Of the device; where findings go.
        pem: Its key.
        former: Last epoch and key of each that it had before.
        given: The key as it is known from elsewhere.
    """
    name = report.device
    told: list[tuple[int | None, str]] = [(None, pem), *((row[0], row[1]) for row in former)]
    keys = []
    for last, text in told:
        try:
            keys.append((last, signing.read_public(text)))
        except KeyUnreadable as error:
            sentence = f"a public key kept of {name} cannot be read ({error})"
            report.findings.add(Kind.KEY, "public key", sentence)
    if given is None:
        return keys
    if _bytes_of(given) not in [_bytes_of(key) for _, key in keys]:
        sentence = f"the public key kept of {name} is not the one that was given"
        report.findings.add(Kind.KEY, "public key", sentence)
    return [(None, given), *keys[1:]]


def _bytes_of(key: PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
