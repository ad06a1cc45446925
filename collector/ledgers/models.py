# ruff: noqa: D106, RUF012 (Meta is Django's own form and its lists are never changed)
"""Balances: what moved them at the counters, what the office did, and what they come to.

Movements are derived from sales and can be dropped and made again; the office's own deeds cannot.
Amounts are integer minor units. Of an account the balance is what the customer owes; of everything
else it is what the shop owes.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from collector.ingest.models import Device

KINDS = [
    ("gift_card", _("Gift card")),
    ("store_credit", _("Store credit")),
    ("voucher", _("Voucher")),
    ("account", _("Account")),
]


class Movement(models.Model):
    """What a sale did to one balance."""

    pk = models.CompositePrimaryKey("device", "sale", "place")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False)
    sale = models.CharField(max_length=32, help_text="UUID, in hexadecimal.")
    place = models.IntegerField(help_text="Its number among those of the sale, from 1.")
    epoch = models.IntegerField()
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=KINDS)
    account = models.CharField(max_length=32)
    amount_minor = models.BigIntegerField()
    expires = models.DateField(null=True)
    receipt = models.CharField(max_length=40)
    day = models.DateField(help_text="Business day.")
    completed = models.DateTimeField()
    currency = models.CharField(max_length=3)
    decimals = models.SmallIntegerField()

    class Meta:
        ordering = ["completed", "device", "epoch", "sequence", "place"]
        indexes = [models.Index(fields=["kind", "account"], name="what_moved_a_balance")]

    def __str__(self) -> str:
        return f"{self.receipt} {self.kind} {self.amount_minor}"


class Deed(models.Model):
    """What the office did to a balance: began it, corrected it, limited or blocked it."""

    kind = models.CharField(max_length=12, choices=KINDS)
    account = models.CharField(max_length=32)
    amount_minor = models.BigIntegerField(default=0)
    limit_minor = models.BigIntegerField(null=True, help_text="What a customer may owe from now.")
    expires = models.DateField(null=True)
    blocked = models.BooleanField(null=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    decimals = models.SmallIntegerField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["kind", "account"], name="what_the_office_did")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class Balance(models.Model):
    """What a balance comes to, as every device is told."""

    pk = models.CompositePrimaryKey("kind", "account")
    kind = models.CharField(max_length=12, choices=KINDS)
    account = models.CharField(max_length=32, db_index=True)
    balance_minor = models.BigIntegerField(default=0)
    limit_minor = models.BigIntegerField(default=0)
    expires = models.DateField(null=True)
    blocked = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    decimals = models.SmallIntegerField()
    changed = models.DateTimeField()
    holds = models.JSONField(default=list, help_text="By device the last entry that is in it.")
    is_settled = models.BooleanField(
        default=False, db_index=True, help_text="Whether everything that is known is in it."
    )
    announced = models.IntegerField(
        default=0, db_index=True, help_text="Epoch of the directory that says it; 0 for none."
    )

    named = ""
    """What a page calls the account; not kept."""

    class Meta:
        ordering = ["kind", "-changed", "account"]

    def __str__(self) -> str:
        return f"{self.kind} {self.balance_minor}"

    @property
    def shown(self) -> str:
        """The account as pages show it: a code can be spent by whoever reads it."""
        return self.account if self.kind == "account" else f"…{self.account[-4:]}"

    @property
    def available_minor(self) -> int:
        """What can still be paid with it."""
        if self.kind == "account":
            return max(0, self.limit_minor - self.balance_minor)
        return max(0, self.balance_minor)
