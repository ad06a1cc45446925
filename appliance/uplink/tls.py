"""The certificates of the connection, and what it means when one is refused."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509


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
