"""Taking versions in, offering them ring by ring, and telling devices so by the directory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from appliance.domain.update import EVERYONE, HELD_BACK, SETTING, Offer
from collector.directory.editing import Change, apply
from collector.enrolment import places
from collector.updates.bundles import BundleError, read
from collector.updates.models import Bundle, Place

ADDRESS = "/updates/"
"""Where the door hands out pieces, followed by the SHA-256."""


def folder() -> Path:
    """Return where bundles are kept."""
    return Path(settings.BALIE_STATE) / "updates"


def certificate() -> Path:
    """Return whose signature is believed."""
    return folder() / "update.pem"


def file_of(sha256: str) -> Path:
    """Return where a bundle lies."""
    return folder() / f"{sha256}.raucb"


def take_in(pieces: Iterable[bytes], *, by: str, now: datetime) -> Bundle:
    """Keep a bundle, once everything about it is checked.

    Args:
        pieces: Its bytes.
        by: Who brings it.
        now: The time.

    Raises:
        BundleError: It is not one that could be offered.
    """
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder(), suffix=".part") as part:
        for piece in pieces:
            part.write(piece)
        part.flush()
        os.fsync(part.fileno())
        contents = read(Path(part.name), certificate())
        same = Bundle.objects.filter(version=contents.version).exclude(pk=contents.sha256).first()
        if same is not None:
            raise BundleError(
                _(
                    "There is another update called {version}. Give this one a version of its own."
                ).format(version=contents.version)
            )
        if not file_of(contents.sha256).exists():
            os.link(part.name, file_of(contents.sha256))
    kept, _made = Bundle.objects.get_or_create(
        sha256=contents.sha256,
        defaults={
            "version": contents.version,
            "size": contents.size,
            "uploaded": now,
            "uploaded_by": by,
        },
    )
    return kept


def offer(bundle: Bundle, ring: int, now: datetime) -> None:
    """Offer a version to a ring and all before it; ring 0 takes the offer back."""
    bundle.reach = ring
    bundle.save(update_fields=["reach"])
    announce(now)


def pause(bundle: Bundle, now: datetime, *, paused: bool) -> None:
    """Let nobody go on with a version, or let them again."""
    bundle.paused = paused
    bundle.save(update_fields=["paused"])
    announce(now)


def offer_again(bundle: Bundle, now: datetime) -> None:
    """Offer a version once more to devices on which it failed."""
    bundle.turn += 1
    bundle.save(update_fields=["turn"])
    announce(now)


def remove(bundle: Bundle, now: datetime) -> None:
    """Take a version back and give its room free."""
    file = file_of(bundle.sha256)
    bundle.delete()
    announce(now)
    file.unlink(missing_ok=True)


def put_into(device: str, ring: int, now: datetime) -> None:
    """Put a device into a ring."""
    if ring == EVERYONE:
        Place.objects.filter(device_id=device).delete()
    else:
        Place.objects.update_or_create(device_id=device, defaults={"ring": ring})
    announce(now)


def announce(now: datetime) -> None:
    """Tell every device what is offered, where that is news."""
    with transaction.atomic():
        apply(Change(settings={SETTING: setting()}), now=now)


def setting() -> dict[str, Any]:
    """Return what is offered to whom, as `appliance.domain.update` reads it."""
    door = places.door()
    offers = [
        Offer(
            each.version,
            each.sha256,
            each.size,
            f"https://{door}{ADDRESS}{each.sha256}",
            each.reach,
            each.turn,
        ).to_data()
        for each in Bundle.objects.filter(paused=False).exclude(reach=HELD_BACK)
    ]
    return {"offers": offers, "rings": dict(Place.objects.values_list("device_id", "ring"))}
