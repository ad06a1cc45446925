"""``device renew``, ``device replace`` and ``authority renew``: the same name, a new certificate."""

# ruff: noqa: T201  # a command speaks by printing

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from collector.enrolment.authority import Authority, AuthorityError
from collector.enrolment.broker import write_revoked
from collector.enrolment.files import authority_folder, certify, write_public

if TYPE_CHECKING:
    from collector.ingest.models import Device

_LARGEST_EPOCH = 2**31 - 2
_EPOCHS_AHEAD = 1000
"""What a device claims beyond this many epochs is not believed."""
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
    from appliance.domain.shift_books import Books  # noqa: PLC0415  # as below
    from collector.desks.register.books import books_of  # noqa: PLC0415  # as below
    from collector.desks.register.numbers import last_number  # noqa: PLC0415  # as below
    from collector.ingest.keys import change_key  # noqa: PLC0415  # models load after Django is set up

    authority, device = _open(arguments)
    folder: Path = arguments.folder
    first_epoch, number = _highest_epoch(device) + 1, last_number(device)
    books = books_of(device)
    folder.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        authority.revoke(device.id)
        public_key = certify(authority, arguments)
        change_key(device, public_key.decode(), last_epoch=first_epoch - 1, now=timezone.now())
        facts: dict[str, str | int] = {
            "device": device.id,
            "first_epoch": first_epoch,
            "last_number": number,
        }
        if books != Books():
            facts["books"] = json.dumps(books.to_data(), ensure_ascii=False, sort_keys=True)
        (folder / ENROLMENT).write_text(_toml(facts))
    print(
        f"{device.name} is enrolled anew as {device.id}. Its files are in {folder}: put all of "
        f"them on the new card. It begins epoch {first_epoch} and goes on after receipt {number} "
        f"and Z {books.z}; the key it had is refused from now on."
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


def _highest_epoch(device: Device) -> int:
    """Return the highest epoch that anything of a device has ever named."""
    from collector.ingest.models import Fork, FormerKey, Watermark  # noqa: PLC0415  # as above

    sources = ((Watermark, "epoch"), (Fork, "epoch"), (FormerKey, "last_epoch"))
    seen = 0
    for model, field in sources:
        found = model._default_manager.filter(device=device).aggregate(highest=Max(field))  # noqa: SLF001  # Django's own name for it
        seen = max(seen, found["highest"] or 0)
    told = _told_epoch(device.reported)
    return max(seen, told) if told <= min(seen + _EPOCHS_AHEAD, _LARGEST_EPOCH) else seen


def _told_epoch(reported: Mapping[str, Any]) -> int:
    """Return the epoch a device said it was in when it was last there: it may have sent nothing."""
    head = reported.get("head")
    epoch = head.get("epoch") if isinstance(head, dict) else None
    return epoch if type(epoch) is int else 0


def _toml(facts: Mapping[str, str | int]) -> str:
    lines = [
        # A string of JSON is one of TOML.
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in facts.items()
    ]
    return "\n".join(
        ["# Written by balie-collector device replace; the desk reads it at its start.", *lines, ""]
    )
