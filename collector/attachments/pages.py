"""What was ordered to be erased, and on which devices it is still to be done."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from collector.attachments.models import Attachment, Erasure
from collector.attachments.standing import standings
from collector.office.access import SEE_ERASURES, needs

ORDERS_A_PAGE = 50


@needs(SEE_ERASURES)
def erasures(request: HttpRequest) -> HttpResponse:
    """List the orders, the latest first."""
    page = Paginator(Erasure.objects.all(), ORDERS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "orders": standings(page),
        "kept": Attachment.objects.filter(erased=None).count(),
        "erased": Attachment.objects.exclude(erased=None).count(),
    }
    return render(request, "attachments/erasures.html", context)
