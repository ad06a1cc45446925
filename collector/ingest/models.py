# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""Devices, the entries they sent, and whatever about them needs a person.

Entries and watermarks are written in bulk by ``collector.ingest.storing`` through the database
driver; the models give the tables their shape and the pages their reading.
"""

from __future__ import annotations

from django.db import models


class Device(models.Model):
    """A device the collector listens to."""

    id = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=100)
    register = models.CharField(max_length=20, help_text="Number of the register on receipts.")
    public_key = models.TextField(help_text="Ed25519 key that signs its journal, as PEM.")
    created = models.DateTimeField(auto_now_add=True)
    revoked = models.DateTimeField(null=True, blank=True)
    last_seen = models.DateTimeField(null=True, blank=True)
    link = models.CharField(
        max_length=7, choices=[("online", "online"), ("offline", "offline")], default="offline"
    )
    reported = models.JSONField(default=dict, help_text="What its last birth message said.")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class FormerKey(models.Model):
    """The key a device had before it was replaced: it proves what was signed with it."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="former_keys")
    public_key = models.TextField(help_text="Ed25519 key, as PEM.")
    last_epoch = models.IntegerField(help_text="The highest epoch known when it was replaced.")
    replaced = models.DateTimeField()

    class Meta:
        ordering = ["device", "last_epoch"]

    def __str__(self) -> str:
        return f"{self.device_id} up to epoch {self.last_epoch}"


class Entry(models.Model):
    """One entry of a device's journal, byte for byte as the device made it.

    An entry above its watermark is stored but not yet proven: it counts nowhere.
    """

    pk = models.CompositePrimaryKey("device", "epoch", "sequence")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64, help_text="SHA-256 of the bytes, in hexadecimal.")
    previous = models.CharField(max_length=64, help_text="Hash of the entry before.")
    type = models.CharField(max_length=100)
    time = models.DateTimeField(help_text="The device's clock when it made the entry.")
    raw = models.BinaryField()
    received = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}.{self.sequence}"


class Watermark(models.Model):
    """The highest entry of a device's epoch below which nothing is missing and all is proven.

    ``projected`` is how far the projections have followed: it runs after the acknowledgement, a
    moment later, and never passes ``sequence``.
    """

    pk = models.CompositePrimaryKey("device", "epoch")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    updated = models.DateTimeField()
    projected = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}.{self.sequence}"


class LearnedType(models.Model):
    """A type of entry that the figures understand, from the very first entry of it on.

    Entries of types nobody understands yet are kept all the same. A version that understands one
    derives its figures from what has been kept, and notes it here.
    """

    type = models.CharField(primary_key=True, max_length=100)

    def __str__(self) -> str:
        return self.type


class Fork(models.Model):
    """An entry set aside because it disagrees with the chain: tampering or a cloned card."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    raw = models.BinaryField()
    reason = models.CharField(max_length=300)
    received = models.DateTimeField()

    class Meta:
        ordering = ["-received", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "epoch", "sequence", "hash"], name="fork_named_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}.{self.sequence}: {self.reason}"


class Signature(models.Model):
    """A device's signature of a chain head: it covers every entry up to that head.

    A head that was set aside as a fork keeps its signature too: it proves who made it.
    """

    pk = models.CompositePrimaryKey("device", "epoch", "sequence", "hash")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=100, help_text="Ed25519, base64.")

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}.{self.sequence}"


class Alarm(models.Model):
    """Something about a device, or someone posing as one, that a person should look at.

    The same thing happening again raises ``times`` rather than adding a row. ``device`` is text:
    a stranger has no Device.
    """

    device = models.CharField(max_length=64)
    kind = models.CharField(
        max_length=20,
        choices=[
            ("stranger", "unknown device"),
            ("revoked", "revoked device"),
            ("torn", "torn batch"),
            ("forged", "forged batch"),
            ("fork", "fork in the chain"),
            ("unreadable", "unreadable entry"),
            ("doubled", "sale recorded twice"),
            ("returned_twice", "more came back than was sold"),
            ("overspent", "more was spent than was there"),
            ("attachment", "attachment that is not what its entry says"),
        ],
    )
    sentence = models.CharField(max_length=300)
    evidence = models.BinaryField(
        null=True, help_text="The first message that caused it, at most 256 KiB."
    )
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.BigIntegerField(default=1)
    settled = models.DateTimeField(
        null=True, blank=True, help_text="When a person said it has been dealt with."
    )
    settled_by = models.CharField(max_length=150, blank=True, help_text="Who said so.")
    words = models.TextField(
        blank=True, help_text="The sentence with names for its facts, to be said in any language."
    )
    facts = models.JSONField(default=dict, help_text="What the names stand for.")

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["device", "kind", "sentence"], name="alarm_raised_once")
        ]

    def __str__(self) -> str:
        return f"{self.device}: {self.sentence}"
