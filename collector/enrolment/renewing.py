"""``device renew``, ``device replace`` and ``authority renew``: the same name, a new certificate."""

# ruff: noqa: T201  # a command speaks by printing

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from django.db import transaction
from django.utils import timezone

from collector.enrolment.authority import Authority, AuthorityError, key_of_request
from collector.enrolment.broker import write_revoked
from collector.enrolment.files import authority_folder, certify, write_public
from collector.enrolment.going_on import enrolment_toml, facts_of

if TYPE_CHECKING:
    from collector.ingest.models import Device

SIGNED_ANEW_BEFORE = timedelta(days=60)
"""A device asks 30 days before the end; its clock may be a little off."""
ENROLMENT = "enrolment.toml"
"""Beside a replaced device's certificate: where its journal, receipts and books of cash go on."""


def renew(arguments: argparse.Namespace) -> None:
    """Give a device a new certificate for the key it has; nothing else changes."""
    authority, device = _open(arguments)
    if device.revoked is not None:
        raise SystemExit(
            f"Expected a device that may speak, found that {device.id} was revoked. Use "
            "'balie-collector device replace' to let it in again with another key."
        )
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_public(authority, folder)
    (folder / "device.pem").write_bytes(authority.renew(device.id, device.public_key.encode()))
    print(
        f"{device.name} has a new certificate in {folder}. Copy device.pem to the device; its key "
        "stays, and it goes on by itself."
    )


def replace(arguments: argparse.Namespace) -> None:
    """Enrol a device anew under its name: its storage card was lost or copied."""
    from collector.counters import telling  # noqa: PLC0415  # models load after Django is set up
    from collector.ingest.keys import change_key  # noqa: PLC0415  # the same

    authority, device = _open(arguments)
    folder: Path = arguments.folder
    facts = facts_of(device)
    folder.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        authority.revoke(device.id)
        public_key = certify(authority, arguments)
        last_epoch = int(facts["first_epoch"]) - 1
        change_key(device, public_key.decode(), last_epoch=last_epoch, now=timezone.now())
        telling.tell_again(device, timezone.now())
        (folder / ENROLMENT).write_text(enrolment_toml(facts))
    print(
        f"{device.name} is enrolled anew as {device.id}. Its files are in {folder}: put all of "
        f"them on the new card. It begins epoch {facts['first_epoch']} and goes on after receipt "
        f"{facts['last_number']}, with its shift and its books of cash; the key it had is refused "
        "from now on."
    )
    if arguments.broker is None:
        print(f"Give the broker the list {authority.folder / 'crl.pem'} and have it read it.")
    else:
        write_revoked(authority, arguments.broker)
        print("Let the broker read its list again: kill -HUP its process.")


def renew_collector(arguments: argparse.Namespace) -> None:
    """Give the collector a new certificate for the key it has."""
    try:
        authority = Authority.open(authority_folder(arguments))
        authority.renew_collector()
    except AuthorityError as refused:
        raise SystemExit(str(refused)) from refused
    print("The collector has a new certificate; ingest shows it at its next connection.")


def _open(arguments: argparse.Namespace) -> tuple[Authority, Device]:
    from collector.ingest.models import Device  # noqa: PLC0415  # models load after Django is set up

    try:
        authority = Authority.open(authority_folder(arguments))
    except AuthorityError as refused:
        raise SystemExit(str(refused)) from refused
    device = Device.objects.filter(pk=arguments.id).first()
    if device is None:
        raise SystemExit(
            f"Expected a device that is enrolled, found none called {arguments.id}. "
            "balie-collector status lists the devices."
        )
    return authority, device


def newest_certificate(authority: Authority, request: bytes, now: datetime) -> bytes | None:
    """Give a device that proves its key the certificate of that key which lasts longest.

    A new one is only signed when the newest is near its end: asking again and again, or with a
    request that was overheard, yields the same certificate, which is no secret.

    Args:
        authority: Signs it.
        request: A certificate request by the device's present key, as PEM.
        now: The time.

    Returns:
        The certificate as PEM; None where no device that may speak has this key.

    Raises:
        RequestRefused: The request proves no key.
    """
    from collector.ingest.models import Device  # noqa: PLC0415  # models load after Django is set up

    public_key = key_of_request(request)
    device = Device.objects.filter(public_key=public_key.decode(), revoked=None).first()
    if device is None:
        return None
    newest = authority.newest_of(device.id, public_key)
    if newest is not None:
        end = x509.load_pem_x509_certificate(newest).not_valid_after_utc
        if end - now > SIGNED_ANEW_BEFORE:
            return newest
    return authority.renew(device.id, public_key)
