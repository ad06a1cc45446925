# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""The one-time codes that let devices in."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class Admission(models.Model):
    """A code that lets one device in, once. The code itself is kept nowhere.

    A code is open until it was used, withdrawn, tried wrongly too often, or its time is over.
    """

    device = models.CharField(max_length=64, help_text="What the device will be called.")
    name = models.CharField(max_length=100)
    register = models.CharField(max_length=20)
    market = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    profile = models.CharField(max_length=40, blank=True, help_text="Name of what they stand in.")
    settings = models.TextField(
        blank=True, help_text="What stands on its counter, as TOML, when it was made."
    )
    keeps_counter = models.BooleanField(
        default=False, help_text="Whether the counter of the replaced device stays."
    )
    replaces = models.BooleanField(
        default=False, help_text="Whether it takes the place of a device that is enrolled."
    )
    handle = models.CharField(
        max_length=4, db_index=True, help_text="The token's first two bytes, in hexadecimal."
    )
    whole = models.CharField(max_length=64, help_text="SHA-256 of the token in the QR code.")
    short = models.CharField(max_length=64, help_text="SHA-256 of the token that is typed.")
    made = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    expires = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.IntegerField(default=0)
    used = models.DateTimeField(null=True, blank=True)
    public_key = models.TextField(blank=True, help_text="Of the device it let in, as PEM.")
    fingerprint = models.CharField(max_length=20, blank=True, help_text="Of that key.")

    class Meta:
        ordering = ["-made", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.device})"

    def closed_because(self, now: datetime) -> str:
        """Tell why the code lets nobody in any more: a key of ``admissions.REFUSALS``, or nothing."""
        from collector.enrolment.admissions import MOST_WRONG_TRIES  # noqa: PLC0415  # they need each other

        reasons = {
            "used": self.used is not None,
            "revoked": self.withdrawn is not None,
            "closed": self.wrong_tries >= MOST_WRONG_TRIES,
            "expired": self.expires <= now,
        }
        return next((reason for reason, holds in reasons.items() if holds), "")
