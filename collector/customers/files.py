"""The list of customers as people bring it and take it: CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

from django.conf import settings
from django.db import connection, transaction

from appliance.domain.customer import CALLING_CODES, PARTS, Profile, read_profile
from appliance.domain.errors import DomainError
from appliance.journal.attachments import new_reference
from collector import table
from collector.attachments.letting_go import leave_no_copies
from collector.customers.editing import create
from collector.customers.models import Customer
from collector.customers.standing import settle, whole
from collector.directory import log
from collector.directory.files import FileRefused
from collector.directory.files.table import Column, read_table

_AT_ONCE = 500


def read_customers(name: str, content: bytes) -> list[tuple[Profile, str]]:
    """Read a list of customers.

    Columns: ``name``, ``phone``, ``email``, ``company``, ``tax_number``, ``address`` and ``cards``
    (several apart by commas), ``group`` (key of the price group). Each may be left out; a line needs
    a name, a number, an address of mail or a card. Whoever is in the list twice, or known already,
    is merged as customers from two registers are.

    Raises:
        FileRefused: With everything that is wrong.
    """
    columns = [Column(part, str.strip, empty="") for part in (*PARTS, "group")]
    records, faults = read_table(name, content, columns)
    code = CALLING_CODES.get(settings.BALIE_MARKET, "")
    rows = []
    for record in records:
        try:
            rows.append((read_profile(record.values, code), str(record.values.get("group", ""))))
        except DomainError as wrong:
            faults.append(record.fault("", str(wrong)))
    if faults:
        raise FileRefused(name, faults)
    return rows


def take(rows: Sequence[tuple[Profile, str]], *, by: str, now: datetime) -> None:
    """Write customers down and have devices told, all of them or none."""
    with transaction.atomic():
        log.lock()
        leave_no_copies(connection)
        for profile, group in rows:
            create(profile, new_reference(), group, by=by, now=now)
        settle(now)


def write_customers(out: TextIO) -> None:
    """Write everybody who is known as CSV: profile, points, purchases, what is allowed since when."""
    rows = table.Writer(out)
    rows.writerow(["customer", *PARTS, "group", "points", "purchases", "allowed"])
    for customer in Customer.objects.filter(merged_into="", erased=None).iterator(_AT_ONCE):
        known = whole(customer)
        told = known.profile.to_data(whole=True)
        parts = [", ".join(v) if isinstance(v, list) else v for v in (told[p] for p in PARTS)]
        allowed = [f"{each['purpose']} {each['at']}" for each in known.consents if each["given"]]
        bought = sum(each.purchases for each in known.members)
        rows.writerow([customer.pk, *parts, known.group, known.points, bought, "; ".join(allowed)])
