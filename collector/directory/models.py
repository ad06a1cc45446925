# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""The directory as it stands, the log of its changes, and how far each device has followed.

Rows are changed through ``collector.directory.editing`` only: it writes the log entry in the same
transaction. Articles and people are never deleted, only made inactive: sales name them.
"""

from __future__ import annotations

from django.db import models

from appliance.domain.article import ArticleKind
from collector.ingest.models import Device


class Category(models.Model):
    """A group of articles with a place and a colour on the register's quick keys."""

    key = models.CharField(primary_key=True, max_length=60)
    name = models.CharField(max_length=100)
    colour = models.CharField(max_length=20, blank=True)
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position", "key"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    """Something the shop sells, under the shop's own code or its GTIN.

    ``price_minor`` and ``cost_minor`` are in the market's minor unit, per piece or kilogram;
    ``stock_milli`` is in thousandths of a piece or kilogram, ``tare_milli`` of a kilogram.
    """

    code = models.CharField(primary_key=True, max_length=64)
    gtin = models.CharField(max_length=14, null=True, blank=True, help_text="GTIN-14.")  # noqa: DJ001 (null: no GTIN; many articles share having none)
    name = models.CharField(max_length=200)
    price_minor = models.BigIntegerField()
    tax_class = models.CharField(max_length=30)
    category = models.CharField(max_length=60, blank=True, db_index=True)
    unit = models.CharField(max_length=5, choices=[("piece", "piece"), ("kg", "kg")])
    cost_minor = models.BigIntegerField(null=True, blank=True)
    stock_milli = models.BigIntegerField(null=True, blank=True)
    stock_at = models.DateTimeField(null=True, blank=True)
    stock_elsewhere = models.JSONField(
        default=list, blank=True, help_text="Place, quantity_milli and at of each other place."
    )
    colour = models.CharField(max_length=20, blank=True)
    kind = models.CharField(
        max_length=10,
        choices=[(kind.value, kind.value) for kind in ArticleKind],
        default=ArticleKind.GOODS.value,
    )
    minimum_age = models.IntegerField(default=0, help_text="Years a buyer must have.")
    deposit = models.CharField(max_length=64, blank=True, help_text="Code of its deposit article.")
    tare_milli = models.IntegerField(default=0, help_text="Grams its packing weighs.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["gtin"], condition=models.Q(active=True), name="one_active_article_a_gtin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class QuickKey(models.Model):
    """A key on the register's screen that sells one article."""

    category = models.CharField(max_length=60)
    page = models.IntegerField()
    position = models.IntegerField()
    article = models.CharField(max_length=64)
    label = models.CharField(max_length=40, blank=True)
    colour = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["category", "page", "position"]
        constraints = [
            models.UniqueConstraint(fields=["category", "page", "position"], name="one_key_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.page}.{self.position} {self.article}"


class Promotion(models.Model):
    """A promotion; what it does stands in ``rule``, see ``appliance.domain.promotion``."""

    id = models.CharField(primary_key=True, max_length=40)
    position = models.IntegerField(default=0, help_text="Of equal ones the first counts.")
    rule = models.JSONField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.id} {self.rule.get('name', '')}"


class Person(models.Model):
    """Somebody who signs in at a register. The PIN itself is nowhere, only its scrypt hash."""

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=100)
    pin_hash = models.CharField(max_length=200, blank=True)
    badge_hash = models.CharField(max_length=200, blank=True)
    roles = models.JSONField(default=list)
    language = models.CharField(max_length=10, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name


class Setting(models.Model):
    """A setting every device follows, such as ``shop`` or ``lock_after_s``."""

    key = models.CharField(primary_key=True, max_length=80)
    value = models.JSONField(null=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class DirectoryEntry(models.Model):
    """One entry of the directory's log, byte for byte as it goes to every device."""

    pk = models.CompositePrimaryKey("epoch", "sequence")
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    time = models.DateTimeField()
    raw = models.BinaryField()

    class Meta:
        verbose_name_plural = "directory entries"

    def __str__(self) -> str:
        return f"{self.epoch}.{self.sequence}"


class DirectoryHead(models.Model):
    """Where the log ends: one row, locked by whoever adds to the log."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.epoch}.{self.sequence}"


class Cursor(models.Model):
    """How far a device says it has followed the directory."""

    device = models.OneToOneField(Device, primary_key=True, on_delete=models.CASCADE)
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    updated = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}.{self.sequence}"
