"""A device's certificate is made anew by itself, long before it runs out.

The door that let the device in gives it the next one: a request signed by the device's own key is
all it asks (`collector.enrolment.door`), so one that ran out, or was damaged, comes back by itself
too. Whatever goes wrong is tried again; an expired certificate stops sending until then, never
selling. How long it is good is left for the desk to read (`appliance.uplink.validity`).
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from appliance import small_files
from appliance.config import DoorSettings
from appliance.door.asking import RENEWAL, believing, belongs, request_of, send
from appliance.door.refusals import NotLetInError
from appliance.journal import signing
from appliance.journal.errors import KeyUnreadable
from appliance.uplink import validity
from appliance.uplink.backoff import Backoff
from appliance.uplink.tls import Certificates
from appliance.uplink.validity import Validity

log = logging.getLogger("balie.uplink")

BEFORE = timedelta(days=30)
LOOK_S = 60.0
"""How often it is looked: a device wakes in the past, and the network sets its clock later."""
AGAIN_S, LONGEST_AGAIN_S = 15.0, 600.0
"""After how long it is tried again; twice as long each time, up to the second."""


class Renewal:
    """Renews in a thread of its own, beside sending.

    Args:
        device: The device's name.
        door: Where to ask; None where the back office must be told to renew it.
        certificates: Its files; the certificate is replaced whole.
        data: The device's data, where it is left how long the certificate is good.
        renewed: Called when there is another one, on the thread that fetched it.
        clock: The time, in UTC.
        monotonic: Seconds of a clock that never jumps.
    """

    def __init__(
        self,
        device: str,
        door: DoorSettings | None,
        certificates: Certificates,
        data: Path,
        *,
        renewed: Callable[[], object] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device, self._door, self._files, self._clock = device, door, certificates, clock
        self._data, self._renewed, self._monotonic = data, renewed, monotonic
        self._again = _backoff()
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
        present, refusal = self._present(), ""
        try:
            if self._door is not None and self._is_due(present):
                present = self._renew(self._door, present)
        except (NotLetInError, OSError, ValueError, LookupError, KeyUnreadable) as error:
            log.warning("the certificate was not renewed: %s", error)
            refusal = error.key if isinstance(error, NotLetInError) else type(error).__name__
        self._leave(present, refusal)
        if refusal:
            return self._again.pause(self._monotonic())
        self._again = _backoff()
        return LOOK_S

    def _present(self) -> x509.Certificate | None:
        """Return the certificate there is; None where it cannot be read."""
        try:
            return x509.load_pem_x509_certificate(self._files.certificate.read_bytes())
        except (OSError, ValueError) as error:
            log.warning("the certificate cannot be read: %s", error)
            return None

    def _is_due(self, present: x509.Certificate | None) -> bool:
        return present is None or present.not_valid_after_utc - self._clock() <= BEFORE

    def _renew(self, door: DoorSettings, present: x509.Certificate | None) -> x509.Certificate:
        key = signing.load_private(self._files.key)
        authority = self._files.ca.read_text(encoding="ascii")
        said = {"request": request_of(key)}
        told = send(door.host, door.port, RENEWAL, said, believing(authority))
        pem = str(told["certificate"]).encode()
        certificate = x509.load_pem_x509_certificate(pem)
        if not belongs(certificate, key, authority, self._device):
            raise NotLetInError("wrong")
        if present is not None and certificate.not_valid_after_utc <= present.not_valid_after_utc:
            raise ValueError("the back office sent one that lasts no longer")
        small_files.replace(self._files.certificate, pem)
        log.info("the certificate was renewed; it lasts until %s", certificate.not_valid_after_utc)
        self._renewed()
        return certificate

    def _leave(self, present: x509.Certificate | None, refusal: str) -> None:
        """Leave how long it is good; that this fails is no reason not to renew."""
        if present is None:
            return
        told = Validity(present.not_valid_after_utc, self._door is not None, refusal)
        try:
            validity.keep(self._data, told)
        except OSError as error:
            log.warning("the certificate's last day could not be kept: %s", error)

    def _run(self) -> None:
        pause = 0.0
        while not self._closed.wait(pause):
            pause = self.step()


def _backoff() -> Backoff:
    return Backoff(random.random, first_s=AGAIN_S, most_s=LONGEST_AGAIN_S)
