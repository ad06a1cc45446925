"""Serving the door: gunicorn with the certificate that the shop's own authority signed for it."""

from __future__ import annotations

import errno
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from django.utils import timezone
from gunicorn.app.base import BaseApplication

from collector.enrolment.authority import Authority
from collector.enrolment.names import DOOR

T = TypeVar("T")

RENEWED_BEFORE = timedelta(days=365)
"""At a start with less than this left, the door gets a certificate anew."""
THREADS = 16
"""In each process: a device that is slow waits beside others, not before them."""
LONGEST_S = 10.0
"""So long somebody without a certificate may take to say what they want, handshake included."""
_UNUSABLE = (
    FileNotFoundError, InvalidSignature, TypeError, UnsupportedAlgorithm, ValueError,
    x509.DuplicateExtension, x509.ExtensionNotFound,
)  # fmt: skip
"""What reading a certificate and its key raises where one is torn, missing, or not of ours."""


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
            "threads": THREADS,
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
    context.sslsocket_class = _Line
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cafile=str(Path(config.certfile).with_name("ca.pem")))
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


class _Line(ssl.SSLSocket):
    """A connection that nobody holds for ever by saying nothing, or a letter a minute.

    A thread listens to it meanwhile, and there are few: some silent connections from one stranger
    would keep every device out. Who shows a certificate is one of ours and may take longer.
    """

    _until: float | None = None

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002  # as its library has it
        """See ``ssl.SSLSocket``."""
        self._in_time(lambda: super(_Line, self).do_handshake(block))

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """See ``ssl.SSLSocket``."""
        return self._in_time(lambda: super(_Line, self).recv(buflen, flags))

    def _in_time(self, work: Callable[[], T]) -> T:
        now = time.monotonic()
        if self._until is None:
            self._until = now + LONGEST_S
        if self.version() is not None and self.getpeercert():
            self.settimeout(None)  # a large piece takes its time on a thin line
            return work()
        late = ConnectionResetError(errno.ECONNRESET, "it took too long")
        if now >= self._until:
            raise late
        self.settimeout(self._until - now)
        try:
            return work()
        except TimeoutError as slow:
            raise late from slow
        finally:
            self.settimeout(LONGEST_S)  # for the answer


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
    if not _serves(certificate, key, hosts, authority):
        authority.issue_server(hosts, name=DOOR).write(certificate, key)


def _serves(file: Path, key: Path, hosts: Sequence[str], authority: Authority) -> bool:
    """Tell whether the certificate goes with its key, and serves every name for long enough."""
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
        issuer = x509.load_pem_x509_certificate(authority.certificate)
        certificate.verify_directly_issued_by(issuer)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        own = serialization.load_pem_private_key(key.read_bytes(), None).public_key()
    except _UNUSABLE:
        return False  # it is made anew
    if certificate.public_key() != own:
        return False  # two files: a power cut came between them
    known = {str(name.value) for name in names}
    lasts = certificate.not_valid_after_utc - timezone.now() > RENEWED_BEFORE
    return lasts and set(hosts) <= known
