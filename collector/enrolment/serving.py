"""Serving the door: gunicorn with the certificate that the shop's own authority signed for it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from django.utils import timezone
from gunicorn.app.base import BaseApplication

from collector.enrolment.authority import Authority
from collector.enrolment.names import DOOR

RENEWED_BEFORE = timedelta(days=365)
"""At a start with less than this left, the door gets a certificate anew."""


class Door(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The door behind gunicorn.

    Args:
        address: Host and port to listen on, such as ``0.0.0.0:8443``.
        folder: Where its certificate and key are.
        workers: How many processes.
    """

    def __init__(self, address: str, folder: Path, workers: int) -> None:
        self._options = {
            "bind": address,
            "workers": workers,
            "threads": 4,
            "timeout": 30,
            "proc_name": "balie-collector-door",
            "loglevel": "warning",
            "certfile": str(folder / "door.pem"),
            "keyfile": str(folder / "door.key"),
            "ssl_context": _modern,
        }
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application gunicorn serves."""
        from collector.enrolment.door import application  # noqa: PLC0415  # loaded in each process

        return application


def _modern(config: Any, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Only what our own devices speak; one that has a certificate may show it."""
    context = usual()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cafile=str(Path(config.certfile).with_name("ca.pem")))
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def prepare(authority: Authority, folder: Path, hosts: Sequence[str]) -> None:
    """See that the door has a certificate for every name it is reached by, and for long enough.

    Args:
        authority: Signs it.
        folder: Where certificate and key are.
        hosts: Names and addresses.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(authority.certificate)  # whose devices are believed
    certificate, key = folder / "door.pem", folder / "door.key"
    if (
        key.exists()
        and certificate.exists()
        and _serves(certificate.read_bytes(), hosts, authority)
    ):
        return
    authority.issue_server(hosts, name=DOOR).write(certificate, key)


def _serves(pem: bytes, hosts: Sequence[str], authority: Authority) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        issuer = x509.load_pem_x509_certificate(authority.certificate)
        certificate.verify_directly_issued_by(issuer)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception:  # noqa: BLE001  # whatever is wrong with it, it is made anew
        return False
    known = {str(name.value) for name in names}
    lasts = certificate.not_valid_after_utc - timezone.now() > RENEWED_BEFORE
    return lasts and set(hosts) <= known
