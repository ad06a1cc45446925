# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""Sales as the back office reads them: derived from entries, never written by hand.

Amounts are integer minor units with the sale's own ``decimals``; quantities are thousandths;
rates are basis points. ``collector.desks.register.projection`` fills these tables and can drop
and fill them again at any time.
"""

from __future__ import annotations

from django.db import models

from collector.desks.register.shift_models import (
    CounterException,
    DrawerEvent,
    PeriodClosing,
    Shift,
    TerminalDay,
    TrainingTurn,
)
from collector.ingest.models import Device, Entry

__all__ = [
    "CounterException",
    "DrawerEvent",
    "Payment",
    "PeriodClosing",
    "Sale",
    "SaleDiscount",
    "SaleLine",
    "SaleTax",
    "Shift",
    "TerminalDay",
    "TrainingTurn",
]


class Sale(models.Model):
    """One completed sale or return.

    The primary key is ``<device>.<epoch>.<sequence>``, the place of its entry; ``sale`` is the
    number the device gave the basket when it was opened and is unique within the device.
    """

    id = models.CharField(primary_key=True, max_length=100)
    device = models.ForeignKey(Device, on_delete=models.PROTECT)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    sale = models.CharField(max_length=32, db_index=True, help_text="UUID, in hexadecimal.")
    receipt = models.CharField(max_length=40, db_index=True)
    register = models.CharField(max_length=20)
    number = models.BigIntegerField()
    kind = models.CharField(
        max_length=10, choices=[("sale", "sale"), ("return", "return"), ("void", "void")]
    )
    day = models.DateField(db_index=True, help_text="Business day.")
    opened = models.DateTimeField()
    completed = models.DateTimeField(db_index=True)
    completed_local = models.CharField(
        max_length=40, help_text="The moment of completion as the device wrote it, with offset."
    )
    cashier = models.CharField(max_length=40)
    market = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    decimals = models.SmallIntegerField()
    gross_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    rounding_minor = models.BigIntegerField()
    payable_minor = models.BigIntegerField()
    items_milli = models.BigIntegerField()
    customer = models.CharField(max_length=32, blank=True, help_text="A random reference.")
    voids = models.CharField(max_length=32, blank=True, help_text="UUID of the sale it undoes.")
    age_years = models.BigIntegerField(default=0, help_text="The age that was asked, 0 for none.")
    age_how = models.CharField(max_length=10, blank=True, help_text="looked or document.")

    class Meta:
        ordering = ["-completed", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["device", "sale"], name="a_sale_counts_once")
        ]
        # A Z covers a run of entries.
        indexes = [models.Index(fields=["device", "epoch", "sequence"], name="sales_in_order")]

    def __str__(self) -> str:
        return self.receipt

    @property
    def entry(self) -> Entry:
        """The entry this sale was derived from."""
        return Entry.objects.get(device_id=self.device_id, epoch=self.epoch, sequence=self.sequence)


class SaleLine(models.Model):
    """One line of a sale."""

    pk = models.CompositePrimaryKey("sale", "line")
    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="lines", db_index=False)
    line = models.IntegerField()
    article = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=60)
    unit = models.CharField(max_length=5)
    quantity_milli = models.BigIntegerField()
    unit_price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    tax_class = models.CharField(max_length=30)
    rate_bp = models.IntegerField()
    source = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, default="goods", help_text="What the money is for.")
    restock = models.BooleanField(
        default=True, help_text="Whether what came back can be sold again."
    )
    parent = models.BigIntegerField(default=0, help_text="The line it hangs on, 0 for none.")
    tare_milli = models.BigIntegerField(default=0)
    label_minor = models.BigIntegerField(null=True, help_text="The price on its own label.")
    listed_price_minor = models.BigIntegerField(
        null=True, help_text="The article's own price, where another was asked."
    )
    reason = models.CharField(max_length=200, blank=True)
    allowed_by = models.CharField(max_length=40, blank=True)
    origin_sale = models.CharField(  # noqa: DJ001 (the index holds only what came back)
        max_length=32, null=True, help_text="UUID of the sale it comes back from."
    )
    origin_receipt = models.CharField(max_length=40, blank=True)
    origin_line = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["line"]
        indexes = [
            models.Index(
                fields=["origin_sale"],
                condition=models.Q(origin_sale__isnull=False),
                name="what_came_back",
            )
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.name}"


class Payment(models.Model):
    """One payment of a sale, or money given back for a return (then negative)."""

    pk = models.CompositePrimaryKey("sale", "payment")
    sale = models.ForeignKey(
        Sale, on_delete=models.CASCADE, related_name="payments", db_index=False
    )
    payment = models.IntegerField()
    tender = models.CharField(max_length=30)
    amount_minor = models.BigIntegerField()
    tendered_minor = models.BigIntegerField()
    change_minor = models.BigIntegerField()
    reference = models.CharField(max_length=100, blank=True)
    tip_minor = models.BigIntegerField(default=0, help_text="On top, for the staff.")

    class Meta:
        ordering = ["payment"]

    def __str__(self) -> str:
        return f"{self.payment} {self.tender}"


class SaleTax(models.Model):
    """The tax of one class and rate within a sale."""

    pk = models.CompositePrimaryKey("sale", "tax_class", "rate_bp")
    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="taxes", db_index=False)
    tax_class = models.CharField(max_length=30)
    letter = models.CharField(max_length=5)
    rate_bp = models.IntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()

    class Meta:
        ordering = ["rate_bp", "tax_class"]
        verbose_name_plural = "sale taxes"

    def __str__(self) -> str:
        return f"{self.rate_bp} {self.tax_class}"


class SaleDiscount(models.Model):
    """Something that came off a line, in the order in which it did."""

    pk = models.CompositePrimaryKey("sale", "line", "place")
    sale = models.ForeignKey(
        Sale, on_delete=models.CASCADE, related_name="discounts", db_index=False
    )
    line = models.BigIntegerField()
    place = models.IntegerField()
    kind = models.CharField(max_length=10, help_text="line, promotion, basket or customer.")
    name = models.CharField(max_length=200)
    amount_minor = models.BigIntegerField()
    percent_bp = models.BigIntegerField(default=0)
    rule = models.CharField(max_length=64, blank=True, help_text="Id of the promotion.")
    allowed_by = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["line", "place"]

    def __str__(self) -> str:
        return f"{self.line}.{self.place} {self.name}"
