# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""Customers, what was said of them and by whom, what they bought, and who was merged with whom.

What devices said is not copied: `Change` names the attachment that says it. A `Customer` holds what
all of it comes to, and can be made anew from changes at any time. Only `collector.customers` writes
these tables.
"""

from __future__ import annotations

from django.db import models

from appliance.domain.customer import Profile as Who
from collector.ingest.models import Device

ID = 32
"""Hexadecimal digits of a customer's random id."""


class Customer(models.Model):
    """Somebody, by a random id. Once erased, nothing but the id and sums is left."""

    id = models.CharField(primary_key=True, max_length=ID)
    created = models.DateTimeField(null=True, help_text="When first met, by the device's clock.")
    profile = models.JSONField(default=dict, help_text="Who it is, by what was said of this id.")
    folded = models.CharField(max_length=600, blank=True, help_text="In which names are sought.")
    group = models.CharField(max_length=40, blank=True, help_text="Key of the price group.")
    consents = models.JSONField(default=list, help_text="The latest of each purpose, with date.")
    points = models.BigIntegerField(default=0)
    purchases = models.IntegerField(default=0)
    last_purchase = models.DateTimeField(null=True)
    counted = models.JSONField(default=dict, help_text="By device, its last entry in all this.")
    merged_into = models.CharField(max_length=ID, blank=True, db_index=True)
    erased = models.DateTimeField(null=True)
    dirty = models.BooleanField(default=True, help_text="Whether something was said since.")
    told = models.CharField(max_length=64, blank=True, help_text="Hash of what devices were told.")
    told_epoch = models.IntegerField(default=0)

    class Meta:
        ordering = ["folded", "id"]
        indexes = [
            models.Index(fields=["dirty"], condition=models.Q(dirty=True), name="customer_dirty")
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def who(self) -> Who:
        """Who it is."""
        return Who.from_data(self.profile)


class Handle(models.Model):
    """Something a customer is found by: a card, a number, an address."""

    customer = models.CharField(max_length=ID, db_index=True)
    kind = models.CharField(max_length=5, choices=[(k, k) for k in ("card", "phone", "email")])
    value = models.CharField(max_length=130)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "customer"], name="handle_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer}"


class Change(models.Model):
    """Something said of a customer, at a device or in the office."""

    customer = models.CharField(max_length=ID, db_index=True)
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT)
    epoch = models.IntegerField(default=0)
    sequence = models.BigIntegerField(default=0)
    reference = models.CharField(
        max_length=32, blank=True, help_text="The attachment that says it."
    )
    content = models.JSONField(null=True, help_text="What the office said; devices' is attached.")
    consents = models.JSONField(default=list)
    group = models.CharField(max_length=40, null=True)  # noqa: DJ001 (null: nothing said of it)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["at", "device_id", "epoch", "sequence", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "epoch", "sequence"],
                name="change_once",
                condition=models.Q(device__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.at}"


class Purchase(models.Model):
    """A sale that was laid to a customer's name; the key is that of the sale."""

    id = models.CharField(primary_key=True, max_length=100)
    customer = models.CharField(max_length=ID, db_index=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    sale = models.CharField(max_length=32)
    receipt = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    completed = models.DateTimeField()
    gross_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    decimals = models.SmallIntegerField()
    earned = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-completed", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["device", "sale"], name="a_purchase_counts_once")
        ]

    def __str__(self) -> str:
        return self.receipt


class Merge(models.Model):
    """Two ids that turned out to be one person; stays, also when it was undone."""

    kept = models.CharField(max_length=ID, db_index=True)
    gone = models.CharField(max_length=ID, db_index=True)
    why = models.CharField(max_length=20, help_text="name_phone, name_email, name_card or person.")
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True, help_text="Who; empty for the rule.")
    undone = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.gone} into {self.kept}"


class Travelling(models.Model):
    """Who a customer is, as it goes to devices beside an entry of the directory's log."""

    reference = models.CharField(primary_key=True, max_length=32)
    customer = models.CharField(max_length=ID, db_index=True)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    salt = models.BinaryField()
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["epoch", "sequence"], name="travelling_place")]

    def __str__(self) -> str:
        return f"{self.customer} {self.epoch}.{self.sequence}"
