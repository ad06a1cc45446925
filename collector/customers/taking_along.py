"""Everything that is known of a customer, for the customer to take along."""

from __future__ import annotations

from typing import Any

from appliance.domain.customer import INVOICED, from_content
from appliance.domain.money import format_plain
from collector.attachments.models import Attachment
from collector.customers.models import Change, Purchase
from collector.customers.standing import Whole


def everything_about(known: Whole) -> dict[str, Any]:
    """Gather the profile, what was allowed and when, points, purchases and who wrote what down."""
    invoices = Attachment.objects.filter(subject__in=known.ids, kind=INVOICED, erased=None)
    return {
        "customer": known.kept.pk,
        "also_known_as": known.ids[1:],
        "profile": known.profile.to_data(),
        "price_group": known.group,
        "allowed": [dict(each) for each in known.consents],
        "points": known.points,
        "purchases": [
            {
                "receipt": each.receipt,
                "completed": each.completed.isoformat(),
                "kind": each.kind,
                "amount": format_plain(each.gross_minor, each.decimals),
                "currency": each.currency,
                "points_earned": each.earned,
                "points_spent": each.spent,
            }
            for each in Purchase.objects.filter(customer__in=known.ids)
        ],
        "named_on_invoices": [from_content(bytes(each.content or b"")) for each in invoices],
        "written_down": [
            {
                "at": each.at.isoformat(),
                "where": each.device_id or "office",
                "by": each.by,
                "allowed": each.consents,
            }
            for each in Change.objects.filter(customer__in=known.ids)
        ],
    }
