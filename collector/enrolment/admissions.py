"""Letting devices in: one-time codes are made, used, withdrawn, and closed when guessed at."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import load_pem_x509_certificate
from django.db import transaction

from appliance.domain import admission as codes
from appliance.domain import market as markets
from appliance.domain.admission import Admission as Code
from appliance.domain.errors import MarketError
from collector.counters import telling
from collector.counters.telling import CounterRefused
from collector.enrolment import places
from collector.enrolment.authority import Authority, AuthorityError, key_of_request
from collector.enrolment.files import directory_key
from collector.enrolment.going_on import Facts, enrolment_toml, facts_of, facts_of_a_new
from collector.enrolment.models import Admission
from collector.enrolment.names import SIMULATED, NameRefused, check_device
from collector.ingest.keys import change_key
from collector.ingest.models import Device

LASTS = timedelta(minutes=15)
MOST_WRONG_TRIES = 10
LONGEST_NAME = 100
_HANDLE_BYTES = 2
"""Of the token's first bytes: they tell which code is being guessed at, and let nobody in."""

REFUSALS = {
    "unknown": "This code is not known here. Make a new one at Devices, Let in.",
    "expired": "This code's time is over. Make a new one at Devices, Let in.",
    "used": "This code has let a device in already. Make a new one at Devices, Let in.",
    "revoked": "This code was withdrawn. Make a new one at Devices, Let in.",
    "closed": "This code was tried wrongly too often and is closed. Make a new one.",
    "taken": "A device of this name was enrolled meanwhile. Make a new code under another name.",
    "request": "What the device asks for cannot be read. Bring its software up to date.",
    "office": "The back office cannot sign now. Look at the log of balie-collector door.",
}
"""Why nobody is let in: what the device is told, in a word that it knows in four languages."""


class RefusedError(Exception):
    """Nobody is let in.

    Attributes:
        reason: A key of ``REFUSALS``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(REFUSALS[reason])
        self.reason = reason


class WantedError(ValueError):
    """A code was asked for a device that cannot be; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The device that is to be let in.

    Attributes:
        device: What it will be called in topics and certificates.
        name: What people call it.
        register: Its number on receipts.
        market: The market profile it sells by.
        language: What its screen speaks at first.
        profile: Name of the profile of its counter; empty, its settings are its own.
        settings: What stands on its counter, as TOML, where it has no profile; empty, it takes what
            it finds.
        replaces: Whether it takes the place of the device of this name.
        keeps_counter: Whether what stood on the counter of that device stays.
    """

    device: str
    name: str
    register: str
    market: str = "nl"
    language: str = "nl"
    profile: str = ""
    settings: str = ""
    replaces: bool = False
    keeps_counter: bool = False

    def check(self) -> None:
        """Refuse what no device could be.

        Raises:
            WantedError: It could not.
        """
        try:
            check_device(self.device)
        except NameRefused as refused:
            raise WantedError(str(refused)) from refused
        if self.device.startswith(SIMULATED):
            raise WantedError(
                f"Expected the name of a real device, found {self.device}, which is kept for "
                "simulated ones. Choose another name."
            )
        if not self.name.strip():
            raise WantedError("Expected what people call the device, found nothing. Name it.")
        if not self.name.isprintable() or len(self.name) > LONGEST_NAME:
            raise WantedError(
                f"Expected what people call the device, on one line of at most {LONGEST_NAME} "
                f"characters, found {self.name!r}. Name it otherwise."
            )
        if not (self.register.isascii() and self.register.isalnum() and len(self.register) <= 10):  # noqa: PLR2004  # the sentence says the number
            raise WantedError(
                f"Expected 1 to 10 letters or digits as its number on receipts, found "
                f"{self.register!r}."
            )
        try:
            markets.load(self.market)
        except MarketError as error:
            raise WantedError(
                f"Expected a market whose rules are known, found {self.market!r}. {error}"
            ) from error
        try:
            telling.check(self.settings_now)
        except CounterRefused as refused:
            raise WantedError(" ".join(filter(None, (str(refused), refused.detail)))) from refused
        self._check_known()

    @property
    def settings_now(self) -> str:
        """What stands on its counter, by the profile as it is now.

        Raises:
            WantedError: There is no such profile.
        """
        if not self.profile:
            return telling.in_one_writing(self.settings)
        try:
            return telling.profile_called(self.profile).settings
        except CounterRefused as refused:
            raise WantedError(str(refused)) from refused

    def _check_known(self) -> None:
        known = Device.objects.filter(pk=self.device).exists()
        if known and not self.replaces:
            raise WantedError(
                f"Expected a new device, found that {self.device} is enrolled already. Choose "
                "another name, or let in what takes its place."
            )
        if self.replaces and not known:
            raise WantedError(
                f"Expected a device that is enrolled, found none called {self.device}. Choose one "
                "of the list."
            )


def offer(
    wanted: Wanted, authority: Authority, *, by: str, now: datetime
) -> tuple[Admission, Code]:
    """Make a code. An open one for the same device is withdrawn.

    Returns:
        What is kept of it, and the code itself, which nobody can be shown again.

    Raises:
        WantedError: There cannot be such a device.
        PlaceError: It is not set where devices come to.
    """
    wanted.check()
    place = places.door()
    token = secrets.token_bytes(codes.TOKEN_BYTES)
    fingerprint = hashlib.sha256(_der(authority.certificate)).digest()
    code = Code(place.host, place.port, fingerprint[: codes.FINGERPRINT_BYTES], token)
    with transaction.atomic():
        Admission.objects.filter(device=wanted.device, used=None, withdrawn=None).update(
            withdrawn=now
        )
        kept = Admission.objects.create(
            device=wanted.device,
            name=wanted.name.strip(),
            register=wanted.register,
            market=wanted.market,
            language=wanted.language,
            profile=wanted.profile,
            settings=wanted.settings_now,
            keeps_counter=wanted.keeps_counter,
            replaces=wanted.replaces,
            handle=token[:_HANDLE_BYTES].hex(),
            whole=_hash(token),
            short=_hash(token[: codes.SHORT_TOKEN_BYTES]),
            made=now,
            made_by=by,
            expires=now + LASTS,
        )
    return kept, code


def withdraw(admission: Admission, now: datetime) -> bool:
    """Withdraw a code; tell whether it was open until now."""
    open_still = Admission.objects.filter(pk=admission.pk, used=None, withdrawn=None)
    return bool(open_still.update(withdrawn=now))


def admit(token: bytes, request: bytes, authority: Authority, *, now: datetime) -> dict[str, Any]:
    """Let a device in by its code.

    The same device may ask again with the same code, for a power cut may have taken the answer:
    it is told the same once more, and of its counter the newest. Nobody else is let in by it.

    Args:
        token: Of the code.
        request: The certificate request of the device's own key, as PEM.
        authority: Signs it.
        now: The time.

    Returns:
        What the device is told, in JSON's own types.

    Raises:
        RefusedError: It is not let in.
    """
    with transaction.atomic():
        admission = _find(token)
        if admission is not None:
            return _admit(admission, request, authority, now)
    # Outside, so that it is kept though nobody is let in.
    _count_a_wrong_try(token)
    raise RefusedError("unknown")


def _find(token: bytes) -> Admission | None:
    """Return the code that a token belongs to, held until the transaction ends."""
    field = {codes.TOKEN_BYTES: "whole", codes.SHORT_TOKEN_BYTES: "short"}.get(len(token))
    if field is None:
        return None
    return Admission.objects.select_for_update().filter(**{field: _hash(token)}).first()


def _count_a_wrong_try(token: bytes) -> None:
    with transaction.atomic():
        handle = token[:_HANDLE_BYTES].hex()
        for near in Admission.objects.select_for_update().filter(handle=handle, used=None):
            near.wrong_tries += 1
            near.save(update_fields=["wrong_tries"])


def _admit(
    admission: Admission, request: bytes, authority: Authority, now: datetime
) -> dict[str, Any]:
    reason = admission.closed_because(now)
    again = reason == "used"
    if reason and not again:
        raise RefusedError(reason)
    try:
        public_key = key_of_request(request)
        if again:
            facts = _again(admission, public_key, now)
            counter = telling.in_force(admission.device)
            # Signed when it was let in; whoever only has the code gets nothing signed at all.
            signed = authority.newest_of(admission.device, public_key)
            certificate = signed or authority.sign_request(request, admission.device)
            settings = admission.settings if counter is None else counter
            return _answer(admission, facts, settings, certificate, authority)
        # What the device of this name had is revoked by this, before anything new is signed.
        facts = _enrol(admission, authority, public_key.decode(), now)
        settings = _settle_counter(admission, now)
        certificate = authority.sign_request(request, admission.device)
    except AuthorityError as refused:
        raise RefusedError("request") from refused
    admission.used, admission.public_key = now, public_key.decode()
    admission.fingerprint = codes.fingerprint_of(_raw(public_key))
    admission.save(update_fields=["used", "public_key", "fingerprint"])
    return _answer(admission, facts, settings, certificate, authority)


def _settle_counter(admission: Admission, now: datetime) -> str:
    """Keep what stands on the device's counter, tell it, and return it: one text for both ways."""
    return telling.let_in(
        Device.objects.get(pk=admission.device),
        profile=admission.profile,
        settings=admission.settings,
        keeps=admission.keeps_counter,
        by=admission.made_by,
        now=now,
    )


def _again(admission: Admission, public_key: bytes, now: datetime) -> Facts:
    """Return the facts for a device that asks once more; refuse any other."""
    same = admission.public_key.encode() == public_key
    if not same or admission.expires <= now:
        raise RefusedError("used")
    device = Device.objects.filter(pk=admission.device, revoked=None).first()
    if device is None or device.public_key != admission.public_key:
        raise RefusedError("used")
    return facts_of(device) if admission.replaces else facts_of_a_new(device.id)


def _enrol(admission: Admission, authority: Authority, public_key: str, now: datetime) -> Facts:
    """Write the device down, or that it goes on with another key."""
    known = Device.objects.filter(pk=admission.device).first()
    if not admission.replaces:
        if known is not None:
            raise RefusedError("taken")
        Device.objects.create(
            id=admission.device,
            name=admission.name,
            register=admission.register,
            public_key=public_key,
        )
        return facts_of_a_new(admission.device)
    if known is None:
        raise RefusedError("unknown")
    facts = facts_of(known)
    authority.revoke(known.id)
    change_key(known, public_key, last_epoch=int(facts["first_epoch"]) - 1, now=now)
    return facts


def _answer(
    admission: Admission, facts: Facts, settings: str, certificate: bytes, authority: Authority
) -> dict[str, Any]:
    broker, door = places.broker(), places.door()
    return {
        "certificate": certificate.decode(),
        "authority": authority.certificate.decode(),
        "collector": directory_key(authority).decode(),
        "device": {
            "id": admission.device,
            "name": admission.name,
            "register": admission.register,
            "market": admission.market,
            "language": admission.language,
        },
        "broker": {"host": broker.host, "port": broker.port},
        "door": {"host": door.host, "port": door.port},
        "settings": settings,
        "enrolment": enrolment_toml(facts),
    }


def _hash(token: bytes) -> str:
    # Made by chance and gone within minutes: nothing slower is needed to keep it from being guessed.
    return hashlib.sha256(b"balie-token\n" + token).hexdigest()


def _der(certificate: bytes) -> bytes:
    return load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)


def _raw(public_key: bytes) -> bytes:
    key = serialization.load_pem_public_key(public_key)
    if not isinstance(key, Ed25519PublicKey):
        raise RefusedError("request")
    return key.public_bytes_raw()
