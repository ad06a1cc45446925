"""Where the broker is, how to prove who we are, and which devices are ours: read from settings."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from appliance.journal.topics import Shards

_EXPIRED = 10
"""What OpenSSL calls it: X509_V_ERR_CERT_HAS_EXPIRED."""


class BrokerSettingError(ValueError):
    """A setting about the broker cannot be understood or used."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is and how to prove who we are.

    Attributes:
        host: Name or address.
        port: TCP port.
        tls: The certificates, or None for a broker without TLS.
    """

    host: str
    port: int
    tls: Tls | None = None


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files for a connection where both sides show a certificate.

    Attributes:
        authority: Whom we believe.
        certificate: Ours.
        key: The key of ours.
    """

    authority: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Make a context that shows and believes what the files hold now.

        Raises:
            BrokerSettingError: One of them is missing or not what it should be.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context.load_verify_locations(self.authority)
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as refused:
            raise BrokerSettingError(
                f"The broker needs the certificates {self.authority}, {self.certificate} and "
                f"{self.key}, but they cannot be used ({refused}): make them with "
                "'balie-collector authority init' or name others in BALIE_BROKER_CA, "
                "BALIE_BROKER_CERTIFICATE and BALIE_BROKER_KEY"
            ) from refused
        return context

    def expired_at(self) -> datetime | None:
        """Tell when our own certificate ran out; None if it has not."""
        try:
            certificate = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        except (OSError, ValueError):
            return None
        end = certificate.not_valid_after_utc
        return end if end < datetime.now(UTC) else None


def expiry(broker: Broker, error: object) -> str:
    """Say which certificate ran out, where that is why there is no connection; else nothing.

    Args:
        broker: Where we connect to.
        error: What went wrong. That our own certificate is refused need not show in it: the
            broker may just hang up.
    """
    if isinstance(error, ssl.SSLCertVerificationError) and error.verify_code == _EXPIRED:
        return (
            f"The certificate of the broker at {broker.host}:{broker.port} has run out: renew it "
            "with 'balie-collector broker-config' and start the broker again"
        )
    ended = broker.tls.expired_at() if broker.tls else None
    if ended is None:
        return ""
    return (
        f"The collector's own certificate ran out on {ended:%Y-%m-%d}: renew it with "
        "'balie-collector authority renew'; it is taken up without a restart"
    )


def read_broker(url: str, tls: Tls) -> Broker:
    """Read ``mqtt://host:port`` or, with certificates, ``mqtts://host:port``.

    Raises:
        BrokerSettingError: It is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "mqtt" and parts.hostname:
        return Broker(parts.hostname, parts.port or 1883)
    if parts.scheme == "mqtts" and parts.hostname:
        return Broker(parts.hostname, parts.port or 8883, tls)
    raise BrokerSettingError(
        f"BALIE_BROKER should be mqtt://host:port or mqtts://host:port, but it is {url!r}: correct it"
    )


def read_shards(text: str) -> Shards:
    """Read which shards are ours, such as ``00-7f``.

    Raises:
        BrokerSettingError: It is no run of shards.
    """
    try:
        return Shards.read(text)
    except ValueError as refused:
        raise BrokerSettingError(
            f"BALIE_SHARDS should be a run of shards such as 00-7f, but it is {text!r}: correct it"
        ) from refused
