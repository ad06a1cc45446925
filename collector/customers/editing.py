"""Changing a customer in the office: written down as what was said, by whom and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from appliance.domain.customer import CALLING_CODES, Profile, read_profile
from collector.attachments.letting_go import leave_no_copies
from collector.customers.models import Change, Customer
from collector.customers.standing import mark, settle, whole
from collector.directory import log


def change(
    customer: Customer,
    typed: Mapping[str, str],
    consents: Mapping[str, bool],
    group: str,
    *,
    by: str,
    now: datetime,
) -> bool:
    """Write down what is different about a customer; return whether anything is.

    Args:
        customer: Who, as it stands.
        typed: Every part of the profile, as typed.
        consents: What is allowed or not, for each purpose that was asked.
        group: Key of the price group, or empty.
        by: Who says so.
        now: When.

    Raises:
        CustomerError: A part cannot be used.
    """
    read = read_profile(typed, CALLING_CODES.get(settings.BALIE_MARKET, ""))
    with transaction.atomic():
        log.lock()
        leave_no_copies(connection)
        held = whole(customer)
        told = held.profile.differences(read)
        before = {each["purpose"]: each["given"] for each in held.consents}
        news = [
            {"purpose": purpose, "given": given}
            for purpose, given in consents.items()
            if given != before.get(purpose, False)
        ]
        if not told and not news and group == held.group:
            return False
        Change.objects.create(
            customer=customer.pk,
            content=told,
            consents=news,
            group=group if group != held.group else None,
            at=now,
            by=by[:150],
        )
        mark([customer.pk])
        settle(now)
    return True


def create(profile: Profile, customer: str, group: str, *, by: str, now: datetime) -> None:
    """Write a new customer down, as an imported list does; `settle` makes it known.

    Whoever calls it holds the directory's log.
    """
    Change.objects.create(
        customer=customer, content=profile.to_data(), group=group or None, at=now, by=by[:150]
    )
    mark([customer])
