"""Whether the pages can be served, for whatever watches over the process."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse


def health(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, 503 when it does not; say nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", "text/plain", status=503)
    return HttpResponse("ok\n", "text/plain")
