"""With which key a device signed: a replaced device signs with another one than before."""

from __future__ import annotations

from datetime import datetime

from collector.ingest.models import Device, FormerKey


def keys_of(device: str) -> list[str]:
    """Return every public key, as PEM, with which a device ever signed; the present one first.

    What a device signed is proven by any one of them: an old entry by the key of its time.

    Raises:
        Device.DoesNotExist: There is no such device.
    """
    former = FormerKey.objects.filter(device_id=device).order_by("-last_epoch", "-id")
    present = Device.objects.get(pk=device).public_key
    return [present, *former.values_list("public_key", flat=True)]


def change_key(device: Device, public_key: str, *, last_epoch: int, now: datetime) -> None:
    """Give a device another key; what it signed before stays provable with the one it had.

    Args:
        device: The device; it is saved.
        public_key: The new key as PEM.
        last_epoch: The highest epoch that was known when it changed.
        now: The time.
    """
    FormerKey.objects.create(
        device=device, public_key=device.public_key, last_epoch=last_epoch, replaced=now
    )
    device.public_key = public_key
    device.revoked = None
    device.save(update_fields=["public_key", "revoked"])
