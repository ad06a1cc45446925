"""A device's certificate is made anew by itself, long before it runs out.

The door that let the device in gives it the next one: a request signed by the device's own key is
all it asks (`collector.enrolment.door`). Whatever goes wrong is tried again; an expired certificate
stops sending until then, never selling.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509

from appliance.config import DoorSettings
from appliance.door.asking import RENEWAL, believing, belongs, request_of, send
from appliance.door.refusals import NotLetInError
from appliance.journal import signing
from appliance.journal.errors import KeyUnreadable
from appliance.uplink.tls import Certificates

log = logging.getLogger("balie.uplink")

BEFORE = timedelta(days=30)
LOOK_S, AGAIN_S = 6 * 3600.0, 600.0
"""How often it is looked, and after how long it is tried again."""


class Renewal:
    """Renews in a thread of its own, beside sending.

    Args:
        device: The device's name.
        door: Where to ask.
        certificates: Its files; the certificate is replaced whole.
        clock: The time, in UTC.
    """

    def __init__(
        self,
        device: str,
        door: DoorSettings,
        certificates: Certificates,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._device, self._door, self._files, self._clock = device, door, certificates, clock
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="renewal", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop; one that is on its way is not waited for: it is whole or not there."""
        self._closed.set()

    def step(self) -> float:
        """Renew where it is time; return after how many seconds to look again."""
        try:
            present = x509.load_pem_x509_certificate(self._files.certificate.read_bytes())
            if present.not_valid_after_utc - self._clock() > BEFORE:
                return LOOK_S
            self._renew(present)
        except (NotLetInError, OSError, ValueError, LookupError, KeyUnreadable) as error:
            log.warning("the certificate was not renewed: %s", error)
            return AGAIN_S
        return LOOK_S

    def _renew(self, present: x509.Certificate) -> None:
        key = signing.load_private(self._files.key)
        authority = self._files.ca.read_text(encoding="ascii")
        said = {"request": request_of(key)}
        told = send(self._door.host, self._door.port, RENEWAL, said, believing(authority))
        pem = str(told["certificate"]).encode()
        certificate = x509.load_pem_x509_certificate(pem)
        if not belongs(certificate, key, authority, self._device):
            raise NotLetInError("wrong")
        if certificate.not_valid_after_utc <= present.not_valid_after_utc:
            raise ValueError("the back office sent one that lasts no longer")
        aside = self._files.certificate.with_suffix(".new")
        with aside.open("wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._files.certificate)
        log.info("the certificate was renewed; it lasts until %s", certificate.not_valid_after_utc)

    def _run(self) -> None:
        pause = 0.0
        while not self._closed.wait(pause):
            pause = self.step()
