# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""What stands on the counters of a kind, and which of it stands on each device's."""

from __future__ import annotations

from django.db import models

from appliance.domain.counter import digest
from collector.ingest.models import Device


class Profile(models.Model):
    """What stands on every counter of a kind: the sections of a device's settings about it."""

    name = models.CharField(primary_key=True, max_length=40)
    settings = models.TextField(help_text="TOML, such as [printer] and [terminal].")
    changed = models.DateTimeField()
    changed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """What tells this profile as it stands from what it was before or will be."""
        return digest(self.settings)


class Counter(models.Model):
    """What stands on one device's counter: a profile, settings of its own, or what it finds itself.

    ``told`` is what the directory says of it, which devices that are shut out are not told. It is
    changed through ``collector.counters.telling`` only.
    """

    device = models.OneToOneField(Device, primary_key=True, on_delete=models.CASCADE)
    profile = models.ForeignKey(
        Profile, null=True, blank=True, on_delete=models.PROTECT, related_name="counters"
    )
    settings = models.TextField(blank=True, help_text="Its own, as TOML, where it has no profile.")
    told = models.TextField(null=True, help_text="Null while it was never told anything.")  # noqa: DJ001 (null: no setting in the directory; empty: one that says nothing)
    told_at = models.DateTimeField(null=True, blank=True)
    changed = models.DateTimeField()
    changed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["device"]

    def __str__(self) -> str:
        return f"{self.device_id}: {self.profile_id or 'its own' if self.in_force else 'as found'}"

    @property
    def in_force(self) -> str:
        """The settings it comes to, as TOML; empty where it takes what it finds itself."""
        return self.profile.settings if self.profile else self.settings

    @property
    def state(self) -> str:
        """What tells this choice from another one."""
        return digest(f"{self.profile_id or ''}\n{'' if self.profile_id else self.settings}")
