# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""What is attached to entries, what was ordered to be erased, and which device has answered."""

from __future__ import annotations

from django.db import models

from collector.ingest.models import Device

REFERENCE, SUBJECT = "reference", "subject"
"""What an order names: one attachment, or a person with everything that is attached about them."""
_WHAT = [(REFERENCE, "attachment"), (SUBJECT, "person")]


class Attachment(models.Model):
    """Something beside an entry, proven by the entry's commitment when it came.

    It outlives its entry's row: an archive holds entries, never what is attached to them. Once it
    is erased ``salt`` and ``content`` are null, and the row stays so that it cannot come back.
    """

    pk = models.CompositePrimaryKey("device", "reference")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False)
    reference = models.CharField(max_length=32, db_index=True)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    entry = models.CharField(max_length=64, help_text="Hash of the entry that names it.")
    kind = models.CharField(max_length=40)
    subject = models.CharField(
        max_length=32, blank=True, help_text="Stands for the person it is about."
    )
    commitment = models.CharField(max_length=64)
    salt = models.BinaryField(null=True)
    content = models.BinaryField(null=True)
    received = models.DateTimeField()
    erased = models.DateTimeField(null=True, help_text="Since when nothing of it is left here.")

    class Meta:
        indexes = [
            models.Index(
                fields=["subject"], condition=~models.Q(subject=""), name="attachment_subject"
            ),
            models.Index(fields=["device", "epoch", "sequence"], name="attachment_place"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference} of {self.device_id} {self.epoch}.{self.sequence}"


class Erasure(models.Model):
    """An order to erase, here and on every device that may hold it."""

    what = models.CharField(max_length=9, choices=_WHAT)
    value = models.CharField(max_length=32)
    ordered = models.DateTimeField()
    ordered_by = models.CharField(max_length=150)
    announced = models.IntegerField(
        default=0, help_text="In which epoch of the directory devices were told."
    )

    class Meta:
        ordering = ["-ordered", "-id"]
        constraints = [models.UniqueConstraint(fields=["what", "value"], name="ordered_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.value}"


class Pruned(models.Model):
    """Up to where a device said in its journal that it removed its oldest entries.

    What was attached to them went with them, so it is not waited for.
    """

    device = models.OneToOneField(Device, primary_key=True, on_delete=models.PROTECT)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}.{self.sequence}"


class Answer(models.Model):
    """A device said in its journal that nothing of this is left on it."""

    pk = models.CompositePrimaryKey("device", "what", "value")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False)
    what = models.CharField(max_length=9, choices=_WHAT)
    value = models.CharField(max_length=32, db_index=True)
    epoch = models.IntegerField(help_text="Of the entry that says it.")
    sequence = models.BigIntegerField(help_text="Of the entry that says it.")

    def __str__(self) -> str:
        return f"{self.device_id}: {self.what} {self.value}"
