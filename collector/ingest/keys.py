"""With which key a device signed: a replaced device signs with another one than before."""

from __future__ import annotations

from datetime import datetime

from collector.ingest.models import Device, FormerKey


def key_of(device: str, epoch: int) -> str:
    """Return the public key, as PEM, with which a device signed the entries of an epoch.

    Raises:
        Device.DoesNotExist: There is no such device.
    """
    former = FormerKey.objects.filter(device_id=device, last_epoch__gte=epoch)
    kept = former.order_by("last_epoch").values_list("public_key", flat=True).first()
    return kept or Device.objects.get(pk=device).public_key


def change_key(device: Device, public_key: str, *, last_epoch: int, now: datetime) -> None:
    """Give a device another key; what it signed before stays provable with the one it had.

    Args:
        device: The device; it is saved.
        public_key: The new key as PEM.
        last_epoch: The last epoch the old key may have signed.
        now: The time.
    """
    FormerKey.objects.create(
        device=device, public_key=device.public_key, last_epoch=last_epoch, replaced=now
    )
    device.public_key = public_key
    device.revoked = None
    device.save(update_fields=["public_key", "revoked"])
