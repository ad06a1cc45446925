# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""The versions there are, to whom each is offered, and which device is in which ring."""

from __future__ import annotations

from django.db import models

from appliance.domain.update import EVERYONE, HELD_BACK
from collector.ingest.models import Device


class Bundle(models.Model):
    """A version that may be offered; its file is named by its SHA-256."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    version = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="In bytes.")
    uploaded = models.DateTimeField()
    uploaded_by = models.CharField(max_length=150)
    reach = models.IntegerField(
        default=HELD_BACK, help_text="The last ring it is offered to; 0 for nobody."
    )
    paused = models.BooleanField(default=False, help_text="Nobody fetches or starts it meanwhile.")
    turn = models.IntegerField(default=1, help_text="How often it was offered.")

    class Meta:
        ordering = ["-uploaded"]

    def __str__(self) -> str:
        return self.version


class Place(models.Model):
    """The ring of a device that is not in the last one."""

    device = models.OneToOneField(Device, primary_key=True, on_delete=models.CASCADE)
    ring = models.IntegerField(default=EVERYONE)

    def __str__(self) -> str:
        return f"{self.device_id} {self.ring}"
