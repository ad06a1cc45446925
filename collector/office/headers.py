"""Headers that keep a page to itself: own scripts and styles only, nothing kept by the browser."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Add the headers to every answer that Django itself gives."""

    def add_headers(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        # What a shop takes is nobody's business on a shared computer after signing out.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return add_headers
