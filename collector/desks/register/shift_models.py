# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""The drawer's money as the back office reads it: derived from entries, never written by hand.

Every row is one entry, or one line of it; its primary key begins with the entry's place,
``<device>.<epoch>.<sequence>``. What a Z or a closing says is kept here as far as lists and
exports need it; the whole of it is in its entry.
"""

from __future__ import annotations

from django.db import models

from collector.ingest.models import Device


class Recorded(models.Model):
    """What every row tells: whose it is, where its entry stands, and when it happened."""

    id = models.CharField(primary_key=True, max_length=100)
    device = models.ForeignKey(Device, on_delete=models.PROTECT)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
    day = models.DateField(db_index=True, help_text="Business day.")

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.id


class Shift(Recorded):
    """A closed shift: its Z. ``at`` is when it was closed, ``day`` that on which it began."""

    register = models.CharField(max_length=20)
    number = models.BigIntegerField()
    opened = models.DateTimeField()
    opened_by = models.CharField(max_length=40, blank=True)
    closed_by = models.CharField(max_length=40, blank=True)
    allowed_by = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    decimals = models.SmallIntegerField()
    receipts = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    turnover_minor = models.BigIntegerField()
    proposed_minor = models.BigIntegerField(help_text="What was left the time before.")
    float_minor = models.BigIntegerField()
    expected_minor = models.BigIntegerField()
    counted_minor = models.BigIntegerField(null=True, help_text="Empty where nobody counted.")
    counts = models.BigIntegerField()
    difference_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    left_minor = models.BigIntegerField()
    taken_minor = models.BigIntegerField()
    perpetual_gross_minor = models.BigIntegerField()
    perpetual_absolute_minor = models.BigIntegerField()
    perpetual_receipts = models.BigIntegerField()
    first_epoch = models.IntegerField(help_text="Where what it covers begins.")
    first_sequence = models.BigIntegerField()
    last_epoch = models.IntegerField()
    last_sequence = models.BigIntegerField()
    entries = models.BigIntegerField(help_text="How many of them are in its totals.")

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["device", "epoch", "sequence"], name="shifts_in_order")]


class PeriodClosing(Recorded):
    """A day, a month or a year that was closed."""

    period = models.CharField(max_length=5)
    number = models.BigIntegerField()
    name = models.CharField(max_length=10)
    by = models.CharField(max_length=40, blank=True)
    first_z = models.BigIntegerField()
    last_z = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    decimals = models.SmallIntegerField()
    receipts = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    turnover_minor = models.BigIntegerField()
    difference_minor = models.BigIntegerField()
    perpetual_gross_minor = models.BigIntegerField()
    perpetual_absolute_minor = models.BigIntegerField()
    perpetual_receipts = models.BigIntegerField()


class DrawerEvent(Recorded):
    """Something that was done to the drawer: money moved, counted, or the drawer opened.

    ``kind`` is ``paid_in``, ``paid_out`` or ``drop`` for money that moved, ``count`` for a count,
    and ``open_`` with its cause for an opening.
    """

    kind = models.CharField(max_length=20, db_index=True)
    number = models.BigIntegerField(default=0, help_text="Of the slip, in the shift.")
    amount_minor = models.BigIntegerField(null=True, help_text="What moved or was counted.")
    decimals = models.SmallIntegerField()
    open_s = models.BigIntegerField(null=True, help_text="Empty where no sensor tells.")
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=40, blank=True)
    allowed_by = models.CharField(max_length=40, blank=True)

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["device", "epoch", "sequence"], name="drawer_in_order")]


class CounterException(Recorded):
    """What a shop wants to see of the counter though no money moved.

    ``kind`` is ``removed`` for a line taken out before paying, ``abandoned`` for a sale given up,
    ``copy`` for a receipt printed again.
    """

    kind = models.CharField(max_length=10)
    amount_minor = models.BigIntegerField(default=0)
    decimals = models.SmallIntegerField()
    what = models.CharField(max_length=200, blank=True, help_text="The article, or the receipt.")
    by = models.CharField(max_length=40, blank=True)

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["device", "epoch", "sequence"], name="exceptions_in_order")]


class TrainingTurn(Recorded):
    """A counter became one to learn at, or sells again; what is rung up there counts nowhere.

    ``kind`` is ``begun`` or ``ended``. The journal of training itself stays on the device.
    """

    kind = models.CharField(max_length=5)
    person = models.CharField(max_length=40, help_text="Who learns.")
    allowed_by = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=10, blank=True, help_text="How it ended.")
    sales = models.BigIntegerField(null=True, help_text="Rung up; empty where nobody knows.")
    gross_minor = models.BigIntegerField(null=True, help_text="What they came to.")
    decimals = models.SmallIntegerField()

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["device", "epoch", "sequence"], name="training_in_order")]


class TerminalDay(Recorded):
    """The card terminal's own end of day, beside what the register took by card since the last."""

    shift = models.BigIntegerField(help_text="Number of the last Z before it.")
    outcome = models.CharField(max_length=10)
    total_minor = models.BigIntegerField(null=True, help_text="What the terminal says it took.")
    count = models.BigIntegerField(null=True)
    ours_minor = models.BigIntegerField()
    ours_count = models.BigIntegerField()
    difference_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    decimals = models.SmallIntegerField()
    by = models.CharField(max_length=40, blank=True)
