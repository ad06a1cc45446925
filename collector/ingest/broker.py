"""Where the broker is, how to prove who we are, and which devices are ours: read from settings."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from appliance.journal.topics import Shards


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
