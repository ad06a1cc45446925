"""The certificates of the connection, and what it means when one is refused."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from appliance.uplink.state import Problem

_NOT_YET_VALID, _EXPIRED = 9, 10
"""What OpenSSL calls them: X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files of a connection on which both ends show a certificate.

    Attributes:
        ca: Whose word about the broker is believed.
        certificate: This device's own.
        key: The key that belongs to it.
    """

    ca: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Read the files as they are now: a renewed certificate is shown at the next connection.

        Raises:
            OSError: if one of them cannot be read, or is not what it should be.
        """
        context = ssl.create_default_context(cafile=str(self.ca))
        context.load_cert_chain(self.certificate, self.key)
        return context

    def expired_at(self) -> datetime | None:
        """Tell when this device's certificate ran out; None if it has not."""
        try:
            certificate = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        except (OSError, ValueError):
            return None
        end = certificate.not_valid_after_utc
        return end if end < datetime.now(UTC) else None


def not_believed(
    place: str, error: ssl.SSLCertVerificationError, files: Certificates | None
) -> Problem:
    """Say why the certificate of whoever answers is not believed, and what to do.

    The authority dates everything from before any device was made, and a broker's certificate
    lasts as long as a device's: where one seems to begin in the future, or both seem to have run
    out, it is this device's clock that is wrong.

    Args:
        place: Who answers: host and port.
        error: What the check of the certificate found.
        files: This device's own certificates.
    """
    here = f"{datetime.now(UTC):%Y-%m-%d}"
    expired = error.verify_code == _EXPIRED
    own_too = files is not None and files.expired_at() is not None
    if error.verify_code == _NOT_YET_VALID or (expired and own_too):
        return Problem(
            "clock",
            f"This device's clock says {here}, when the certificate of the broker at {place} is "
            "not valid. Set the clock; selling goes on and everything is sent afterwards.",
        )
    if expired:
        return Problem(
            "broker_expired",
            f"The certificate of the broker at {place} has run out, if this device's clock is "
            f"right ({here}). Renew it at the back office with balie-collector broker-config; "
            "selling goes on and everything is sent afterwards.",
        )
    return Problem(
        "untrusted",
        f"Whoever answers at {place} is not the shop's broker ({error.verify_message}). "
        "Check the address, the device's clock and the authority's certificate.",
    )
